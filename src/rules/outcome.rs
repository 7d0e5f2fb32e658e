//! Outcome patterns: what a document accepts, in words that the catalogue can hold.
//!
//! | pattern | meaning |
//! | --- | --- |
//! | `tokens` | the token endpoint issued an access token |
//! | `400 invalid_grant` | JSON error of this status and code |
//! | `401 invalid_client by basic` | the same, only where the client authenticated by HTTP Basic (or `by body`) |
//! | `405` | this status, whatever the body, and no token |
//! | `refused` | any status from 400 to 499, and no token |
//! | `code` | a redirect to the client with a code and without an error |
//! | `redirect invalid_request` | a redirect to the client with this error and without a code |
//! | `page` / `page redirect_uri_mismatch` | a page for the user (that shows this code), no redirect |
//! | `served` | the resource was served (2xx) |
//! | `challenge 401 invalid_token` | this status and a Bearer challenge with this error |
//! | `challenge 401` | this status and a Bearer challenge without an error |
//! | `challenged` | a refusal with a Bearer challenge, whatever its status and error |

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// How the client authenticated in the judged request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// HTTP Basic.
    Basic,
    /// Parameters in the body.
    Body,
}

/// One accepted outcome. The table of the module gives the written form of each.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Pattern {
    /// Tokens were issued.
    Tokens,
    /// A JSON error.
    Error {
        /// HTTP status.
        status: u16,
        /// `error` member.
        error: String,
        /// Only where the client authenticated this way.
        means: Option<Means>,
    },
    /// A bare status without tokens.
    Status(u16),
    /// Any 4xx without tokens.
    Refused,
    /// A code by redirect.
    Code,
    /// An error by redirect.
    Redirect(String),
    /// A page, that shows this code if one is named.
    Page(Option<String>),
    /// The resource was served.
    Served,
    /// A Bearer challenge of this status, with or without an error.
    Challenge {
        /// HTTP status.
        status: u16,
        /// `error` attribute; `None`: there must be none.
        error: Option<String>,
    },
    /// A Bearer challenge, whatever its status and error.
    Challenged,
}

/// A pattern that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an outcome pattern")]
pub struct PatternError(pub String);

impl Pattern {
    /// Whether it lets somebody in.
    pub fn is_grant(&self) -> bool {
        matches!(self, Self::Tokens | Self::Code | Self::Served)
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let fail = || PatternError(text.to_owned());
        let status = |word: &str| word.parse::<u16>().ok().filter(|n| (100..600).contains(n));
        Ok(match words.as_slice() {
            ["tokens"] => Self::Tokens,
            ["refused"] => Self::Refused,
            ["code"] => Self::Code,
            ["served"] => Self::Served,
            ["challenged"] => Self::Challenged,
            ["page"] => Self::Page(None),
            ["page", code] => Self::Page(Some((*code).to_owned())),
            ["redirect", error] => Self::Redirect((*error).to_owned()),
            ["challenge", code] => {
                Self::Challenge { status: status(code).ok_or_else(fail)?, error: None }
            }
            ["challenge", code, error] => Self::Challenge {
                status: status(code).ok_or_else(fail)?,
                error: Some((*error).to_owned()),
            },
            [code] => Self::Status(status(code).ok_or_else(fail)?),
            [code, error] => Self::Error {
                status: status(code).ok_or_else(fail)?,
                error: (*error).to_owned(),
                means: None,
            },
            [code, error, "by", means] => Self::Error {
                status: status(code).ok_or_else(fail)?,
                error: (*error).to_owned(),
                means: Some(match *means {
                    "basic" => Means::Basic,
                    "body" => Means::Body,
                    _ => return Err(fail()),
                }),
            },
            _ => return Err(fail()),
        })
    }
}

impl TryFrom<String> for Pattern {
    type Error = PatternError;

    fn try_from(text: String) -> Result<Self, PatternError> {
        text.parse()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tokens => f.write_str("200 with an access token"),
            Self::Error { status, error, means } => {
                write!(f, "{status} {error}")?;
                match means {
                    Some(Means::Basic) => f.write_str(" (where the client used HTTP Basic)"),
                    Some(Means::Body) => f.write_str(" (where the client used the body)"),
                    None => Ok(()),
                }
            }
            Self::Status(status) => write!(f, "{status} without a token"),
            Self::Refused => f.write_str("a refusal (4xx) without a token"),
            Self::Code => f.write_str("a redirect to the client with a code"),
            Self::Redirect(error) => write!(f, "a redirect to the client with error {error}"),
            Self::Page(None) => f.write_str("a page for the user and no redirect to the client"),
            Self::Page(Some(code)) => {
                write!(f, "a page that shows {code} and no redirect to the client")
            }
            Self::Served => f.write_str("the resource is served"),
            Self::Challenge { status, error: Some(error) } => {
                write!(f, "{status} with a Bearer challenge, error {error}")
            }
            Self::Challenged => f.write_str("4xx with a Bearer challenge"),
            Self::Challenge { status, error: None } => {
                write!(f, "{status} with a Bearer challenge without an error")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form() {
        for text in [
            "tokens",
            "challenged",
            "refused",
            "code",
            "served",
            "page",
            "page x",
            "redirect x",
            "405",
            "400 invalid_grant",
            "401 invalid_client by basic",
            "challenge 401",
            "challenge 403 x",
        ] {
            assert!(text.parse::<Pattern>().is_ok(), "{text}");
        }
    }

    #[test]
    fn refuses_anything_else() {
        for text in ["", "40000", "400 x by mail", "pages", "challenge x", "redirect"] {
            assert_eq!(text.parse::<Pattern>(), Err(PatternError(text.to_owned())), "{text}");
        }
    }
}
