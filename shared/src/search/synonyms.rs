//! What people of other clouds say, and what Azure's price list calls it.
//!
//! A word means all of its words. Only where one service does the same job is it here: a wrong guide is worse than none.

use std::str::Split;

/// What is said and what is meant, in order: one text for both, since an address for each word would be as long as the words.
const SYNONYMS: [&str; 45] = [
    "aks=kubernetes",
    "alb=application gateway",
    "athena=synapse",
    "aurora=postgresql",
    "bigquery=synapse",
    "bigtable=cosmos",
    "blobs=blob",
    "cloudfront=content delivery",
    "cloudsql=sql database",
    "cloudwatch=monitor",
    "dataproc=hdinsight",
    "directconnect=expressroute",
    "dynamodb=cosmos",
    "ebs=managed disks",
    "ec2=virtual machines",
    "ecr=container registry",
    "ecs=container instances",
    "efs=files",
    "egress=data transfer out",
    "eks=kubernetes",
    "elasticache=redis",
    "elb=load balancer",
    "emr=hdinsight",
    "fargate=container instances",
    "firestore=cosmos",
    "gce=virtual machines",
    "gcs=blob",
    "gke=kubernetes",
    "glacier=archive",
    "k8s=kubernetes",
    "kafka=event hubs",
    "kinesis=event hubs",
    "kms=key vault",
    "lambda=functions",
    "memorystore=redis",
    "postgres=postgresql",
    "pubsub=service bus",
    "rds=sql",
    "redshift=synapse",
    "route53=dns",
    "s3=blob",
    "sns=notification hubs",
    "spanner=cosmos",
    "sqs=service bus",
    "vm=virtual machines",
];

/// The words that the price list has for it.
pub(super) fn meant(said: &str) -> Option<Split<'static, char>> {
    let place = SYNONYMS.partition_point(|pair| *pair < said);
    let meant = SYNONYMS.get(place)?.strip_prefix(said)?.strip_prefix('=')?;
    Some(meant.split(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_that_is_said_is_found_and_no_other() {
        let of = |said| meant(said).map(|words| words.collect::<Vec<_>>());
        for (said, means) in SYNONYMS.iter().filter_map(|pair| pair.split_once('=')) {
            assert_eq!(of(said), Some(means.split(' ').collect()), "{said}");
        }
        assert_eq!(of("egress"), Some(vec!["data", "transfer", "out"]));
        for other in ["", "blob", "zzz", "ak", "aksx", "virtual", "aks=kubernetes", "=", ";"] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
