//! Unit tests of `store`.

use super::*;

const URI: &str = "https://a.example/x";

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn grant() -> Grant {
    Grant { client_id: "a".into(), user_id: "1".into(), ..Grant::default() }
}

fn fresh(n: u32) -> Fresh {
    Fresh { access: format!("access{n}"), refresh: Some(format!("refresh{n}")) }
}

fn by<'a>(now: Duration, client_id: &'a str, redirect_uri: Option<&'a str>) -> Redeemer<'a> {
    Redeemer { now, client_id, redirect_uri, verifier: None }
}

fn all(granted: &[String]) -> Option<Vec<String>> {
    Some(granted.to_vec())
}

fn with_code() -> Store {
    let store = Store::new(
        Lifetimes::default(),
        (RevocationReach::Pair, RefreshReplay::Refused),
        Switches::default(),
    );
    store.add_code(at(0), "code".into(), grant(), URI.to_owned());
    store
}

fn with_pair() -> Store {
    let store = with_code();
    store.redeem_code("code", by(at(0), "a", None), fresh(1)).unwrap();
    store
}

#[test]
fn a_code_works_once_within_its_30_seconds() {
    let store = with_code();
    let redeem = |now, n| store.redeem_code("code", by(at(now), "a", Some(URI)), fresh(n));
    assert_eq!(redeem(31, 1), Err(CodeRefusal::Expired));
    assert_eq!(redeem(29, 1), Ok(grant()));
    assert_eq!(redeem(29, 2), Err(CodeRefusal::Replayed));
    assert_eq!(store.access(at(29), "access2"), None);
}

#[test]
fn a_refused_exchange_leaves_the_code() {
    let store = with_code();
    let redeem = |client, uri| store.redeem_code("code", by(at(1), client, uri), fresh(1));
    assert_eq!(redeem("b", None), Err(CodeRefusal::WrongClient));
    assert_eq!(redeem("a", Some("https://a.example/")), Err(CodeRefusal::WrongRedirectUri));
    assert_eq!(redeem("a", None), Ok(grant()));
    let unknown = store.redeem_code("Code", by(at(1), "a", None), fresh(2));
    assert_eq!(unknown, Err(CodeRefusal::Unknown));
}

#[test]
fn a_replay_by_its_client_destroys_the_whole_family() {
    let store = with_pair();
    store.redeem_refresh(at(1), "refresh1", "a", all, fresh(2)).unwrap();
    store.add_code(at(1), "code2".into(), grant(), URI.to_owned());
    store.redeem_code("code2", by(at(1), "a", None), fresh(3)).unwrap();
    let replay = |client| store.redeem_code("code", by(at(2), client, None), fresh(4));
    assert_eq!(replay("b"), Err(CodeRefusal::WrongClient));
    assert!(store.access(at(2), "access1").is_some());
    assert_eq!(replay("a"), Err(CodeRefusal::Replayed));
    for gone in ["access1", "access2", "access4"] {
        assert_eq!(store.access(at(2), gone), None, "{gone}");
    }
    let refreshed = store.redeem_refresh(at(2), "refresh2", "a", all, fresh(5));
    assert_eq!(refreshed, Err(RefreshRefusal::Unknown));
    assert!(store.access(at(2), "access3").is_some());
}

#[test]
fn a_refresh_token_works_once_and_restarts_its_60_days() {
    let days = |n: u64| at(n * 86_400);
    let store = with_pair();
    let foreign = store.redeem_refresh(at(1), "refresh1", "b", all, fresh(2));
    assert_eq!(foreign, Err(RefreshRefusal::WrongClient));
    assert!(store.redeem_refresh(days(59), "refresh1", "a", all, fresh(2)).is_ok());
    let again = store.redeem_refresh(days(59), "refresh1", "a", all, fresh(3));
    assert_eq!(again, Err(RefreshRefusal::Used));
    assert!(store.redeem_refresh(days(118), "refresh2", "a", all, fresh(3)).is_ok());
    let late = store.redeem_refresh(days(178), "refresh3", "a", all, fresh(4));
    assert_eq!(late, Err(RefreshRefusal::Expired));
}

#[test]
fn an_access_token_lives_an_hour_even_when_refreshed() {
    let store = with_pair();
    store.redeem_refresh(at(10), "refresh1", "a", all, fresh(2)).unwrap();
    assert_eq!(store.access(at(3599), "access1"), Some(grant()));
    assert_eq!(store.access(at(3600), "access1"), None);
    assert_eq!(store.access(at(3609), "access2"), Some(grant()));
}

#[test]
fn either_token_destroys_its_pair_and_no_other() {
    for token in ["access1", "refresh1"] {
        let store = with_pair();
        store.add_code(at(0), "code2".into(), grant(), URI.to_owned());
        store.redeem_code("code2", by(at(0), "a", None), fresh(2)).unwrap();
        assert_eq!(store.revoke(at(1), (token, None), "b"), Revocation::WrongClient);
        assert!(store.access(at(1), "access1").is_some());
        assert_eq!(store.revoke(at(1), (token, None), "a"), Revocation::Destroyed);
        assert_eq!(store.revoke(at(1), (token, None), "a"), Revocation::Unknown);
        assert_eq!(store.access(at(1), "access1"), None);
        let refreshed = store.redeem_refresh(at(1), "refresh1", "a", all, fresh(3));
        assert_eq!(refreshed, Err(RefreshRefusal::Unknown));
        assert!(store.access(at(1), "access2").is_some());
    }
}

#[test]
fn what_has_expired_is_forgotten() {
    let store = with_pair();
    store.add_code(at(61 * 86_400), "late".into(), grant(), URI.to_owned());
    let state = store.lock();
    assert_eq!((state.codes.len(), state.pairs.len()), (1, 0));
    assert!(state.access.is_empty() && state.refresh.is_empty() && state.pair_order.is_empty());
}

#[test]
fn of_many_simultaneous_exchanges_one_wins() {
    for _ in 0..20 {
        let store = with_code();
        let wins = std::thread::scope(|scope| {
            let attempts: Vec<_> = (0..8)
                .map(|n| {
                    scope.spawn({
                        let store = &store;
                        move || store.redeem_code("code", by(at(1), "a", None), fresh(n)).is_ok()
                    })
                })
                .collect();
            attempts.into_iter().map(|one| one.join().unwrap()).filter(|won| *won).count()
        });
        assert_eq!(wins, 1);
    }
}
