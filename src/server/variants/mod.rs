//! What another correct server does: no rule may fail for it.

pub(super) mod wrap;

use crate::testbed::switches::variants;

variants! {
    REDIRECT_303 = "redirect-303": "The user is sent back to the client with status 303.";
    LOGIN_302 = "login-302": "A login is answered with status 302.";
    ABSOLUTE_REDIRECTS = "absolute-redirects": "Redirects within the server name its origin.";
    PATH_REDIRECTS = "path-redirects": "Redirects within the server are relative to the path.";
    REDIRECT_BODY = "redirect-body": "Redirects have a page for browsers that do not follow them.";
    REDIRECT_FRAGMENT = "redirect-fragment": "A redirect ends with a meaningless fragment.";
    REDIRECT_BY_PAGE = "redirect-by-page":
        "The user is sent back to the client by a page that leads on by itself.";
    ISSUER = "issuer": "Redirects to the client carry `iss` (RFC 9207).";
    ISSUER_ABSENT = "issuer-absent": "Redirects to the client carry no `iss`.";
    ASSERTION_FOR_TOKEN_ENDPOINT = "assertion-for-token-endpoint":
        "An assertion has to be for the token endpoint, and for no other name of the server.";
    ASSERTION_LEEWAY_NONE = "assertion-without-leeway":
        "An assertion is taken for no second longer than it says.";
    ASSERTION_LEEWAY_LONG = "assertion-with-leeway":
        "An assertion is taken three minutes before and after the times that it says.";
    ASSERTION_WORKS_AGAIN = "assertion-works-again": "An assertion works until it expires.";
    ASSERTION_WITH_REFRESH_TOKEN = "assertion-with-refresh-token":
        "An assertion brings a refresh token as well, where clients issue them.";
    METADATA_OF_OPENID = "metadata-of-openid":
        "The metadata are at the location of OpenID Connect alone.";
    METADATA_WITH_CHARSET = "metadata-with-charset":
        "The media type of the metadata has a charset.";
    METADATA_WITH_MORE = "metadata-with-more": "The metadata have members of extensions.";
    RESOURCE_METADATA_AT_HOST = "resource-metadata-at-host":
        "The metadata of the first resource are at the location of its host, too.";
    RESOURCE_METADATA_ALGORITHMS = "resource-metadata-algorithms":
        "The metadata of a resource say by which algorithms it signs.";
    RESOURCE_METADATA_BRIEF = "resource-metadata-brief":
        "The metadata of a resource name it, and nothing else but its authorization server.";
    RESOURCES_UNLISTED = "resources-unlisted":
        "The metadata of the authorization server list no protected resources.";
    RESOURCE_UNWILLING = "resource-one-alone":
        "A request for several resources is refused as one for an invalid target.";
    RESOURCE_NAMED_FIRST = "resource-named-first":
        "A token request may name those resources alone that the authorization request named.";
    QUERY_TOKEN = "query-token":
        "A token in the query alone is taken, and only the client may keep the answer.";
    JWT_ACCESS_TOKENS = "jwt-access-tokens":
        "Access tokens are JWTs that the server has signed (RFC 9068).";
    JWT_ES256 = "jwt-es256": "Access tokens that are JWTs are signed by ES256.";
    JWT_TYPE_LONG = "jwt-type-long":
        "The type of access tokens that are JWTs is `application/at+jwt`.";
    JWT_TYPE_CAPITALS = "jwt-type-capitals":
        "The type of access tokens that are JWTs is written in capitals.";
    JWT_WITH_MORE = "jwt-with-more": "Access tokens that are JWTs say more than they have to.";
    JWT_AUDIENCE_LIST = "jwt-audience-list":
        "Access tokens that are JWTs name one resource as a list.";
    JWT_WITHOUT_KID = "jwt-without-key-identifier":
        "Access tokens that are JWTs do not say which key has signed them.";
    JWT_MORE_KEYS = "jwt-more-keys": "Further keys are published, of other kinds.";
    JWT_WITHOUT_AMR = "jwt-without-amr":
        "Access tokens that are JWTs say nothing of how the user signed in.";
    PARAMETERS_REVERSED = "parameters-reversed": "The state comes before the code.";
    SPACES_AS_ESCAPES = "spaces-as-escapes": "Spaces in a redirect are written %20.";
    IMPLICIT_OFFERED = "implicit-offered":
        "Clients that are registered for it get their token from the authorization endpoint.";
    PKCE_IGNORED = "pkce-ignored": "PKCE is not supported: its parameters are ignored.";
    PKCE_PLAIN = "pkce-plain": "Plain challenges are accepted.";
    PKCE_OF_ALL = "pkce-of-all": "Every client has to send a challenge.";
    PKCE_OF_NONE = "pkce-of-none": "No client has to send a challenge.";
    PKCE_CODE_USED_UP = "pkce-code-used-up": "A wrong verifier consumes the code.";
    ONE_DECODING = "one-decoding":
        "A path below the registered one may have dot segments that are encoded twice.";
    CODE_OF_ITS_OWN = "code-of-its-own": "A redirect URI may have a `code`, and gets another one.";
    LOOPBACK_PORT_FIXED = "loopback-port-fixed":
        "On loopback hosts the port is compared as on any other.";
    NO_DESCRIPTION = "no-description": "Errors are reported to the client without a description.";
    OTHER_DESCRIPTION = "other-description": "Errors are reported to the client in other words.";
    REPEATED_BY_VALUE = "repeated-by-value":
        "A repeated response type is an unsupported one, and a repeated scope an invalid one.";
    STATE_ASCII_REQUIRED = "state-ascii-required":
        "A state beyond printable ASCII is an invalid request.";
    STATE_OF_8 = "state-of-8-characters":
        "A request is invalid whose state is missing or has fewer than eight characters.";
    STATE_OCTETS = "state-octets":
        "The octets of a state come back as they were, whatever they are.";
    OPENID_NEEDS_URI = "openid-needs-redirect-uri":
        "A request of OpenID Connect has to name a redirect URI.";
    SAME_SITE_ALONE = "same-site-alone":
        "Consent is protected by a cookie that other sites do not send along, and by nothing else.";
    FETCH_METADATA_ALONE = "fetch-metadata-alone":
        "Forms are protected by what browsers say of where a request comes from, and by nothing else.";
    LOGIN_WITH_CONSENT = "login-with-consent":
        "One form asks for the password and the decision.";
    HEAD_REFUSED = "head-refused": "HEAD is not supported at the authorization endpoint.";
    FORMS_CARRY_REQUEST = "forms-carry-request":
        "Forms carry the whole request, and are taken only with what they were shown with.";
    FORMS_SHOWN_AGAIN = "forms-shown-again":
        "Forms carry the whole request, and are shown again where they come back otherwise.";
    POST_BECOMES_GET = "post-becomes-get": "A POST request is redirected to the same URL by GET.";
    BROKEN_ESCAPES_LITERAL = "broken-escapes-literal": "A broken escape stands for itself.";
    ERROR_PAGE_200 = "error-page-200": "Pages about errors have status 200.";
    ERROR_PAGE_403 = "error-page-403": "Pages about errors have status 403.";
    ERROR_PAGE_404 = "error-page-404": "Pages about errors have status 404.";
    ERROR_PAGE_501 = "error-page-501": "Pages about errors have status 501.";
    ERROR_PAGE_TEXT = "error-page-text": "Pages about errors are plain text.";
    ERROR_PAGE_JSON = "error-page-json": "Pages about errors are JSON objects.";
    LONG_URI_414 = "long-uri-414": "A request with a URI of more than 8000 bytes is answered 414.";
    LONG_URI_431 = "long-uri-431": "A request with a URI of more than 8000 bytes is answered 431.";
    LARGE_BODY_413 = "large-body-413":
        "A request with a body of more than 64 KiB is answered 413.";
    UNKNOWN_CLIENT_401 = "unknown-client-401": "The page about an unknown client has status 401.";
    NOTHING_REFLECTED = "nothing-reflected": "Pages about errors repeat nothing of the request.";
    URI_MISSING = "redirect-uri-missing":
        "A client without a redirect URI is told that one is missing.";
    LOGIN_AT_ITS_URL = "login-at-its-own-url":
        "The login page has a URL of its own, which names the page of the server to go on to.";
    LOGIN_TWO_PAGES = "login-two-pages": "Name and password are asked for on two pages.";
    LOGIN_FAILED_401 = "login-failed-401": "The page after a wrong password has status 401.";
    LOGIN_FAILED_403 = "login-failed-403": "The page after a wrong password has status 403.";
    CONSENT_REMEMBERED = "consent-remembered": "Consent to a client and its scope is remembered.";
    CONSENT_RADIO = "consent-radio": "Consent is a choice between two radio buttons.";
    CONSENT_TICK_BOX = "consent-tick-box": "Consent is a box to tick.";
    CONSENT_INPUTS = "consent-inputs": "The buttons of the consent page are inputs.";
    CONSENT_DENY_LINK = "consent-deny-link": "Denying is a link.";
    CONSENT_TWO_FORMS = "consent-two-forms": "Granting and denying are forms of their own.";
    CONSENT_ONE_VALUE = "consent-one-value":
        "Forms carry one value, and the button that grants has no name: who does not deny agrees.";
    EXTRA_HIDDEN_FIELDS = "extra-hidden-fields": "Forms have hidden fields that mean nothing.";
    HIDDEN_RENAMED = "hidden-renamed": "The anti-forgery value has another name.";
    PAGE_FURNITURE = "page-furniture":
        "Pages have a search, a choice of languages and a newsletter beside what they ask for.";
    RELATIVE_ACTIONS = "relative-actions": "Forms name where they go relative to the page.";
    LOGIN_EACH_TIME = "login-each-time": "Each authorization request asks for a login.";
    PAGE_BEFORE_CONSENT = "page-before-consent":
        "A page that says who signed in stands between the login and the consent.";
    ABSOLUTE_ACTIONS = "absolute-actions": "Forms name the server's origin.";
    METHOD_IN_CAPITALS = "method-in-capitals": "The method of a form is written in capitals.";
    COOKIE_RENAMED = "cookie-renamed": "The session cookie has another name.";
    COOKIE_KEPT = "cookie-kept": "The session cookie outlives the browser.";
    EXTRA_HEADERS = "extra-headers": "Responses have more header fields, and another cookie.";
    PRAGMA = "pragma": "Caching is forbidden by more directives than needed.";
    MEDIA_TYPE_IN_CAPITALS = "media-type-in-capitals": "Media types are written in capitals.";
    JSON_CHARSET = "json-charset": "JSON comes with a charset.";
    JSON_PRETTY = "json-pretty": "JSON comes on many lines.";
    MEMBERS_REVERSED = "members-reversed": "The members of JSON come in another order.";
    TOKEN_EXTRA_MEMBERS = "token-extra-members": "A token response says more than it has to.";
    TOKEN_ERROR_WITHOUT_TEXT = "token-error-without-text": "Refusals are not described.";
    TOKEN_ERROR_OTHER_TEXT = "token-error-other-text":
        "Refusals are described in other words, and refer to a page.";
    CODE_URI_INVALID_GRANT = "code-uri-invalid-grant":
        "Another redirect URI makes a code an invalid grant.";
    METHOD_405_EMPTY = "method-405-empty":
        "Methods that are not allowed are refused without a body.";
    METHOD_404 = "method-404": "Methods that are not allowed are not found.";
    TOKEN_JSON_TOO = "token-json-too": "A JSON object is read like a form, beside it.";
    TOKEN_URL_TOO = "token-url-too": "Parameters in the URL count beside those in the body.";
    TWO_AUTHENTICATIONS = "two-authentications":
        "A client may authenticate in two ways, both of which have to be right.";
    REFRESH_KEEPS_SCOPE = "refresh-keeps-scope":
        "A refresh for less scope yields what was granted, and says so.";
    REPLAY_ENDS_GRANT = "refresh-replay-ends-grant":
        "A replayed refresh token ends every token of its grant.";
    TOKENS_HEX = "tokens-hex": "Tokens are 64 hexadecimal digits.";
    TOKENS_BASE64 = "tokens-base64": "Tokens are 32 bytes in base64url.";
    TOKENS_PREFIXED = "tokens-prefixed": "Tokens begin with what kind they are.";
    TOKENS_LIKE_JWT = "tokens-like-jwt": "Tokens have three parts and a constant first one.";
    TOKENS_UUID = "tokens-uuid": "Tokens are random UUIDs.";
    TOKENS_LONG = "tokens-long": "Tokens are 600 characters long.";
    EXCHANGE_REFUSED_401 = "exchange-refused-401":
        "An exchange for more than the token allows is refused with status 401.";
    RESTRICTED_TO_BRIEF = "restricted-to-brief":
        "`restricted_to` shows type and identifier of an item, and no more.";
    GRANT_CREDENTIALS_INVALID = "grant-credentials-invalid":
        "Client credentials are an invalid grant for every subject that the application may not have.";
    SERVER_TOKENS_LONGER = "server-tokens-longer":
        "Tokens of server grants and of exchanges live for 70 minutes, and say so.";
    TOKEN_AGAIN = "access-token-handed-out-again":
        "A user and client that have an access token already get the same one for a new code.";
    LOCALHOST_PORT_FIXED = "localhost-port-fixed":
        "The port of `localhost` is compared, and that of a loopback address is not.";
    NEW_GRANT_ENDS_OLDER = "new-grant-ends-older":
        "A new grant ends the older tokens of the same user and client.";
    NEW_CODE_ENDS_OLDER = "new-code-ends-older":
        "A new code ends the codes of the same user and client that were not redeemed yet.";
    EMPTY_PASSWORD_MISSING = "password-grant-empty-is-missing":
        "An empty password of the password grant is told to be missing.";
    DEVICE_BRIEF = "device-brief":
        "A device is told no complete verification URI and no interval.";
    DEVICE_UNKNOWN_EXPIRED = "device-unknown-expired":
        "A device code that nobody has is told to have expired.";
    DEVICE_LINK_BY_PAGE = "device-link-by-page":
        "A link with a user code leads to a page that sends the code by itself, before the user is asked.";
    DEVICE_ONE_PAGE = "device-one-page":
        "The page for a user code asks for the password and the decision, too.";
    DEVICE_WITHOUT_REFRESH = "device-without-refresh": "A device gets no refresh token.";
    REVOKE_EMPTY = "revoke-empty": "A revocation is answered with an empty body.";
    REVOKE_TEXT = "revoke-text": "A revocation is answered with plain text.";
    REVOKE_UNKNOWN_400 = "revoke-unknown-400": "The revocation of an unknown token is refused.";
    REVOKE_FOREIGN_200 = "revoke-foreign-200":
        "The revocation of another client's token changes nothing, and is not refused.";
    INTROSPECT_BRIEF = "introspect-brief": "Of a live token nothing is told but that it lives.";
    INTROSPECT_MORE = "introspect-more": "Of a live token more is told, with members of extensions.";
    INTROSPECT_OWN_ALONE = "introspect-own-alone":
        "Tokens of other clients are not active to a client that asks.";
    INTROSPECT_ACCESS_ALONE = "introspect-access-alone":
        "Refresh tokens are not known at the introspection endpoint.";
    INTROSPECT_BY_GET = "introspect-get": "Tokens may be introspected by GET as well.";
    INTROSPECT_KEPT = "introspect-kept-a-minute": "Answers about tokens may be kept for a minute.";
    PUSH_MORE = "push-more": "More is told of a pushed request, with members of extensions.";
    PUSH_OTHER_REFERENCE = "push-other-reference": "References to pushed requests are no URNs.";
    PUSH_SHORTLY = "push-for-5-seconds": "A pushed request can be referred to for 5 seconds.";
    PUSH_LONGER = "push-for-10-minutes": "A pushed request can be referred to for 10 minutes.";
    PUSH_OPENED_ONCE = "push-opened-once":
        "A pushed request is shown to one browser once: to load the page again ends it.";
    PUSH_DEMANDED = "push-demanded":
        "Every client has to push its authorization requests, and the metadata say so.";
    PUSH_UNTOLD = "push-demanded-untold":
        "Every client has to push its authorization requests, and the metadata do not say so.";
    REGISTER_MORE = "register-more": "More is told of a registration, with members of extensions.";
    REGISTER_NAMELESS = "register-nameless":
        "A client that registers itself is called by its identifier, and told so.";
    REGISTER_FIXED = "register-never-updated": "What was registered cannot be updated, nor deleted.";
    REGISTER_UNMANAGED = "register-unmanaged": "Clients do not look after their registration.";
    REGISTER_METHOD_REPLACED = "register-method-replaced":
        "An unknown way of authentication is replaced by HTTP Basic, and the client is told.";
    REGISTER_ANY_METHOD = "register-other-methods":
        "A client that registered itself may authenticate in every way.";
    REGISTER_URIS_CUT = "register-redirect-uris-cut":
        "Redirect URIs that cannot be registered are left out, and the answer names the others.";
    REGISTER_CONFIDENTIAL = "register-confidential-only": "No public client is registered.";
    REGISTERED_FIXED = "registered-fixed": "A registration is not updated.";
    REGISTERED_RENEWS = "registered-renews-token":
        "An update of a registration brings another registration access token.";
    RESOURCE_DEMANDED = "resource-demanded":
        "A request for a grant or for tokens that names no resource is one for an invalid target.";
    DPOP_DEMANDED = "dpop-demanded":
        "Every client gets tokens with a proof of possession alone, which binds them.";
    DPOP_NONCE = "dpop-nonce": "Every proof of possession has to carry a nonce.";
    DPOP_WITHOUT_NONCE = "dpop-without-nonce": "No proof of possession has to carry a nonce.";
    DPOP_NONCE_RENEWED = "dpop-nonce-renewed":
        "A response with tokens tells a nonce, which says when the next proof was made.";
    EXCHANGE_INVALID_GRANT = "exchange-invalid-grant":
        "A token that cannot be exchanged is an invalid grant.";
    EXCHANGE_OWN_ALONE = "exchange-own-alone": "Clients exchange tokens of their own, and no others.";
    EXCHANGE_ACCESS_ALONE = "exchange-access-alone": "Access tokens are exchanged, and no others.";
    EXCHANGE_WITHOUT_ACTORS = "exchange-without-actors": "No token is exchanged for an actor.";
    EXCHANGE_NARROW = "exchange-narrow":
        "An exchange that asks for no scope brings a token with less, and tells it.";
    EXCHANGE_SCOPE_UNSAID = "exchange-scope-unsaid":
        "An exchange that asks for no scope does not tell that there is all that there was.";
    EXCHANGE_TYPE_UNHEEDED = "exchange-type-unheeded":
        "An exchange brings an access token, whatever type was requested, and tells it.";
    EXCHANGE_REFRESHABLE = "exchange-refreshable":
        "An exchange brings a refresh token beside the access token.";
    OTHER_REALM = "other-realm": "A challenge has another realm, with a comma in it.";
    NO_REALM = "no-realm": "A challenge has no realm.";
    SCHEME_LOWER = "scheme-lower": "The scheme of a challenge is in lower case.";
    SECOND_CHALLENGE = "second-challenge": "A challenge offers Basic as well.";
    API_ERROR_JSON = "api-error-json": "A challenge comes with a JSON object.";
    SIGN_ON_BY_FORM = "sign-on-by-form":
        "The identity provider of a company sends its users back by a form.";
    DISABLED_IS_DENIED = "disabled-is-denied":
        "An application that an administrator disabled is told that access is denied.";
    DISABLED_IS_BLOCKED = "disabled-is-blocked":
        "A server application that an administrator disabled is told that it is blocked.";
    CHALLENGE_AS_TOKENS = "challenge-as-tokens":
        "Values of a challenge have no quotes where they need none.";
    CHALLENGE_IN_TWO_FIELDS = "challenge-in-two-fields":
        "A challenge for Basic stands in a field of its own.";
    SCOPE_NEEDED = "scope-needed":
        "An authorization request without a scope is one for an invalid scope.";
    UNKNOWN_SCOPE_CUT = "unknown-scope-cut":
        "Scopes that cannot be had are left out, and the response names those that were granted.";
    FIELDS_UNKNOWN = "fields-unknown": "Calls of the API have no parameter `fields`.";
    API_ERROR_HTML = "api-error-html": "A challenge comes with a page.";
    AS_USER_REFUSED_JSON = "as-user-refused-json":
        "An application that may not act as users is refused like a user who may not.";
    AS_USER_FOREIGN_404 = "as-user-foreign-404":
        "A user of another enterprise is reported as unknown.";
    EXTERNAL_CONTENT_403 = "external-content-403":
        "An application for administrators is forbidden what others own.";
    QUIET_REFUSED = "quiet-refused":
        "A call that asks for no e-mail is refused where its application may not do so.";
    EMPTY_STATE_RETURNED = "empty-state-returned": "An empty state comes back as it was.";
    CODE_OF_NO_USE = "code-of-no-use":
        "A client that may not use the code grant gets codes, and no tokens for them.";
    STATE_IN_COOKIE = "state-in-cookie":
        "A state of more than 1000 characters is kept in a cookie too, and cookies of more than 8000 bytes are refused with 431.";
    REGISTER_HOME = "register-client-uri":
        "A client has to name its home page, on the host of its first redirect URI.";
    REGISTER_BASIC_FOR_NONE = "register-basic-for-none":
        "A client that registers as a public one gets a secret, and no way of authentication is named.";
    NEWEST_PAGE_ALONE = "newest-page-alone":
        "A browser keeps one request: the pages of older ones are refused.";
    REGISTER_WEB_ALONE = "register-web-alone":
        "No redirect URI with a scheme of the application's own is registered.";
    CONSENT_HIDDEN_DECISION = "consent-hidden-decision":
        "Granting and denying are forms of their own, with the decision in a hidden field.";
    CODE_OF_REQUEST = "code-of-request":
        "The code has the name under which the request waited for its user, and is good once granted.";
    CONTEXT_SIGNED = "forms-context-signed":
        "The redirect URI stands in the forms in base64, signed, and another one is refused.";
    RESOURCE_ANY = "resource-any":
        "Tokens are issued for whatever absolute URI a request names as its resource.";
    CONSENT_FIRST = "consent-first": "The user agrees first, and signs in then.";
    REGISTER_TYPED = "register-application-type":
        "A client has to say what kind of application it is.";
    REGISTER_ODD_SECRET = "register-odd-secret":
        "Secrets of clients that register have characters that form encoding changes.";
    ID_TOKEN = "id-token":
        "With an access token that is no JWT comes an ID Token, where the scope asks for one.";
    ASSERTION_FOR_ISSUER_ELSEWHERE = "assertion-for-issuer-elsewhere":
        "Where tokens are revoked and introspected, an assertion has to be for the issuer or for that endpoint.";
    CREDENTIALS_SCOPE_NAMED = "client-credentials-scope-named":
        "A client that asks for tokens by its credentials has to name a scope, and one that is no user's.";
    FORM_POST = "form-post":
        "Where `response_mode=form_post` is asked for, the response is a form that a script sends to the client.";
    REFRESH_RETRIED = "refresh-retry-same-tokens":
        "A used refresh token brings the same tokens again, until its successor is used.";
    LOGIN_GRANTS = "login-grants":
        "Each authorization request asks for the password, on a page whose one button grants.";
    REGISTER_REFRESHING = "register-refreshing":
        "A client with codes as its only grant is not registered.";
    DEVICE_FIRST_SCOPE = "device-first-scope":
        "A device gets the first of the scopes that it asks for, and is told which.";
    REFRESH_FOR_ALL = "refresh-for-all-clients":
        "Clients are given refresh tokens, and may use them, whatever grants they registered for.";
    REVOKE_REFRESH_ALONE = "revoke-refresh-tokens-alone":
        "Refresh tokens are revoked, and of access tokens it is told that their type is not supported.";
    REGISTERED_RENEWS_SECRET = "registered-renews-secret":
        "An update of a registration brings another client secret.";
    DEVICE_RETRY_LATER = "user-code-retry-later":
        "Whoever has typed too many wrong user codes is told when to try again.";
    LOOPBACK_PORT_NEEDED = "redirect-loopback-port-needed":
        "Any port is accepted on a loopback host, and one has to be there.";
    BEARER_BODY_IGNORED = "bearer-body-not-counted":
        "A POST request of a resource is served like GET, and a token in its body is not looked at.";
    REFRESH_FOREIGN_ENDS_GRANT = "refresh-by-another-ends-grant":
        "A refresh token that another client presents ends every token of its grant.";
    PROMPT_LOGIN = "prompt-login":
        "A user who is signed in signs in again where `prompt=login` asks for it.";
    RESOURCE_ETAG = "resource-etag":
        "What a resource serves has an entity tag, by which it is served once only.";
    REGISTER_UNBOUND = "register-unbound":
        "No client registers itself for bound tokens alone or to push its requests, and the answer does not name it.";
    ERROR_PAGE_ELSEWHERE = "error-page-elsewhere":
        "Errors are shown on a page of their own, at another name of the server's host.";
    CONSENT_FORMACTION = "consent-formaction":
        "The buttons of the consent page say where its form goes, which says something else.";
    LOGIN_AMONG_FORMS = "login-among-forms":
        "A form for new users and a template of a form stand before the one to sign in with.";
    TERMS_BEFORE_CONSENT = "terms-before-consent":
        "A page with terms that have to be agreed to stands between the login and the consent.";
    STAY_BEFORE_CONSENT = "stay-before-consent":
        "A page that asks whether to stay signed in stands between the login and the consent.";
    SKIP_BEFORE_CONSENT = "skip-before-consent":
        "A page with an offer that can be skipped stands between the login and the consent.";
    TEAM_BEFORE_CONSENT = "team-before-consent":
        "A page on which one of two teams has to be chosen stands between the login and the consent.";
    LINK_BEFORE_CONSENT = "link-before-consent":
        "A page with a link to go on by stands between the login and the consent.";
    REFRESH_FIELD = "refresh-field":
        "The user is led on by pages with a field `Refresh`, and back to the client by one, too.";
    FORM_TOKEN_IN_ADDRESS = "form-token-in-address":
        "The anti-forgery value stands in the address of a form.";
    REGISTER_ONE_URI = "register-one-redirect-uri":
        "A client registers one redirect URI, and no more.";
}
