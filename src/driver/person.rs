//! A person who signs in where the suite cannot: they are shown a URL, sign in in a browser of their own,
//! and the redirect to the client comes back by a listener at its redirect URI or by being pasted.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::net::ToSocketAddrs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use url::Url;

use super::time::Born;
use crate::observe::success;
use crate::profile;
use crate::wire::transport::Sent;
use crate::wire::{Secret, form};

/// How long a browser may take to send its request to the listener.
const PATIENCE: Duration = Duration::from_secs(5);
/// Most octets of that request's head.
const LIMIT: u64 = 64 * 1024;

/// The person at a target, and what they signed in for.
pub struct Person {
    times: usize,
    within: Duration,
    /// Whether what is for one scenario alone may have a sign-in, too.
    for_each: AtomicBool,
    /// Sign-ins that were begun, and the states of those that are over; whoever holds it asks the person.
    begun: tokio::sync::Mutex<(usize, Vec<String>)>,
    kept: Mutex<Vec<Kept>>,
    /// What tokens were kept of, though they may be worth nothing any more.
    shown: Mutex<BTreeSet<(String, Option<String>)>>,
}

/// Tokens that a person signed in for, which scenarios use one after the other.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    /// Role of the client and the scope that was asked for, where it was not the client's own.
    pub(super) asked: (String, Option<String>),
    pub(super) access: Secret,
    pub(super) refresh: Option<Secret>,
    pub(super) expires_in: Option<u64>,
    pub(super) scope: Option<String>,
    pub(super) token_type: Option<String>,
    pub(super) born: Born,
}

/// Who has something of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignIn {
    /// Scenarios, one after the other, that take tokens.
    Shared,
    /// One scenario alone.
    Own,
}

/// Why nobody signed in.
#[derive(Debug)]
pub(super) enum Absent {
    /// Nobody is asked any more, or not yet.
    Spent(String),
    /// They were asked, and did not come back.
    Away(String),
}

impl Person {
    /// The person of a profile; `None`: the suite signs in by itself.
    pub fn of(profile: &profile::Profile) -> Option<Self> {
        let terms = profile.login.person.as_ref()?;
        Some(Self {
            times: terms.times,
            within: terms.within,
            for_each: AtomicBool::default(),
            begun: tokio::sync::Mutex::default(),
            kept: Mutex::default(),
            shown: Mutex::default(),
        })
    }

    /// From now on a scenario may have a sign-in of its own.
    pub fn sign_in_for_each(&self) {
        self.for_each.store(true, Ordering::Relaxed);
    }

    /// Whether a scenario may have a sign-in of its own.
    pub fn signs_in_for_each(&self) -> bool {
        self.for_each.load(Ordering::Relaxed)
    }

    /// How many sign-ins there are at most, by now: until scenarios may have their own, half of them.
    fn most(&self, occasion: SignIn) -> usize {
        match (self.signs_in_for_each(), occasion) {
            (true, _) => self.times,
            (false, SignIn::Shared) => self.times.div_ceil(2),
            (false, SignIn::Own) => 0,
        }
    }

    /// How often the person was asked, and how often they would be.
    pub fn asked(&self) -> (usize, usize) {
        // Whoever holds it waits for the last of them.
        (self.begun.try_lock().map_or(self.times, |begun| begun.0), self.times)
    }

    /// Has the person follow an authorization request: the URL that the client is sent.
    pub(super) async fn sign_in(
        &self,
        url: &str,
        redirect_uri: &str,
        login: &str,
        occasion: SignIn,
    ) -> Result<String, Absent> {
        let mut begun = self.begun.lock().await;
        let (number, states) = &mut *begun;
        if *number >= self.most(occasion) {
            return Err(Absent::Spent(format!(
                "this needs one more sign-in by a person than the {} of `login.person.times`",
                self.times
            )));
        }
        *number += 1;
        let listeners = listeners(redirect_uri).await;
        let (times, seconds) = (self.times, self.within.as_secs());
        let mut text = format!(
            "\nSign-in {number} of {times}: open this URL in a browser within {seconds} s, sign in as \
             {login} and agree.\n\n  {url}\n\n"
        );
        if listeners.is_empty() {
            text.push_str("Then paste here the whole URL that the browser was sent to:\n");
        }
        tell(&text);
        let back = async {
            match listeners.is_empty() {
                true => pasted(redirect_uri, states).await,
                false => received(&listeners, redirect_uri, states).await,
            }
        };
        let timed_out = || {
            let text = format!("nobody signed in within {seconds} s (`login.person.within`)");
            Err(Absent::Away(text))
        };
        let location =
            tokio::time::timeout(self.within, back).await.unwrap_or_else(|_| timed_out())?;
        states.extend(param(&location, "state"));
        tell("Thank you; the suite goes on.\n");
        Ok(location)
    }

    pub(super) fn kept(&self, asked: &(String, Option<String>)) -> Option<Kept> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|it| it.asked == *asked).cloned()
    }

    /// Whether the ordinary flow was seen to work.
    pub(super) fn has_shown(&self, asked: &(String, Option<String>)) -> bool {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).contains(asked)
    }

    pub(super) fn keep(&self, kept: Kept) {
        self.forget(&kept.asked);
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).insert(kept.asked.clone());
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).push(kept);
    }

    pub(super) fn forget(&self, asked: &(String, Option<String>)) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|it| it.asked != *asked);
    }

    /// Whoever uses a kept refresh token may get another one in its place.
    pub(super) fn note(&self, presented: Option<&str>, sent: &Sent) {
        let Some(presented) = presented else { return };
        let tokens = sent.as_ref().ok().and_then(success::tokens);
        let Some(fresh) = tokens.and_then(|tokens| tokens.refresh) else { return };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let used = kept.iter_mut().find(|it| it.refresh.as_deref() == Some(presented));
        if let Some(kept) = used {
            kept.refresh = Some(fresh);
        }
    }
}

/// Whether a redirect URI leads to this machine, where the suite can listen in the client's place.
pub fn is_received(redirect_uri: &str) -> bool {
    address(redirect_uri).is_some()
}

fn address(redirect_uri: &str) -> Option<(String, u16)> {
    let url = Url::parse(redirect_uri).ok().filter(|url| url.scheme() == "http")?;
    let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
    let local = ["127.0.0.1", "localhost", "::1"].contains(&host.as_str());
    local.then_some((host, url.port_or_known_default()?))
}

/// Listeners at a redirect URI; none where it is not of this machine, or somebody else listens there.
async fn listeners(redirect_uri: &str) -> Vec<TcpListener> {
    let mut listeners = Vec::new();
    let addresses = address(redirect_uri).and_then(|it| it.to_socket_addrs().ok());
    for address in addresses.into_iter().flatten() {
        listeners.extend(TcpListener::bind(address).await.ok());
    }
    listeners
}

fn tell(text: &str) {
    // Whoever closed standard error is told nothing.
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// The redirect that a browser brings to one of the listeners.
async fn received(
    listeners: &[TcpListener],
    redirect_uri: &str,
    over: &[String],
) -> Result<String, Absent> {
    loop {
        let accepted = listeners.iter().map(|listener| Box::pin(listener.accept()));
        let Ok((stream, _)) = futures::future::select_all(accepted).await.0 else { continue };
        let found = answer(stream, redirect_uri, over);
        if let Ok(Some(url)) = tokio::time::timeout(PATIENCE, found).await {
            return Ok(url);
        }
    }
}

/// Answers one request of a browser; the redirect, if it was that.
async fn answer(mut stream: TcpStream, redirect_uri: &str, over: &[String]) -> Option<String> {
    let mut first = String::new();
    let mut reader = BufReader::new((&mut stream).take(LIMIT));
    reader.read_line(&mut first).await.ok()?;
    let mut line = String::new();
    while reader.read_line(&mut line).await.ok()? > 2 {
        line.clear();
    }
    let target = first.split(' ').nth(1).filter(|target| target.starts_with('/'))?;
    let origin = Url::parse(redirect_uri).ok()?;
    let url = format!("{}{target}", &origin[..url::Position::BeforePath]);
    let found = wanted(&url, redirect_uri, over);
    let (status, text) = match &found {
        Ok(()) => ("200 OK", "This window can be closed: the suite goes on.".to_owned()),
        Err(why) => ("404 Not Found", format!("This is not what the suite waits for: {why}")),
    };
    let length = text.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nCache-Control: no-store\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{text}"
    );
    // A browser that is gone has said what it had to say.
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
    found.ok().map(|()| url)
}

/// The redirect that somebody pastes.
async fn pasted(redirect_uri: &str, over: &[String]) -> Result<String, Absent> {
    let mut lines = lines().lock().await;
    loop {
        let Some(line) = lines.recv().await else {
            let text = "standard input has ended, and nobody can paste the URL of the redirect";
            return Err(Absent::Away(text.to_owned()));
        };
        let line = line.trim();
        match wanted(line, redirect_uri, over) {
            Ok(()) => return Ok(line.to_owned()),
            Err(_) if line.is_empty() => {}
            Err(why) => tell(&format!("This is not it: {why}. Paste the URL again:\n")),
        }
    }
}

/// Lines of standard input, read by a thread of their own: a read cannot be broken off.
fn lines() -> &'static tokio::sync::Mutex<UnboundedReceiver<String>> {
    static LINES: OnceLock<tokio::sync::Mutex<UnboundedReceiver<String>>> = OnceLock::new();
    LINES.get_or_init(|| {
        let (sender, receiver) = unbounded_channel();
        std::thread::spawn(move || {
            for line in std::io::stdin().lines() {
                let Ok(line) = line else { break };
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        tokio::sync::Mutex::new(receiver)
    })
}

/// Whether a URL is the redirect to the client; why not.
fn wanted(url: &str, redirect_uri: &str, over: &[String]) -> Result<(), String> {
    let path = |text: &str| text.split(['?', '#']).next().unwrap_or_default().to_owned();
    if path(url) != path(redirect_uri) {
        return Err(format!("it does not begin with {}", path(redirect_uri)));
    }
    let has = |name| param(url, name).is_some();
    if !has("code") && !has("error") && !has("access_token") {
        return Err("it carries neither a code nor an error".to_owned());
    }
    match param(url, "state").filter(|state| over.contains(state)) {
        Some(_) => Err("it is that of an earlier sign-in".to_owned()),
        None => Ok(()),
    }
}

/// A parameter of the query or the fragment.
fn param(url: &str, name: &str) -> Option<String> {
    let parts = url.split(['?', '#']).skip(1);
    let mut found = parts.filter_map(|part| {
        let params = form::decode_lossy(part.as_bytes()).ok()?;
        params.first(name).map(str::to_owned)
    });
    found.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_redirect_of_this_sign_in_is_taken() {
        let uri = "http://127.0.0.1:8765/callback";
        let over = ["old".to_owned()];
        assert_eq!(wanted("http://127.0.0.1:8765/callback?code=1&state=new", uri, &over), Ok(()));
        assert_eq!(wanted("http://127.0.0.1:8765/callback?error=access_denied", uri, &[]), Ok(()));
        for (url, why) in [
            ("http://127.0.0.1:8765/favicon.ico", "does not begin with"),
            ("https://id.example/?code=1", "does not begin with"),
            ("http://127.0.0.1:8765/callback", "neither a code nor an error"),
            ("http://127.0.0.1:8765/callback?code=1&state=old", "an earlier sign-in"),
            ("", "does not begin with"),
        ] {
            let said = wanted(url, uri, &over).unwrap_err();
            assert!(said.contains(why), "{url}: {said}");
        }
    }

    #[test]
    fn the_suite_listens_on_this_machine_alone() {
        for uri in ["http://127.0.0.1:8765/cb", "http://localhost/cb", "http://[::1]:1/cb"] {
            assert!(is_received(uri), "{uri}");
        }
        for uri in ["https://127.0.0.1/cb", "http://app.example/cb", "http://0.0.0.0/cb", "app:/cb"]
        {
            assert!(!is_received(uri), "{uri}");
        }
    }
}
