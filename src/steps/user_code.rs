//! The page on which a user says which device is theirs (RFC 8628 §3.3), and the codes that they type there.

use super::answers::Answer;
use super::definition::{given, then, when};
use super::device_code::{device, hold};
use super::parameter::parameter;
use super::params::{Client, Decides, other_case};
use super::world::{StepResult, World};
use crate::driver::Unmet;
use crate::driver::authorization;
use crate::driver::device::{Device, Visit};
use crate::driver::journey::{End, Journey, Stop};
use crate::driver::page::Decision;
use crate::driver::spoiling::MARKUP;
use crate::observe::{Mismatch, Observed, entropy};
use crate::rules::Bits;
use crate::wire::form;

/// Bits that user codes make possible at least: a code of four digits has 13 (RFC 8628 §5.1).
const USER_CODE_BITS: Bits = Bits { must: 20, should: None };
/// Characters that people take for one another (RFC 8628 §6.1).
const ALIKE: &[(char, char)] = &[('0', 'O'), ('1', 'I'), ('1', 'l'), ('I', 'l')];
/// How often a user types codes that no device shows. Nobody mistypes one so often.
const GUESSES: usize = 20;

/// The ordinary visit of the user to the verification page.
fn visit_of(device: &Device, decision: Decision) -> Visit<'_> {
    Visit {
        user: "default",
        types: &device.user_code,
        complete: false,
        decision,
        stop: Stop::Never,
    }
}

/// The user visits the verification page.
async fn visit(w: &mut World, change: impl for<'v> Fn(Visit<'v>) -> Visit<'v>) -> StepResult {
    let device = device(w)?;
    let journey = w.driver().visit(&device, change(visit_of(&device, Decision::Grant))).await;
    w.answers.journey = Some(w.need(journey)?);
    Ok(())
}

/// The user types the code, and decides as they should be able to.
pub(super) async fn decide(w: &mut World, user: &str, decision: Decision) -> StepResult {
    let device = device(w)?;
    let ask = Visit { user, ..visit_of(&device, decision) };
    let journey = w.driver().visit(&device, ask).await;
    if let Err(Unmet::Failed(text)) = journey {
        return w.control_unless_granted(false, || text);
    }
    let journey = w.need(journey)?;
    let what = authorization::what(&journey);
    let ended = matches!(what, Observed::Page { status: 200..=299, .. });
    if decision == Decision::Deny && ended {
        was_asked(w, &journey)?;
    }
    w.answers.journey = Some(journey);
    let text = || format!("the user typed the code of a device and decided: {}", what.describe());
    w.control_unless_granted(ended, text)
}

/// Whom a server has asked about a client before, it need not ask again.
fn was_asked(w: &mut World, journey: &Journey) -> StepResult {
    let asked = !journey.choices.is_empty();
    let text = "the user is not asked about the device: somebody agreed to its client before, or \
                the server asks nobody";
    w.need(if asked { Ok(()) } else { Err(Unmet::Lacking(text.to_owned())) })
}

given!("the user was asked about it", was_asked_before());
fn was_asked_before(w: &mut World) -> StepResult {
    let journey = w.journey()?;
    was_asked(w, &journey)
}

given!("the user has approved the device", approved().await);
async fn approved(w: &mut World) -> StepResult {
    decide(w, "default", Decision::Grant).await
}

given!("the second user has approved the device", approved_by_second().await);
async fn approved_by_second(w: &mut World) -> StepResult {
    w.driver().fresh_browser();
    decide(w, "second", Decision::Grant).await
}

given!("the user has denied the device", denied().await);
async fn denied(w: &mut World) -> StepResult {
    let can = w.driver().can_deny();
    w.need(can)?;
    decide(w, "default", Decision::Deny).await
}

when!("the user denies the device", denies().await);
async fn denies(w: &mut World) -> StepResult {
    let can = w.driver().can_deny();
    w.need(can)?;
    w.deviates("the user denies");
    visit(w, |visit| Visit { decision: Decision::Deny, ..visit }).await
}

then!("a page tells the user that it is done", done());
/// What the page says is nobody's matter; that the server broke is.
fn done(w: &mut World) -> StepResult {
    let journey = w.journey()?;
    let what = authorization::what(&journey);
    was_asked(w, &journey)?;
    w.judge_what(&what, "a page below 400", |what| {
        matches!(what, Observed::Page { status: 200..=399, .. })
    })
}

when!("{client} collects {int} user codes", collects_user_codes(client, count).await);
async fn collects_user_codes(w: &mut World, client: Client, count: usize) -> StepResult {
    for _ in 0..count {
        hold(w, &client.0, None).await?;
        let code = device(w)?.user_code;
        w.answers.collect("user code", code);
    }
    Ok(())
}

/// A user code as somebody types it; `None` where it would be typed as it is shown.
fn spelt(code: &str, how: &str) -> Option<String> {
    let cased = |c: char| c.is_ascii_uppercase() != c.is_ascii_lowercase();
    let bare: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    let mixed = bare.chars().any(|c| c.is_ascii_lowercase())
        && bare.chars().any(|c| c.is_ascii_uppercase());
    let typed = match how {
        "in other case" if mixed || !bare.chars().any(cased) => return None,
        "in other case" => code.chars().map(other_case).collect(),
        "without punctuation" => bare,
        "with spaces" => {
            let (start, end) = bare.split_at_checked(bare.len() / 2)?;
            format!(" {start} {end} ")
        }
        "truncated" => code.get(..code.len().checked_sub(1)?)?.to_owned(),
        "extended" => format!("{code}{}", code.get(..1)?),
        _ => {
            let last = code.chars().last()?;
            let other = code.chars().find(|c| c.is_ascii_alphanumeric() && *c != last)?;
            format!("{}{other}", code.get(..code.len().checked_sub(1)?)?)
        }
    };
    (typed != code).then_some(typed)
}

parameter!(
    String,
    "typed_code",
    r"in other case|without punctuation|with spaces|truncated|extended|altered"
);

when!("the user types the user code {typed_code}", types(how).await);
async fn types(w: &mut World, how: String) -> StepResult {
    let code = device(w)?.user_code;
    let lacking = || Unmet::Lacking(format!("the user code cannot be typed {how}"));
    let typed = w.need(spelt(&code, &how).ok_or_else(lacking))?;
    w.deviates(format!("the user code {how}"));
    let device = device(w)?;
    let visit = Visit { types: &typed, ..visit_of(&device, Decision::Grant) };
    let journey = w.driver().visit(&device, visit).await;
    w.answers.journey = Some(w.need(journey)?);
    Ok(())
}

when!("the user types markup in place of the user code", types_markup().await);
async fn types_markup(w: &mut World) -> StepResult {
    w.deviates("markup in place of the user code");
    visit(w, |visit| Visit { types: MARKUP, ..visit }).await
}

when!("the user follows a link with markup as its user code", follows_markup().await);
/// Nothing is typed or sent: the page that the link leads to is looked at.
async fn follows_markup(w: &mut World) -> StepResult {
    let device = device(w)?;
    let link = device.complete.clone().unwrap_or_default();
    let changed = link.replace(&*device.user_code, &form::escape(MARKUP));
    let lacking = || Unmet::Lacking("no link carries the user code".to_owned());
    let page = w.need((changed != link).then_some(changed).ok_or_else(lacking))?;
    let draft = w.driver().verification_page(&Device { page, ..device });
    let request = w.need(draft)?.to_request();
    let request = w.need(request.ok_or_else(lacking))?;
    w.deviates("markup as the user code of a link");
    let journey = w.driver().browse(request, "visit of a link with markup", Stop::AtAny).await;
    w.answers.journey = Some(w.need(journey)?);
    Ok(())
}

when!("the user types the user code", types_it().await);
async fn types_it(w: &mut World) -> StepResult {
    visit(w, |visit| visit).await
}

when!("somebody asks for the page at the verification URI", asks_for_page().await);
async fn asks_for_page(w: &mut World) -> StepResult {
    let device = device(w)?;
    let draft = w.driver().verification_page(&device);
    let draft = w.need(draft)?;
    let sent = w.submit(&draft).await?;
    let what = Observed::of_token(&sent);
    w.judgeable(&what)?;
    w.answers.last = Some(Answer { draft, sent, what });
    Ok(())
}

when!("the user types the user code again", types_again().await);
async fn types_again(w: &mut World) -> StepResult {
    w.deviates("the user has decided before");
    visit(w, |visit| visit).await
}

when!("the user types the expired user code", types_expired().await);
async fn types_expired(w: &mut World) -> StepResult {
    w.deviates("the user code has expired");
    visit(w, |visit| visit).await
}

when!("the user {decides} the complete verification URI", follows(decides).await);
async fn follows(w: &mut World, decides: Decides) -> StepResult {
    visit(w, |visit| Visit { complete: true, types: "", decision: decides.0, ..visit }).await
}

when!("the user only opens the complete verification URI", opens().await);
async fn opens(w: &mut World) -> StepResult {
    w.deviates("the user opens a link with the user code, and decides nothing");
    visit(w, |visit| Visit { complete: true, types: "", stop: Stop::AtAny, ..visit }).await
}

when!("the user types user codes that no device shows", guesses().await);
async fn guesses(w: &mut World) -> StepResult {
    w.deviates(format!("{GUESSES} wrong user codes"));
    let device = device(w)?;
    for _ in 0..GUESSES {
        let wrong = shuffled(&device.user_code, w.driver().fresh(16).as_bytes());
        let visit = Visit { types: &wrong, ..visit_of(&device, Decision::Grant) };
        let journey = w.driver().visit(&device, visit).await;
        let journey = w.need(journey)?;
        if is_limited(&journey) {
            w.assessment.is_provoked = true;
            w.answers.journey = Some(journey);
            return Ok(());
        }
    }
    visit(w, |visit| visit).await
}

/// Another user code of the same form.
fn shuffled(code: &str, random: &[u8]) -> String {
    let letters: Vec<char> = code.chars().filter(char::is_ascii_alphanumeric).collect();
    let drawn = random.iter().map(|byte| letters[usize::from(*byte) % letters.len().max(1)]);
    let mut drawn = drawn.cycle();
    let one = |c: char| if c.is_ascii_alphanumeric() { drawn.next().unwrap_or(c) } else { c };
    code.chars().map(one).collect()
}

/// Whether an answer says that it was tried too often (RFC 6585 §4), whenever it may be tried again.
fn is_limited(journey: &Journey) -> bool {
    match &journey.end {
        End::Page { response, .. } | End::Stopped { response, .. } => response.status == 429,
        _ => false,
    }
}

then!("the user cannot try any more", limited());
fn limited(w: &mut World) -> StepResult {
    let journey = w.journey()?;
    let asked = !journey.choices.is_empty();
    w.judge(match asked {
        false => Ok(()),
        true => Err(Mismatch::new(
            "no further attempt, or a page that says so",
            format!("the right user code was taken after {GUESSES} wrong ones"),
        )),
    })?;
    w.assessment.evidence.refusal();
    Ok(())
}

/// What came of the user's visit; a page that broke shows nothing.
fn visited(w: &mut World) -> Result<Journey, String> {
    let journey = w.journey()?;
    let what = authorization::what(&journey);
    w.readable(&what)?;
    Ok(journey)
}

then!("the user is asked about the device", asked());
fn asked(w: &mut World) -> StepResult {
    let journey = visited(w)?;
    w.judge(match journey.choices.is_empty() {
        false => Ok(()),
        true => Err(Mismatch::new("a page that asks for a decision", "none")),
    })
}

then!("the user is not asked about the device", not_asked());
fn not_asked(w: &mut World) -> StepResult {
    let journey = w.journey()?;
    // A server that breaks on a code has not refused it.
    w.not_broken(&authorization::what(&journey))?;
    w.judge(match journey.choices.is_empty() {
        true => Ok(()),
        false => {
            let asked = Mismatch::new("a page that refuses the code", "the user is asked");
            Err(asked.granted())
        }
    })?;
    w.assessment.evidence.refusal();
    Ok(())
}

then!("once the right user code is typed, the user is asked", asked_at_last().await);
/// Where nobody is asked, that somebody is not shows nothing.
async fn asked_at_last(w: &mut World) -> StepResult {
    visit(w, |visit| Visit { stop: Stop::AtChoice, ..visit }).await?;
    let journey = w.journey()?;
    w.control_that(!journey.choices.is_empty(), || {
        format!("the right user code was typed: {}", authorization::what(&journey).describe())
    })
}

then!("the right user code is still taken", taken().await);
/// Some servers connect a device without asking again.
async fn taken(w: &mut World) -> StepResult {
    visit(w, |visit| Visit { stop: Stop::AtChoice, ..visit }).await?;
    let journey = w.journey()?;
    let what = authorization::what(&journey);
    let is_done = matches!(what, Observed::Page { status: 200..=299, .. });
    w.control_that(is_done || !journey.choices.is_empty(), || {
        format!("the right user code was typed: {}", what.describe())
    })
}

given!("a user who types a user code is asked", asked_before().await);
async fn asked_before(w: &mut World) -> StepResult {
    asked_at_last(w).await
}

then!("the user codes cannot be guessed", unguessable());
fn unguessable(w: &mut World) -> StepResult {
    let values = w.answers.collected("user code");
    w.judge_by(|_| entropy::unguessable(&values, Some(USER_CODE_BITS)))
}

then!("the user codes have nothing that looks alike", readable());
fn readable(w: &mut World) -> StepResult {
    let seen: Vec<char> = w.answers.collected("user code").concat().chars().collect();
    let both = ALIKE.iter().find(|(one, other)| seen.contains(one) && seen.contains(other));
    w.judge(both.map_or(Ok(()), |(one, other)| {
        let expected = "no two letters or digits that are taken for one another";
        Err(Mismatch::new(expected, format!("{one} and {other}")))
    }))
}
