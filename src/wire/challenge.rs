//! `WWW-Authenticate` challenges (RFC 9110 §11.6.1, RFC 6750 §3).

/// One challenge: a scheme and its parameters, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Challenge {
    /// Authentication scheme as it was written.
    pub scheme: String,
    /// `auth-param`s, quotes removed, duplicates kept; names as written.
    pub params: Vec<(String, String)>,
}

impl Challenge {
    /// Whether the scheme is this one, compared without case.
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// The first parameter of this name, compared without case.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The challenge as a field value, every parameter quoted.
    pub fn write(&self) -> String {
        let params: Vec<String> = self
            .params
            .iter()
            .map(|(name, value)| {
                format!("{name}=\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
            })
            .collect();
        format!("{} {}", self.scheme, params.join(", ")).trim_end().to_owned()
    }
}

/// Reads every challenge of one field value. What cannot be read ends the list.
pub fn read(value: &str) -> Vec<Challenge> {
    let mut challenges: Vec<Challenge> = Vec::new();
    let mut rest = value.trim_start_matches([' ', '\t', ',']);
    while !rest.is_empty() {
        let (word, after) = token(rest);
        if word.is_empty() {
            break;
        }
        let equals = after.trim_start_matches([' ', '\t']);
        match (equals.strip_prefix('='), challenges.last_mut()) {
            (Some(text), Some(current)) => {
                let (value, after) = param_value(text.trim_start_matches([' ', '\t']));
                current.params.push((word.to_owned(), value));
                rest = after;
            }
            (Some(_), None) => break,
            (None, _) => {
                challenges.push(Challenge { scheme: word.to_owned(), params: Vec::new() });
                rest = after;
            }
        }
        rest = rest.trim_start_matches([' ', '\t', ',']);
    }
    challenges
}

fn token(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~/".contains(c)))
        .unwrap_or(text.len());
    text.split_at(end)
}

fn param_value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, rest) = token(text);
        return (value.to_owned(), rest);
    };
    let mut value = String::new();
    let mut escaped = false;
    for (at, c) in quoted.char_indices() {
        match c {
            _ if escaped => {
                value.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return (value, &quoted[at + 1..]),
            _ => value.push(c),
        }
    }
    (value, "")
}

/// How a field value breaks the grammar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Two commas with nothing between them, or one at an end.
    #[error("an empty element between commas")]
    Empty,
    /// A quoted value without an end.
    #[error("a quoted value that is not closed")]
    Open,
    /// A comma between a scheme and its parameters.
    #[error("a comma after the scheme")]
    CommaAfterScheme,
    /// What is neither a scheme nor a parameter.
    #[error("{0:?}, which is no `name=value`")]
    NoParameter(String),
}

/// Reads a field value as its grammar has it (RFC 9110 §11.2, §11.3 and §11.6.1), with nothing passed
/// over.
///
/// # Errors
/// The first thing that is not of the grammar.
pub fn read_strictly(value: &str) -> Result<Vec<Challenge>, Flaw> {
    let mut challenges: Vec<Challenge> = Vec::new();
    for element in elements(value)? {
        if element.is_empty() {
            return Err(Flaw::Empty);
        }
        let (scheme, rest) = token(element);
        let fail = || Flaw::NoParameter(element.to_owned());
        if rest.trim_start_matches([' ', '\t']).starts_with('=') {
            let last = challenges.last_mut().ok_or_else(fail)?;
            if last.params.is_empty() {
                return Err(Flaw::CommaAfterScheme);
            }
            last.params.push(parameter(element).ok_or_else(fail)?);
            continue;
        }
        let text = rest.trim_start_matches(' ');
        if scheme.is_empty() || !text.is_empty() && text.len() == rest.len() {
            return Err(fail());
        }
        let params = match parameter(text) {
            Some(param) => vec![param],
            None if text.is_empty() || is_token68(text) => Vec::new(),
            None => return Err(fail()),
        };
        challenges.push(Challenge { scheme: scheme.to_owned(), params });
    }
    Ok(challenges)
}

/// The elements of a list, without the blanks around them; commas in quotes part nothing.
fn elements(value: &str) -> Result<Vec<&str>, Flaw> {
    let (mut quoted, mut escaped, mut start) = (false, false, 0);
    let mut elements = Vec::new();
    for (at, c) in value.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => {
                elements.push(value[start..at].trim_matches([' ', '\t']));
                start = at + 1;
            }
            _ => {}
        }
    }
    elements.push(value[start..].trim_matches([' ', '\t']));
    if quoted { Err(Flaw::Open) } else { Ok(elements) }
}

/// One `auth-param` and nothing behind it.
fn parameter(text: &str) -> Option<(String, String)> {
    let (name, rest) = token(text);
    let value = rest.trim_start_matches([' ', '\t']).strip_prefix('=')?;
    let value = value.trim_start_matches([' ', '\t']);
    let (read, behind) = param_value(value);
    let whole = !name.is_empty() && !value.is_empty() && behind.is_empty();
    whole.then(|| (name.to_owned(), read))
}

fn is_token68(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let known = |c: char| c.is_ascii_alphanumeric() || "-._~+/".contains(c);
    !body.is_empty() && body.chars().all(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_parameters_and_several_challenges() {
        let read = read(r#"Basic realm="a, b", Bearer realm="Service" , error=invalid_token"#);
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].param("realm"), Some("a, b"));
        assert!(read[1].is("bearer"));
        assert_eq!(read[1].param("error"), Some("invalid_token"));
    }

    #[test]
    fn written_challenges_come_back() {
        let challenge = Challenge {
            scheme: "Bearer".into(),
            params: vec![("realm".into(), r#"a"b\c"#.into())],
        };
        assert_eq!(read(&challenge.write()), vec![challenge]);
    }

    #[test]
    fn garbage_ends_the_list() {
        assert!(read("=x").is_empty());
        assert_eq!(read("Bearer \"").len(), 1);
        assert_eq!(read("Bearer realm=\"open").len(), 1);
    }

    #[test]
    fn the_grammar_is_kept_strictly() {
        for good in [
            "Bearer",
            r#"Bearer realm="a, \"b\"", error=invalid_token"#,
            r#"Basic realm="x", Bearer realm = "y" , error="z", Negotiate YWJj=="#,
        ] {
            assert_eq!(read_strictly(good).map(|read| read.len()), Ok(read(good).len()), "{good}");
        }
        let no = |text: &str| Err(Flaw::NoParameter(text.to_owned()));
        for (bad, flaw) in [
            (r#"Bearer, error="x""#, Err(Flaw::CommaAfterScheme)),
            (r#"Bearer realm="x",, error="y""#, Err(Flaw::Empty)),
            (r#"Bearer realm="x"#, Err(Flaw::Open)),
            (r#"Bearer realm="x" error="y""#, no(r#"Bearer realm="x" error="y""#)),
            ("Bearer error_description=not quoted", no("Bearer error_description=not quoted")),
            (r#"error="x""#, no(r#"error="x""#)),
            ("", Err(Flaw::Empty)),
        ] {
            assert_eq!(read_strictly(bad), flaw, "{bad}");
        }
    }
}
