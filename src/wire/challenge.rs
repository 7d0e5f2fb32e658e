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
}
