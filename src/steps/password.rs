//! Passwords that are not the user's.

use super::authorize::walk;
use super::definition::when;
use super::params::Typed;
use super::redirected::what;
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::journey::Odd;
use crate::driver::{Client as Role, Unmet};
use crate::observe::Observed;

when!("the user tries to sign in with a wrong password", wrong_password().await);
async fn wrong_password(w: &mut World) -> StepResult {
    let client = Role::default_role();
    let password = format!("wrong-{}", w.driver().fresh(12));
    types(w, &client, &password, "a wrong password").await
}

async fn types(w: &mut World, client: &Role, password: &str, how: &str) -> StepResult {
    let ask = Authorization { password: Some(password), ..Authorization::of(client) };
    w.deviates(how.to_owned());
    walk(w, ask).await?;
    let what = what(w)?;
    w.not_broken(&what)?;
    let lacking = |text: &str| Err(Unmet::Lacking(text.to_owned()));
    if w.journey()?.logins == 0 {
        return w.need(lacking("the user types no password"));
    }
    if what == Observed::Code && lets_anybody_in(w, client).await {
        return w.need(lacking("whoever types a name and a password is signed in, as at a mock"));
    }
    Ok(())
}

/// Whether somebody whom nobody knows is signed in as well: then the login compares nothing with anything.
async fn lets_anybody_in(w: &mut World, client: &Role) -> bool {
    let (name, password) = (w.driver().fresh(12), w.driver().fresh(12));
    w.driver().fresh_browser();
    let odd = Odd { login: Some(&name), ..Odd::default() };
    let ask = Authorization { password: Some(&password), odd, ..Authorization::of(client) };
    w.driver().obtain_code(&ask).await.is_ok()
}

when!("the user tries to sign in with {typed}", nearly_right_password(typed).await);
async fn nearly_right_password(w: &mut World, typed: Typed) -> StepResult {
    let client = Role::default_role();
    let user = w.driver().user("default");
    let right = w.need(user)?.password;
    let password = w.need(typed.of(&right).ok_or_else(|| {
        Unmet::Lacking("the user's password cannot be changed in this way".to_owned())
    }))?;
    types(w, &client, &password, &typed.to_string()).await
}
