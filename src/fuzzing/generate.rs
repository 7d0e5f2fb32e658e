//! Cases from choices: an engine's bytes or a seed's numbers.

use super::case::{Base, Case, Edit, Framing, Place, Shape, Shot, Spelling, Step, Value};
use super::cast::Cast;
use super::choices::Choices;
use super::request::hex;
use crate::wire::params::REGISTERED;

/// Which requests are fuzzed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Aim {
    /// Everything.
    #[default]
    All,
    /// The token endpoint.
    Token,
    /// The authorization endpoint.
    Authorize,
    /// The revocation endpoint.
    Revoke,
    /// Sessions, with hardly an odd request.
    Session,
}

/// Longer sessions show nothing that shorter ones do not.
const STEPS: usize = 9;

/// A case.
pub fn case(choices: &mut impl Choices, cast: &Cast, aim: Aim) -> Case {
    let aim = match aim {
        Aim::All => *choices
            .pick(&[
                Aim::Token,
                Aim::Token,
                Aim::Session,
                Aim::Authorize,
                Aim::Session,
                Aim::Revoke,
            ])
            .unwrap_or(&Aim::Token),
        aim => aim,
    };
    let mut maker = Maker { choices, cast, case: Case::default() };
    match aim {
        Aim::Token | Aim::All => maker.token(),
        Aim::Authorize => maker.authorize(),
        Aim::Revoke => maker.revoke(),
        Aim::Session => maker.session(),
    }
    maker.case
}

/// Another case, not far from one that showed something new.
pub fn mutated(choices: &mut impl Choices, cast: &Cast, case: &Case) -> Case {
    let mut maker = Maker { choices, cast, case: case.clone() };
    for _ in 0..=maker.choices.below(3) {
        maker.mutate();
    }
    maker.case.steps.truncate(STEPS + 3);
    maker.case
}

struct Maker<'a, C> {
    choices: &'a mut C,
    cast: &'a Cast,
    case: Case,
}

impl<C: Choices> Maker<'_, C> {
    /// One request to the token endpoint, half of them with something real in it.
    fn token(&mut self) {
        if self.choices.once_in(2) {
            let code = self.grant();
            let client = self.client_of(code);
            if self.choices.once_in(2) {
                let token = self.push(Base::Exchange { client: client.clone(), code }, Vec::new());
                self.odd(Base::Refresh { client, token });
            } else {
                self.odd(Base::Exchange { client, code });
            }
        } else {
            let client = self.client();
            let never = [
                Base::Exchange { client: client.clone(), code: None },
                Base::Refresh { client, token: None },
            ];
            let base = never[self.choices.below(2)].clone();
            self.odd(base);
        }
        if self.choices.once_in(3) {
            self.operation();
        }
    }

    fn authorize(&mut self) {
        let base = self.authorization();
        self.odd(base);
        if self.choices.once_in(3) {
            let code = Some(self.case.steps.len() - 1);
            let client = self.client_of(code);
            self.push(Base::Exchange { client, code }, Vec::new());
        }
    }

    fn revoke(&mut self) {
        if !self.cast.revocation {
            return self.session();
        }
        let token = if self.choices.once_in(4) { None } else { self.pair() };
        let client = self.client_of(token);
        let refresh = self.choices.once_in(2);
        self.odd(Base::Revoke { client: client.clone(), token, refresh });
        if self.cast.resource && self.choices.once_in(2) {
            self.push(Base::Use { token, scoped: false }, Vec::new());
        }
        if self.choices.once_in(2) {
            self.push(Base::Refresh { client, token }, Vec::new());
        }
    }

    fn session(&mut self) {
        self.grant();
        for _ in 0..1 + self.choices.below(STEPS - 2) {
            self.operation();
        }
    }

    /// One more operation on what there is.
    fn operation(&mut self) {
        match self.choices.below(12) {
            0..=2 => {
                let code = self.from(&["authorize"]);
                let client = self.client_mostly_of(code);
                self.maybe_odd(Base::Exchange { client, code });
            }
            3 | 4 => {
                let token = self.from(&["exchange", "refresh"]);
                let client = self.client_mostly_of(token);
                self.maybe_odd(Base::Refresh { client, token });
            }
            5 if self.cast.revocation => {
                let token = self.from(&["exchange", "refresh"]);
                let client = self.client_mostly_of(token);
                let refresh = self.choices.once_in(2);
                self.maybe_odd(Base::Revoke { client, token, refresh });
            }
            6..=8 if self.cast.resource => {
                let token = self.from(&["exchange", "refresh"]);
                let scoped = self.cast.scoped && self.choices.once_in(3);
                self.maybe_odd(Base::Use { token, scoped });
            }
            9 if !self.cast.waits.is_empty() => {
                let wait = self.choices.pick(&self.cast.waits).copied().unwrap_or(1);
                self.case.steps.push(Step::Wait(wait));
            }
            10 if self.cast.restart && self.choices.once_in(4) => {
                self.case.steps.push(Step::Restart);
            }
            _ => {
                self.grant();
            }
        }
    }

    fn push(&mut self, request: Base, edits: Vec<Edit>) -> Option<usize> {
        self.case.steps.push(Step::Send(Shot { request, edits }));
        Some(self.case.steps.len() - 1)
    }

    fn grant(&mut self) -> Option<usize> {
        let client = self.client();
        let user = self.user();
        self.push(Base::Authorize { client, user, deny: false }, Vec::new())
    }

    fn pair(&mut self) -> Option<usize> {
        let code = self.grant();
        let client = self.client_of(code);
        self.push(Base::Exchange { client, code }, Vec::new())
    }

    fn authorization(&mut self) -> Base {
        let everyone = self.choices.once_in(3);
        let client = if everyone {
            self.choices.pick(&self.cast.everyone).cloned().unwrap_or_default()
        } else {
            self.client()
        };
        Base::Authorize { client, user: self.user(), deny: self.choices.once_in(4) }
    }

    fn client(&mut self) -> String {
        // The first one twice as often: what is bound to a client shows only among several.
        let at = self.choices.below(self.cast.clients.len() + 1).saturating_sub(1);
        self.cast.clients.get(at).cloned().unwrap_or_else(|| "default".to_owned())
    }

    fn user(&mut self) -> String {
        let default = || "default".to_owned();
        if self.choices.once_in(3) {
            self.choices.pick(&self.cast.users).cloned().unwrap_or_else(default)
        } else {
            default()
        }
    }

    /// A step of these kinds, the newest ones more often.
    fn from(&mut self, kinds: &[&str]) -> Option<usize> {
        let is = |step: &Step| step.shot().is_some_and(|shot| kinds.contains(&shot.request.name()));
        let steps = self.case.steps.iter().enumerate().rev();
        let known: Vec<usize> = steps.filter(|(_, step)| is(step)).map(|(at, _)| at).collect();
        let at = self.choices.below(known.len()).min(self.choices.below(known.len()));
        known.get(at).copied()
    }

    /// The client that a step was for.
    fn client_of(&mut self, step: Option<usize>) -> String {
        let shot = step.and_then(|at| self.case.steps.get(at)).and_then(Step::shot);
        let client = shot.and_then(|shot| shot.request.clone().client().cloned());
        client.unwrap_or_else(|| self.client())
    }

    fn client_mostly_of(&mut self, step: Option<usize>) -> String {
        if self.choices.once_in(6) { self.client() } else { self.client_of(step) }
    }

    fn maybe_odd(&mut self, base: Base) {
        if self.choices.once_in(5) {
            self.odd(base);
        } else {
            self.push(base, Vec::new());
        }
    }

    /// The request with one change, sometimes with more.
    fn odd(&mut self, base: Base) {
        let at = self.push(base, Vec::new()).unwrap_or_default();
        self.edit(at);
        while self.choices.once_in(4) {
            self.edit(at);
        }
    }

    fn edit(&mut self, at: usize) {
        let Some(Step::Send(shot)) = self.case.steps.get(at) else { return };
        let mut request = shot.request.clone();
        let edit = self.change(&request);
        // Wrong credentials are tried on one client only.
        if touches_secret(&edit) {
            match (&self.cast.sacrificial, request.client()) {
                (Some(role), Some(client)) if self.cast.clients.contains(role) => {
                    client.clone_from(role);
                }
                _ => return,
            }
        }
        if let Some(Step::Send(shot)) = self.case.steps.get_mut(at) {
            shot.request = request;
            shot.edits.push(edit);
        }
    }

    fn mutate(&mut self) {
        let count = self.case.steps.len();
        let at = self.choices.below(count);
        match self.choices.below(6) {
            0 | 1 => self.edit(at),
            2 => {
                if let Some(Step::Send(shot)) = self.case.steps.get_mut(at) {
                    shot.edits.pop();
                }
            }
            3 if count > 1 => self.case = self.case.without(at),
            4 if count > 0 => {
                let again = self.case.steps[at].clone();
                self.case.steps.push(again);
            }
            _ => self.operation(),
        }
    }

    fn change(&mut self, base: &Base) -> Edit {
        if matches!(base, Base::Use { .. }) {
            return self.change_of_call();
        }
        let name = self.name(base);
        match self.choices.below(16) {
            0 | 1 => Edit::Drop(name),
            2 => Edit::Repeat { name, value: None },
            3 => Edit::Repeat { value: Some(self.value(&name.clone())), name },
            4..=6 => Edit::Put { value: self.value(&name.clone()), name },
            7 => Edit::Put { name: self.any_name(), value: self.any_value() },
            8 => Edit::Move { name, to: self.place(base) },
            9 => Edit::Copy { name, to: self.place(base) },
            10 | 11 => {
                Edit::Spell { name, how: *self.choices.pick(SPELLINGS).unwrap_or(&Spelling::Form) }
            }
            12 => Edit::Reverse,
            13 if matches!(base, Base::Authorize { .. }) && self.choices.once_in(2) => {
                Edit::Method("POST".to_owned())
            }
            13 => Edit::Method(self.one_of(METHODS)),
            _ => self.change_of_message(base),
        }
    }

    fn change_of_message(&mut self, base: &Base) -> Edit {
        match self.choices.below(if self.cast.framing { 5 } else { 4 }) {
            0 => Edit::Media(self.one_of(MEDIA)),
            1 if !matches!(base, Base::Authorize { .. }) => {
                Edit::Body(*self.choices.pick(SHAPES).unwrap_or(&Shape::Json))
            }
            2 if !matches!(base, Base::Authorize { .. }) => {
                let length = self.choices.below(40);
                let byte = |choices: &mut C| u8::try_from(choices.below(256)).unwrap_or_default();
                let bytes: Vec<u8> = (0..length).map(|_| byte(self.choices)).collect();
                Edit::Bytes(hex(&bytes))
            }
            4 => Edit::Framing(*self.choices.pick(FRAMINGS).unwrap_or(&Framing::Chunked)),
            _ => {
                let (name, value) = *self.choices.pick(HEADERS).unwrap_or(&("Accept", "*/*"));
                Edit::Header { name: name.to_owned(), value: value.to_owned() }
            }
        }
    }

    fn change_of_call(&mut self) -> Edit {
        let name = "access_token".to_owned();
        match self.choices.below(9) {
            0 => Edit::Drop(name),
            1 => Edit::Repeat { name, value: None },
            2..=4 => Edit::Put { name, value: self.spoilt() },
            5 => Edit::Copy { name, to: Place::Query },
            6 => Edit::Scheme(self.one_of(SCHEMES)),
            7 => Edit::Put { name, value: self.any_value() },
            _ => self.change_of_message(&Base::Authorize {
                client: String::new(),
                user: String::new(),
                deny: false,
            }),
        }
    }

    /// A parameter that the request has.
    fn name(&mut self, base: &Base) -> String {
        let names: &[&str] = match base {
            Base::Authorize { .. } => {
                &["response_type", "client_id", "redirect_uri", "redirect_uri", "state", "scope"]
            }
            Base::Exchange { .. } => {
                &["grant_type", "code", "code", "redirect_uri", "client_id", "client_secret"]
            }
            Base::Refresh { .. } => {
                &["grant_type", "refresh_token", "refresh_token", "client_id", "client_secret"]
            }
            Base::Revoke { .. } => &["token", "token", "client_id", "client_secret"],
            Base::Use { .. } => &["access_token"],
        };
        self.one_of(names)
    }

    fn any_name(&mut self) -> String {
        let odd = self.choices.once_in(3);
        if odd { format!("oauthspec_{}", self.choices.text(3)) } else { self.one_of(REGISTERED) }
    }

    fn one_of(&mut self, list: &[&str]) -> String {
        self.choices.pick(list).copied().unwrap_or_default().to_owned()
    }

    fn place(&mut self, base: &Base) -> Place {
        let elsewhere: &[Place] = if matches!(base, Base::Authorize { .. }) {
            &[Place::Header, Place::Cookie]
        } else {
            &[Place::Query, Place::Query, Place::Header, Place::Cookie]
        };
        *self.choices.pick(elsewhere).unwrap_or(&Place::Query)
    }

    fn spoilt(&mut self) -> Value {
        let ways = ["truncated", "altered", "in other case", "never issued", "extended"];
        Value::Spoilt(self.one_of(&ways))
    }

    /// A value for this parameter: mostly one that gets past the first check.
    fn value(&mut self, name: &str) -> Value {
        if self.choices.once_in(4) {
            return self.any_value();
        }
        match name {
            "grant_type" => Value::Text(self.one_of(GRANT_TYPES)),
            "response_type" => Value::Text(self.one_of(RESPONSE_TYPES)),
            "client_id" => match self.choices.pick(&self.cast.clients).cloned() {
                Some(role) => Value::IdOf(role),
                None => self.spoilt(),
            },
            "redirect_uri" => Value::Moved(self.one_of(MOVES)),
            "scope" => Value::Text(self.one_of(SCOPES)),
            _ => self.spoilt(),
        }
    }

    fn any_value(&mut self) -> Value {
        match self.choices.below(6) {
            0 => Value::Empty,
            1 => {
                let c = *self.choices.pick(&['a', 'A', '0', '%', '&', 'ä', '\0']).unwrap_or(&'a');
                Value::Long(c, *self.choices.pick(&[1, 255, 256, 257, 2000, 5000]).unwrap_or(&1))
            }
            2 => Value::Markup,
            3 => Value::LineBreak,
            _ => Value::Text(self.choices.text(12)),
        }
    }
}

fn touches_secret(edit: &Edit) -> bool {
    let (Edit::Drop(name)
    | Edit::Repeat { name, .. }
    | Edit::Put { name, .. }
    | Edit::Move { name, .. }
    | Edit::Copy { name, .. }
    | Edit::Spell { name, .. }) = edit
    else {
        return false;
    };
    name == "client_secret"
}

const METHODS: &[&str] =
    &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "post", "OAUTHSPEC"];
const SCHEMES: &[&str] =
    &["bearer", "BEARER", "Basic", "XBearer", "Bearerx", "Token", "", "Bearer "];
const MEDIA: &[&str] = &[
    "application/json",
    "text/plain",
    "application/x-www-form-urlencoded; charset=utf-8",
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded;charset=ibm500",
    "Application/X-WWW-Form-Urlencoded",
    "application/x-www-form-urlencoded, text/plain",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "application/xml",
    "x",
    "/",
    ";",
];
const HEADERS: &[(&str, &str)] = &[
    ("Content-Type", "text/plain"),
    ("Content-Encoding", "br"),
    ("Transfer-Encoding", "gzip"),
    ("X-HTTP-Method-Override", "GET"),
    ("X-Forwarded-Host", "oauthspec.example"),
    ("X-Forwarded-Proto", "https, http"),
    ("Authorization", "Basic Og=="),
    ("Authorization", "Basic !!!"),
    ("Authorization", "Negotiate"),
    ("Cookie", "a=b; a=c; =; ;;"),
    ("Accept", "text/html;q=x, */*;q=-1"),
    ("Accept-Language", "xx-??"),
    ("Accept-Charset", "utf-7"),
    ("Origin", "null"),
    ("Expect", "oauthspec"),
    ("Range", "bytes=0-1,-5"),
    ("If-Match", "*"),
];
const SHAPES: &[Shape] =
    &[Shape::Json, Shape::Text, Shape::Multipart, Shape::Gzip, Shape::Utf16, Shape::Nothing];
const SPELLINGS: &[Spelling] = &[
    Spelling::Escaped,
    Spelling::Twice,
    Spelling::Literal,
    Spelling::Broken,
    Spelling::NotUtf8,
    Spelling::Nul,
    Spelling::NameOnly,
    Spelling::Array,
    Spelling::UpperName,
];
const FRAMINGS: &[Framing] = &[
    Framing::Chunked,
    Framing::ChunkedAndLength,
    Framing::TwoLengths,
    Framing::OddLength,
    Framing::ShortLength,
    Framing::TwoHosts,
    Framing::AbsoluteForm,
    Framing::LongHeader,
    Framing::ManyHeaders,
    Framing::SpaceBeforeColon,
];
const GRANT_TYPES: &[&str] = &[
    "authorization_code",
    "refresh_token",
    "Authorization_Code",
    "implicit",
    "urn:ietf:params:oauth:grant-type:device_code",
    "oauthspec",
    "code",
];
const RESPONSE_TYPES: &[&str] =
    &["token", "code token", "code oauthspec", "Code", "codex", "oauthspec", "none"];
const SCOPES: &[&str] = &["", "oauthspec", "root_readwrite manage_groups", "a\"b", "a\\b", "*"];
const MOVES: &[&str] = &[
    "on another host",
    "on a subdomain",
    "in the path of another host",
    "in the query of another host",
    "on a host that ends like the registered one",
    "under another scheme",
    "under plain http",
    "under a scheme that begins with a digit",
    "on a host that begins like the registered one",
    "on a host glued to the registered one",
    "behind the registered host as user name",
    "behind the registered host as user name and password",
    "extended without a boundary",
    "extended by a path segment",
    "extended by a query",
    "on a sibling path",
    "climbing by ..",
    "climbing by %2e%2e",
    "climbing by %252e%252e",
    "climbing by a backslash",
    "climbing by %5c",
    "with a fragment",
    "with an empty fragment",
    "that is relative",
    "that is no URI",
    "carrying markup",
    "on another host, carrying markup",
    "carrying a line break",
    "on a host with a letter in place of a dot",
    "on another port",
    "with scheme and host in upper case",
    "with its path in other case",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::redirects::Relocation;
    use crate::fuzzing::choices::Dice;
    use std::collections::HashSet;

    fn cast() -> Cast {
        let roles = |roles: &[&str]| roles.iter().map(|role| (*role).to_owned()).collect();
        Cast {
            clients: roles(&["default", "other", "sacrificial"]),
            sacrificial: Some("sacrificial".to_owned()),
            everyone: roles(&["default", "other", "sacrificial", "several"]),
            users: roles(&["default", "second"]),
            waits: vec![29, 31],
            revocation: true,
            resource: true,
            scoped: true,
            restart: true,
            framing: true,
        }
    }

    #[test]
    fn a_seed_makes_the_same_cases_and_every_kind_of_edit() {
        let make = |seed| case(&mut Dice::new(seed), &cast(), Aim::All);
        assert_eq!(make(7), make(7));
        let cases: Vec<Case> = (0..3000).map(make).collect();
        let edits: HashSet<_> = cases
            .iter()
            .flat_map(Case::shots)
            .flat_map(|shot| &shot.edits)
            .map(std::mem::discriminant)
            .collect();
        assert_eq!(edits.len(), 14, "kinds of edit");
        assert!(cases.iter().all(|case| !case.steps.is_empty() && case.steps.len() <= 40));
        assert!(MOVES.iter().all(|name| name.parse::<Relocation>().is_ok()));
    }

    #[test]
    fn wrong_secrets_are_tried_on_the_sacrificial_client_only() {
        let mut dice = Dice::new(1);
        for _ in 0..3000 {
            let case = case(&mut dice, &cast(), Aim::All);
            let case = mutated(&mut dice, &cast(), &case);
            for shot in case.shots().filter(|shot| shot.edits.iter().any(touches_secret)) {
                let mut request = shot.request.clone();
                assert_eq!(request.client().map(|c| c.as_str()), Some("sacrificial"));
            }
        }
    }
}
