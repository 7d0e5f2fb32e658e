//! Edits in the words of the feature files.

use super::case::{Edit, Framing, IssuedKind, Place, Shape, Spelling};
use super::story::who;
use crate::driver::Change;
use crate::driver::change::Copies;
use crate::driver::draft::Encoding;
use crate::driver::value::Value;

impl Edit {
    /// The change of the feature files that does the same; nothing where they have no words for it.
    pub fn in_words(&self) -> Option<Change> {
        Some(match self {
            Self::Without(name) => Change::Without(name.clone()),
            Self::Twice { name, value: None } => Change::Twice(name.clone(), Copies::Same),
            Self::Twice { name, .. } => Change::Twice(name.clone(), Copies::Different),
            Self::Set { name, value: Value::Spoilt(how) } if name == "client_secret" => {
                Change::SpoiltSecret(*how)
            }
            Self::Set { name, value } => {
                value.in_words(name)?;
                Change::Valued(name.clone(), value.clone())
            }
            Self::Moved { name, to: Place::Query } => Change::Moved(name.clone()),
            Self::Copy { name, to: Place::Query } => Change::QueryAndBody(name.clone()),
            Self::Method(method) => Change::Method(method.clone()),
            Self::Body(shape) => Change::Body(match shape {
                Shape::Json => Encoding::Json,
                Shape::Text => Encoding::Text,
                Shape::Nothing => Encoding::Nothing,
                _ => return None,
            }),
            _ => return None,
        })
    }
}

/// An edit as it stands in a sentence. `call`: of a call of the API, whose token stands in its header.
pub(super) fn sentence(edit: &Edit, call: bool) -> String {
    if let (Edit::Copy { name, to: Place::Query }, true) = (edit, call) {
        return format!("with {name} in the URL, too");
    }
    edit.in_words().map_or_else(|| other_words(edit), |change| change.to_string())
}

fn thing(what: IssuedKind) -> &'static str {
    match what {
        IssuedKind::Code => "authorization code",
        IssuedKind::AccessToken => "access token",
        IssuedKind::RefreshToken => "refresh token",
        IssuedKind::DeviceCode => "device code",
        IssuedKind::UserCode => "user code",
        IssuedKind::RequestUri => "reference",
    }
}

fn place(place: Place) -> &'static str {
    match place {
        Place::Body => "in the body",
        Place::Query => "in the URL",
        Place::Header => "in a header field of its own",
        Place::Cookie => "in a cookie",
        Place::Basic => "in HTTP Basic",
        Place::Bearer => "as a Bearer token",
    }
}

fn spelling(how: Spelling) -> &'static str {
    match how {
        Spelling::Form => "encoded as in a form",
        Spelling::Escaped => "with every byte escaped",
        Spelling::Twice => "encoded twice",
        Spelling::Literal => "not encoded",
        Spelling::Broken => "with a broken escape at its end",
        Spelling::NotUtf8 => "with a byte at its end that is not UTF-8",
        Spelling::Nul => "with a NUL at its end",
        Spelling::NameOnly => "without an equals sign and a value",
        Spelling::Array => "written like an element of an array",
        Spelling::UpperName => "with its name in upper case",
    }
}

fn shaped(shape: Shape) -> &'static str {
    match shape {
        Shape::Form => "as a form",
        Shape::Json => "as JSON",
        Shape::Text => "as plain text",
        Shape::Multipart => "as multipart/form-data",
        Shape::Gzip => "said to be compressed",
        Shape::Utf16 => "in UTF-16",
        Shape::Nothing => "left out",
    }
}

fn framed(framing: Framing) -> &'static str {
    match framing {
        Framing::Chunked => "chunks",
        Framing::ChunkedAndLength => "chunks and a length",
        Framing::TwoLengths => "two lengths that differ",
        Framing::OddLength => "a length that is no number",
        Framing::ShortLength => "a length that is too short",
        Framing::TwoHosts => "two Host fields",
        Framing::AbsoluteForm => "the whole URL in the request line",
        Framing::LongHeader => "a header field of 9 kB",
        Framing::ManyHeaders => "120 more header fields",
        Framing::SpaceBeforeColon => "a space before a colon",
    }
}

fn other_words(edit: &Edit) -> String {
    match edit {
        Edit::Set { name, value: Value::IdOf(role) } => format!("with {name} of {}", who(role)),
        Edit::Set { name, value } => format!("with {name} set to {value:?}"),
        Edit::Moved { name, to } => format!("with {name} {} instead", place(*to)),
        Edit::Copy { name, to } => format!("with {name} {}, too", place(*to)),
        Edit::Spell { name, how } => format!("with {name} {}", spelling(*how)),
        Edit::Reverse => "with its parameters in the opposite order".to_owned(),
        Edit::Media(media) => format!("with the media type {media:?}"),
        Edit::Body(shape) => format!("with its body {}", shaped(*shape)),
        Edit::Bytes(digits) => format!("with the bytes 0x{digits} for a body"),
        Edit::Header { name, value } => format!("with the header field {name}: {value}"),
        Edit::Scheme(scheme) => format!("with the scheme written {scheme:?}"),
        Edit::Framing(framing) => format!("framed with {}", framed(*framing)),
        Edit::Form { consent, name, value, of } => {
            let form = if *consent { "decide" } else { "sign in" };
            match (value, of) {
                (_, Some(role)) => {
                    format!("with {name} of {} in the form to {form} with", who(role))
                }
                (Some(value), _) => {
                    format!("with {name} set to {value:?} in the form to {form} with")
                }
                (None, None) => format!("without {name} in the form to {form} with"),
            }
        }
        Edit::Swap { name, from, what } => {
            format!("with the {} of step {} as {name}", thing(*what), from + 1)
        }
        Edit::Assert { flaw: Some(flaw), .. } => format!("by an assertion {flaw}"),
        Edit::Assert { .. } => "by the assertion that was sent before".to_owned(),
        Edit::Prove { other, flaw, again } => {
            let key = if *other { "another key" } else { "its key" };
            let by = flaw.as_ref().map(|flaw| format!(" by {flaw}")).unwrap_or_default();
            let by = if *again { " by the proof that was sent before" } else { &by };
            format!("proving possession of {key}{by}")
        }
        edit => format!("with {edit:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_in_words() {
        let name = || "code".to_owned();
        for (edit, told) in [
            (Edit::Moved { name: name(), to: Place::Cookie }, "with code in a cookie instead"),
            (Edit::Copy { name: name(), to: Place::Basic }, "with code in HTTP Basic, too"),
            (Edit::Spell { name: name(), how: Spelling::Twice }, "with code encoded twice"),
            (Edit::Body(Shape::Utf16), "with its body in UTF-16"),
            (Edit::Framing(Framing::TwoHosts), "framed with two Host fields"),
        ] {
            assert_eq!(sentence(&edit, false), told);
        }
    }
}
