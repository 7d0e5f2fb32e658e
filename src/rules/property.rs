//! Properties: what one document says and another does not, where a scenario, a step or the fuzzer's
//! model depends on it.
//!
//! A document lists those that hold for it (`properties:`), a scenario the one that it is about
//! (`@property:redirect-by-get`), and code asks [`super::Document::states`].

use serde::{Deserialize, Serialize};

macro_rules! properties {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal,)+) => {
        /// What a document can state beside its citations. The list is closed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
        pub enum Property {
            $($(#[doc = $doc])+ #[serde(rename = $text)] $name,)+
        }

        impl Property {
            /// Every property, in the order of the list.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The name in documents and tags.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// The property of this name.
            pub fn find(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|property| property.name() == name)
            }
        }
    };
}

properties! {
    // --- authorization endpoint ---

    /// A posted authorization request is one like any other, with its errors and its repetitions.
    PostLikeGet = "post-like-get",
    /// `code` is the only response type.
    CodeOnly = "code-only",
    /// A request without `redirect_uri` is granted where one URI is registered, whatever else it is.
    RedirectUriOptional = "redirect-uri-optional",
    /// A redirect URI may go on below the registered one.
    RedirectUriExtends = "redirect-uri-extends",
    /// An `http:` redirect URI works for an application in development alone, registered or not.
    PlainRedirectInDevelopment = "plain-redirect-in-development",
    /// A redirect URI that is given twice, differently, is a matter between server and user.
    RepeatedRedirectUriIsShown = "repeated-redirect-uri-is-shown",
    /// No response parameter is in the redirect twice, whatever the redirect URI brings.
    ResponseParametersOnce = "response-parameters-once",
    /// A native client chooses the port of a `localhost` redirect URI as that of a loopback address.
    LocalhostPortFree = "localhost-port-free",
    /// What is not told to the client is told to the user on a page.
    ErrorPage = "error-page",
    /// The client learns of a device that is not authorized and of one that asks too often.
    DeviceLimits = "device-limits",
    /// The user signs in with a password, which is compared in full.
    PasswordLogin = "password-login",
    /// Redirects have a status that every browser follows by GET: 302 or 303.
    RedirectByGet = "redirect-by-get",

    /// A token is for the resource that its requests name.
    ResourceIndicators = "resource-indicators",

    // --- token endpoint ---

    /// Parameters that the document does not name have no meaning: nothing extends it.
    NoExtensionParameters = "no-extension-parameters",
    /// Each parameter of a token request counts in the body alone, even where others stand there.
    BodyOnly = "body-only",
    /// A token request without `client_id` is one of a client that has not authenticated.
    MissingClientIsInvalidClient = "missing-client-is-invalid-client",
    /// A response with tokens forbids caching to HTTP/1.0 as well; its absence is a warning.
    PragmaNoCache = "pragma-no-cache",
    /// `error` and `error_description` keep to the characters of RFC 6749 §4.1.2.1 and §5.2.
    ErrorCharacters = "error-characters",
    /// A 401 to a client that used HTTP Basic has a Basic challenge.
    BasicChallenge = "basic-challenge",
    /// HTTP Basic is encoded by RFC 4648, whose §3.3 has no other characters than those of its alphabet.
    StrictBase64 = "strict-base64",
    /// Refusals by HTTP alone (method, media type, size) have the form of every other refusal.
    HttpErrorsHaveForm = "http-errors-have-form",
    /// Servers get tokens without a user, by an assertion or by client credentials.
    ServerGrants = "server-grants",
    /// An access token is exchanged for one of less, whose response says what it is restricted to.
    Downscope = "downscope",

    // --- tokens ---

    /// The password grant is one of the document's.
    PasswordGrant = "password-grant",
    /// The response of every grant has the same members, but for a refresh token.
    OneTokenResponse = "one-token-response",
    /// An access token works until its `expires_in` has passed.
    ExpiresInIsKept = "expires-in-is-kept",
    /// A refresh leaves the access tokens before it alone.
    RefreshKeepsAccessToken = "refresh-keeps-access-token",
    /// Access token and refresh token of a pair end together, whichever is revoked.
    RevocationEndsPair = "revocation-ends-pair",
    /// Forms, repeated and empty parameters are judged in a revocation as in a token request.
    RevocationLikeToken = "revocation-like-token",

    // --- resources ---

    /// An access token may stand in the query.
    TokenInQuery = "token-in-query",
    /// A call of the API may choose the members of its answer by `fields`.
    FieldsParameter = "fields-parameter",
}
