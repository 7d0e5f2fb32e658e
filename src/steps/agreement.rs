//! What a user has agreed to, where the next request is for more, or for the same once more.

use super::authorize::{NO_PAGE, UNASKED, walk};
use super::definition::{given, then, when};
use super::params::Client;
use super::refresh_scope::scopes;
use super::scoped::{narrow_client, opened, resource};
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::journey::{End, Journey, Stop, Topic};
use crate::driver::page::Decision;
use crate::driver::{Client as Played, Unmet, authorization};
use crate::observe::{Mismatch, Observed};
use crate::verdict::Role;
use crate::wire::has_failed;

/// Role of a client that registers because the user may have agreed to the others before.
const NEWCOMER: &str = "newcomer";

/// Lets the user see what a client asks for, and says whether a decision is asked for. Nothing is granted.
async fn sees(w: &mut World, client: &Played, scope: &str) -> Result<bool, String> {
    let stop = Stop::AtChoice;
    walk(w, Authorization { stop, scope: Some(scope), ..Authorization::of(client) }).await?;
    Ok(!w.journey()?.choices.is_empty())
}

/// A client for which the user is asked about this scope: whoever was agreed to before may go unasked.
async fn asked_about(w: &mut World, scope: &str) -> Result<Played, String> {
    let usual = Played::default_role();
    if sees(w, &usual, scope).await? {
        return Ok(usual);
    }
    if let Ok(newcomer) = w.driver().register_for(NEWCOMER, Some(scope)).await {
        w.driver().fresh_browser();
        if sees(w, &newcomer, scope).await? {
            return Ok(newcomer);
        }
    }
    let text = "the user is not asked about the scope, or has agreed to it before";
    w.need(Err(Unmet::Lacking(text.to_owned())))
}

given!(
    "the user is asked about each scope, and has agreed to less than the scoped resource takes",
    agreed_to_less().await
);
async fn agreed_to_less(w: &mut World) -> StepResult {
    let resource = resource(w)?;
    let lacking = || {
        let text = "the profile has no `scoped_resource.narrow_scope` of the default client";
        Unmet::Lacking(text.to_owned())
    };
    let own = narrow_client(&resource) == Played::default_role();
    w.need((own && resource.narrow_scope.is_some()).then_some(()).ok_or_else(lacking))?;
    let (wide, narrow) = scopes(w)?;
    let client = asked_about(w, &wide).await?;
    let ask = Authorization { scope: Some(&narrow), ..Authorization::of(&client) };
    let code = w.driver().obtain_code(&ask).await;
    w.issued.code = Some(w.control(code)?);
    Ok(())
}

when!(
    "the user sees that the same client asks for the scope that opens the scoped resource",
    asks_for_more().await
);
async fn asks_for_more(w: &mut World) -> StepResult {
    let (client, wide) = (w.code()?.client, scopes(w)?.0);
    w.deviates("more scope than the user agreed to".to_owned());
    sees(w, &client, &wide).await.map(drop)
}

then!(
    "the user was asked for consent, or the tokens do not open the scoped resource",
    asked_or_less().await
);
async fn asked_or_less(w: &mut World) -> StepResult {
    let journey = w.journey()?;
    let what = authorization::what(&journey);
    let code = w.driver().code_of(&journey);
    let Some(code) = code.filter(|_| journey.choices.is_empty() && what == Observed::Code) else {
        w.judgeable(&what)?;
        return w.judge(Ok(()));
    };
    let client = code.client.clone();
    let draft = w.driver().redemption(&client, &code);
    let draft = w.need(draft)?;
    let pair = w.obtain(&client, &draft).await?;
    let what = opened(w, &pair.access).await?;
    w.judge_what(&what, "a refusal, as the user did not agree", Observed::is_refusal_of_call)
}

given!("the user has denied {client}'s authorization request", has_denied(client).await);
async fn has_denied(w: &mut World, client: Client) -> StepResult {
    // Who has agreed before has agreed to something, whatever they deny now.
    let (decision, about) = (Decision::Deny, Topic::Memory);
    let ask = Authorization { decision, about, ..Authorization::of(&client.0) };
    let journey = undecided(w, &ask).await?;
    match authorization::what(&journey) {
        what if !journey.choices.is_empty() => {
            let broken =
                matches!(what, Observed::Page { status: 500.., .. } | Observed::Unjudgeable { .. });
            if broken {
                w.mark_last(Role::Judged);
            }
            w.control_unless_granted(!broken, || format!("the user denied: {}", what.describe()))
        }
        Observed::Code => w.need(Err(Unmet::Lacking(UNASKED.to_owned()))),
        what => w.control_failed(format!("the user could not deny, but got {}", what.describe())),
    }
}

/// Sends a user who has decided nothing about the client: by one that registers for it, where nobody is asked about
/// the other.
async fn undecided(w: &mut World, ask: &Authorization<'_>) -> Result<Journey, String> {
    let journey = w.driver().authorize(ask).await;
    let journey = w.need(journey)?;
    if !authorization::is_unasked(&journey) {
        return Ok(journey);
    }
    Ok(w.by_newcomer(ask).await.unwrap_or(journey))
}

given!("the user has left the page on which {client} asks for consent", has_left(client).await);
async fn has_left(w: &mut World, client: Client) -> StepResult {
    let (stop, about) = (Stop::AtChoice, Topic::Memory);
    let ask = Authorization { stop, about, ..Authorization::of(&client.0) };
    let mut journey = undecided(w, &ask).await?;
    if authorization::is_unasked(&journey) {
        journey = w.by_unused(&ask).await.unwrap_or(journey);
    }
    match authorization::what(&journey) {
        Observed::Code if w.is_replaced(&client.0) => w.control(Ok(())),
        _ if !journey.choices.is_empty() && matches!(journey.end, End::Stopped { .. }) => {
            w.control(Ok(()))
        }
        _ if !journey.choices.is_empty() => {
            let text = "the user decides where they sign in, and leaves no page behind it";
            w.need(Err(Unmet::Lacking(text.to_owned())))
        }
        Observed::Code => w.need(Err(Unmet::Lacking(NO_PAGE.to_owned()))),
        what => w.control_failed(format!("no consent page, but {}", what.describe())),
    }
}

when!("the user grants {client}'s authorization request a second time", grants_again(client).await);
/// Where an earlier scenario has had the user agree, the first time may be one too many.
async fn grants_again(w: &mut World, client: Client) -> StepResult {
    let ask = Authorization::of(&client.0);
    let had = w.driver().has_granted(&client.0);
    let journey = w.driver().authorize(&ask).await;
    let mut journey = w.need(journey)?;
    let what = authorization::what(&journey);
    if what == Observed::Code {
        w.control(Ok(()))?;
        w.driver().fresh_browser();
        let second = w.driver().authorize(&ask).await;
        journey = w.need(second)?;
    } else if !had {
        let text =
            format!("an ordinary authorization request gave no code, but {}", what.describe());
        return w.control_failed(text);
    }
    w.answers.journey = Some(journey);
    Ok(())
}

then!("{client} receives a code, as it did at first", code_again(client).await);
/// A server error counts where it comes twice, the user is shown the page that asks them, and a client that has just
/// registered gets its code, if one can register.
async fn code_again(w: &mut World, client: Client) -> StepResult {
    const EXPECTED: &str = "a redirect to the client with a code, as at first";
    let journey = w.journey()?;
    let what = authorization::what(&journey);
    let broken = broken(w).filter(|_| what != Observed::Code);
    if broken.is_none() || w.driver().site.person.is_some() {
        return w.judge_what(&what, EXPECTED, |what| *what == Observed::Code);
    }
    w.mark_last(Role::Judged);
    w.driver().fresh_browser();
    let page = Authorization { stop: Stop::AtChoice, ..Authorization::of(&client.0) };
    let journey = w.driver().authorize(&page).await;
    let journey = w.need(journey)?;
    w.control_that(!journey.choices.is_empty(), || {
        format!(
            "the user was not asked once more, but saw {}",
            authorization::what(&journey).describe()
        )
    })?;
    if let Ok(newcomer) = w.driver().register_like(NEWCOMER, &client.0).await {
        w.driver().fresh_browser();
        w.show_code(&newcomer).await?;
        w.driver().fresh_browser();
        let twice = w.driver().authorize(&Authorization::of(&newcomer)).await;
        let twice = w.need(twice)?;
        // Then it is not that the user has granted before what keeps the other one from its code.
        if authorization::what(&twice) == Observed::Code {
            return w.control_failed(format!(
                "an ordinary authorization request gave no code, but {}, and a client that has just registered \
                 gets one each time",
                what.describe()
            ));
        }
        w.mark_last(Role::Judged);
    }
    w.driver().fresh_browser();
    let journey = w.driver().authorize(&Authorization::of(&client.0)).await;
    let journey = w.need(journey)?;
    let again = self::broken(w).filter(|_| authorization::what(&journey) != Observed::Code);
    let (Some(first), Some(again)) = (broken, again) else {
        return w.inconclusive(format!("{}, which did not come again", what.describe()));
    };
    w.assessment.is_certain = true;
    w.judge(Err(Mismatch::new(EXPECTED, format!("{first}, and once more {again}"))))
}

/// What the last request got, where the server broke on it.
fn broken(w: &mut World) -> Option<String> {
    let last = w.driver().journal.exchanges().last()?;
    let response = last.response.as_ref().ok()?;
    let broken = has_failed(response.status) && !response.is_throttled();
    broken.then(|| format!("{} at {}", response.status, last.request.path()))
}
