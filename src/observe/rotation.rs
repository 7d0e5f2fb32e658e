//! Whether an application uses each refresh token once and goes on with the newest tokens, judged by
//! what its authorization server saw, in order.

use std::collections::HashSet;

use super::Mismatch;

/// Something that the authorization server saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Tokens were issued.
    Issued {
        /// Access token.
        access: String,
        /// Refresh token.
        refresh: String,
    },
    /// A refresh was asked for with this refresh token.
    Refresh(String),
    /// The API was called with this access token.
    Call(String),
}

/// Each refresh token is used once, and it is the newest.
///
/// # Errors
/// The first refresh of which that is not so.
pub fn each_once(events: &[Event]) -> Result<(), Mismatch> {
    let (mut used, mut newest) = (HashSet::new(), None);
    for event in events {
        match event {
            Event::Issued { refresh, .. } => newest = Some(refresh),
            Event::Refresh(token) if !used.insert(token) => {
                return Err(Mismatch::new(
                    "each refresh token is used once",
                    "a refresh token was used a second time",
                ));
            }
            Event::Refresh(token) if newest != Some(token) => {
                return Err(Mismatch::new(
                    "the newest refresh token is used",
                    "a refresh token was used that is not the newest",
                ));
            }
            Event::Refresh(_) | Event::Call(_) => {}
        }
    }
    Ok(())
}

/// The API is called with the newest access token.
///
/// # Errors
/// Where it was called with an older one.
pub fn newest_called(events: &[Event]) -> Result<(), Mismatch> {
    let mut newest = None;
    for event in events {
        match event {
            Event::Issued { access, .. } => newest = Some(access),
            Event::Call(token) if newest.is_some_and(|newest| newest != token) => {
                return Err(Mismatch::new(
                    "the API is called with the newest access token",
                    "the API was called with an access token that a refresh had replaced",
                ));
            }
            Event::Refresh(_) | Event::Call(_) => {}
        }
    }
    Ok(())
}

/// How many refreshes were asked for.
pub fn refreshes(events: &[Event]) -> usize {
    events.iter().filter(|event| matches!(event, Event::Refresh(_))).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issued(number: usize) -> Event {
        Event::Issued { access: format!("a{number}"), refresh: format!("r{number}") }
    }

    fn refresh(number: usize) -> Event {
        Event::Refresh(format!("r{number}"))
    }

    fn call(number: usize) -> Event {
        Event::Call(format!("a{number}"))
    }

    #[test]
    fn a_chain_of_refreshes_holds() {
        let events = [issued(1), call(1), refresh(1), issued(2), call(2), refresh(2), issued(3)];
        assert_eq!(each_once(&events), Ok(()));
        assert_eq!(newest_called(&events), Ok(()));
        assert_eq!(refreshes(&events), 2);
    }

    #[test]
    fn a_second_use_and_an_old_token_are_told() {
        assert!(each_once(&[issued(1), refresh(1), issued(2), refresh(1)]).is_err());
        assert!(each_once(&[issued(1), refresh(1), refresh(1), issued(2)]).is_err());
        assert!(each_once(&[issued(1), issued(2), refresh(1)]).is_err());
        assert!(newest_called(&[issued(1), refresh(1), issued(2), call(1)]).is_err());
    }
}
