//! Mistakes with tokens that are revoked.

use std::time::Duration;

use super::{MINUTE, lookup};
use crate::server::faults::{access_token, revoke};
use crate::server::oauth::store::{Loss, Occasion, Pair, Revocation, State, Store};
use crate::server::variants;
use crate::testbed::Switches;

/// The pairs that a token to be revoked is found to belong to, by its access and by its refresh token.
// revoke/by-access-token, revoke/by-refresh-token, revoke/unknown-token
pub(in crate::server) fn found(
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
    let of_device = pair(refresh).is_some_and(|known| {
        let mut kin = state.pairs.values().filter(|it| it.family == known.family);
        kin.any(|it| it.occasion == Occasion::Device)
    });
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
                (&revoke::DEVICE_UNKNOWN, unless(of_device, refresh)),
                (&revoke::REFRESHED_REFRESH_UNKNOWN, unless(by_refresh(refresh), refresh)),
                (&revoke::HINT_OBEYED, unless(hint == Some("access_token"), refresh)),
                (&revoke::HINT_NARROWS, unless(hint.is_some(), refresh)),
            ],
        ),
    )
}

/// What of a pair is destroyed that is revoked.
// revoke/destroys-pair
pub(in crate::server) fn loss(
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
pub(in crate::server) fn destroyed(
    switches: &Switches,
    state: &mut State,
    (id, by_access): (u64, bool),
    loss: Loss,
) {
    let Some(pair) = state.pairs.get(&id) else { return };
    let (tokens, grant) = (pair.tokens.clone(), pair.grant.clone());
    // revoke/others-kept
    if !by_access && switches.has(&revoke::REFRESH_TAKES_USER) {
        let also = |pair: &Pair| {
            pair.grant.user_id == grant.user_id && pair.grant.client_id != grant.client_id
        };
        state.destroy_where(loss, also);
    }
    if !by_access && switches.has(&revoke::REFRESH_TAKES_CLIENT) {
        let also = |pair: &Pair| {
            pair.grant.client_id == grant.client_id && pair.grant.user_id != grant.user_id
        };
        state.destroy_where(loss, also);
    }
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
        destroyed(switches, state, (id, by_access), loss);
        state.destroy(id, loss);
    }
    if refresh {
        return Revocation::Destroyed;
    }
    switches.alter(right, [(&revoke::ANY_CLIENT, Revocation::Destroyed)])
}
