//! What people of other clouds say, and what Azure's price list calls it.
//!
//! A word means all of its words. Only where one service does the same job is it here: a wrong guide is worse than none.

/// (said, meant), in order of what is said.
const SYNONYMS: [(&str, &[&str]); 45] = [
    ("aks", &["kubernetes"]),
    ("alb", &["application", "gateway"]),
    ("athena", &["synapse"]),
    ("aurora", &["postgresql"]),
    ("bigquery", &["synapse"]),
    ("bigtable", &["cosmos"]),
    ("blobs", &["blob"]),
    ("cloudfront", &["content", "delivery"]),
    ("cloudsql", &["sql", "database"]),
    ("cloudwatch", &["monitor"]),
    ("dataproc", &["hdinsight"]),
    ("directconnect", &["expressroute"]),
    ("dynamodb", &["cosmos"]),
    ("ebs", &["managed", "disks"]),
    ("ec2", &["virtual", "machines"]),
    ("ecr", &["container", "registry"]),
    ("ecs", &["container", "instances"]),
    ("efs", &["files"]),
    ("egress", &["data", "transfer", "out"]),
    ("eks", &["kubernetes"]),
    ("elasticache", &["redis"]),
    ("elb", &["load", "balancer"]),
    ("emr", &["hdinsight"]),
    ("fargate", &["container", "instances"]),
    ("firestore", &["cosmos"]),
    ("gce", &["virtual", "machines"]),
    ("gcs", &["blob"]),
    ("gke", &["kubernetes"]),
    ("glacier", &["archive"]),
    ("k8s", &["kubernetes"]),
    ("kafka", &["event", "hubs"]),
    ("kinesis", &["event", "hubs"]),
    ("kms", &["key", "vault"]),
    ("lambda", &["functions"]),
    ("memorystore", &["redis"]),
    ("postgres", &["postgresql"]),
    ("pubsub", &["service", "bus"]),
    ("rds", &["sql"]),
    ("redshift", &["synapse"]),
    ("route53", &["dns"]),
    ("s3", &["blob"]),
    ("sns", &["notification", "hubs"]),
    ("spanner", &["cosmos"]),
    ("sqs", &["service", "bus"]),
    ("vm", &["virtual", "machines"]),
];

/// The words that the price list has for it.
pub(super) fn meant(said: &str) -> Option<&'static [&'static str]> {
    let place = SYNONYMS.binary_search_by_key(&said, |(said, _)| said).ok()?;
    Some(SYNONYMS[place].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_so_that_each_word_is_found() {
        assert!(SYNONYMS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (said, means) in SYNONYMS {
            assert_eq!(meant(said), Some(means));
        }
        assert_eq!((meant(""), meant("blob"), meant("zzz")), (None, None, None));
    }
}
