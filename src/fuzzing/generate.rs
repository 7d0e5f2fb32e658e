//! Cases from choices: an engine's bytes or a seed's numbers.

use super::case::{Base, Case, Edit, Scope, Shot, Step};
use super::choices::Choices;
use super::edits::touches_secret;
use super::forging::ForgedConsent;
use super::roles::Roles;

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

/// Steps that bring an access token.
const TOKENS: &[&str] = &["exchange", "refresh", "downscope", "poll", "token-exchange"];
/// Steps that bring a code.
const CODES: &[&str] = &["authorize", "follow"];

/// Longer sessions show nothing that shorter ones do not.
const STEPS: usize = 9;
/// So many requests are made of one code or token at most.
const ODD_ONES: usize = 6;

/// A case.
pub fn case(choices: &mut impl Choices, cast: &Roles, aim: Aim) -> Case {
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
pub fn mutated(choices: &mut impl Choices, cast: &Roles, case: &Case) -> Case {
    let mut maker = Maker { choices, cast, case: case.clone() };
    for _ in 0..=maker.choices.below(3) {
        maker.mutate();
    }
    maker.case.steps.truncate(STEPS + 3);
    maker.case
}

pub(super) struct Maker<'a, C> {
    pub(super) choices: &'a mut C,
    pub(super) cast: &'a Roles,
    pub(super) case: Case,
}

impl<C: Choices> Maker<'_, C> {
    /// Requests to the token endpoint, half of the cases with something real in them. What is refused
    /// leaves a code or a token as it was, so one login serves several requests.
    fn token(&mut self) {
        let code = if self.choices.once_in(2) { self.grant() } else { None };
        let client = self.client_of(code);
        if code.is_some() && self.choices.once_in(2) {
            let token = self.push(Base::Exchange { client: client.clone(), code }, Vec::new());
            if self.cast.downscope && self.choices.once_in(4) {
                let scope = self.scope();
                self.odd_ones(&Base::Downscope { token, scope });
            } else {
                self.odd_ones(&Base::Refresh { client, token });
            }
        } else if code.is_some() || self.choices.once_in(2) {
            self.odd_ones(&Base::Exchange { client, code });
        } else {
            self.odd_ones(&Base::Refresh { client, token: None });
        }
        if self.choices.once_in(3) {
            self.operation();
        }
    }

    /// The request several times, each with changes of its own.
    fn odd_ones(&mut self, base: &Base) {
        for _ in 0..1 + self.choices.below(ODD_ONES) {
            self.odd(base.clone());
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
        if self.choices.once_in(3) && self.elsewhere() {
            return;
        }
        match self.choices.below(14) {
            0..=2 => {
                let code = self.from(CODES);
                let client = self.client_mostly_of(code);
                self.maybe_odd(Base::Exchange { client, code });
            }
            3 | 4 => {
                let token = self.from(&["exchange", "refresh"]);
                let client = self.client_mostly_of(token);
                self.maybe_odd(Base::Refresh { client, token });
            }
            5 if self.cast.revocation => {
                let token = self.from(TOKENS);
                let client = self.client_mostly_of(token);
                let refresh = self.choices.once_in(2);
                self.maybe_odd(Base::Revoke { client, token, refresh });
            }
            6..=8 if self.cast.resource => {
                let token = self.from(TOKENS);
                if !self.cast.targets.is_empty() && self.choices.once_in(6) {
                    self.push(Base::UseOther { token }, Vec::new());
                } else {
                    let scoped = self.cast.scoped && self.choices.once_in(3);
                    self.maybe_odd(Base::Use { token, scoped });
                }
            }
            9 if !self.cast.waits.is_empty() => {
                let wait = self.choices.pick(&self.cast.waits).copied().unwrap_or(1);
                self.case.steps.push(Step::Wait(wait));
            }
            11 | 12 if self.cast.downscope => {
                let token = self.from(TOKENS);
                let scope = self.scope();
                self.maybe_odd(Base::Downscope { token, scope });
            }
            10 if self.cast.restart && self.choices.once_in(4) => {
                self.case.steps.push(Step::Restart);
            }
            _ => {
                self.grant();
            }
        }
    }

    /// A request to one of the endpoints that not every target has; whether there was one.
    fn elsewhere(&mut self) -> bool {
        let cast = self.cast;
        let kinds = [
            cast.introspector.is_some(),
            cast.pushed,
            cast.pushed,
            !cast.devices.is_empty(),
            !cast.devices.is_empty(),
            !cast.devices.is_empty(),
            true,
            cast.registration,
            true,
            cast.exchanges,
            !cast.signers.is_empty(),
            true,
        ];
        let kind = self.choices.below(kinds.len());
        if !kinds.get(kind).is_some_and(|there| *there) {
            return false;
        }
        match kind {
            0 => {
                let token = self.from(TOKENS);
                let client = cast.introspector.clone().unwrap_or_default();
                let client = if self.choices.once_in(4) { self.client() } else { client };
                let refresh = self.choices.once_in(3);
                self.maybe_odd(Base::Introspect { client, token, refresh });
            }
            1 => {
                let client = self.client();
                self.maybe_odd(Base::Push { client });
            }
            2 => {
                let pushed = self.from(&["push"]);
                let client = self.client_mostly_of(pushed);
                let deny = self.choices.once_in(6);
                self.maybe_odd(Base::Follow { client, pushed, deny });
            }
            3 => {
                let client = self.device_client(None);
                self.maybe_odd(Base::Device { client });
            }
            4 => {
                let device = self.from(&["device"]);
                let deny = self.choices.once_in(4);
                self.maybe_odd(Base::Visit { device, deny });
            }
            5 => {
                let device = self.from(&["device"]);
                let client = self.device_client(device);
                self.maybe_odd(Base::Poll { client, device });
            }
            6 => self.race(),
            7 => self.maybe_odd(Base::Register {}),
            8 => self.forgery(),
            9 => self.exchange(),
            10 => self.signed(),
            _ => self.resubmission(),
        }
        true
    }

    /// A decision that another site makes up.
    fn forgery(&mut self) {
        let how = self.choices.pick(&ForgedConsent::ALL).copied();
        self.push(Base::Forge { how: how.unwrap_or(ForgedConsent::Link) }, Vec::new());
    }

    /// What a client asks for that signs assertions.
    fn signed(&mut self) {
        let Some(client) = self.choices.pick(&self.cast.signers).cloned() else { return };
        if self.cast.asserters.contains(&client) {
            return self.odd_ones(&Base::Assertion { client });
        }
        let user = "default".to_owned();
        let request = Base::Authorize { client: client.clone(), user, deny: false };
        let code = self.push(request, Vec::new());
        self.odd_ones(&Base::Exchange { client, code });
    }

    /// A form of the interaction once more, or from another browser.
    fn resubmission(&mut self) {
        let foreign = self.choices.once_in(2);
        let of = if foreign { None } else { self.from(&["authorize"]) };
        self.push(Base::Resubmit { of, foreign }, Vec::new());
    }

    /// A token request twice at once.
    fn race(&mut self) {
        let request = if self.choices.once_in(2) {
            let code = self.from(CODES);
            Base::Exchange { client: self.client_of(code), code }
        } else {
            let token = self.from(&["exchange", "refresh"]);
            Base::Refresh { client: self.client_of(token), token }
        };
        self.case.steps.push(Step::Race(Shot { request, edits: Vec::new() }));
    }

    fn device_client(&mut self, device: Option<usize>) -> String {
        if device.is_some() && !self.choices.once_in(6) {
            return self.client_of(device);
        }
        self.choices.pick(&self.cast.devices).cloned().unwrap_or_default()
    }

    pub(super) fn push(&mut self, request: Base, edits: Vec<Edit>) -> Option<usize> {
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

    fn scope(&mut self) -> Scope {
        let scopes = [Scope::Narrower, Scope::Narrower, Scope::Wider, Scope::First];
        scopes[self.choices.below(scopes.len())]
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
        let request = |at: usize| self.case.steps.get(at).and_then(Step::shot).map(|s| &s.request);
        let (mut at, mut client) = (step, None);
        while let Some(asked) = at.and_then(request) {
            // A narrowed token belongs to the client of the first one, which came before it.
            at = match asked {
                Base::Downscope { token, .. } => token.filter(|from| Some(*from) < at),
                _ => None,
            };
            client = asked.clone().client().cloned();
        }
        client.unwrap_or_else(|| self.client())
    }

    fn client_mostly_of(&mut self, step: Option<usize>) -> String {
        if self.choices.once_in(6) { self.client() } else { self.client_of(step) }
    }

    pub(super) fn maybe_odd(&mut self, base: Base) {
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
        let Some(shot) = self.case.steps.get(at).and_then(Step::shot) else { return };
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
        if let Some(shot) = self.case.steps.get_mut(at).and_then(Step::shot_mut) {
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
                if let Some(shot) = self.case.steps.get_mut(at).and_then(Step::shot_mut) {
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzzing::choices::Dice;
    use std::collections::HashSet;

    fn cast() -> Roles {
        let roles = |roles: &[&str]| roles.iter().map(|role| (*role).to_owned()).collect();
        Roles {
            clients: roles(&["default", "other", "sacrificial"]),
            sacrificial: Some("sacrificial".to_owned()),
            everyone: roles(&["default", "other", "sacrificial", "several"]),
            users: roles(&["default", "second"]),
            waits: vec![29, 31],
            revocation: true,
            downscope: true,
            resource: true,
            scoped: true,
            opens: None,
            exchanges: false,
            signers: Vec::new(),
            asserters: Vec::new(),
            bound: None,
            narrow: None,
            restart: true,
            pkce: true,
            lifetimes: [Some(30), None, None],
            framing: true,
            scopes: vec!["all".to_owned()],
            introspector: Some("default".to_owned()),
            pushed: true,
            devices: roles(&["device"]),
            dpop: true,
            registration: true,
            targets: vec!["https://resource.example/".to_owned()],
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
        assert_eq!(edits.len(), 17, "kinds of edit");
        assert!(cases.iter().all(|case| !case.steps.is_empty() && case.steps.len() <= 40));
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
