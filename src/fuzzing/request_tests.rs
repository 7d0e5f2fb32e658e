use url::Url;

use super::*;
use crate::driver::draft::Credentials;
use crate::driver::spoiling::Spoiling;
use crate::fuzzing::bundled;
use crate::testbed::Switches;

fn draft() -> Draft {
    let url = Url::parse("http://127.0.0.1:1/token").unwrap();
    let mut draft = Draft::new("token request", "POST", &url);
    draft.encoding = Encoding::Form;
    draft.form.push("grant_type", "authorization_code");
    draft.form.push("code", "c/1");
    draft
}

fn edited(edits: &[Edit]) -> Request {
    let profile = bundled::stage(Switches::default(), 1).unwrap().0.terms.profile.clone();
    let mut blueprint = Blueprint::of(&draft());
    edits.iter().for_each(|edit| blueprint.apply(edit, &profile));
    blueprint.request().unwrap()
}

#[test]
fn without_edits_it_is_the_request_that_the_driver_sends() {
    let mut draft = draft();
    for means in [Means::Body, Means::Basic] {
        let (id, secret) = (Some("i d".to_owned()), Some("s:".into()));
        draft.credentials = Some(Credentials { id, secret, means, signer: None });
        let ours = Blueprint::of(&draft).request().unwrap();
        let theirs = draft.to_request().unwrap();
        assert_eq!((&ours.body, &ours.target), (&theirs.body, &theirs.target));
        let field = "authorization";
        assert_eq!(ours.headers.get(field), theirs.headers.get(field));
    }
}

#[test]
fn each_edit_changes_what_it_says() {
    let body = |edit: Edit| String::from_utf8(edited(&[edit]).body).unwrap();
    let code = || "code".to_owned();
    assert_eq!(body(Edit::Without(code())), "grant_type=authorization_code");
    assert_eq!(body(Edit::Reverse), "code=c%2F1&grant_type=authorization_code");
    let spell = |how| body(Edit::Spell { name: code(), how });
    assert!(spell(Spelling::Escaped).ends_with("%63%6f%64%65=%63%2f%31"));
    assert!(spell(Spelling::Twice).ends_with("code=c%252F1"));
    assert!(spell(Spelling::Array).ends_with("code[]=c%2F1"));
    assert!(body(Edit::Body(Shape::Json)).contains(r#""code":"c/1""#));
    let moved = edited(&[Edit::Moved { name: code(), to: Place::Query }]);
    assert_eq!(moved.target, "/token?code=c%2F1");
    let moved = edited(&[Edit::Moved { name: code(), to: Place::Cookie }]);
    assert_eq!(moved.headers.get("cookie"), Some(&b"code=c%2F1"[..]));
    let get = edited(&[Edit::Method("GET".into())]);
    assert_eq!((get.target.contains("code=c"), get.body.is_empty()), (true, true));
    assert_eq!(edited(&[Edit::Bytes("00ff".into())]).body, [0, 255]);
}

#[test]
fn a_chunked_message_says_no_length_of_its_own() {
    let request = edited(&[Edit::Framing(Framing::Chunked)]);
    let text = String::from_utf8(request.to_bytes()).unwrap();
    assert!(text.contains("Transfer-Encoding: chunked") && !text.contains("Content-Length"));
    assert!(text.ends_with("\r\n0\r\n\r\n"), "{text}");
}

/// What sentences and the fuzzer both make is the same on the wire.
#[test]
fn an_edit_with_words_sends_what_its_words_send() {
    let name = |name: &str| name.to_owned();
    let set = |value| Edit::Set { name: name("code"), value };
    let edits = [
        Edit::Without(name("code")),
        Edit::Twice { name: name("code"), value: None },
        Edit::Moved { name: name("code"), to: Place::Query },
        Edit::Copy { name: name("code"), to: Place::Query },
        Edit::Method("PUT".to_owned()),
        Edit::Method("GET".to_owned()),
        Edit::Body(Shape::Json),
        Edit::Body(Shape::Text),
        Edit::Body(Shape::Nothing),
        set(Value::Empty),
        set(Value::Text("other".to_owned())),
        set(Value::Markup),
        set(Value::LineBreak),
        set(Value::Long('a', 40)),
        set(Value::Challenge),
    ];
    let spoilt = Spoiling::ALL.map(|how| set(Value::Spoilt(how)));
    for edit in edits.into_iter().chain(spoilt) {
        let change = edit.in_words().unwrap();
        assert_eq!(change.to_string().parse(), Ok(change.clone()), "{edit:?}");
        let theirs = change.apply(&draft(), &[]).unwrap().to_request().unwrap();
        let ours = edited(std::slice::from_ref(&edit));
        // The order of the members of a JSON object means nothing.
        let json = |request: &Request| {
            let is_json = request.media_type().as_deref() == Some("application/json");
            is_json.then(|| serde_json::from_slice::<serde_json::Value>(&request.body).unwrap())
        };
        let parts = |request: &Request| (request.method.clone(), request.target.clone());
        assert_eq!((parts(&ours), json(&ours)), (parts(&theirs), json(&theirs)), "{edit:?}");
        assert!(json(&ours).is_some() || ours.body == theirs.body, "{edit:?}");
        assert_eq!(ours.media_type(), theirs.media_type(), "{edit:?}");
    }
}
