//! `${NAME}` in a string.

use std::borrow::Cow;

use super::Env;

/// Why a string cannot be filled in. Reads on after the key path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum EnvError {
    #[error(
        "the environment variable `{0}` is not set; set it before the run, or give a default: `${{{0}:-default}}`"
    )]
    Missing(String),
    #[error("the file `{0}` {1}; `${{file:PATH}}` is relative to the profile")]
    File(String, String),
    #[error("`${{` is not closed; write `${{NAME}}`, or `$${{` for the characters themselves")]
    Open,
    #[error("`${{…}}` needs the name of an environment variable (letters, digits, underscores)")]
    Name,
}

/// Replaces `${NAME}`, `${NAME:-default}` and `${file:PATH}`; `$${` stands for `${`. The default also takes the
/// place of an empty value.
pub(super) fn fill<'t>(text: &'t str, env: &Env<'_>) -> Result<Cow<'t, str>, EnvError> {
    if !text.contains("${") {
        return Ok(Cow::Borrowed(text));
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        if let Some(plain) = before.strip_suffix('$') {
            out.push_str(plain);
            out.push_str("${");
            rest = after;
            continue;
        }
        let (inner, tail) = after.split_once('}').ok_or(EnvError::Open)?;
        out.push_str(before);
        out.push_str(&value(inner, env)?);
        rest = tail;
    }
    out.push_str(rest);
    Ok(Cow::Owned(out))
}

fn value(inner: &str, env: &Env<'_>) -> Result<String, EnvError> {
    let (name, default) = match inner.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (inner, None),
    };
    if let Some(file) = inner.strip_prefix("file:") {
        let failed = |reason| EnvError::File(file.to_owned(), reason);
        let value = env(inner).map_err(failed)?;
        return value.ok_or_else(|| failed("cannot be read".to_owned()));
    }
    if !is_name(name) {
        return Err(EnvError::Name);
    }
    // The environment is there, whatever is in it.
    match (env(name).unwrap_or_default(), default) {
        (Some(value), _) if !value.is_empty() => Ok(value),
        (_, Some(default)) => Ok(default.to_owned()),
        (Some(empty), None) => Ok(empty),
        (None, None) => Err(EnvError::Missing(name.to_owned())),
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> Result<String, String> {
        let env = |name: &str| match name {
            "A" => Ok(Some("x".to_owned())),
            "EMPTY" => Ok(Some(String::new())),
            "file:pipe" => Err("is a pipe or a device".to_owned()),
            _ => Ok(None),
        };
        fill(text, &env).map(Cow::into_owned).map_err(|error| error.to_string())
    }

    #[test]
    fn replaces_escapes_and_defaults() {
        for (text, expected) in [
            ("plain $A {A}", "plain $A {A}"),
            ("<${A}${A}>", "<xx>"),
            ("$${A} ${A}", "${A} x"),
            ("${B:-y: z}", "y: z"),
            ("${EMPTY:-y}", "y"),
            ("${B:-}", ""),
            ("${EMPTY}", ""),
            ("cost: $5", "cost: $5"),
        ] {
            assert_eq!(filled(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(
            filled("${B}"),
            Err("the environment variable `B` is not set; set it before the run, or give a \
                 default: `${B:-default}`"
                .to_owned())
        );
        assert_eq!(
            filled("a ${A"),
            Err("`${` is not closed; write `${NAME}`, or `$${` for the characters themselves"
                .to_owned())
        );
        assert_eq!(
            filled("${file:pipe}"),
            Err("the file `pipe` is a pipe or a device; `${file:PATH}` is relative to the profile"
                .to_owned())
        );
        for text in ["${}", "${1A}", "${A B}", "${:-x}"] {
            assert_eq!(
                filled(text),
                Err("`${…}` needs the name of an environment variable (letters, digits, \
                     underscores)"
                    .to_owned())
            );
        }
    }
}
