//! An application under test, as a scenario sees it.

use crate::driver::{Draft, LoginEnd, Visitor};

/// What scenarios about an application leave from step to step.
#[derive(Default)]
pub struct Scene {
    /// User, browser and onlooker; set before the first step.
    pub visitor: Option<Visitor>,
    /// The callback as the authorization server sent it.
    pub(super) callback: Option<Draft>,
    /// Where the judged way through the application ended.
    pub(super) login_end: Option<LoginEnd>,
    /// Where its control ended.
    pub(super) control: Option<LoginEnd>,
    /// What had been seen before the judged request.
    pub(super) before: usize,
    /// How often an access token was expired when the application used it.
    pub(super) expiries: usize,
    /// Answers of the application that tell nothing.
    pub(super) useless: Vec<String>,
    /// Authorization requests without a state.
    pub(super) stateless: usize,
}
