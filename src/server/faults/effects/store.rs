//! Mistakes with codes and tokens: how long they live, who may redeem them and how often, and what
//! is destroyed with them.

mod asked;
pub(in crate::server) mod introspected;
pub(in crate::server) mod kinds;
pub(in crate::server) mod lookup;
pub(in crate::server) mod pkce;
mod resources;

use std::sync::MutexGuard;
use std::time::Duration;

use super::first;
use crate::server::faults::{
    access_token, code, downscope, identity, implicit, refresh, revoke, server_auth,
};
use crate::server::oauth::store::{
    Code, CodeRefusal, Fresh, Grant, Loss, Occasion, Pair, Redeemer, RefreshRefusal, Revocation,
    State, Store,
};
use crate::server::policy::RefreshReplay;
use crate::server::variants;
use crate::testbed::{Fault, Switches, together};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);

/// How long newer documents let an access token of a server grant live at most (`box`).
pub(in crate::server) const LONGER: Duration = Duration::from_secs(4200);

// code/lifetime
pub(in crate::server) fn code_life(switches: &Switches, right: Duration) -> Duration {
    let seconds = Duration::from_secs;
    switches.lifetime(
        right,
        [
            (&code::LIVES_31_SECONDS, right + seconds(2)),
            (&code::LIVES_28_SECONDS, right.saturating_sub(seconds(2))),
            (&code::LIVES_TEN_MINUTES, seconds(600)),
            (&code::LIVES_AN_HOUR, seconds(3600)),
            (&code::NEVER_EXPIRES, Duration::MAX),
        ],
    )
}

/// A code is issued: what becomes of those before.
pub(in crate::server) fn code_added(switches: &Switches, state: &mut State, new: &Grant) {
    let ends = |old: &Code| old.redeemed.is_none() && is_of_the_same(&old.grant, new);
    if state.codes.values().any(ends) && switches.varies(&variants::NEW_CODE_ENDS_OLDER) {
        state.codes.retain(|_, old| !ends(old));
    }
}

/// A code brings tokens: what becomes of those before.
pub(in crate::server) fn granted(switches: &Switches, state: &mut State, new: &Grant) {
    // access-token/users-apart
    let of_another =
        |old: &Pair| old.grant.client_id == new.client_id && old.grant.user_id != new.user_id;
    let any = state.pairs.values().any(of_another);
    if any && switches.has(&access_token::ONE_GRANT) {
        state.destroy_where(Loss::Pair, of_another);
    } else if any && switches.has(&access_token::ONE_REFRESH_TOKEN) {
        state.destroy_where(Loss::Refresh, of_another);
    }
    let ends = |old: &Pair| is_of_the_same(&old.grant, new);
    if state.pairs.values().any(ends) && switches.varies(&variants::NEW_GRANT_ENDS_OLDER) {
        state.destroy_where(Loss::Pair, ends);
    }
}

/// Whether the user and the client of two grants are the same.
fn is_of_the_same(old: &Grant, new: &Grant) -> bool {
    old.client_id == new.client_id && old.user_id == new.user_id
}

// access-token/lifetime
pub(in crate::server) fn access_life(
    switches: &Switches,
    occasion: Occasion,
    right: Duration,
) -> Duration {
    let day = |meant: Occasion| if occasion == meant { DAY } else { right };
    let never = |meant: Occasion| if occasion == meant { Duration::MAX } else { right };
    let longer = matches!(occasion, Occasion::ServerGrant | Occasion::Exchange);
    if longer && switches.varies(&variants::SERVER_TOKENS_LONGER) {
        return LONGER;
    }
    switches.lifetime(
        right,
        [
            (&access_token::LIVES_TWO_HOURS, MINUTE * 120),
            (&access_token::LIVES_A_MINUTE_MORE, right + MINUTE),
            (&access_token::LIVES_A_MINUTE_LESS, right.saturating_sub(MINUTE)),
            (&access_token::LIVES_HALF_AN_HOUR, MINUTE * 30),
            (&access_token::NEVER_EXPIRES, Duration::MAX),
            (&access_token::LONG_LIVED, DAY),
            (&access_token::REFRESHED_LIVES_LONGER, day(Occasion::Refresh)),
            (&access_token::DEVELOPER_LIVES_A_DAY, day(Occasion::Developer)),
            (&access_token::DEVELOPER_NEVER_EXPIRES, never(Occasion::Developer)),
            (&server_auth::LIVES_A_DAY, day(Occasion::ServerGrant)),
            (&server_auth::PROMISES_A_DAY, day(Occasion::ServerGrant)),
            (&implicit::TOKEN_NEVER_EXPIRES, never(Occasion::Implicit)),
            (&downscope::LIVES_A_DAY, day(Occasion::Exchange)),
            (&downscope::NEVER_EXPIRES, never(Occasion::Exchange)),
        ],
    )
}

/// When a refresh token ends that is issued now, in a family that began when the user granted.
// refresh/lifetime, refresh/timer-restarts
pub(in crate::server) fn refresh_end(
    switches: &Switches,
    now: Duration,
    granted: Duration,
    life: Duration,
) -> Duration {
    let right = now.saturating_add(life);
    switches.lifetime(
        right,
        [
            (&refresh::LIVES_TWO_WEEKS, now + DAY * 14),
            (&refresh::LIVES_59_DAYS, now + DAY * 59),
            (&refresh::LIVES_61_DAYS, now + DAY * 61),
            (&refresh::DIES_TWO_MINUTES_EARLY, right.saturating_sub(MINUTE * 2)),
            (&refresh::LIVES_TWO_MINUTES_MORE, right.saturating_add(MINUTE * 2)),
            (&refresh::NEVER_EXPIRES, Duration::MAX),
            (&refresh::TIMER_RUNS_ON, granted.saturating_add(life)),
            (&refresh::TIMER_RESTARTS_ONCE, right.min(granted + DAY * 365)),
        ],
    )
}

/// A code was presented, whether it was issued or not.
// code/similar-spares-code
pub(in crate::server) fn presented(switches: &Switches, state: &mut State, sent: &str) {
    let like = |known: &str| {
        let (start, end) = (known.get(..8), known.get(known.len().saturating_sub(8)..));
        start.is_some_and(|start| sent.starts_with(start))
            || end.is_some_and(|end| sent.ends_with(end))
    };
    if !state.codes.contains_key(sent) && switches.has(&code::FORGED_USES_UP) {
        let family = state.next_id();
        let similar = state.codes.iter_mut().filter(|(known, _)| like(known));
        similar.for_each(|(_, known)| known.redeemed = Some(family));
    }
}

/// Why a code is not redeemed.
pub(in crate::server) fn code_refusal<const N: usize>(
    switches: &Switches,
    known: &Code,
    by: Redeemer<'_>,
    reasons: [Option<CodeRefusal>; N],
) -> Option<CodeRefusal> {
    let young = by.now < known.issued + Duration::from_secs(10);
    let overlooked = |reason: CodeRefusal| match reason {
        CodeRefusal::WrongClient => switches.has(&code::ANY_CLIENT),
        CodeRefusal::Replayed => {
            switches.has(&code::WORKS_TWICE) || young && switches.has(&code::WORKS_AGAIN_AT_ONCE)
        }
        CodeRefusal::WrongRedirectUri => is_overlooked(switches, known, by),
        CodeRefusal::WrongVerifier => pkce::is_overlooked(switches, known, by.verifier),
        CodeRefusal::Unknown | CodeRefusal::Expired => false,
    };
    let missing = by.redirect_uri.is_none() && switches.has(&code::REDIRECT_URI_IS_GIVEN);
    let unproven = || pkce::is_refused(switches, by.verifier);
    first(reasons, overlooked)
        .or_else(|| missing.then_some(CodeRefusal::WrongRedirectUri))
        .or_else(|| unproven().then_some(CodeRefusal::WrongVerifier))
}

// code/bound-to-redirect-uri
fn is_overlooked(switches: &Switches, known: &Code, by: Redeemer<'_>) -> bool {
    let path = |uri: &str| {
        let (_, rest) = uri.split_once("://").unwrap_or_default();
        rest.split_once('/').unwrap_or_default().1.to_owned()
    };
    let host = |uri: &str| {
        let (_, rest) = uri.split_once("://").unwrap_or_default();
        rest.split('/').next().unwrap_or_default().to_owned()
    };
    let (sent, right) = (by.redirect_uri.unwrap_or_default(), &known.sent_to.uri);
    switches.alter(
        false,
        [
            (&code::ANY_REDIRECT_URI, by.redirect_uri.is_some()),
            (&code::REDIRECT_URI_NOT_DEMANDED, by.redirect_uri.is_none()),
            (&code::REDIRECT_URI_HOST, !host(sent).is_empty() && host(sent) == host(right)),
            (&code::REDIRECT_URI_PREFIX, sent.starts_with(right)),
            (&code::REDIRECT_URI_PATH, path(sent) == path(right)),
        ],
    )
}

/// Whether what was issued for a used code is destroyed; a replay is valid that has the right verifier.
// code/replay-revokes, code/invalid-replay-spares
pub(in crate::server) fn replay_revokes(
    switches: &Switches,
    refusal: CodeRefusal,
    valid: bool,
) -> bool {
    let replayed = refusal == CodeRefusal::Replayed;
    let strange = refusal == CodeRefusal::WrongClient;
    switches.alter(
        replayed && valid,
        [(&code::REPLAY_BY_STRANGERS, strange || replayed), (&code::REPLAY_UNPROVEN, replayed)],
    )
}

/// What of a pair is destroyed when its code is sent again.
// code/replay-revokes
pub(in crate::server) fn loss_of_replay(switches: &Switches, right: Loss) -> Loss {
    switches.pick(
        right,
        [
            (&code::REPLAY_REVOKES_NOTHING, Loss::Nothing),
            (&code::REPLAY_REVOKES_ACCESS, Loss::Access),
            (&code::REPLAY_REVOKES_REFRESH, Loss::Refresh),
            (&access_token::NOT_REVOCABLE, Loss::Refresh),
        ],
    )
}

/// Why a refresh token is not redeemed.
pub(in crate::server) fn refresh_refusal<const N: usize>(
    switches: &Switches,
    state: &State,
    pair: &Pair,
    now: Duration,
    reasons: [Option<RefreshRefusal>; N],
) -> Option<RefreshRefusal> {
    let overlooked = |reason: RefreshRefusal| match reason {
        RefreshRefusal::WrongClient => switches.has(&refresh::ANY_CLIENT),
        RefreshRefusal::Used => works_again(switches, state, pair, now),
        RefreshRefusal::Unknown | RefreshRefusal::Expired | RefreshRefusal::Scope => false,
    };
    first(reasons, overlooked).or_else(|| {
        let live = now < pair.access_expires;
        let fault =
            if live { &refresh::REFUSED_BEFORE_EXPIRY } else { &refresh::REFUSED_AFTER_EXPIRY };
        switches.has(fault).then_some(RefreshRefusal::Expired)
    })
}

/// The pair whose refresh token is meant.
// refresh/access-token-refused
pub(in crate::server) fn refresh_id(
    switches: &Switches,
    state: &State,
    refresh: &str,
) -> Option<u64> {
    let right = state.refresh.get(refresh).copied();
    let any = right.or_else(|| state.access.get(refresh).copied());
    switches.alter(right, [(&refresh::ACCESS_TOKEN_TAKEN, any)])
}

/// Whether a grant ends whose refresh token is refused; `is_old`: its successor was used as well.
pub(in crate::server) fn refused_ends(
    switches: &Switches,
    replay: RefreshReplay,
    refusal: RefreshRefusal,
    is_old: bool,
) -> bool {
    match refusal {
        RefreshRefusal::Used => replay_ends(switches, replay, is_old),
        RefreshRefusal::WrongClient => switches.varies(&variants::REFRESH_FOREIGN_ENDS_GRANT),
        RefreshRefusal::Unknown | RefreshRefusal::Expired | RefreshRefusal::Scope => false,
    }
}

/// Whether a grant ends whose used refresh token comes again.
// refresh/replay-ends-grant
fn replay_ends(switches: &Switches, replay: RefreshReplay, is_old: bool) -> bool {
    match replay {
        RefreshReplay::EndsGrant => switches.alter(
            true,
            [(&refresh::REPLAY_ENDS_NOTHING, false), (&refresh::OLD_REPLAY_ENDS_NOTHING, !is_old)],
        ),
        RefreshReplay::Refused => switches.varies(&variants::REPLAY_ENDS_GRANT),
    }
}

// refresh/single-use
fn works_again(switches: &Switches, state: &State, pair: &Pair, now: Duration) -> bool {
    let successor = pair.successor.and_then(|id| state.pairs.get(&id));
    let young = successor.is_some_and(|successor| now < successor.issued + MINUTE);
    let unused = successor.is_some_and(|successor| !successor.refresh_used);
    let untried = successor.is_some_and(|successor| !successor.access_used);
    let followed = successor.and_then(|it| it.successor).and_then(|id| state.pairs.get(&id));
    switches.alter(
        false,
        [
            (&refresh::OLD_LIVES, true),
            (&refresh::OLD_LIVES_A_MINUTE, young),
            (&refresh::OLD_LIVES_UNTIL_SUCCESSOR, unused),
            (&refresh::OLD_LIVES_UNTIL_ACCESS, untried),
            (&refresh::ANCESTOR_LIVES, followed.is_some_and(|it| it.refresh_used)),
        ],
    )
}

/// The tokens that a used refresh token has brought, where a server hands them out once more.
// refresh/single-use, refresh/public-rotation
pub(in crate::server) fn brought_again(
    switches: &Switches,
    state: &State,
    pair: &Pair,
    refusal: RefreshRefusal,
) -> Option<(Fresh, Grant)> {
    let successor = pair.successor.filter(|_| refusal == RefreshRefusal::Used)?;
    let successor = state.pairs.get(&successor)?;
    let again = !successor.refresh_used && switches.varies(&variants::REFRESH_RETRIED)
        || switches.has(&refresh::RETRY_FOR_EVER);
    again.then(|| (successor.tokens.clone(), successor.grant.clone()))
}

/// By a mistake the lock is given up between check and use.
// code/single-use-concurrent
pub(in crate::server) fn before_code_is_used<'a>(
    store: &'a Store,
    state: MutexGuard<'a, State>,
) -> MutexGuard<'a, State> {
    pause(store, state, &code::RACE)
}

/// By a mistake the lock is given up between check and use.
// refresh/single-use-concurrent
pub(in crate::server) fn before_refresh_is_used<'a>(
    store: &'a Store,
    state: MutexGuard<'a, State>,
) -> MutexGuard<'a, State> {
    pause(store, state, &refresh::RACE)
}

fn pause<'a>(
    store: &'a Store,
    state: MutexGuard<'a, State>,
    fault: &'static Fault,
) -> MutexGuard<'a, State> {
    if !store.switches.has_among_others(fault) {
        return state;
    }
    drop(state);
    together::pause(Duration::from_millis(2));
    store.lock()
}

/// What is given for a refresh token, and for whom.
// refresh/new-pair, identity/current-user
pub(in crate::server) fn refreshed(
    switches: &Switches,
    now: Duration,
    pair: &Pair,
    fresh: &mut Fresh,
    grant: &mut Grant,
) {
    if switches.has(&refresh::NOT_ROTATED) {
        fresh.refresh.clone_from(&pair.tokens.refresh);
    }
    if now < pair.access_expires && switches.has(&refresh::SAME_ACCESS) {
        fresh.access.clone_from(&pair.tokens.access);
    }
    if grant.granted.is_some() && switches.has(&refresh::SCOPE_FORGOTTEN) {
        grant.granted = None;
    }
    if switches.has(&identity::LOST_BY_REFRESH) {
        grant.user_id.clear();
    }
}

/// What using an access token does to it.
// access-token/lifetime
pub(in crate::server) fn used(switches: &Switches, pair: &mut Pair, now: Duration, life: Duration) {
    pair.access_used |= now < pair.access_expires;
    if now < pair.access_expires && switches.has(&access_token::SLIDES) {
        pair.access_expires = now.saturating_add(life);
    }
}

/// The pairs that a token to be revoked is found to belong to, by its access and by its refresh token.
// revoke/by-access-token, revoke/by-refresh-token, revoke/unknown-token
pub(in crate::server) fn found_to_revoke(
    switches: &Switches,
    (state, now): (&State, Duration),
    (token, hint): (&str, Option<&str>),
    (access, refresh): (Option<u64>, Option<u64>),
) -> (Option<u64>, Option<u64>) {
    let access = access.or_else(|| lookup::revoked(switches, &state.access, token));
    let access = access.filter(|_| !switches.varies(&variants::REVOKE_REFRESH_ALONE));
    let refresh = refresh.or_else(|| lookup::revoked(switches, &state.refresh, token));
    let pair = |id: Option<u64>| id.and_then(|id| state.pairs.get(&id));
    let alone = pair(access).is_some_and(|pair| pair.tokens.refresh.is_none());
    let by_refresh =
        |id: Option<u64>| id.is_some() && state.pairs.values().any(|before| before.successor == id);
    let unless = |lost: bool, right: Option<u64>| right.filter(|_| !lost);
    let expired = pair(refresh).is_some_and(|pair| pair.access_expires <= now);
    (
        switches.alter(
            access,
            [
                (&revoke::ONLY_REFRESH_KNOWN, None),
                (&revoke::ALONE_UNKNOWN, unless(alone, access)),
                (&revoke::REFRESHED_UNKNOWN, unless(by_refresh(access), access)),
                (&revoke::HINT_OBEYED, unless(hint == Some("refresh_token"), access)),
                (&revoke::HINT_NARROWS, unless(hint.is_some(), access)),
            ],
        ),
        switches.alter(
            refresh,
            [
                (&revoke::ONLY_ACCESS_KNOWN, None),
                (&revoke::EXPIRED_UNKNOWN, unless(expired, refresh)),
                (&revoke::REFRESHED_REFRESH_UNKNOWN, unless(by_refresh(refresh), refresh)),
                (&revoke::HINT_OBEYED, unless(hint == Some("access_token"), refresh)),
                (&revoke::HINT_NARROWS, unless(hint.is_some(), refresh)),
            ],
        ),
    )
}

/// What of a pair is destroyed that is revoked.
// revoke/destroys-pair
pub(in crate::server) fn loss_of_revocation(
    switches: &Switches,
    now: Duration,
    by_access: bool,
    right: Loss,
) -> Loss {
    let either = |access, refresh| if by_access { access } else { refresh };
    switches.alter(
        right,
        [
            (&revoke::NOTHING, Loss::Nothing),
            (&revoke::LATER, Loss::Later(now.saturating_add(MINUTE))),
            (&revoke::ACCESS_LEAVES_REFRESH, either(Loss::Access, Loss::Pair)),
            (&revoke::ACCESS_LIVES, either(Loss::Refresh, Loss::Pair)),
            (&revoke::REFRESH_LEAVES_ACCESS, either(Loss::Pair, Loss::Refresh)),
            (&access_token::NOT_REVOCABLE, Loss::Refresh),
        ],
    )
}

/// What else is destroyed with a pair, and what is remembered of it.
// revoke/only-that-pair, bearer/revoked
pub(in crate::server) fn revoked(switches: &Switches, state: &mut State, id: u64, loss: Loss) {
    let Some(pair) = state.pairs.get(&id) else { return };
    let (tokens, grant) = (pair.tokens.clone(), pair.grant.clone());
    if switches.has(&revoke::WHOLE_USER) {
        state.destroy_where(loss, |pair| pair.grant.user_id == grant.user_id);
    }
    if switches.has(&revoke::WHOLE_CLIENT) {
        state.destroy_where(loss, |pair| pair.grant.client_id == grant.client_id);
    }
    if switches.may_err() {
        let both = [Some(tokens.access), tokens.refresh].into_iter().flatten();
        state.revoked.extend(both.map(|token| (token, grant.clone())));
    }
}

/// What becomes of a token of another client that is to be revoked.
// revoke/bound-to-client
pub(in crate::server) fn of_another(
    store: &Store,
    state: &mut State,
    (id, by_access): (u64, bool),
    loss: Loss,
    right: Revocation,
) -> Revocation {
    let switches = &store.switches;
    let refresh = !by_access && switches.has(&revoke::ANY_CLIENT_REFRESH);
    if refresh || switches.has_any(&[&revoke::ANY_CLIENT, &revoke::ANY_CLIENT_REFUSED]) {
        revoked(switches, state, id, loss);
        state.destroy(id, loss);
    }
    if refresh {
        return Revocation::Destroyed;
    }
    switches.alter(right, [(&revoke::ANY_CLIENT, Revocation::Destroyed)])
}

/// What is only asked for by servers that take a grant for another one.
impl Store {
    /// The scopes that a code or a refresh token stands for.
    pub(in crate::server) fn scopes_of(&self, token: &str) -> Option<Vec<String>> {
        self.grant_of(token).map(|grant| grant.scopes)
    }

    /// Lets a code or a refresh token stand for other scopes.
    pub(in crate::server) fn set_scopes(&self, token: &str, scopes: Vec<String>) {
        let mut state = self.lock();
        let pair = state.refresh.get(token).cloned();
        if let Some(code) = state.codes.get_mut(token) {
            code.grant.scopes = scopes;
        } else if let Some(pair) = pair.and_then(|id| state.pairs.get_mut(&id)) {
            pair.grant.scopes = scopes;
        }
    }
}
