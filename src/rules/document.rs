//! The documents that rules are cited by.

/// A source document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Document {
    /// Name on the command line and in the catalogue.
    pub name: &'static str,
    /// Full title.
    pub title: &'static str,
}

/// Every document that a run can be against.
pub const DOCUMENTS: &[Document] = &[
    Document { name: "box", title: "Box API documentation: OAuth 2.0, security and scopes guides" },
    Document { name: "rfc6749", title: "RFC 6749, The OAuth 2.0 Authorization Framework" },
    Document { name: "rfc6750", title: "RFC 6750, Bearer Token Usage" },
    Document { name: "rfc7009", title: "RFC 7009, Token Revocation" },
];

/// The document of this name.
pub fn find(name: &str) -> Option<&'static Document> {
    DOCUMENTS.iter().find(|document| document.name == name)
}
