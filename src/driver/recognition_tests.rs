//! Pages as they are found on servers, cut down to what matters.

use url::Url;

use super::*;
use crate::wire::Response;

fn page(html: &str) -> Page {
    let mut response = Response::new(200);
    response.headers.push("Content-Type", "text/html");
    response.body = html.as_bytes().to_vec();
    Page::read(&response, &Url::parse("https://as.example/a/b").unwrap())
}

fn sent(page: &Page, decision: Decision) -> Option<String> {
    Some(match page.decide(decision, &Login::default())? {
        Action::Submit { method, url, fields } => {
            format!("{method} {url} {}", crate::wire::form::encode(&fields))
        }
        Action::Follow(url) => format!("link {url}"),
    })
}

#[test]
fn what_is_nested_as_no_page_is_is_not_parsed() {
    let start = std::time::Instant::now();
    let deep = "<div>".repeat(300_000) + "<form><input name=login></form>";
    assert!(page(&deep).forms.is_empty());
    assert!(start.elapsed() < std::time::Duration::from_secs(20), "{:?}", start.elapsed());
    let long = "<p>one<br>".repeat(20_000) + "<form><input name=login></form>";
    assert_eq!(page(&long).forms.len(), 1);
}

#[test]
fn two_buttons_are_told_apart() {
    let page = page(
        r#"<form method=post action="c"><input type=hidden name=t value=1>
           <input type=submit value=Cancel><input type=submit name=allow value=Authorize></form>"#,
    );
    assert_eq!(page.kind(200, &Login::default()), PageKind::Choice);
    let url = "POST https://as.example/a/c";
    assert_eq!(sent(&page, Decision::Grant).unwrap(), format!("{url} t=1&allow=Authorize"));
    assert_eq!(sent(&page, Decision::Deny).unwrap(), format!("{url} t=1"));
}

#[test]
fn a_link_can_be_the_denial() {
    let page = page(
        r#"<form method=post><button type=submit>Continue</button></form>
           <a href="/abort">[ Cancel ]</a>"#,
    );
    assert_eq!(sent(&page, Decision::Grant).unwrap(), "POST https://as.example/a/b ");
    assert_eq!(sent(&page, Decision::Deny).unwrap(), "link https://as.example/abort");
}

#[test]
fn a_tick_box_and_radio_buttons_are_choices() {
    let ticked = page(
        r#"<form method=post><label><input type=checkbox name=confirm>Consent?</label>
           <button>Submit</button></form>"#,
    );
    assert_eq!(sent(&ticked, Decision::Grant).unwrap(), "POST https://as.example/a/b confirm=on");
    assert_eq!(sent(&ticked, Decision::Deny).unwrap(), "POST https://as.example/a/b ");
    let radio = page(
        r#"<form><label><input type=radio name=d value=1>Allow</label>
           <label><input type=radio name=d value=0>Don't allow</label><button>Send</button></form>"#,
    );
    assert_eq!(sent(&radio, Decision::Grant).unwrap(), "GET https://as.example/a/b d=1");
    assert_eq!(sent(&radio, Decision::Deny).unwrap(), "GET https://as.example/a/b d=0");
}

#[test]
fn a_box_that_is_no_agreement_denies_nothing() {
    let boxes = [
        "<label><input type=checkbox name=scopes value=a>Read your mail</label>",
        "<label><input type=checkbox name=scopes value=a checked>I agree</label>",
        "<label><input type=checkbox name=remember>Remember</label>",
    ];
    for tick in boxes {
        let form =
            format!("<form method=post>{tick}<button name=c value=yes>Allow</button></form>");
        let with = |more: &str| page(&format!("{form}{more}"));
        assert_eq!(sent(&with(""), Decision::Deny), None, "{tick}");
        let link = with("<a href=/no>No thanks</a>");
        assert_eq!(sent(&link, Decision::Deny).unwrap(), "link https://as.example/no", "{tick}");
        let other = with("<form method=post action=/deny><button>Deny</button></form>");
        assert_eq!(
            sent(&other, Decision::Deny).unwrap(),
            "POST https://as.example/deny ",
            "{tick}"
        );
    }
    let agreed = "<form method=post><label><input type=checkbox name=a>I agree</label>\
                  <button>Allow</button></form>";
    assert_eq!(sent(&page(agreed), Decision::Deny), None);
    let link = page(&format!("{}<a href=/no>Cancel</a>", agreed.replace("Allow", "Continue")));
    assert_eq!(sent(&link, Decision::Deny).unwrap(), "link https://as.example/no");
}

#[test]
fn a_form_for_something_else_is_no_decision() {
    let page = page(
        "<form method=post><button>Allow</button></form><form action=/find><input name=q>\
         <input type=checkbox name=exact><button>Search</button></form><a href=/no>Deny</a>",
    );
    assert_eq!(sent(&page, Decision::Grant).unwrap(), "POST https://as.example/a/b ");
    assert_eq!(sent(&page, Decision::Deny).unwrap(), "link https://as.example/no");
}

#[test]
fn words_of_the_profile_may_be_phrases() {
    let login = |grant: &str| Login { grant_words: vec![grant.to_owned()], ..Login::default() };
    let page = page("<form method=post><button>A alice@example.com Alice</button></form>");
    for (words, known) in [("alice@example.com", true), ("Alice", true), ("example alice", false)] {
        let found = page.decide(Decision::Grant, &login(words)).is_some();
        assert_eq!(found, known, "{words}");
    }
}

#[test]
fn values_that_contradict_their_label_do_not_count() {
    let page = page(
        r#"<form method=post><button name=confirm value=yes>Allow</button>
           <button name=confirm value="">Deny</button></form>"#,
    );
    assert_eq!(sent(&page, Decision::Deny).unwrap(), "POST https://as.example/a/b confirm=");
}

#[test]
fn logins_come_on_one_page_or_two() {
    let words = Login::default();
    let one = page("<form><input name=u><input type=password name=p><button>In</button></form>");
    assert_eq!(one.kind(401, &words), PageKind::Login(0));
    assert_eq!(one.forms[0].login_field().unwrap().name, "u");
    let two = page("<form><input type=email name=identifier><button>Next</button></form>");
    assert_eq!(two.kind(200, &words), PageKind::Login(0));
}

#[test]
fn errors_are_not_choices_and_scripts_are_not_text() {
    let page = page("<script>invalid_x</script><p>Sorry: invalid_y</p><a href=/>Continue</a>");
    assert_eq!(page.kind(400, &Login::default()), PageKind::Other);
    assert_eq!(page.text, "Sorry: invalid_y Continue");
    assert!(!page.holds_our_markup);
}

#[test]
fn what_went_wrong_is_told_first() {
    let long = format!("<h1>Sign in</h1><p>{}</p>", "All about this server. ".repeat(20));
    for marked in ["role=alert", "class='box error'", "class=alert-danger"] {
        let told = page(&format!("{long}<div {marked}><b>User</b> is blocked</div>")).told();
        assert!(told.starts_with("User is blocked (Sign in All"), "{told}");
    }
    for plain in ["", "role=note", "class=error hidden", "class='error hidden'"] {
        let told = page(&format!("{long}<div {plain}>Hello</div>")).told();
        assert!(told.starts_with("Sign in All"), "{told}");
    }
    assert_eq!(page("<p class=error>Sorry</p>").told(), "Sorry");
}

#[test]
fn escaped_markup_is_text() {
    let escaped = page("<p>&lt;x-oauthspec&gt;</p>");
    assert!(!escaped.holds_our_markup);
    assert!(page("<input value=\"\" onoauthspec=\"1\">").holds_our_markup);
    assert!(page("<p><x-oauthspec>").holds_our_markup);
}

#[test]
fn a_lone_link_is_no_choice_and_script_buttons_are_not_sent() {
    let lone = page("<p>Something went wrong.</p><a href='/'>Continue</a>");
    assert_eq!(lone.kind(200, &Login::default()), PageKind::Other);
    let both = page("<p>Allow?</p><a href='/y'>Allow</a> <a href='/n'>Deny</a>");
    assert_eq!(sent(&both, Decision::Grant).unwrap(), "link https://as.example/y");
    let scripted = page(
        "<form method=post><button type=button name=x>Show</button><input name=o disabled value=1>
         <button name=d value=y>Allow</button></form>",
    );
    assert_eq!(sent(&scripted, Decision::Grant).unwrap(), "POST https://as.example/a/b d=y");
}

fn signed_in(html: &str, words: &Login) -> String {
    let user = User {
        login: "ada".to_owned(),
        password: "pass".into(),
        identity: None,
        id: Some("7".to_owned()),
        sign_on: None,
    };
    match page(html).forms[0].sign_in(&user, None, words) {
        Action::Submit { fields, .. } => crate::wire::form::encode(&fields),
        Action::Follow(url) => url.to_string(),
    }
}

#[test]
fn the_name_goes_where_the_page_wants_it() {
    let none = Login::default();
    for (html, sent) in [
        // By `autocomplete`, by label, by what stands in the field, and by place.
        (
            "<form><input name=a autocomplete=username><input name=b><input type=password name=c></form>",
            "a=ada&b=&c=pass",
        ),
        (
            "<form><label for=x>E-mail</label><input id=x name=a><input name=b><input type=password name=c></form>",
            "a=ada&b=&c=pass",
        ),
        (
            "<form><input name=a placeholder='User name'><input name=b><input type=password name=c></form>",
            "a=ada&b=&c=pass",
        ),
        (
            "<form><input name=a><input name=b><input type=password name=c></form>",
            "a=&b=ada&c=pass",
        ),
        ("<form><input type=password name=c><input name=login></form>", "c=pass&login=ada"),
    ] {
        assert_eq!(signed_in(html, &none), sent, "{html}");
    }
}

#[test]
fn identities_have_many_names_and_none_that_is_required_stays_empty() {
    let none = Login::default();
    for name in ["sub", "id", "upn", "nickname", "user[email]"] {
        let html =
            format!("<form method=post><input name='{name}' required><button>Go</button></form>");
        assert_eq!(page(&html).kind(200, &none), PageKind::Login(0), "{name}");
        assert!(signed_in(&html, &none).ends_with("=ada"), "{name}");
    }
    let two =
        "<form><input name=sub required><input name=nickname required><button>Go</button></form>";
    assert_eq!(signed_in(two, &none), "sub=ada&nickname=ada");
    let more =
        "<form><input name=user><input type=password name=p><input name=otp required></form>";
    assert_eq!(page(more).forms[0].left_empty(&none).unwrap().name, "otp");
    let fields = [("otp", "000000"), ("user", "{id}")];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let own = Login { fields, ..Login::default() };
    assert_eq!(page(more).forms[0].left_empty(&own), None);
    assert_eq!(signed_in(more, &own), "user=7&p=pass&otp=000000");
}

#[test]
fn a_text_field_beside_a_decision_is_no_login() {
    let html = "<form method=post><input name=note><button name=d value=y>Allow</button>
                <button name=d value=n>Deny</button></form>";
    assert_eq!(page(html).kind(200, &Login::default()), PageKind::Choice);
}

#[test]
fn what_stands_beside_a_question_is_left_alone() {
    const AROUND: &str = r#"<form action="/search"><input type=search name=q><button>Go</button></form>
        <form action="/language" method=post><select name=l><option>en</select><button>OK</button></form>
        <form action="/news" method=post><label>E-mail <input type=email name=email required></label>
        <button>Subscribe</button></form>"#;
    let around = |html: &str| page(&format!("{AROUND}{html}{AROUND}"));
    let none = Login::default();
    let two = r#"<form method=post action=c><button name=d value=y>Yes</button></form>
        <form method=post action=c><button name=d value=n>No</button></form>"#;
    let one = r#"<form method=post action=c><button name=d value=n>Deny</button>
        <button name=d value=y>Allow</button></form>"#;
    let link = r#"<form method=post action=c><input type=hidden name=d value=y>
        <button>Continue</button></form><a href="/n">Cancel</a>"#;
    assert_eq!(sent(&around(link), Decision::Grant).unwrap(), "POST https://as.example/a/c d=y");
    assert_eq!(sent(&around(link), Decision::Deny).unwrap(), "link https://as.example/n");
    for html in [one, two] {
        let page = around(html);
        assert_eq!(page.kind(200, &none), PageKind::Choice);
        assert_eq!(sent(&page, Decision::Grant).unwrap(), "POST https://as.example/a/c d=y");
        assert_eq!(sent(&page, Decision::Deny).unwrap(), "POST https://as.example/a/c d=n");
    }
    let login = "<form method=post><input name=user><button>Next</button></form>";
    assert!(matches!(around(login).kind(200, &none), PageKind::Login(_)));
    let wrong = "<p>Something went wrong with the authorization";
    assert_eq!(around(wrong).kind(200, &none), PageKind::Other);
}

#[test]
fn a_page_that_only_goes_on_is_a_step() {
    let html = "<p>Signed in.<form action=n><input type=hidden name=a value=b>\
                <button>Continue as Alice</button></form>";
    assert_eq!(page(html).kind(200, &Login::default()), PageKind::Step);
    let Some(Action::Submit { url, fields, .. }) = page(html).going_on(&Login::default()) else {
        panic!()
    };
    assert_eq!((url.path(), fields.first("a")), ("/a/n", Some("b")));
    let asks = html.replace("Signed in", "The application wants to read your e-mail");
    assert_eq!(page(&asks).kind(200, &Login::default()), PageKind::Choice);
    assert_eq!(page(html).kind(400, &Login::default()), PageKind::Other);
}

#[test]
fn a_page_can_send_the_browser_on_by_itself() {
    for (content, leads) in [
        ("0; url=https://c.example/cb?code=1", Some("https://c.example/cb?code=1")),
        ("0;URL='/next'", Some("/next")),
        ("3, /next", Some("/next")),
        ("1800; url=/timeout", None),
        ("30", None),
        ("0; url=", None),
    ] {
        let html = format!("<meta http-equiv=Refresh content=\"{content}\">");
        assert_eq!(page(&html).refresh.as_deref(), leads, "{content}");
    }
}

#[test]
fn a_form_can_send_itself() {
    let html = r#"<script>document.addEventListener('load', () => document.forms[0].submit());</script>
        <form method=post action=/device><input type=hidden name=user_code value=BCDF-GHJK>
        <noscript><button type=submit>Continue</button></noscript></form>"#;
    let read = page(html);
    assert_eq!(read.kind(200, &Login::default()), PageKind::Step);
    assert_eq!(page(html).going_on(&Login::default()), Some(read.forms[0].send()));
    // What the user does is waited for.
    for other in
        ["<a href=/deny>No</a>", "<button onclick='send()'>Allow</button>", "<input name=pin>"]
    {
        assert!(!page(&format!("{html}{other}")).sends_itself, "{other}");
    }
    assert!(!page(&html.replace("submit()", "reset()")).sends_itself);
}

#[test]
fn what_has_no_name_is_sent_by_no_form() {
    let fields = |name: &str, password: &str| {
        page(&format!("<form><input type=text id=u {name}><input type=password {password}></form>"))
    };
    let lacks = |page: &Page| page.login_form(&Login::default()).unwrap().lacks_names();
    assert!(lacks(&fields("", "")) && lacks(&fields("name=u", "")) && lacks(&fields("", "name=p")));
    assert!(!lacks(&fields("name=u", "name=p")));
    let more = page("<form><input name=u><input type=password name=p><input type=text></form>");
    assert!(!more.forms[0].lacks_names());
    let user = serde_json::from_value(serde_json::json!({"login": "a", "password": "b"})).unwrap();
    let Action::Submit { fields, .. } = more.forms[0].sign_in(&user, None, &Login::default())
    else {
        panic!("it is sent");
    };
    assert_eq!(crate::wire::form::encode(&fields), "u=a&p=b");
}

fn kind(html: &str) -> PageKind {
    page(html).kind(200, &Login::default())
}

fn onward(html: &str) -> Option<String> {
    Some(match page(html).going_on(&Login::default())? {
        Action::Submit { method, url, fields } => {
            format!("{method} {url} {}", crate::wire::form::encode(&fields))
        }
        Action::Follow(url) => format!("link {url}"),
    })
}

#[test]
fn a_button_says_where_and_how_its_form_goes() {
    let page = page(
        "<form method=post action=/nowhere><button name=x formaction=/no>Deny</button>\
         <button formaction=/yes formmethod=get>Allow</button></form>",
    );
    assert_eq!(sent(&page, Decision::Deny).unwrap(), "POST https://as.example/no x=");
    assert_eq!(sent(&page, Decision::Grant).unwrap(), "GET https://as.example/yes ");
}

#[test]
fn what_stands_in_a_template_is_no_part_of_the_page() {
    let page = page(
        "<template><form action=/t><input type=password name=p><button>Allow</button></form></template>\
         <form method=post><button name=d value=1>Allow</button><button>Deny</button></form>",
    );
    assert_eq!((page.forms.len(), page.text.as_str()), (1, "Allow Deny"));
}

#[test]
fn new_users_have_a_form_of_their_own() {
    let new = "<form action=/signup><input type=email name=e><input type=password name=p>\
               <input type=password name=again><button>Sign up</button></form>";
    let login = "<form method=post action=/in><input name=user><input type=password name=p>\
                 <button>Sign in</button></form>";
    let consent = "<form method=post><button>Allow</button><button>Deny</button></form>";
    assert_eq!(kind(&format!("{new}{login}")), PageKind::Login(1));
    assert_eq!(kind(&format!("{new}{consent}")), PageKind::Choice);
    assert_eq!(page(new).kind(400, &Login::default()), PageKind::Other);
    assert_eq!(kind(&format!("{new}<p>Done.</p>")), PageKind::Other);
}

#[test]
fn terms_that_nobody_gets_by_without_are_agreed_to() {
    let terms = "<form method=post><label><input type=checkbox name=a required> I accept the terms\
                 </label><button>Continue</button></form>";
    assert_eq!(kind(terms), PageKind::Step);
    assert_eq!(onward(terms).unwrap(), "POST https://as.example/a/b a=on");
    // A page about an access asks for a decision, and denying does without the box where it can.
    assert_eq!(kind(&format!("<p>App wants access</p>{terms}")), PageKind::Choice);
    let open = page(&terms.replace(" required", ""));
    assert_eq!(open.kind(200, &Login::default()), PageKind::Choice);
    assert_eq!(sent(&open, Decision::Deny).unwrap(), "POST https://as.example/a/b ");
    let both = "<form method=post><input type=checkbox name=a required><button name=d>Deny</button>\
                <button>Allow</button></form>";
    assert_eq!(sent(&page(both), Decision::Deny).unwrap(), "POST https://as.example/a/b a=on&d=");
}

#[test]
fn an_offer_beside_the_access_is_passed_over() {
    for (html, sent) in [
        (
            "<h1>Stay signed in?</h1><form method=post><button name=s value=n>No</button>\
             <button name=s value=y>Yes</button></form>",
            "s=n",
        ),
        (
            "<h1>Sign in faster</h1><button type=button>Add</button><form method=post>\
             <button>Skip for now</button></form>",
            "",
        ),
        (
            "<h1>Your phone</h1><form method=post><button name=c>Continue</button>\
             <button name=l>Not now</button></form>",
            "l=",
        ),
        (
            "<h1>Choose a team</h1><form method=post><input type=radio name=t value=1>\
             <input type=radio name=t value=2><button>Continue</button></form>",
            "t=1",
        ),
        (
            "<form method=post><select name=t required><option value=''>-<option>One</select>\
             <button>Continue</button></form>",
            "t=One",
        ),
    ] {
        assert_eq!(kind(html), PageKind::Step, "{html}");
        assert_eq!(onward(html).unwrap(), format!("POST https://as.example/a/b {sent}"));
    }
    for choice in [
        "<p>App wants access</p><form method=post><button>Continue</button><button>Not now</button></form>",
        "<form method=post><button>Accept</button><button>Not now</button></form>",
        "<form method=post><button>Yes</button><button>No</button></form>",
        "<form method=post><select name=d><option value=''>-<option>Deny<option>Allow</select>\
         <button>Continue</button></form>",
    ] {
        assert_eq!(kind(choice), PageKind::Choice, "{choice}");
    }
    let list = "<form method=post><select name=d><option value=''>-<option>Deny<option>Allow</select>\
                <button>Continue</button></form>";
    assert_eq!(sent(&page(list), Decision::Deny).unwrap(), "POST https://as.example/a/b d=Deny");
    assert_eq!(sent(&page(list), Decision::Grant).unwrap(), "POST https://as.example/a/b d=Allow");
}

#[test]
fn the_only_link_leads_on_unless_something_went_wrong() {
    let link = "<p>Signed in.</p><a href=/on>Continue</a><a href=/help>Help</a>";
    assert_eq!(kind(link), PageKind::Step);
    assert_eq!(onward(link).unwrap(), "link https://as.example/on");
    for other in [
        "<p>Invalid request</p><a href=/on>Continue</a>",
        "<p role=alert>No</p><a href=/on>Continue</a>",
        "<a href=/on>Continue</a><a href=/two>Next</a>",
        "<a href=/on>Home</a>",
    ] {
        assert_eq!(kind(other), PageKind::Other, "{other}");
    }
}

#[test]
fn a_field_leads_on_as_an_element_does() {
    let mut response = Response::new(200);
    response.headers.push("Content-Type", "text/html");
    response.headers.push("Refresh", "0; url=/next");
    response.body = b"<p>One moment</p>".to_vec();
    let page = Page::read(&response, &Url::parse("https://as.example/").unwrap());
    assert_eq!(page.refresh.as_deref(), Some("/next"));
}
