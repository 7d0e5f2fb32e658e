//! Choices of the policy that no rule of the suite asks for.

use super::Dialect;
use crate::server::testing::{Browser, body, config, get, pair, post, query_of, refusal};
use crate::server::{Config, Server};
use crate::wire::{Response, basic};

// RFC 7636 appendix B.
const PROOF: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const VALUE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A browser on a server that names no enterprise and takes HTTP Basic.
fn browser() -> Browser {
    let shows_email = |dialect: &&Dialect| dialect.resources.iter().any(|it| it.path == "/email");
    let dialect = Dialect::all().iter().find(shows_email).unwrap();
    let Config { clock, random, .. } = config();
    let server = Server::new(Config { clock, random, control: true, ..Config::of(dialect) });
    Browser { server: server.into(), cookie: None }
}

fn code(browser: &mut Browser, client_id: &str, scope: &str) -> String {
    let target = format!(
        "/authorize?response_type=code&client_id={client_id}&scope={scope}&code_challenge={VALUE}\
         &code_challenge_method=S256"
    );
    let page = browser.send(get(&target));
    let page = browser.sign_in(&page, "alice@example.com");
    let redirect = browser.decide(&page, "grant");
    query_of(&redirect).first("code").unwrap().to_owned()
}

fn token(browser: &mut Browser, client: &str, secret: Option<&str>, form: &str) -> Response {
    let id = browser.server.world().application_of_role(client).unwrap().client_id.clone();
    let mut request = post("/token", form);
    if let Some(secret) = secret {
        request.headers.push("Authorization", basic::encode(&id, secret));
    }
    browser.send(request)
}

fn secret_of(browser: &Browser, client: &str) -> String {
    browser.server.world().application_of_role(client).unwrap().secret.clone()
}

#[test]
fn basic_credentials_are_form_decoded_and_challenged_where_they_are_wrong() {
    let mut browser = browser();
    let secret = secret_of(&browser, "encoded");
    let form = "grant_type=authorization_code&code=none";
    let right = token(&mut browser, "encoded", Some(&secret), form);
    assert_eq!(refusal(&right), (400, "invalid_grant".to_owned()));
    let wrong = token(&mut browser, "encoded", Some("wrong"), form);
    assert_eq!(refusal(&wrong), (401, "invalid_client".to_owned()));
    assert!(wrong.headers.text("www-authenticate").unwrap().starts_with("Basic "));
    let both = format!("{form}&client_secret=x");
    let both = token(&mut browser, "encoded", Some(&secret), &both);
    assert_eq!(refusal(&both), (400, "invalid_request".to_owned()));
}

#[test]
fn a_public_client_names_itself_and_proves_nothing() {
    let mut browser = browser();
    let code = code(&mut browser, "public-client", "profile");
    let form = format!(
        "grant_type=authorization_code&code={code}&client_id=public-client\
                        &code_verifier={PROOF}"
    );
    let secret = token(&mut browser, "public", None, &format!("{form}&client_secret=x"));
    assert_eq!(refusal(&secret), (400, "invalid_client".to_owned()));
    let issued = token(&mut browser, "public", None, &form);
    assert_eq!(body(&issued)["scope"], "profile");
    let confidential = token(
        &mut browser,
        "default",
        None,
        "grant_type=refresh_token&refresh_token=x&client_id=default-client",
    );
    assert_eq!(refusal(&confidential), (400, "invalid_client".to_owned()));
}

#[test]
fn a_refresh_narrows_the_access_token_and_leaves_the_grant() {
    let mut browser = browser();
    let code = code(&mut browser, "default-client", "profile%20email");
    let secret = secret_of(&browser, "default");
    let mut ask = |form: String| token(&mut browser, "default", Some(&secret), &form);
    let (_, refresh) =
        pair(&ask(format!("grant_type=authorization_code&code={code}&code_verifier={PROOF}")));
    let wider = ask(format!("grant_type=refresh_token&refresh_token={refresh}&scope=address"));
    assert_eq!(refusal(&wider), (400, "invalid_scope".to_owned()));
    let narrow = ask(format!("grant_type=refresh_token&refresh_token={refresh}&scope=profile"));
    assert_eq!(body(&narrow)["scope"], "profile");
    let (access, refresh) = pair(&narrow);
    let whole = ask(format!("grant_type=refresh_token&refresh_token={refresh}"));
    assert_eq!(body(&whole)["scope"], "profile email");
    let (newer, refresh) = pair(&whole);
    assert_eq!(browser.api("/email", &access).status, 403);
    assert_eq!(browser.api("/email", &newer).status, 200);
    // RFC 7009 §2.1: what descends from the same grant goes with it.
    let mut revoke = post("/revoke", &format!("token={refresh}"));
    revoke.headers.push("Authorization", basic::encode("default-client", &secret));
    assert_eq!(browser.send(revoke).status, 200);
    assert_eq!(browser.api("/userinfo", &access).status, 401);
    assert_eq!(browser.api("/userinfo", &newer).status, 401);
}

#[test]
fn a_client_acts_for_itself_within_its_scopes() {
    let mut browser = browser();
    let secret = secret_of(&browser, "server");
    let form = "grant_type=client_credentials&scope=profile";
    let issued = body(&token(&mut browser, "server", Some(&secret), form));
    assert_eq!((&issued["scope"], issued.get("refresh_token")), (&"profile".into(), None));
    let access = issued["access_token"].as_str().unwrap().to_owned();
    assert_eq!(body(&browser.api("/userinfo", &access))["sub"], "server-client");
    let wider =
        token(&mut browser, "server", Some(&secret), "grant_type=client_credentials&scope=x");
    assert_eq!(refusal(&wider), (400, "invalid_scope".to_owned()));
}
