//! What the suite serves on this machine, for the target to read: documents that describe clients.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a reader may take to ask.
const PATIENCE: Duration = Duration::from_secs(2);

/// Most octets of a request.
const LIMIT: u64 = 64 * 1024;

/// One document.
#[derive(Debug, Clone)]
pub enum ServedPage {
    /// JSON, or what is sent in its place.
    Json(String),
    /// The same with this status.
    Status(u16, String),
    /// A redirect to this URL.
    Elsewhere(String),
}

type Pages = Arc<Mutex<BTreeMap<String, ServedPage>>>;

/// A listener on 127.0.0.1 and what is there.
#[derive(Debug)]
pub struct Served {
    address: SocketAddr,
    pages: Pages,
}

impl Served {
    /// Listens on a free port of 127.0.0.1, on a thread that ends with the value.
    ///
    /// # Errors
    /// Where there is no port.
    pub fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let pages = Pages::default();
        let shared = Arc::downgrade(&pages);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Some(pages) = shared.upgrade() else { break };
                if let Ok(stream) = stream {
                    std::thread::spawn(move || answer(&stream, &pages));
                }
            }
        });
        Ok(Self { address, pages })
    }

    /// The URL of a path, which begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Puts a document at a path, in place of what was there.
    pub fn put(&self, path: &str, page: ServedPage) {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), page);
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.pages = Pages::default();
        // The thread looks up once more, and sees that nobody needs it.
        drop(TcpStream::connect_timeout(&self.address, PATIENCE));
    }
}

/// Answers one request. Who does not ask is left alone.
fn answer(mut stream: &TcpStream, pages: &Pages) -> Option<()> {
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let mut lines = BufReader::new(stream.take(LIMIT)).lines();
    let first = lines.next()?.ok()?;
    // A reader whose request is not read to its end may see the connection reset.
    lines.map_while(Result::ok).take_while(|line| !line.is_empty()).take(100).for_each(drop);
    let path = first.split(' ').nth(1)?.to_owned();
    let page = pages.lock().unwrap_or_else(PoisonError::into_inner).get(&path).cloned();
    let (status, more, body) = match page.unwrap_or_else(|| ServedPage::Status(404, String::new()))
    {
        ServedPage::Json(body) => (200, "Content-Type: application/json\r\n".to_owned(), body),
        ServedPage::Status(status, body) => (status, String::new(), body),
        ServedPage::Elsewhere(url) => (302, format!("Location: {url}\r\n"), String::new()),
    };
    let head = format!("HTTP/1.1 {status} -\r\n{more}Cache-Control: no-store\r\n");
    let length = body.len();
    write!(stream, "{head}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}").ok()
}
