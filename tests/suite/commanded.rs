//! Sign-ins by a command: a session serves as long as it lasts, and they are counted.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use oauthspec::cli::Run;
use oauthspec::wire::{Request, Response, form};
use serde_json::json;

use crate::rig::{self, Target};

/// A server whose login is elsewhere: whoever has no session is refused, and whoever has one is asked.
async fn asking(codes: Arc<AtomicUsize>) -> Target {
    rig::http(move |request| {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        match request.path() {
            "/authorize" => asked(&request),
            "/decide" => {
                let code = codes.fetch_add(1, Ordering::SeqCst);
                decided(&body, &format!("code-of-the-server-that-nobody-guesses-{code}"))
            }
            "/token" => rig::json_response(
                200,
                &json!({"access_token": "of-no-further-interest", "token_type": "Bearer"}),
            ),
            _ => Response::new(404),
        }
    })
    .await
}

fn asked(request: &Request) -> Response {
    if !request.headers.text("cookie").unwrap_or_default().contains("session=alice") {
        return Response::new(403);
    }
    let query = request.query().unwrap_or_default().replace('&', "&amp;");
    let mut response = Response::new(200);
    response.headers.push("Content-Type", "text/html");
    response.body = format!(
        "<title>May it?</title><form method=post action=/decide><input type=hidden name=request \
         value=\"{query}\"><button name=decision value=grant>Allow</button><button name=decision \
         value=deny>Deny</button></form>"
    )
    .into_bytes();
    response
}

fn decided(body: &str, code: &str) -> Response {
    let sent = form::decode_lossy(body.as_bytes()).unwrap_or_default();
    let asked = form::decode_lossy(sent.first("request").unwrap_or_default().as_bytes());
    let asked = asked.unwrap_or_default();
    let said = match sent.first("decision") {
        Some("grant") => format!("code={code}"),
        _ => "error=access_denied".to_owned(),
    };
    let state = asked.first("state").unwrap_or_default();
    let uri = asked.first("redirect_uri").unwrap_or_default();
    let mut response = Response::new(302);
    response.headers.push("Location", format!("{uri}?{said}&state={}", form::escape(state)));
    response
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_a_command_serves_several_scenarios() {
    let decisions = Arc::new(AtomicUsize::new(0));
    let target = asking(Arc::clone(&decisions)).await;
    let folder = tempfile::tempdir().unwrap();
    let (program, count) = (folder.path().join("sign-in"), folder.path().join("count"));
    let script = format!(
        "#!/bin/sh\necho once >> '{}'\nprintf '{{\"cookies\": {{\"session\": \"alice\"}}}}'\n",
        count.display()
    );
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let profile = format!(
        "base_url: {}\ndocuments: [rfc6749]\nendpoints: {{authorization: /authorize, token: /token}}\n\
         clients:\n  default: {{id: app, secret: a-secret-of-the-test, redirect_uris: \
         [\"https://app.client.example/callback\"]}}\nusers:\n  default: {{login: alice, password: \
         of-no-use}}\nlogin: {{command: ['{}']}}\n",
        target.url,
        program.display()
    );
    let path = rig::written(folder.path(), &profile);
    let words = vec![path, "authorize/state-on-grant".to_owned(), "code".to_owned()];
    let judged =
        rig::judge(Run { words, seed: Some(7), concurrency: Some(1), ..Run::default() }).await;
    let times = std::fs::read_to_string(&count).unwrap().lines().count();
    let conduct = judged.record.conduct.as_ref().unwrap();
    let decisions = decisions.load(Ordering::SeqCst);
    assert!(times * 2 < decisions, "{times} of {decisions}\n{}", judged.console);
    assert!(conduct.logins > 0 && conduct.logins <= times, "{times}\n{}", judged.console);
}
