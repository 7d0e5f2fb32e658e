use super::*;

const EXAMPLE: &str = include_str!("../../fixtures/applications/example.yaml");

fn example() -> ApplicationProfile {
    parse_application("example.yaml", EXAMPLE).unwrap()
}

fn checked(profile: &ApplicationProfile) -> Result<(), ProfileError> {
    let catalogue = crate::rules::Catalogue::embedded().unwrap();
    profile.check(&["box".to_owned()], catalogue.documents())
}

fn problems(profile: &ApplicationProfile) -> String {
    checked(profile).unwrap_err().to_string()
}

fn edited(from: &str, to: &str) -> Result<ApplicationProfile, ProfileError> {
    assert!(EXAMPLE.contains(from), "{from}");
    parse_application("example.yaml", &EXAMPLE.replacen(from, to, 1))
}

#[test]
fn the_example_is_good() {
    let profile = example();
    checked(&profile).unwrap();
    for need in ["login", "callback", "uses-token"] {
        profile.provides(need).unwrap();
    }
    assert!(profile.redirect_uri().unwrap().starts_with("http://127.0.0.1:"));
}

#[test]
fn an_unknown_key_is_answered_with_the_nearest() {
    let error = edited("\nlogin:", "\nlogim:").unwrap_err().to_string();
    assert!(error.contains("unknown key `logim`"), "{error}");
    assert!(error.contains("did you mean `login`?"), "{error}");
}

#[test]
fn what_is_lacking_is_named_by_its_key() {
    let mut profile = example();
    (profile.login, profile.uses_token) = (None, None);
    assert!(profile.provides("login").unwrap_err().contains("`login`"));
    assert!(profile.provides("uses-token").unwrap_err().contains("`uses_token`"));
    checked(&profile).unwrap();
}

#[test]
fn somewhere_the_application_has_to_learn_of_the_server() {
    let mut profile = example();
    profile.authorization_server = None;
    profile.start = None;
    assert!(problems(&profile).contains("authorization_server: missing"));
    profile.base_url = "http://127.0.0.1:{port}".to_owned();
    assert!(problems(&profile).contains("needs `start`"));
}

#[test]
fn a_start_command_has_known_placeholders() {
    let start = Start {
        command: vec!["app".to_owned(), "--auth={authorise_url}".to_owned()],
        environment: BTreeMap::new(),
        within: Duration::from_secs(1),
    };
    let mut profile = example();
    profile.start = Some(start.clone());
    assert!(problems(&profile).contains("did you mean `authorize_url`?"));
    profile.start = Some(Start { command: Vec::new(), ..start });
    assert!(problems(&profile).contains("start.command"));
}

#[test]
fn only_the_loopback_interface_is_open_to_everyone() {
    let mut profile = example();
    profile.base_url = "http://app.example".to_owned();
    profile.callback = Some("/callback".to_owned());
    let text = problems(&profile);
    assert!(text.contains("authorized: "), "{text}");
    assert!(text.contains("authorized_hosts: app.example"), "{text}");
    assert!(text.contains("plain HTTP"), "{text}");
}

#[test]
fn a_real_clock_is_no_use() {
    let mut profile = example();
    profile.clock = Clock::Real;
    assert!(problems(&profile).contains("clock: "));
}

#[test]
fn the_port_is_filled_in_everywhere() {
    let mut profile = example();
    profile.base_url = "http://127.0.0.1:{port}".to_owned();
    profile.callback = Some("http://127.0.0.1:{port}/callback".to_owned());
    let profile = profile.on_port(8123);
    assert_eq!(profile.redirect_uri().unwrap(), "http://127.0.0.1:8123/callback");
    assert_eq!(profile.url("/login").unwrap().as_str(), "http://127.0.0.1:8123/login");
}

#[test]
fn every_need_of_the_catalogue_is_known() {
    let catalogue = crate::rules::Catalogue::embedded().unwrap();
    let rules = catalogue.rules().iter();
    let of_applications = rules.filter(|rule| rule.subject == crate::rules::Subject::Application);
    let needs: Vec<&str> =
        of_applications.flat_map(|rule| &rule.needs).map(|need| need.0.as_str()).collect();
    assert!(!needs.is_empty());
    for need in needs {
        assert_eq!(example().provides(need), Ok(()));
    }
}
