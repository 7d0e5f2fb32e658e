//! "Did you mean …?"

/// The known name that is most like `name`, if any is like it at all.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let (distance, best) = known
        .into_iter()
        .map(|other| (strsim::damerau_levenshtein(name, other), other))
        .min_by_key(|(distance, _)| *distance)?;
    let longest = name.chars().count().max(best.chars().count());
    (distance * 3 <= longest.max(3)).then_some(best)
}

/// The nearest known name, or all of them, as the second half of a sentence.
pub fn advice(name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(best) => format!("did you mean `{best}`?"),
        None if known.is_empty() => "none is known here".to_owned(),
        None => format!("known: {}", known.join(", ")),
    }
}

/// That this is not a rule, with the nearest one or where to look; never the whole catalogue.
pub fn no_rule(rule: &str, known: &[&str]) -> String {
    format!("`{rule}` is not a rule; {}", hint(rule, known.iter().copied()))
}

/// The nearest rule or area, or the command that shows them, as the second half of a sentence.
pub fn hint<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    match nearest(name, known) {
        Some(best) => format!("did you mean `{best}`?"),
        None => "`oauthspec list` shows them all".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_nearest_or_all() {
        let known = ["redirect_uris", "secret", "id"];
        assert_eq!(advice("redirect_uri", &known), "did you mean `redirect_uris`?");
        assert_eq!(advice("sceret", &known), "did you mean `secret`?");
        assert_eq!(advice("color", &known), "known: redirect_uris, secret, id");
        assert_eq!(advice("", &known), "known: redirect_uris, secret, id");
        assert_eq!(advice("x", &[]), "none is known here");
    }
}
