//! Ordered parameters, and the registered names.

/// Names of registered parameters (RFC 6749 §11.2, RFC 7009 §2.1, RFC 7636 §6.1, RFC 8628 §7.3,
/// RFC 8693 §7.1, and the extensions of the `box` documents).
pub const REGISTERED: &[&str] = &[
    "response_type",
    "client_id",
    "client_secret",
    "redirect_uri",
    "scope",
    "state",
    "code",
    "error",
    "error_description",
    "error_uri",
    "grant_type",
    "access_token",
    "token_type",
    "expires_in",
    "username",
    "password",
    "refresh_token",
    "token",
    "token_type_hint",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "assertion",
    "client_assertion",
    "client_assertion_type",
    "subject_token",
    "subject_token_type",
    "resource",
    "device_code",
    "user_code",
    "box_login",
    "box_device_id",
    "box_subject_type",
    "box_subject_id",
];

/// Names of parameters, and of members of token responses, whose values are secrets, with the kind
/// that stands for them in reports.
pub const SECRETS: &[(&str, &str)] = &[
    ("code", "code"),
    ("access_token", "access token"),
    ("refresh_token", "refresh token"),
    ("id_token", "id token"),
    ("client_secret", "client secret"),
    ("password", "password"),
    ("code_verifier", "code verifier"),
    ("token", "token"),
    ("assertion", "assertion"),
    ("client_assertion", "client assertion"),
    ("subject_token", "access token"),
    ("actor_token", "actor token"),
    ("device_code", "device code"),
    ("user_code", "user code"),
];

/// Whether a scope asks for an ID token (OpenID Connect Core §3.1.2.1).
pub fn names_openid(scope: &str) -> bool {
    scope.split(' ').any(|word| word == "openid")
}

/// The kind of secret that a parameter of this name carries.
pub fn secret_kind(name: &str) -> Option<&'static str> {
    SECRETS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
}

/// One parameter, decoded.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Param {
    /// Name, decoded.
    pub name: String,
    /// Value, decoded.
    pub value: String,
}

/// Why a parameter has no single value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// It is not there.
    Missing,
    /// It is there once.
    Once(&'a str),
    /// It is there more than once, whatever the values.
    Repeated,
}

/// Parameters in the order of the message, duplicates kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Params(Vec<Param>);

impl Params {
    /// Adds a parameter behind the others.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push(Param { name: name.into(), value: value.into() });
    }

    /// The parameter of this name: missing, once or repeated.
    pub fn only(&self, name: &str) -> Lookup<'_> {
        let mut values = self.all(name);
        match (values.next(), values.next()) {
            (None, _) => Lookup::Missing,
            (Some(value), None) => Lookup::Once(value),
            (Some(_), Some(_)) => Lookup::Repeated,
        }
    }

    /// The first value of this name.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every value of this name, in order.
    pub fn all<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        self.0.iter().filter(move |param| param.name == name).map(|param| param.value.as_str())
    }

    /// Every parameter, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Param> {
        self.0.iter()
    }

    /// The first name that stands there more than once, of those that `known` accepts.
    pub fn repeated(&self, known: impl Fn(&str) -> bool) -> Option<&str> {
        self.0
            .iter()
            .map(|param| param.name.as_str())
            .find(|name| known(name) && matches!(self.only(name), Lookup::Repeated))
    }

    /// The parameters but those of these names.
    #[must_use]
    pub fn without(&self, meant: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|param| !meant(&param.name)).cloned().collect())
    }

    /// How many parameters there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Appends all of `other`.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Params {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut params = Self::default();
        for (name, value) in pairs {
            params.push(name, value);
        }
        params
    }
}
