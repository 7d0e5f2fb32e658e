use super::*;
use crate::profile::{Profile, parse};
use crate::rules::Subject;

const REFERENCE: &str = include_str!("../../fixtures/profiles/reference.yaml");

fn profile() -> Profile {
    parse("reference.yaml", REFERENCE).unwrap()
}

fn at(base: &str, path: &str) -> Result<String, String> {
    let profile = profile().with_base_url(base.to_owned());
    profile.endpoint(path).map(String::from).map_err(|error| error.to_string())
}

#[test]
fn endpoints_are_resolved_below_the_base() {
    for (base, path, expected) in [
        ("http://127.0.0.1:8080", "/token", "http://127.0.0.1:8080/token"),
        ("http://127.0.0.1:8080", "token", "http://127.0.0.1:8080/token"),
        ("http://localhost/o", "token/", "http://localhost/o/token/"),
        ("http://localhost/o/", "token/", "http://localhost/o/token/"),
        ("http://localhost/o", "/token", "http://localhost/token"),
        ("http://localhost/o", "https://other.example/t?a=b", "https://other.example/t?a=b"),
    ] {
        assert_eq!(at(base, path).as_deref(), Ok(expected), "{base} {path}");
    }
}

#[test]
fn unusable_urls_are_errors() {
    for (base, path, expected) in [
        ("http://localhost", "mailto:a@b.c", "must be http or https, not `mailto`"),
        ("ftp://localhost", "/t", "must be http or https, not `ftp`"),
        ("localhost:8080", "/t", "must be http or https, not `localhost`"),
        (
            "/o",
            "/t",
            "is not a URL (relative URL without a base); write `http://host:port/path` or \
             `https://host/path`",
        ),
        (
            "http://user:pw@localhost",
            "/t",
            "must not contain a user name or password; put them in `headers`",
        ),
    ] {
        assert_eq!(at(base, path).unwrap_err(), expected, "{base} {path}");
    }
}

#[test]
fn a_client_may_differ_from_the_profile() {
    let mut profile = profile();
    let narrow = profile.client("narrow").unwrap().clone();
    let default = profile.client("default").unwrap().clone();
    profile.client_authentication = Some(ClientAuthentication::Basic.into());
    assert_eq!(profile.authentication(&narrow), ClientAuthentication::Basic);
    assert_eq!(profile.authentication(&default), ClientAuthentication::Body);
    profile.pkce = Some(Pkce::S256);
    assert_eq!(profile.pkce(&narrow), Pkce::S256);
    let plain = Client { pkce: Some(Pkce::None), ..narrow.clone() };
    assert_eq!(profile.pkce(&plain), Pkce::None);
    assert_eq!(profile.scope(&narrow), Some("manage_groups"));
    assert_eq!(profile.scope(profile.client("other").unwrap()), Some("root_readwrite"));
    assert_eq!(profile.identity(profile.user("second").unwrap()), "dora@example.com");
    assert!(profile.client("nobody").is_none());
}

#[test]
fn an_identity_provider_beside_the_target_moves_along() {
    let company = |profile: &Profile| profile.user("company").unwrap().sign_on.clone().unwrap();
    let mut profile = profile().with_base_url("http://localhost:9000".to_owned());
    assert_eq!(company(&profile), "http://localhost:9001");
    profile.users.get_mut("company").unwrap().sign_on = Some("https://idp.example".to_owned());
    let moved = profile.with_base_url("http://127.0.0.1:7000".to_owned());
    assert_eq!(company(&moved), "https://idp.example");
}

#[test]
fn every_need_is_met_by_the_reference_but_those_that_box_does_not_have() {
    const ABSENT: &[&str] = &[
        "tls",
        "introspection",
        "pushed",
        "device-authorization",
        "registration",
        "registration-token",
        "client-documents",
        "other-resource",
        "dpop",
    ];
    let mut profile = profile();
    assert!(profile.provides("exact-matching").is_err());
    profile.policy.redirect_matching = Some(RedirectMatching::Exact);
    for need in NEEDS {
        assert_eq!(profile.provides(need).is_err(), ABSENT.contains(need), "{need}");
    }
    for need in ["client:sacrificial", "user:external", "hook:fail", "hook:block_device"] {
        assert_eq!(profile.provides(need), Ok(()), "{need}");
    }
}

#[test]
fn what_is_missing_is_said() {
    let mut bare = profile();
    bare.endpoints.revocation = None;
    bare.resource = None;
    bare.clock = Clock::None;
    bare.clients.remove("query");
    bare.hooks.clear();
    if let Some(client) = bare.clients.get_mut("default") {
        client.name = None;
    }
    for (need, expected) in [
        ("clock", "the profile defines no clock"),
        ("tls", "the profile defines no TLS listener (`tls`)"),
        ("revocation", "the profile defines no revocation endpoint"),
        ("resource", "the profile defines no protected resource (`resource`)"),
        (
            "identity",
            "the profile defines no member of the resource that identifies the user \
             (`resource.identity`)",
        ),
        (
            "client-name",
            "the profile defines no display name of the default client (`clients.default.name`)",
        ),
        (
            "redirect-query",
            "the profile defines no client of role `query` with a redirect URI that has a query",
        ),
        ("client:public", "the profile defines no client of role `public`"),
        ("user:nobody", "the profile defines no user of role `nobody`"),
        ("hook:fail", "the profile defines no hook `fail`"),
        ("hook:fial", "unknown need `hook:fial`; did you mean `fail`?"),
        ("clocks", "unknown need `clocks`; did you mean `clock`?"),
    ] {
        assert_eq!(bare.provides(need), Err(expected.to_owned()), "{need}");
    }
    let unknown = bare.provides("client/other").unwrap_err();
    assert!(unknown.starts_with("unknown need `client/other`; known: clock, tls,"), "{unknown}");
}

#[test]
fn a_scoped_resource_needs_a_token_that_lacks_the_scope() {
    let mut profile = profile();
    let missing = "the profile defines no way to obtain a token without the scope \
                   (`scoped_resource.narrow_client` or `narrow_scope`)";
    if let Some(scoped) = &mut profile.scoped_resource {
        (scoped.narrow_client, scoped.narrow_scope) = (None, None);
    }
    profile.clients.values_mut().for_each(|client| client.scope = None);
    profile.scope = None;
    assert_eq!(profile.provides("scoped-resource"), Err(missing.to_owned()));
    // What the default client asks for ordinarily lacks the scope.
    profile.scope = Some("items".to_owned());
    profile.scoped_resource.as_mut().unwrap().scope = Some("items archive".to_owned());
    assert_eq!(profile.provides("scoped-resource"), Ok(()));
    profile.scoped_resource.as_mut().unwrap().scope = Some("items".to_owned());
    assert_eq!(profile.provides("scoped-resource"), Err(missing.to_owned()));
    profile.scoped_resource = None;
    assert_eq!(
        profile.provides("scoped-resource"),
        Err("the profile defines no scoped resource (`scoped_resource`)".to_owned())
    );
}

#[test]
fn every_need_of_the_catalogue_is_known() {
    let profile = profile();
    let catalogue = crate::rules::Catalogue::embedded().unwrap();
    let of_servers = catalogue.rules().iter().filter(|rule| rule.subject == Subject::Server);
    for need in of_servers.flat_map(|rule| &rule.needs) {
        let missing = profile.provides(&need.0).err().unwrap_or_default();
        assert!(!missing.contains("unknown need"), "{missing}");
    }
}
