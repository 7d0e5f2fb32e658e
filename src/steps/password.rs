//! Passwords that are not the user's.

use super::authorize::walk;
use super::definition::when;
use super::params::Typed;
use super::redirected::what;
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::journey::Odd;
use crate::driver::{Client as Role, Unmet};
use crate::observe::{Mismatch, Observed};
use crate::rules::{Level, Property};

when!("the user tries to sign in with a wrong password", wrong_password().await);
/// How users are identified is the server's to say (RFC 6749 §3.1): a warning, but where a document says it.
async fn wrong_password(w: &mut World) -> StepResult {
    let client = Role::default_role();
    let password = format!("wrong-{}", w.driver().fresh(12));
    types(w, &client, &password, "a wrong password").await?;
    if what(w)? != Observed::Code {
        return Ok(());
    }
    let breach = Mismatch::new("no code for the client", Observed::Code.describe()).granted();
    w.breach_at(|cite| {
        let stated = cite.document.states(Property::PasswordLogin);
        (breach.clone(), (if stated { cite.level } else { Level::Should }, false))
    })
}

/// Types a password at the login page. Where that signs the user in, somebody whom nobody knows is not signed in.
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
    if what != Observed::Code {
        return Ok(());
    }
    w.mark_judged();
    let name = w.driver().fresh(12);
    if lets_in(w, client, Some(&name)).await {
        return w.need(lacking("whoever types a name and a password is signed in, as at a mock"));
    }
    Ok(())
}

/// Whether a password that nobody has signs somebody in, by this name or the user's own.
async fn lets_in(w: &mut World, client: &Role, name: Option<&str>) -> bool {
    let password = w.driver().fresh(12);
    w.driver().fresh_browser();
    let odd = Odd { login: name, ..Odd::default() };
    let ask = Authorization { password: Some(&password), odd, ..Authorization::of(client) };
    w.driver().obtain_code(&ask).await.is_ok()
}

when!("the user tries to sign in with {typed}", nearly_right_password(typed).await);
/// Where any password will do, that is the matter of the scenario about a wrong one.
async fn nearly_right_password(w: &mut World, typed: Typed) -> StepResult {
    let client = Role::default_role();
    let user = w.driver().user("default");
    let right = w.need(user)?.password;
    let password = w.need(typed.of(&right).ok_or_else(|| {
        Unmet::Lacking("the user's password cannot be changed in this way".to_owned())
    }))?;
    types(w, &client, &password, &typed.to_string()).await?;
    if what(w)? == Observed::Code && lets_in(w, &client, None).await {
        let text = "any password signs the user in";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    }
    Ok(())
}
