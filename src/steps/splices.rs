//! Codes made of parts of two others, and refusals that are compared.

use super::definition::{given, then, when};
use super::params::{Changes, Client};
use super::token::{TokenRequest, ask, redeem};
use super::world::{StepResult, World};
use crate::driver::{Client as Role, Code, Unmet};
use crate::observe::observed::json;
use crate::observe::{Mismatch, Observed};

/// What parts a code, where it has parts.
const SEPARATORS: [char; 6] = ['.', '~', ':', '|', '-', '_'];

/// Where the refusal before is kept.
const REFUSAL: &str = "refusal";

/// Every code that begins like one and ends like the other, once: cut at each separator that both have, and in
/// the middle.
fn spliced(head: &str, tail: &str) -> Vec<String> {
    let half = |text: &str| text.char_indices().nth(text.chars().count() / 2).map(|(at, _)| at);
    let cuts = SEPARATORS.iter().map(|separator| (head.find(*separator), tail.find(*separator)));
    let cuts = cuts.chain([(half(head), half(tail))]);
    let joined = cuts.filter_map(|(from, to)| Some(format!("{}{}", &head[..from?], &tail[to?..])));
    let mut codes: Vec<String> = Vec::new();
    for code in joined.filter(|code| code != head && code != tail) {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

when!(
    "{client} redeems the code spliced with one of another client",
    redeems_spliced(client).await
);
/// Presents each splice of two codes, until one brings tokens.
async fn redeems_spliced(w: &mut World, client: Client) -> StepResult {
    let mine = w.code()?;
    let theirs = w.obtain_code(&Role("other".to_owned())).await?;
    let ways = [(&mine, &theirs), (&theirs, &mine)].into_iter();
    let made = ways.flat_map(|(head, tail)| {
        let of_head = |value: String| Code { value: value.into(), ..head.clone() };
        spliced(&head.value, &tail.value).into_iter().map(of_head)
    });
    let made: Vec<Code> = made.collect();
    if made.is_empty() {
        let text = "the codes differ in too little to be put together".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    for code in made {
        w.issued.code = Some(code);
        redeem(w, &client.0, &[]).await?;
        if w.answer()?.what == Observed::Tokens {
            break;
        }
    }
    w.issued.code = Some(mine);
    w.deviates("a code made of the parts of two others".to_owned());
    Ok(())
}

/// What a refusal says, apart from when it was said.
fn said(w: &mut World) -> Result<String, String> {
    let answer = w.answer()?;
    let response = w.response()?;
    w.refused(&answer.what)?;
    let body = json(&response).unwrap_or_default();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let (error, description) = (text("error"), text("error_description"));
    Ok(format!("{} {error} {description:?}", response.status))
}

given!("{client} was refused as it requested tokens {change}", was_refused(client, changes).await);
async fn was_refused(w: &mut World, client: Client, changes: Changes) -> StepResult {
    ask(w, &client.0, TokenRequest::Any, &changes.0).await?;
    let text = said(w)?;
    w.answers.keep(REFUSAL, vec![text]);
    Ok(())
}

then!("the refusal reads like the one before", reads_alike());
fn reads_alike(w: &mut World) -> StepResult {
    let text = said(w)?;
    let before = w.answers.collected(REFUSAL).concat();
    let result = if text == before { Ok(()) } else { Err(Mismatch::new(before, text)) };
    w.judge(result)
}

#[cfg(test)]
mod tests {
    use super::spliced;

    #[test]
    fn codes_are_cut_at_what_parts_both_and_in_the_middle() {
        assert_eq!(spliced("ab.cd", "ef.gh"), ["ab.gh"]);
        assert_eq!(spliced("abcd", "e-gh"), ["abgh"]);
        assert!(spliced("abcd", "abcd").is_empty());
    }
}
