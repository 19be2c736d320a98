//! What is deployed and what the program is, compared in both directions: jobs, schedules, payloads, variables, and the
//! rights of the Azure role. Each comparison is shown to fail on a planted difference.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use functions::job::{Event, Job};
use functions::schedule::SCHEDULES;

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The resources of the template: name and lines.
fn resources(template: &str) -> BTreeMap<String, Vec<String>> {
    let body = template.split_once("\nResources:\n").unwrap().1.split("\nOutputs:").next().unwrap();
    let mut resources: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut name = String::new();
    for line in body.lines().filter(|line| !line.trim_start().starts_with('#')) {
        match line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')).and_then(|rest| rest.strip_suffix(':')) {
            Some(found) => name = found.to_owned(),
            None if line.trim().is_empty() => {}
            None => resources.entry(name.clone()).or_default().push(line.trim().to_owned()),
        }
    }
    resources
}

/// The one value of a key inside a resource.
fn value<'a>(lines: &'a [String], key: &str) -> &'a str {
    let found: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix(key)?.strip_prefix(": ")).collect();
    assert_eq!(found.len(), 1, "{key} in {lines:?}");
    found[0].trim_matches('\'')
}

fn of_type<'a>(all: &'a BTreeMap<String, Vec<String>>, kind: &str) -> Vec<(&'a str, &'a Vec<String>)> {
    let fits = |lines: &[String]| lines.iter().any(|line| line == &format!("Type: {kind}"));
    all.iter().filter(|(_, lines)| fits(lines)).map(|(name, lines)| (name.as_str(), lines)).collect()
}

/// Every function with its handler, name, role and log, or what is wrong with it.
fn jobs_of(template: &str) -> BTreeSet<String> {
    let all = resources(template);
    let mut jobs = BTreeSet::new();
    for (name, lines) in of_type(&all, "AWS::Serverless::Function") {
        let handler = value(lines, "Handler");
        assert_eq!(value(lines, "FunctionName"), format!("forebill-{handler}"), "{name}");
        let part = |key: &str| {
            let target = value(lines, key).rsplit(' ').next().unwrap().trim_end_matches(".Arn");
            all.get(target).unwrap_or_else(|| panic!("{name} names {target}"))
        };
        assert_eq!(value(part("Role"), "RoleName"), format!("forebill-{handler}"), "{name}");
        assert_eq!(value(part("LogGroup"), "LogGroupName"), format!("/forebill/{handler}"), "{name}");
        assert!(jobs.insert(handler.to_owned()), "{handler} is there twice");
    }
    jobs
}

#[test]
fn every_job_has_a_function_and_every_function_a_job() {
    let template = read("infra/template.yaml");
    let known: BTreeSet<String> = Job::ALL.iter().map(|job| job.name().to_owned()).collect();
    assert_eq!(jobs_of(&template), known);
    let planted = template.replace("publish", "publish-report");
    assert_ne!(jobs_of(&planted), known);
    for job in Job::ALL {
        assert_eq!(Job::named(job.name()).unwrap(), job);
    }
}

/// Name, expression and target of each schedule.
fn schedules_of(template: &str) -> BTreeSet<(String, String, String)> {
    let all = resources(template);
    let one = |(name, lines): (&str, &Vec<String>)| {
        assert_eq!(value(lines, "ScheduleExpressionTimezone"), "UTC", "{name}");
        assert!(lines.iter().any(|line| line == "Arn: !GetAtt FailedQueue.Arn"), "{name} forgets what failed");
        // With the time filled in, the payload is an event of that job.
        let job = Job::named(value(lines, "Name").trim_start_matches("forebill-")).unwrap();
        let payload = value(lines, "Input").replace("<aws.scheduler.scheduled-time>", "2026-11-23T03:15:00Z");
        let event = Event::decode(job, payload.as_bytes()).unwrap();
        assert_eq!((event.time.to_string().as_str(), event.unit), ("2026-11-23T03:15:00Z", None), "{name}");
        let target = lines[lines.iter().position(|line| line == "Target:").unwrap() + 1].clone();
        (job.name().to_owned(), value(lines, "ScheduleExpression").to_owned(), target)
    };
    of_type(&all, "AWS::Scheduler::Schedule").into_iter().map(one).collect()
}

/// The queue belongs to usage, whose units may be many; every other schedule calls its own function.
#[test]
fn the_schedules_of_the_template_are_those_of_the_program() {
    let template = read("infra/template.yaml");
    let logical = |job: Job| {
        let words = job.name().split('-').map(|word| word[..1].to_uppercase() + &word[1..]);
        words.collect::<String>()
    };
    let target = |job| match job {
        Job::SnapshotUsage => "Arn: !GetAtt WorkQueue.Arn".to_owned(),
        _ => format!("Arn: !GetAtt {}Function.Arn", logical(job)),
    };
    let known: BTreeSet<(String, String, String)> =
        SCHEDULES.iter().map(|one| (one.job.name().to_owned(), one.eventbridge(), target(one.job))).collect();
    assert_eq!(schedules_of(&template), known);
    assert_ne!(schedules_of(&template.replace("cron(15 3 * * ? *)", "cron(16 3 * * ? *)")), known);
    let scheduled: BTreeSet<&str> = SCHEDULES.iter().map(|one| one.job.name()).collect();
    assert_eq!(scheduled.len(), Job::ALL.len(), "a job without a schedule");
}

/// Where the role of a job may write: folders such as `raw/usage`.
pub fn may_write(job: Job) -> BTreeSet<String> {
    let all = resources(&read("infra/template.yaml"));
    let named = |lines: &&Vec<String>| lines.iter().any(|line| line == &format!("RoleName: forebill-{job}"));
    let role = all.values().find(named).unwrap();
    let from = role.iter().position(|line| line == "Action: s3:PutObject").unwrap() + 2;
    let folder = |line: &String| Some(line.strip_prefix("- !Sub \"${Bucket.Arn}/")?.strip_suffix("/*\"")?.to_owned());
    // Packs come with the 256th record.
    role[from..].iter().map_while(folder).filter(|folder| folder != "packs").collect()
}

/// Rights that no role of the template may have.
fn too_wide(template: &str) -> Vec<String> {
    let mut breaches = Vec::new();
    for (name, lines) in of_type(&resources(template), "AWS::IAM::Role") {
        for (index, line) in lines.iter().enumerate() {
            let action = line.contains(':') && !line.contains("Arn") && !line.starts_with("Service");
            if action && (line.contains(":*") || line.contains("Delete") && !line.contains("sqs:DeleteMessage")) {
                breaches.push(format!("{name}: {line}"));
            }
            // A token for somebody else has no resource to name; its conditions stand below.
            let token = lines[..index].last().is_some_and(|before| before == "Action: sts:GetWebIdentityToken");
            if line == "Resource: \"*\"" && !token {
                breaches.push(format!("{name}: {line}"));
            }
        }
    }
    breaches
}

#[test]
fn no_role_may_do_everything_or_take_anything_away() {
    let template = read("infra/template.yaml");
    assert_eq!(too_wide(&template), Vec::<String>::new());
    for (from, to) in [
        ("Action: s3:PutObject\n                Resource:", "Action: s3:*\n                Resource:"),
        ("Action: s3:GetObject\n", "Action: s3:DeleteObject\n"),
        (
            "Action: sqs:SendMessage\n                Resource: !GetAtt FailedQueue.Arn",
            "Action: sqs:SendMessage\n                Resource: \"*\"",
        ),
    ] {
        let planted = template.replace(from, to);
        assert!(planted != template && !too_wide(&planted).is_empty(), "{to}");
    }
    // Only jobs that sign in may get a token, and each of them may.
    let all = resources(&template);
    for (name, lines) in of_type(&all, "AWS::Serverless::Function") {
        let job = Job::named(value(lines, "Handler")).unwrap();
        let role = &all[value(lines, "Role").rsplit(' ').next().unwrap().trim_end_matches(".Arn")];
        let token = role.iter().any(|line| line == "Action: sts:GetWebIdentityToken");
        assert_eq!(token, job.signs_in(), "{name}");
    }
}

/// What is wrong with the way of units through the queue.
fn queue_breaches(template: &str) -> Vec<String> {
    let all = resources(template);
    let mut breaches = Vec::new();
    let mut expect = |holds: bool, what: &str| {
        if !holds {
            breaches.push(what.to_owned())
        }
    };
    let number = |lines: &[String], key: &str| value(lines, key).parse::<u32>().unwrap();
    let has = |lines: &[String], wanted: &str| lines.iter().any(|line| line == wanted);
    let timeout = template.lines().find_map(|line| line.trim().strip_prefix("Timeout: ")).unwrap();
    let work = &all["WorkQueue"];
    expect(number(work, "VisibilityTimeout") == 6 * timeout.parse::<u32>().unwrap(), "hidden for six timeouts");
    expect(has(work, "deadLetterTargetArn: !GetAtt FailedQueue.Arn"), "what fails goes to the failed ones");
    expect((2..=10).contains(&number(work, "maxReceiveCount")), "tried more than once and not for ever");
    for (name, lines) in of_type(&all, "AWS::Serverless::Function") {
        let reads = has(lines, "Queue: !GetAtt WorkQueue.Arn");
        expect(reads == has(lines, "FOREBILL_QUEUE_URL: !Ref WorkQueue"), "who plans does the units");
        let role = &all[value(lines, "Role").rsplit(' ').next().unwrap().trim_end_matches(".Arn")];
        let rights = "Action: [sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:SendMessage]";
        let at = role.iter().position(|line| line == rights);
        let on_work = at.is_some_and(|at| role[at + 1] == "Resource: !GetAtt WorkQueue.Arn");
        expect(reads == on_work, &format!("{name} may use the queue"));
        if reads {
            expect(has(lines, "FunctionResponseTypes: [ReportBatchItemFailures]"), "one failure is one");
            expect(number(lines, "BatchSize") == 1, "a unit has an invocation");
            expect((2..=1000).contains(&number(lines, "MaximumConcurrency")), "Azure is not flooded");
        }
    }
    breaches
}

#[test]
fn units_go_through_the_queue_and_what_fails_leaves_it() {
    let template = read("infra/template.yaml");
    assert_eq!(queue_breaches(&template), Vec::<String>::new());
    for (from, to) in [
        ("VisibilityTimeout: 5400", "VisibilityTimeout: 900"),
        ("deadLetterTargetArn: !GetAtt FailedQueue.Arn", "deadLetterTargetArn: !GetAtt WorkQueue.Arn"),
        ("maxReceiveCount: 3", "maxReceiveCount: 1"),
        ("FOREBILL_QUEUE_URL: !Ref WorkQueue", "FOREBILL_QUEUE_URL: !Ref FailedQueue"),
        (", sqs:SendMessage]", "]"),
        ("BatchSize: 1", "BatchSize: 10"),
        ("[ReportBatchItemFailures]", "[]"),
        ("MaximumConcurrency: 5", "MaximumConcurrency: 1"),
    ] {
        let planted = template.replace(from, to);
        assert!(planted != template && !queue_breaches(&planted).is_empty(), "{to}");
    }
}

/// The names with which a block begins: all in capitals, and the next key is not.
fn variables(block: &str) -> impl Iterator<Item = &str> {
    let lines = block.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let names = lines.map_while(|line| line.split_once(':')).map(|(name, _)| name);
    names.take_while(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
}

/// The variables that the template sets are variables that the program reads.
#[test]
fn every_variable_of_the_template_is_a_setting() {
    let template = read("infra/template.yaml");
    let names: Vec<&str> = template.split(" Variables:\n").skip(1).flat_map(variables).collect();
    assert!(names.len() >= 6 && names.contains(&"FOREBILL_QUEUE_URL"), "{names:?}");
    let code = read("functions/src/config.rs") + &read("functions/src/lambda.rs");
    for name in names {
        // One is read by the allocator, and one from the environment only.
        let read = [format!("env = \"{name}\""), format!("var(\"{name}\")")].iter().any(|read| code.contains(read));
        assert!(read || name.starts_with("MALLOC_"), "nothing reads {name}");
    }
}

/// The actions behind the addresses of Resource Manager that the client asks for.
fn asked_for(client: &str) -> BTreeSet<String> {
    // Groups are Resource Manager's own, whose name stands in no address.
    let client = client.replace(
        "/subscriptions/{subscription}/resourcegroups",
        "/providers/Microsoft.Resources/subscriptions/resourceGroups",
    );
    let after = client.split("/providers/").skip(1);
    let provider = |rest: &str| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '.' && c != '/').unwrap_or(rest.len());
        format!("{}/read", rest[..end].trim_end_matches('/'))
    };
    after.map(provider).collect()
}

#[test]
fn the_azure_role_has_the_rights_that_the_program_needs_and_no_others() {
    let role: serde_json::Value = serde_json::from_str(&read("infra/azure-role.json")).unwrap();
    let granted: BTreeSet<String> =
        role["Actions"].as_array().unwrap().iter().map(|action| action.as_str().unwrap().to_owned()).collect();
    let apis = ["billing", "rate_card", "resource_groups", "retail", "subscriptions", "usage"];
    assert_eq!(
        std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/azure/client/apis")).unwrap().count(),
        apis.len()
    );
    let client: String = apis.map(|api| read(&format!("functions/src/azure/client/apis/{api}.rs"))).concat();
    assert_eq!(granted, asked_for(&client));
    assert_eq!(granted.len(), 5);
    for empty in ["NotActions", "DataActions", "NotDataActions"] {
        assert_eq!(role[empty], serde_json::json!([]), "{empty}");
    }
    let more = asked_for(&(client + "\"/subscriptions/x/providers/Microsoft.Compute/virtualMachines?api\""));
    assert!(more.contains("Microsoft.Compute/virtualMachines/read"));
}
