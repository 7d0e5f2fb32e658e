//! The reference model of a session: which codes and tokens there are, whose they are, and what has
//! become of them. It knows nothing of any server but what came back.

use std::time::{Duration, Instant};

use super::devices::Codes;
use super::oracle::Terms;
use super::proof_key::ProofKey;
use super::pushing::Reference;
use super::reading::{Reading, given};
use crate::profile::{Profile, Refresh};
use crate::rules::Property;
use crate::wire::Secret;

/// When something came to be: at a time of the movable clock, and really.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// What the target's clock had been moved by.
    pub moved: Duration,
    /// Before the request was sent.
    pub at: Instant,
}

/// On which side of a lifetime something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// It lives for certain.
    Alive,
    /// It has died for certain.
    Dead,
    /// It is too near the border, or nobody promised a lifetime.
    Unknown,
}

/// The rule by which refresh tokens of public clients are used once.
pub const ROTATION: &str = "refresh/public-rotation";

/// The rule by which a used one that comes again ends the grant.
const REPLAY: &str = "refresh/replay-ends-grant";

/// Clocks differ by less than this.
const MARGIN: Duration = Duration::from_secs(1);

impl Moment {
    /// How something of this lifetime has fared since then.
    pub fn age(&self, now: Duration, lifetime: Option<Duration>) -> Age {
        let moved = now.saturating_sub(self.moved);
        let Some(lifetime) = lifetime else { return Age::Unknown };
        if moved >= lifetime + MARGIN {
            Age::Dead
        } else if moved + self.at.elapsed() + MARGIN <= lifetime {
            Age::Alive
        } else {
            Age::Unknown
        }
    }
}

/// An authorization code.
#[derive(Debug, Clone)]
pub struct Code {
    /// Its value.
    pub value: Secret,
    /// Identifier of its client.
    pub client: String,
    /// Role of the user who granted it.
    pub user: String,
    /// `redirect_uri` of the authorization request.
    pub redirect_uri: Option<String>,
    /// The challenge that its request carried.
    pub challenge: ProofKey,
    /// The scope that its request asked for.
    pub scope: Option<String>,
    /// The resources that its request named.
    pub resources: Vec<String>,
    /// When it was issued.
    pub born: Moment,
    /// Family of the tokens that it brought.
    pub redeemed: Option<usize>,
    /// Whether something happened after which a server may have given it up.
    pub doubtful: bool,
    /// Whether its request was an ordinary one.
    pub ordinary: bool,
}

/// The tokens of one answer.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Access token.
    pub access: Token,
    /// Refresh token, if one came.
    pub refresh: Option<Token>,
    /// Identifier of the client.
    pub client: String,
    /// Role of the user who granted.
    pub user: String,
    /// The grant that it descends from.
    pub family: usize,
    /// The pair whose refresh token brought it.
    pub parent: Option<usize>,
    /// `expires_in`.
    pub expires_in: Option<Duration>,
    /// When they were issued.
    pub born: Moment,
    /// Whether the scope is the one that the profile asks for.
    pub ordinary: bool,
    /// The scope that the access token was narrowed to, if it was.
    pub narrowed: Option<String>,
    /// Whether it came by a token exchange of a client.
    pub exchanged: bool,
    /// Whether that was an exchange of an ordinary token for the resources that the request named.
    pub targeted: bool,
    /// The scope that the user granted, as far as it is known.
    pub granted: Option<String>,
    /// The scope of the access token, where the server told it.
    pub told: Option<String>,
    /// The key that it is bound to, if it is: whether that is the other one.
    pub key: Option<bool>,
    /// The resources that the user granted; empty: none was named.
    pub granted_resources: Vec<String>,
    /// Those that the access token is for; empty: none was named.
    pub resources: Vec<String>,
}

/// One token.
#[derive(Debug, Clone)]
pub struct Token {
    /// Its value.
    pub value: Secret,
    /// The rule by which it must not work any more.
    pub dead: Option<&'static str>,
    /// Whether something happened after which a server may have given it up.
    pub doubtful: bool,
    /// The rule by which it must have survived what happened to it.
    pub survived: Option<&'static str>,
}

impl Token {
    /// A fresh one.
    pub fn new(value: Secret) -> Self {
        Self { value, dead: None, doubtful: false, survived: None }
    }
}

/// Everything that was issued in a session.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// Codes.
    pub codes: Vec<Code>,
    /// Pairs of tokens.
    pub pairs: Vec<Pair>,
    /// References of pushed requests.
    pub references: Vec<Reference>,
    /// Codes of devices.
    pub devices: Vec<Codes>,
    /// Identifiers of clients that were registered.
    pub clients: Vec<String>,
    /// Identifiers that the resource shows of users to clients other than the default one: client, user's role
    /// and identifier.
    pub subjects: Vec<(String, String, String)>,
    /// The resource that each request has to name (RFC 8707), where the target wants that.
    pub named: Option<String>,
    families: usize,
}

#[cfg(test)]
impl Pair {
    /// An access token alone that a client got by an ordinary flow, and that lives for an hour.
    pub fn ordinary(access: &str, client: &str, born: Moment) -> Self {
        Self {
            access: Token::new(access.into()),
            refresh: None,
            client: client.to_owned(),
            user: "default".to_owned(),
            family: 1,
            parent: None,
            expires_in: Some(Duration::from_secs(3600)),
            born,
            ordinary: true,
            narrowed: None,
            exchanged: false,
            targeted: false,
            granted: None,
            told: None,
            key: None,
            granted_resources: Vec::new(),
            resources: Vec::new(),
        }
    }
}

impl Model {
    /// Of a target at which each request has to name this resource, if one.
    pub fn naming(named: Option<String>) -> Self {
        Self { named, ..Self::default() }
    }

    /// The code of this value.
    pub fn code(&mut self, value: &str) -> Option<&mut Code> {
        self.codes.iter_mut().find(|code| code.value == value)
    }

    /// The newest pair with this refresh token.
    pub fn by_refresh(&self, value: &str) -> Option<usize> {
        let is = |pair: &Pair| pair.refresh.as_ref().is_some_and(|token| token.value == value);
        self.pairs.iter().rposition(is)
    }

    /// The pair with this access token.
    pub fn by_access(&self, value: &str) -> Option<usize> {
        self.pairs.iter().rposition(|pair| pair.access.value == value)
    }

    /// Whether a value was issued as anything.
    pub fn is_known(&self, value: &str) -> bool {
        self.codes.iter().any(|code| code.value == value)
            || self.by_access(value).or_else(|| self.by_refresh(value)).is_some()
            || self.references.iter().any(|it| it.value == value)
            || self.devices.iter().any(|it| it.code == value || it.user_code == value)
    }

    /// The device whose code a request carries.
    pub fn device_in(&self, read: &Reading) -> Option<usize> {
        self.devices.iter().position(|it| read.carries(&it.code))
    }

    /// The code that a request carries: where it is looked for, or else anywhere.
    pub fn code_in(&self, read: &Reading) -> Option<usize> {
        let named = given(&read.body, "code");
        let named = self.codes.iter().position(|code| Some(&*code.value) == named);
        named.or_else(|| self.codes.iter().rposition(|code| read.carries(&code.value)))
    }

    /// The pair whose refresh token a request carries, in the same way.
    pub fn refresh_in(&self, read: &Reading) -> Option<usize> {
        let named = given(&read.body, "refresh_token").and_then(|value| self.by_refresh(value));
        let carried = |pair: &Pair| pair.refresh.as_ref().is_some_and(|it| read.carries(&it.value));
        named.or_else(|| self.pairs.iter().rposition(carried))
    }

    /// Whether a request carries anything that was issued.
    pub fn is_in(&self, read: &Reading) -> bool {
        let access = |pair: &Pair| read.carries(&pair.access.value);
        self.refresh_in(read).is_some() || self.pairs.iter().any(access)
    }

    /// Whether the resource may name the user of a grant like this to its client alone, as servers do that give
    /// each client other identifiers (OpenID Connect Core §8.1). The profile has those of the default client.
    pub fn is_own_subject(&mut self, pair: &Pair, seen: &str, profile: &Profile) -> bool {
        let default = profile.clients.get("default").is_some_and(|it| it.id == pair.client);
        let of_another = profile.users.values().any(|user| profile.identity(user) == seen);
        if default || of_another || pair.client.is_empty() {
            return false;
        }
        let mut of_client = self.subjects.iter().filter(|(client, ..)| *client == pair.client);
        if let Some((.., known)) = of_client.clone().find(|(_, user, _)| *user == pair.user) {
            return known == seen;
        }
        let taken = of_client.any(|(.., known)| known == seen);
        self.subjects.push((pair.client.clone(), pair.user.clone(), seen.to_owned()));
        !taken
    }

    /// A newer grant may take the place of those that the client had of the user. Codes that were
    /// redeemed are what they were.
    pub fn superseded(&mut self, client: &str, user: &str) {
        let codes = self.codes.iter_mut().filter(|it| it.client == client && it.user == user);
        codes.filter(|it| it.redeemed.is_none()).for_each(|code| code.doubtful = true);
        let pairs = self.pairs.iter_mut().filter(|it| it.client == client && it.user == user);
        pairs.for_each(Pair::doubt);
    }

    /// A family may have ended, and with it whatever else was granted to its client by its user.
    pub fn may_have_fallen(&mut self, family: usize, terms: &Terms) {
        if terms.demands("revoke/only-that-pair") {
            self.doubt_family(family);
        } else {
            self.forget_all();
        }
    }

    /// A number for the tokens that descend from one grant.
    pub fn new_family(&mut self) -> usize {
        self.families += 1;
        self.families
    }

    /// Nobody can say any more what works of a family.
    pub fn doubt_family(&mut self, family: usize) {
        for pair in self.pairs.iter_mut().filter(|pair| pair.family == family) {
            pair.doubt();
        }
    }

    /// Nothing that was issued so far may be known any more.
    pub fn forget_all(&mut self) {
        self.codes.iter_mut().for_each(|code| code.doubtful = true);
        self.devices.iter_mut().for_each(|device| device.doubtful = true);
        self.pairs.iter_mut().for_each(Pair::doubt);
    }

    /// A replay of a code was refused: what the code brought has to die.
    pub fn replayed(&mut self, family: usize, terms: &Terms) {
        // A server with one grant for a client and a user lets all of it fall.
        self.may_have_fallen(family, terms);
        if terms.level("code/replay-revokes").is_none() {
            return;
        }
        for pair in self.pairs.iter_mut().filter(|pair| pair.family == family) {
            if pair.narrowed.is_some() || pair.exchanged {
                // Nobody says that it dies before its hour, and nobody that it does not.
                pair.doubt();
            } else {
                pair.kill_access("code/replay-revokes");
                pair.kill_refresh("code/replay-revokes");
            }
        }
    }

    /// A refresh token was traded in.
    pub fn refreshed(&mut self, at: usize, terms: &Terms) {
        let strict = match terms.profile.policy.refresh {
            Some(Refresh::Strict) => true,
            Some(Refresh::Grace(_) | Refresh::None) => false,
            None => terms.demands("refresh/single-use"),
        };
        let rotated = !terms.demands("refresh/single-use") && self.is_rotated(at, terms);
        if rotated {
            self.end_ancestors(at);
        }
        let strict = strict && !rotated;
        let Some(pair) = self.pairs.get(at) else { return };
        let kept = terms.states(Property::RefreshKeepsAccessToken);
        if !kept {
            let (family, own) = (pair.family, |other: &Pair| other.narrowed.is_some());
            let narrowed = self.pairs.iter_mut().filter(|pair| pair.family == family && own(pair));
            narrowed.for_each(Pair::doubt);
        }
        let Some(pair) = self.pairs.get_mut(at) else { return };
        pair.access.doubtful |= !kept;
        match &mut pair.refresh {
            Some(token) if strict => {
                token.dead.get_or_insert("refresh/single-use");
            }
            Some(token) => token.doubtful = true,
            None => {}
        }
    }

    /// Whether the refresh tokens of a pair have to be used once, since neither a secret nor a key stands behind them.
    fn is_rotated(&self, at: usize, terms: &Terms) -> bool {
        let unbound = self.pairs.get(at).filter(|pair| pair.key.is_none());
        let client = unbound.and_then(|pair| {
            terms.profile.clients.values().find(|client| client.id == pair.client)
        });
        client.is_some_and(|client| !client.has_credentials()) && terms.demands(ROTATION)
    }

    /// A refresh token was used, and with that none of those works any more that it descends from: until then a server
    /// may take them again, as its answer may have been lost.
    fn end_ancestors(&mut self, at: usize) {
        let mut next = self.pairs.get(at).and_then(|pair| pair.parent);
        while let Some(pair) = next.and_then(|at| self.pairs.get_mut(at)) {
            if let Some(token) = &mut pair.refresh {
                token.dead.get_or_insert(ROTATION);
                token.doubtful = false;
            }
            next = pair.parent;
        }
    }

    /// A used refresh token of a client that has to be issued new ones was refused: that ends the grant.
    pub fn replayed_refresh(&mut self, family: usize, terms: &Terms) {
        self.may_have_fallen(family, terms);
        if terms.demands(REPLAY) {
            let pairs = self.pairs.iter_mut().filter(|pair| pair.family == family);
            pairs.for_each(|pair| pair.kill_refresh(REPLAY));
        }
    }

    /// A token was revoked.
    pub fn revoked(&mut self, at: usize, by_refresh: bool, terms: &Terms) {
        let Some(family) = self.pairs.get(at).map(|pair| pair.family) else { return };
        let both = terms.states(Property::RevocationEndsPair);
        let rule = if by_refresh { "revoke/by-refresh-token" } else { "revoke/by-access-token" };
        let others = terms.demands("revoke/only-that-pair");
        // RFC 7009 §2.1: the grant may go with its token, and with it what else was granted.
        self.codes.iter_mut().for_each(|code| code.doubtful |= !others);
        for (number, pair) in self.pairs.iter_mut().enumerate() {
            if number == at {
                let (access, refresh) = (both || !by_refresh, both || by_refresh);
                pair.doubt();
                if access {
                    pair.kill_access(rule);
                }
                if refresh {
                    pair.kill_refresh(rule);
                }
            } else if pair.family != family && others {
                pair.survive("revoke/only-that-pair");
            } else {
                pair.doubt();
            }
        }
    }
}

impl Pair {
    /// Nobody can say any more what works of it.
    pub fn doubt(&mut self) {
        self.access.doubtful = true;
        if let Some(token) = &mut self.refresh {
            token.doubtful = true;
        }
    }

    fn kill_access(&mut self, rule: &'static str) {
        self.access.dead.get_or_insert(rule);
    }

    fn kill_refresh(&mut self, rule: &'static str) {
        if let Some(token) = &mut self.refresh {
            token.dead.get_or_insert(rule);
        }
    }

    /// Something happened that must not have touched it.
    pub fn survive(&mut self, rule: &'static str) {
        self.access.survived = Some(rule);
        if let Some(token) = &mut self.refresh {
            token.survived = Some(rule);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_certain_is_said_of_an_age() {
        let born = Moment { moved: Duration::from_secs(10), at: Instant::now() };
        let age = |now| born.age(Duration::from_secs(now), Some(Duration::from_secs(30)));
        assert_eq!((age(10), age(38)), (Age::Alive, Age::Alive));
        assert_eq!((age(40), age(41)), (Age::Unknown, Age::Dead));
        assert_eq!(born.age(Duration::MAX, None), Age::Unknown);
    }
}
