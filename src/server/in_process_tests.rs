//! Unit tests of `in_process`.

use std::time::Duration;

use futures::executor::block_on;

use super::*;
use crate::server::Config;
use crate::server::testing::*;
use crate::testbed::Clock;
use crate::wire::Scheme;

struct Broken;

impl Clock for Broken {
    fn now(&self) -> Duration {
        panic!("the clock is broken")
    }

    fn advance(&self, _: Duration) {}
}

#[test]
fn of_many_simultaneous_exchanges_one_wins() {
    let mut browser = Browser::new();
    let transport = InProcess::new(Arc::clone(&browser.server));
    let secret = browser.server.world().application("default-client").unwrap().secret.clone();
    for _ in 0..10 {
        let code = browser.code_for("default-client");
        let body = format!(
            "grant_type=authorization_code&code={code}&client_id=default-client\
             &client_secret={secret}"
        );
        let requests = vec![post("/oauth2/token", &body); 8];
        let answers = block_on(transport.race(&requests));
        let wins = answers.iter().filter(|sent| sent.as_ref().unwrap().status == 200).count();
        assert_eq!((answers.len(), wins), (8, 1));
    }
    assert!(block_on(transport.race(&[])).is_empty());
}

#[test]
fn a_panic_becomes_a_500_at_the_edge() {
    let server = Server::new(Config { clock: Arc::new(Broken), ..config() });
    let target = authorize_target(&[("response_type", "code"), ("client_id", "default-client")]);
    let transport = InProcess::new(Arc::new(server));
    let answer = block_on(transport.send(&get(&target))).unwrap();
    assert_eq!(answer.status, 500);
}

#[test]
fn a_tls_only_server_closes_plain_connections() {
    let server = Arc::new(Server::new(Config { tls_only: true, ..config() }));
    let transport = InProcess::new(Arc::clone(&server));
    let mut request = get("/");
    assert!(matches!(block_on(transport.send(&request)), Err(TransportError::Closed(_))));
    assert_eq!(server.handle(&request).status, 400);
    request.origin.scheme = Scheme::Https;
    assert_eq!(block_on(transport.send(&request)).unwrap().status, 200);
}
