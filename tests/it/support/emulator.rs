//! S3 and SQS on loopback, as a program of somebody else's understands them; asked here without the SDK that is tested.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

pub const ACCESS_KEY: &str = "test";
pub const REGION: &str = "us-east-1";
/// It installs itself the first time.
const PATIENCE: Duration = Duration::from_secs(180);

/// It ends when this goes.
pub struct Emulator {
    pub url: String,
    http: reqwest::Client,
    child: Child,
    folder: TempDir,
}

/// What a queue handed out.
pub struct Received {
    pub id: String,
    pub body: String,
    receipt: String,
}

impl Emulator {
    pub async fn start() -> Emulator {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/emulator/start.sh");
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let mut command = Command::new("bash");
        command.arg(script).arg(port.to_string()).arg(folder.path()).stdin(Stdio::piped());
        let child = command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        let http = functions::azure::AzureClient::http().unwrap();
        let emulator = Emulator { url: format!("http://127.0.0.1:{port}"), http, child, folder };
        emulator.ready().await;
        emulator
    }

    async fn ready(&self) {
        let started = Instant::now();
        let health = format!("{}/_ministack/health", self.url);
        while !self.http.get(&health).send().await.is_ok_and(|answer| answer.status().is_success()) {
            assert!(started.elapsed() < PATIENCE, "the emulator did not start: {}", self.log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// The variables with which a program finds it.
    pub fn variables(&self) -> [(&str, &str); 4] {
        [
            ("AWS_ENDPOINT_URL", self.url.as_str()),
            ("AWS_REGION", REGION),
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY),
            ("AWS_SECRET_ACCESS_KEY", "test"),
        ]
    }

    pub async fn bucket(&self, name: &str) {
        let answer = self.http.put(format!("{}/{name}", self.url)).send().await.unwrap();
        assert!(answer.status().is_success(), "{name}: {}", answer.status());
    }

    /// A queue and its address.
    pub async fn queue(&self, name: &str, attributes: Value) -> String {
        let made = self.sqs("CreateQueue", &json!({"QueueName": name, "Attributes": attributes})).await;
        made["QueueUrl"].as_str().unwrap().to_owned()
    }

    pub async fn arn(&self, queue: &str) -> String {
        let asked = json!({"QueueUrl": queue, "AttributeNames": ["QueueArn"]});
        self.sqs("GetQueueAttributes", &asked).await["Attributes"]["QueueArn"].as_str().unwrap().to_owned()
    }

    pub async fn send(&self, queue: &str, body: &str) {
        self.sqs("SendMessage", &json!({"QueueUrl": queue, "MessageBody": body})).await;
    }

    /// Up to ten messages.
    pub async fn receive(&self, queue: &str) -> Vec<Received> {
        let answer = self.sqs("ReceiveMessage", &json!({"QueueUrl": queue, "MaxNumberOfMessages": 10})).await;
        let text = |message: &Value, name: &str| message[name].as_str().unwrap().to_owned();
        let one = |message: &Value| Received {
            id: text(message, "MessageId"),
            body: text(message, "Body"),
            receipt: text(message, "ReceiptHandle"),
        };
        answer["Messages"].as_array().map(|all| all.iter().map(one).collect()).unwrap_or_default()
    }

    pub async fn delete(&self, queue: &str, message: &Received) {
        self.sqs("DeleteMessage", &json!({"QueueUrl": queue, "ReceiptHandle": message.receipt})).await;
    }

    /// As if its time of not being seen were over.
    pub async fn give_back(&self, queue: &str, message: &Received) {
        let asked = json!({"QueueUrl": queue, "ReceiptHandle": message.receipt, "VisibilityTimeout": 0});
        self.sqs("ChangeMessageVisibility", &asked).await;
    }

    /// How many messages there are, seen and unseen.
    pub async fn depth(&self, queue: &str) -> usize {
        let names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
        let asked = json!({"QueueUrl": queue, "AttributeNames": names});
        let told = self.sqs("GetQueueAttributes", &asked).await;
        names.map(|name| told["Attributes"][name].as_str().unwrap().parse::<usize>().unwrap()).iter().sum()
    }

    async fn sqs(&self, action: &str, asked: &Value) -> Value {
        let who = format!("AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/20261123/{REGION}/sqs/aws4_request");
        let request = self.http.post(&self.url).header("x-amz-target", format!("AmazonSQS.{action}"));
        let request = request.header("content-type", "application/x-amz-json-1.0");
        let request = request.header("authorization", format!("{who}, SignedHeaders=host, Signature=x"));
        let answer = request.body(asked.to_string()).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{action} {asked}: {status} {text}");
        if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
