//! A loopback server that does what it is told, byte by byte: an answer for each request, whole, dripped or cut.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Longer than an impatient client waits.
const STALL: Duration = Duration::from_millis(1500);

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Path and query.
    pub target: String,
    /// Header lines in lower case, without the request line.
    pub head: String,
    pub body: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        let line = self.head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")))?;
        line.split_once(':').map(|(_, value)| value.trim())
    }

    /// A field of a form.
    pub fn field(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.body.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into())
    }
}

/// How an answer comes.
#[derive(Debug, Clone, Copy)]
enum Manner {
    Whole,
    /// So many bytes at a time.
    Dripped(usize),
    /// The connection ends after so many bytes of the body.
    Cut(usize),
    /// The connection ends without a word.
    Hung,
    /// Nothing more comes after so many bytes of the body; not even the head where it is 0.
    Stalled(usize),
    /// The body is all there is: no head.
    Noise,
}

/// One answer.
#[derive(Debug, Clone)]
pub struct Step {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    manner: Manner,
    length: bool,
}

impl Step {
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Step {
        Step { status, headers: Vec::new(), body: body.into(), manner: Manner::Whole, length: true }
    }

    pub fn ok(body: impl Into<Vec<u8>>) -> Step {
        Step::new(200, body)
    }

    pub fn is_ok(&self) -> bool {
        self.status == 200
    }

    pub fn redirect(location: &str) -> Step {
        Step::new(302, "").with("location", location)
    }

    /// The connection ends without an answer.
    pub fn hang_up() -> Step {
        Step { manner: Manner::Hung, ..Step::new(200, "") }
    }

    pub fn with(mut self, name: &str, value: &str) -> Step {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without a length: the end of the connection is the end of the body.
    pub fn without_length(mut self) -> Step {
        self.length = false;
        self
    }

    pub fn dripped(mut self, bytes: usize) -> Step {
        self.manner = Manner::Dripped(bytes);
        self
    }

    /// Nothing more comes after so many bytes of the body; not even the head where it is 0.
    pub fn stalled(mut self, bytes: usize) -> Step {
        self.manner = Manner::Stalled(bytes);
        self
    }

    /// Something that is no HTTP.
    pub fn noise(text: &str) -> Step {
        Step { manner: Manner::Noise, ..Step::new(200, text) }
    }

    pub fn cut(mut self, bytes: usize) -> Step {
        self.manner = Manner::Cut(bytes);
        self
    }
}

type Script = Box<dyn FnMut(&Asked) -> Step + Send>;

/// The server; it ends when this is dropped.
pub struct Scripted {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    over: Arc<AtomicBool>,
}

impl Scripted {
    /// Answers by a function of the request.
    pub fn start(script: impl FnMut(&Asked) -> Step + Send + 'static) -> Scripted {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (asked, over) = (Arc::<Mutex<Vec<Asked>>>::default(), Arc::new(AtomicBool::new(false)));
        let script: Arc<Mutex<Script>> = Arc::new(Mutex::new(Box::new(script)));
        let (heard, ended) = (asked.clone(), over.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let (script, heard) = (script.clone(), heard.clone());
                thread::spawn(move || stream.and_then(|stream| serve(stream, &script, &heard)));
            }
        });
        Scripted { url, asked, over }
    }

    /// Answers with these, in order; one request more is answered with a status that no test expects.
    pub fn steps(steps: impl IntoIterator<Item = Step>) -> Scripted {
        let mut steps = steps.into_iter().collect::<Vec<_>>().into_iter();
        Scripted::start(move |_| steps.next().unwrap_or_else(|| Step::new(418, "the script is over")))
    }

    /// Always the same.
    pub fn always(step: Step) -> Scripted {
        Scripted::start(move |_| step.clone())
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for a caller.
        let _ = TcpStream::connect(self.url.trim_start_matches("http://"));
    }
}

fn serve(mut stream: TcpStream, script: &Mutex<Script>, heard: &Mutex<Vec<Asked>>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let Some(asked) = read(&mut stream)? else { return Ok(()) };
    let step = (script.lock().unwrap())(&asked);
    heard.lock().unwrap().push(asked);
    answer(&mut stream, &step)
}

fn read(stream: &mut TcpStream) -> std::io::Result<Option<Asked>> {
    let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
    let mut more = |bytes: &mut Vec<u8>| -> std::io::Result<bool> {
        let read = stream.read(&mut piece)?;
        bytes.extend_from_slice(&piece[..read]);
        Ok(read > 0)
    };
    let split = loop {
        if let Some(at) = bytes.windows(4).position(|end| end == b"\r\n\r\n") {
            break at;
        }
        if !more(&mut bytes)? {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&bytes[..split]).into_owned();
    let (first, head) = head.split_once("\r\n").unwrap_or((&head, ""));
    let mut asked =
        Asked { target: first.split(' ').nth(1).unwrap_or("").to_owned(), head: head.to_owned(), body: String::new() };
    let length = asked.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    while bytes.len() < split + 4 + length && more(&mut bytes)? {}
    asked.body = String::from_utf8_lossy(&bytes[split + 4..]).into_owned();
    Ok(Some(asked))
}

fn answer(stream: &mut TcpStream, step: &Step) -> std::io::Result<()> {
    let Step { status, headers, body, manner, length } = step;
    match manner {
        Manner::Hung => return Ok(()),
        Manner::Noise => return stream.write_all(body),
        Manner::Stalled(0) => {
            thread::sleep(STALL);
            return Ok(());
        }
        _ => {}
    }
    let mut head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\n");
    if *length && !headers.iter().any(|(name, _)| name == "content-length") {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    match *manner {
        Manner::Cut(bytes) => stream.write_all(&body[..bytes.min(body.len())])?,
        Manner::Dripped(bytes) => {
            for piece in body.chunks(bytes.max(1)) {
                stream.write_all(piece)?;
                thread::sleep(Duration::from_millis(1));
            }
        }
        Manner::Stalled(bytes) => {
            stream.write_all(&body[..bytes.min(body.len())])?;
            stream.flush()?;
            thread::sleep(STALL);
        }
        Manner::Whole | Manner::Hung | Manner::Noise => stream.write_all(body)?,
    }
    stream.flush()
}
