//! A profile as `oauthspec init` writes it: what was found out about a server, in at most 20 lines.

use std::fmt::Write;

use super::authentication::ClientAuthentication;
use super::server::{Pkce, Resource};

/// A client as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SketchedClient {
    /// Role.
    pub role: &'static str,
    /// Client identifier.
    pub id: String,
    /// Environment variable that holds the secret; none: a public client.
    pub secret: Option<&'static str>,
    /// Redirect URI; none where the server has no authorization endpoint.
    pub redirect_uri: Option<String>,
}

/// A user as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SketchedUser {
    /// Role.
    pub role: &'static str,
    /// What is typed into the login field.
    pub login: String,
    /// Environment variable that holds the password; none: nobody types one.
    pub password: Option<&'static str>,
    /// What the resource shows for this user, where that is not the login.
    pub identity: Option<String>,
    /// Origin of the identity provider at which this user signs in; none: the server itself.
    pub sign_on: Option<String>,
}

/// What was found out about a server. What a document fixes or the metadata says is not written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sketch {
    /// Name for reports.
    pub name: String,
    /// Documents to judge against.
    pub documents: Vec<String>,
    /// `base_url`.
    pub base_url: String,
    /// Where the endpoints come from, in words.
    pub source: String,
    /// Authorization (empty: there is none), token and revocation endpoint, where neither a document nor metadata names them.
    pub endpoints: Option<(String, String, Option<String>)>,
    /// Grants by which clients get tokens, where the server has no authorization endpoint.
    pub direct: Vec<&'static str>,
    /// Grants beside codes that the default client turned out to have.
    pub gained: Vec<&'static str>,
    /// The clients; none: each run registers its own.
    pub clients: Vec<SketchedClient>,
    /// How clients authenticate, where that had to be tried.
    pub client_authentication: Option<ClientAuthentication>,
    /// Whether a code challenge is sent, where that had to be tried.
    pub pkce: Option<Pkce>,
    /// Scope to ask for.
    pub scope: Option<String>,
    /// The users.
    pub users: Vec<SketchedUser>,
    /// The resource.
    pub resource: Option<Resource>,
    /// Whether an access token was seen to open it, or to be told of there.
    pub opened: bool,
    /// `policy.refresh`.
    pub refresh: Option<&'static str>,
    /// Hosts off the loopback interface.
    pub authorized_hosts: Vec<String>,
    /// Those among them that are spoken to over plain HTTP.
    pub plain_http_hosts: Vec<String>,
}

impl Sketch {
    /// The profile as text.
    pub fn write(&self) -> String {
        let mut lines = vec![
            format!("# Written by `oauthspec init`. {}", self.source),
            format!("name: {}", quoted(&self.name)),
            format!("documents: [{}]", self.documents.join(", ")),
            format!("base_url: {}", quoted(&self.base_url)),
        ];
        if !self.authorized_hosts.is_empty() {
            lines.push("authorized: true # you are allowed to test these hosts".to_owned());
            lines.push(format!("authorized_hosts: {}", list(&self.authorized_hosts)));
        }
        if !self.plain_http_hosts.is_empty() {
            lines.push("test_credentials: true # every secret here is worthless".to_owned());
            lines.push(format!("plain_http_hosts: {}", list(&self.plain_http_hosts)));
        }
        lines.extend(self.endpoints.as_ref().map(endpoints));
        self.flow(&mut lines);
        self.people(&mut lines);
        lines.extend(self.resource.as_ref().map(|it| resource(it, self.opened)));
        let refresh = self.refresh.map(|it| format!("policy: {{refresh: {it}}} # as it was seen"));
        lines.extend(refresh);
        lines.join("\n") + "\n"
    }

    fn flow(&self, lines: &mut Vec<String>) {
        if let Some(method) = self.client_authentication {
            lines.push(format!("client_authentication: {} # tried", method.word()));
        }
        if let Some(pkce) = self.pkce {
            let word = if pkce == Pkce::S256 { "S256" } else { "none" };
            lines.push(format!("pkce: {word} # tried"));
        }
        lines.extend(self.scope.as_ref().map(|scope| format!("scope: {} # tried", quoted(scope))));
    }

    /// The grants that are written at a client; none: codes alone.
    fn grants(&self, role: &str) -> Vec<&'static str> {
        if role != "default" || self.gained.is_empty() {
            return self.direct.clone();
        }
        ["authorization_code", "refresh_token"]
            .into_iter()
            .chain(self.gained.iter().copied())
            .collect()
    }

    fn people(&self, lines: &mut Vec<String>) {
        if self.clients.is_empty() {
            lines.push("clients: register # each run registers and deletes its own".to_owned());
        } else {
            lines.push("clients:".to_owned());
        }
        for client in &self.clients {
            let secret = client.secret.map(|name| format!(", secret: {}", variable(name)));
            let uri = client.redirect_uri.as_ref();
            let uri = uri.map(|uri| format!(", redirect_uris: [{}]", quoted(uri)));
            let grants = self.grants(client.role);
            let grants = (!grants.is_empty()).then(|| format!(", grants: [{}]", grants.join(", ")));
            lines.push(format!(
                "  {}: {{id: {}{}{}{}}}",
                client.role,
                quoted(&client.id),
                secret.unwrap_or_default(),
                uri.unwrap_or_default(),
                grants.unwrap_or_default()
            ));
        }
        lines.push("users:".to_owned());
        for user in &self.users {
            let mut text = format!("  {}: {{login: {}", user.role, quoted(&user.login));
            let password = user.password.map(|name| format!(", password: {}", variable(name)));
            let identity = user.identity.as_ref().map(|it| format!(", identity: {}", quoted(it)));
            let sign_on = user.sign_on.as_ref().map(|it| format!(", sign_on: {}", quoted(it)));
            let more = [password, identity, sign_on].map(Option::unwrap_or_default).concat();
            let _ = write!(text, "{more}}}");
            lines.push(text);
        }
    }
}

fn resource(resource: &Resource, opened: bool) -> String {
    let Resource { url, introspected_by, mcp, mcp_method, identifier, identity } = resource;
    let role = introspected_by.as_ref().map(|it| format!(", introspected_by: {}", quoted(it)));
    let mcp = mcp.as_ref().map(|it| format!(", mcp: {}", quoted(it)));
    let method = mcp_method.as_ref().map(|it| format!(", mcp_method: {}", quoted(it)));
    let identifier = identifier.as_ref().map(|it| format!(", identifier: {}", quoted(it)));
    let identity = identity.as_ref().map(|it| format!(", identity: {}", quoted(it)));
    let why = match introspected_by {
        _ if !opened => "a guess: no access token was tried at it",
        Some(_) => "tells whether an access token lives (RFC 7662)",
        None => "a live access token opens it",
    };
    format!(
        "resource: {{url: {}{}{}{}{}{}}} # {why}",
        quoted(url),
        role.unwrap_or_default(),
        mcp.unwrap_or_default(),
        method.unwrap_or_default(),
        identifier.unwrap_or_default(),
        identity.unwrap_or_default()
    )
}

fn endpoints((authorization, token, revocation): &(String, String, Option<String>)) -> String {
    let revocation = revocation.as_ref().map(|url| format!(", revocation: {}", quoted(url)));
    let authorization = Some(authorization).filter(|it| !it.is_empty());
    let authorization = authorization.map(|url| format!("authorization: {}, ", quoted(url)));
    let authorization = authorization.unwrap_or_default();
    let revocation = revocation.unwrap_or_default();
    format!("endpoints: {{{authorization}token: {}{revocation}}}", quoted(token))
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|it| quoted(it)).collect();
    format!("[{}]", texts.join(", "))
}

/// A value that comes from the environment.
fn variable(name: &str) -> String {
    format!("\"${{{name}}}\"")
}

/// A text as YAML reads it back: in double quotes, unless it needs none.
fn quoted(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-@".contains(&byte))
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
            .contains(&text.to_ascii_lowercase().as_str());
    if plain {
        return text.to_owned();
    }
    let json = serde_json::Value::from(text.replace("${", "$${")).to_string();
    // What YAML takes for the end of a line, or refuses, and JSON does not escape.
    let escaped = |c: char| match c {
        '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => {
            format!("\\u{:04x}", u32::from(c))
        }
        _ => c.to_string(),
    };
    json.chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::parse_with;

    #[test]
    fn what_is_written_is_read_back() {
        let odd = "a b: \"c\" #${X}\n\u{85}é";
        let sketch = Sketch {
            name: odd.to_owned(),
            documents: vec!["rfc6749".to_owned()],
            base_url: "http://[::1]:8080".to_owned(),
            source: "Metadata.".to_owned(),
            endpoints: Some(("/a".into(), "/t?x=1".into(), Some("/r".into()))),
            clients: vec![SketchedClient {
                role: "default",
                id: "null".to_owned(),
                secret: Some("OAUTHSPEC_CLIENT_SECRET"),
                redirect_uri: Some("https://client.example/?a=${b}".to_owned()),
            }],
            direct: Vec::new(),
            gained: vec!["implicit"],
            client_authentication: Some(ClientAuthentication::Basic),
            pkce: Some(Pkce::S256),
            scope: Some("openid profile".to_owned()),
            users: vec![SketchedUser {
                role: "default",
                login: "alice@example.com".to_owned(),
                password: Some("OAUTHSPEC_USER_PASSWORD"),
                identity: Some("1".to_owned()),
                sign_on: Some("http://127.0.0.1:9".to_owned()),
            }],
            opened: true,
            resource: Some(Resource {
                url: "/me".to_owned(),
                introspected_by: Some("default".to_owned()),
                mcp: None,
                mcp_method: None,
                identifier: None,
                identity: Some("/sub".to_owned()),
            }),
            refresh: Some("strict"),
            authorized_hosts: vec!["[2001:db8::1]".to_owned(), "10.0.0.1".to_owned()],
            plain_http_hosts: vec!["10.0.0.1".to_owned()],
        };
        let text = sketch.write();
        assert!(text.lines().count() <= 20, "{text}");
        let env = |name: &str| Some(format!("<{name}>"));
        let profile = parse_with("x", &text, &env).unwrap();
        assert_eq!(profile.name, odd);
        let client = &profile.clients["default"];
        assert_eq!(
            (client.id.as_str(), &client.redirect_uris[0][..]),
            ("null", "https://client.example/?a=${b}")
        );
        assert_eq!(client.grants, ["authorization_code", "refresh_token", "implicit"]);
        assert_eq!(client.secret.as_deref(), Some("<OAUTHSPEC_CLIENT_SECRET>"));
        assert_eq!(profile.users["default"].identity.as_deref(), Some("1"));
        assert_eq!(profile.authorized_hosts, sketch.authorized_hosts);
        assert_eq!(profile.plain_http_hosts, sketch.plain_http_hosts);
        assert!(profile.test_credentials);
        assert_eq!(profile.resource, sketch.resource);
    }

    #[test]
    fn registered_clients_need_one_line() {
        let text = Sketch::default().write();
        assert!(text.contains("\nclients: register #"), "{text}");
    }
}
