//! Every channel on loopback, by its own protocol: what it gets, and that it gets it once, whatever becomes of the others.

use super::*;

const TOPIC: &str = "arn:aws:sns:eu-central-1:123456789012:alerts";

fn published() -> Step {
    Step::ok(
        "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult><MessageId>567910cd</MessageId>\
         </PublishResult><ResponseMetadata><RequestId>d74b8436</RequestId></ResponseMetadata></PublishResponse>",
    )
    .with("content-type", "text/xml")
}

fn mailed() -> Step {
    Step::ok("{\"MessageId\":\"0100017\"}").with("content-type", "application/json")
}

/// One server for each channel.
struct Places {
    sns: Scripted,
    ses: Scripted,
    slack: Scripted,
    teams: Scripted,
    webhook: Scripted,
}

impl Places {
    fn taking() -> Places {
        // A workflow of Teams answers that it accepted it.
        Places {
            sns: Scripted::always(published()),
            ses: Scripted::always(mailed()),
            slack: taken(),
            teams: Scripted::always(Step::new(202, "")),
            webhook: taken(),
        }
    }

    fn run(&self, folder: &Path, at: &str) -> Answer {
        let mut command = command(folder, &["alerts", "run", "--at", at, "-o", "json"]);
        let hook = |server: &Scripted| format!("{}/services/{SECRET}", server.url);
        command.envs([
            ("FOREBILL_ALERT_SNS_TOPIC", TOPIC.to_owned()),
            ("FOREBILL_ALERT_EMAIL_FROM", "forebill@example.com".to_owned()),
            ("FOREBILL_ALERT_EMAIL_TO", "ops@example.com, boss@example.com".to_owned()),
            ("FOREBILL_ALERT_SLACK", hook(&self.slack)),
            ("FOREBILL_ALERT_TEAMS", hook(&self.teams)),
            ("FOREBILL_ALERT_WEBHOOK", hook(&self.webhook)),
            ("AWS_ENDPOINT_URL_SNS", self.sns.url.clone()),
            ("AWS_ENDPOINT_URL_SESV2", self.ses.url.clone()),
            ("AWS_REGION", "eu-west-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
        ]);
        let answer = answer(command.output().unwrap());
        assert!(
            !answer.stdout.contains(SECRET) && !answer.stderr.contains(SECRET),
            "{}{}",
            answer.stdout,
            answer.stderr
        );
        answer
    }

    fn counts(&self) -> [usize; 5] {
        [&self.sns, &self.ses, &self.slack, &self.teams, &self.webhook].map(Scripted::count)
    }
}

#[test]
fn every_channel_gets_it_in_its_own_words() {
    let (azure, places) = (OddAzure::start(), Places::taking());
    let folder = filled(&azure);
    let folder = folder.path();
    rules(folder, &spend_rule());
    let ran = places.run(folder, NOON);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(places.counts(), [1; 5], "{}", ran.stderr);
    let to = listed(folder, &[])[0]["outcome"]["sent"]["to"].clone();
    assert_eq!(to, json!(["log", "sns", "email", "slack", "teams", "webhook"]));
    let summary = format!("spend of subscription {FIRST} is 5.472 USD, above 5 USD");
    let line = format!("• Virtual Machines · D4s v5 · EU West ({METER}): 28.5 1 Hour at 0.192 = 5.472");
    let id = bodies(&places.webhook)[0]["id"].as_str().unwrap().to_owned();

    let sns = &places.sns.asked()[0];
    assert_eq!((sns.field("Action").as_deref(), sns.field("TopicArn").as_deref()), (Some("Publish"), Some(TOPIC)));
    let subject = sns.field("Subject").unwrap();
    assert!(
        subject.is_ascii() && subject.len() < 100 && subject.starts_with("Forebill: spend of subscription"),
        "{subject}"
    );
    let text = sns.field("Message").unwrap();
    assert_eq!(text.lines().take(2).collect::<Vec<_>>(), [&summary, &line]);
    assert!(text.contains(&format!("Rule: {}", spend_rule())) && text.contains(&id), "{text}");
    // Signed for the region of the topic and not for that of the run.
    assert!(sns.header("authorization").unwrap().contains("/eu-central-1/sns/aws4_request"), "{}", sns.head);

    let ses = &places.ses.asked()[0];
    assert_eq!(ses.target, "/v2/email/outbound-emails");
    assert!(ses.header("authorization").unwrap().contains("/eu-west-1/ses/aws4_request"), "{}", ses.head);
    let mail: Value = serde_json::from_str(&ses.body).unwrap();
    assert_eq!(mail["FromEmailAddress"], "forebill@example.com");
    assert_eq!(mail["Destination"]["ToAddresses"], json!(["ops@example.com", "boss@example.com"]));
    let simple = &mail["Content"]["Simple"];
    assert_eq!(simple["Subject"]["Data"], format!("Forebill: {summary}"));
    assert_eq!(simple["Body"]["Text"]["Data"], text);
    assert_eq!(simple["Headers"], json!([{"Name": "X-Forebill-Alert", "Value": id}]));

    let slack = &bodies(&places.slack)[0];
    assert_eq!(slack["text"], summary);
    let blocks: Vec<&Value> = slack["blocks"].as_array().unwrap().iter().collect();
    assert_eq!(blocks.len(), 3);
    assert_eq!(blocks[0]["text"], json!({"type": "plain_text", "text": summary, "emoji": false}));
    assert_eq!(blocks[1]["text"]["text"], line);
    assert_eq!(blocks[2]["elements"][0]["text"], format!("Rule: {}", spend_rule()));

    let teams = &bodies(&places.teams)[0];
    let card = &teams["attachments"][0];
    assert_eq!(
        (&teams["type"], &card["contentType"]),
        (&json!("message"), &json!("application/vnd.microsoft.card.adaptive"))
    );
    assert_eq!((&card["content"]["type"], &card["content"]["version"]), (&json!("AdaptiveCard"), &json!("1.4")));
    let runs: Vec<&Value> =
        card["content"]["body"].as_array().unwrap().iter().map(|one| &one["inlines"][0]["text"]).collect();
    assert_eq!(runs, [&json!(summary), &json!(line), &json!(format!("Rule: {}", spend_rule()))]);

    // Again, and on another day: nobody gets it again.
    for at in [NOON, NEXT] {
        assert_eq!(places.run(folder, at).code, 0);
    }
    assert_eq!(places.counts(), [1; 5]);
    for (name, bytes) in contents(folder) {
        assert!(!String::from_utf8_lossy(&bytes).contains(SECRET), "{name}");
    }
    assert_eq!(forebill(folder, &["verify"]).code, 0);
}

/// Whoever took it never gets it again, while the others are tried again.
#[test]
fn one_that_fails_is_tried_again_alone() {
    let azure = OddAzure::start();
    let folder = filled(&azure);
    let folder = folder.path();
    rules(folder, &spend_rule());
    let denied = "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type>\
        <Code>AuthorizationError</Code><Message>not authorized</Message></Error><RequestId>x</RequestId></ErrorResponse>";
    let busy = Step::new(503, "").with("retry-after", "0");
    let places = Places {
        sns: Scripted::always(Step::new(403, denied).with("content-type", "text/xml")),
        teams: Scripted::always(busy),
        ..Places::taking()
    };
    let failed = places.run(folder, NOON);
    assert_eq!((failed.code, places.counts()), (3, [1, 1, 1, 4, 1]), "{}", failed.stderr);
    let error = failed.json()["jobs"][0]["failed"][0]["error"].as_str().unwrap().to_owned();
    assert!(error.contains("AuthorizationError") && error.contains("Teams answered 503, 4 tries"), "{error}");
    let reason = listed(folder, &[])[0]["outcome"]["failed"]["reason"].as_str().unwrap().to_owned();
    assert!(reason.contains("AuthorizationError"), "{reason}");
    // The next run sends it to the two that are left.
    let places = Places::taking();
    assert_eq!((places.run(folder, NOON).code, places.counts()), (0, [1, 0, 0, 1, 0]));
    let to = listed(folder, &[])[0]["outcome"]["sent"]["to"].clone();
    assert_eq!(to, json!(["log", "email", "slack", "webhook", "sns", "teams"]));
    assert_eq!((places.run(folder, NEXT).code, places.counts()), (0, [1, 0, 0, 1, 0]));
}

/// What may have arrived is left alone for twelve hours, and then sent once more, there and nowhere else.
#[test]
fn an_answer_that_got_lost_is_no_reason_to_send_it_again_at_once() {
    let azure = OddAzure::start();
    let folder = filled(&azure);
    let folder = folder.path();
    rules(folder, &spend_rule());
    let lost = || Scripted::always(Step::hang_up());
    let places = Places { sns: lost(), ses: lost(), slack: lost(), ..Places::taking() };
    let ran = places.run(folder, NOON);
    assert_eq!((ran.code, places.counts()), (3, [1, 1, 1, 1, 1]), "{}", ran.stderr);
    let error = ran.json()["jobs"][0]["failed"][0]["error"].as_str().unwrap().to_owned();
    assert!(error.starts_with("not known whether it was told"), "{error}");
    let places = Places::taking();
    for at in [NOON, "2026-11-20T17:44:59Z"] {
        assert_eq!((places.run(folder, at).code, places.counts()), (0, [0; 5]), "{at}");
    }
    assert_eq!((places.run(folder, NEXT).code, places.counts()), (0, [1, 1, 1, 0, 0]));
    assert_eq!((places.run(folder, "2026-11-22T05:45:00Z").code, places.counts()), (0, [1, 1, 1, 0, 0]));
}

/// Nobody there: nothing can have arrived, so it is tried again, and by the next run as well.
#[test]
fn a_place_that_is_not_there_surely_got_nothing() {
    let azure = OddAzure::start();
    let folder = filled(&azure);
    let folder = folder.path();
    rules(folder, &spend_rule());
    let nobody = "http://127.0.0.1:1";
    let run = |name: &str, value: &str| {
        let mut command = command(folder, &["alerts", "run", "--at", NOON, "-o", "json"]);
        command.envs([
            (name, value),
            ("AWS_ENDPOINT_URL", nobody),
            ("AWS_ACCESS_KEY_ID", "a"),
            ("AWS_SECRET_ACCESS_KEY", "b"),
        ]);
        answer(command.output().unwrap())
    };
    for (name, value) in [("FOREBILL_ALERT_SLACK", nobody), ("FOREBILL_ALERT_SNS_TOPIC", TOPIC)] {
        let ran = run(name, value);
        assert_eq!(ran.code, 3, "{}", ran.stderr);
        let error = ran.json()["jobs"][0]["failed"][0]["error"].as_str().unwrap().to_owned();
        assert!(error.starts_with("not told") && error.ends_with("4 tries"), "{error}");
    }
    for (name, value, words) in [
        ("FOREBILL_ALERT_SLACK", "https://10.0.0.1/canary", "private network"),
        ("FOREBILL_ALERT_TEAMS", "http://example.com/canary", "https is needed"),
        ("FOREBILL_ALERT_SNS_TOPIC", "alerts", "expected arn:aws:sns"),
        ("FOREBILL_ALERT_EMAIL_TO", "ops@example.com", "a mail needs both"),
    ] {
        let refused = run(name, value);
        assert_eq!(refused.code, 2, "{}", refused.stdout);
        assert!(refused.stderr.contains(words) && !refused.stderr.contains("canary"), "{}", refused.stderr);
    }
}
