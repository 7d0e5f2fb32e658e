//! Another user signs in where one is signed in.

use super::definition::given;
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::{Change, Client as Role, Unmet, authorization};
use crate::observe::Observed;

given!(
    "the {word} user, who was asked to sign in in the same browser, has granted the client tokens",
    granted_by(user).await
);
/// The browser is that of the first user, and the request asks for a login (OpenID Connect Core §3.1.2.1).
async fn granted_by(w: &mut World, user: String) -> StepResult {
    let client = Role::default_role();
    w.driver().fresh_browser();
    w.show_code(&client).await?;
    let changes = [Change::set("prompt", "login")];
    let ask = Authorization { user: &user, changes: &changes, ..Authorization::of(&client) };
    let journey = w.driver().authorize(&ask).await;
    let journey = w.need(journey)?;
    let what = authorization::what(&journey);
    if journey.logins == 0 || what != Observed::Code {
        let text = format!(
            "nobody else can sign in where a user is signed in: `prompt=login` brings {}",
            what.describe()
        );
        return w.need(Err(Unmet::Lacking(text)));
    }
    let code = w.driver().ordinary_code(&journey);
    let code = w.need(code)?;
    let draft = w.driver().redemption(&client, &code);
    let draft = w.need(draft)?;
    let pair = w.obtain(&client, &draft).await?;
    w.driver().fresh_browser();
    w.issued.pairs.push(pair);
    Ok(())
}
