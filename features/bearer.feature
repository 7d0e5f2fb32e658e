Feature: Using access tokens
  A protected resource is served to whoever brings a live access token in the right place, and tells
  everybody else what is missing.

  @rule:bearer/header
  Rule: The access token is taken from the Authorization header

    Scenario: the token is in the header
      Given the client has obtained tokens
      When the client calls the API with the access token
      Then the API serves the request

    Scenario Outline: the scheme is <scheme>
      Given the client has obtained tokens
      And the access token works
      When the client calls the API with the scheme "<scheme>"
      Then the API serves the request

      Examples:
        | scheme |
        | bearer |
        | BEARER |

  @rule:bearer/missing
  Rule: A call without a token receives a challenge without an error code

    Scenario: there is no token
      Given the client has obtained tokens
      And the access token works
      When the client calls the API without a token
      Then the API answers as documented
      And the unchanged call is still served

    Scenario: there is no token, and the method is HEAD
      Given the client has obtained tokens
      And a call by HEAD is served
      When the client calls the API by HEAD without a token
      Then the API answers as documented
      And the unchanged call is still served

    Scenario: there is no token, and the client names what it was served before
      Given the client has obtained tokens
      And a call is served with an entity tag
      When the client calls the API without a token, and with that entity tag
      Then the API answers as documented
      And the unchanged call is still served

  @rule:bearer/invalid
  Rule: An unknown token is refused

    Scenario: the token is unknown
      Given the client has obtained tokens
      And the access token works
      When the client calls the API with "oauthspecNeverIssued0000000000000000000000000000" as the access token
      Then the API answers as documented
      And the unchanged call is still served

    Scenario Outline: the token is <spoilt>
      Given the client has obtained tokens
      And the access token works
      When the client calls the API with the access token <spoilt>
      Then the API answers as documented
      And the unchanged call is still served

      Examples:
        | spoilt        |
        | altered       |
        | truncated     |
        | extended      |
        | in other case |

    Scenario Outline: a JWT <forged> says that the server issued it
      Given the client has obtained tokens
      And the access token works
      When the client calls the API with a JWT <forged> in place of the access token
      Then the API answers as documented
      And the unchanged call is still served

      Examples:
        | forged                                         |
        | that has no signature, by the algorithm "none" |
        | whose signature is empty                       |
        | signed with another key                        |
        | whose subject was changed                      |

    Scenario: the token is empty
      Given the client has obtained tokens
      And the access token works
      When the client calls the API with "" as the access token
      Then the API refuses the call
      And the unchanged call is still served

  @rule:bearer/expired
  Rule: An expired token is refused as invalid

    @waits:access-token+30s
    Scenario: the token has expired
      Given the client has obtained tokens
      And the access token works
      And the access token is 30 seconds past its lifetime
      When the client calls the API with the access token
      Then the API answers as documented
      And a new access token works

  @rule:bearer/revoked @ends-grants
  Rule: A revoked token is refused as invalid

    Scenario: the token was revoked
      Given the client can revoke an access token
      And the client has obtained tokens
      And the access token works
      And the client has revoked the access token
      When the client calls the API with the access token
      Then the API answers as documented
      And a new access token works

  @rule:bearer/two-methods
  Rule: A call that sends its token in two ways is refused

    Scenario Outline: the token is in the header and in the <place>
      Given the client has obtained tokens
      And the access token works
      When the client calls the API with the access token in the header and in the <place>
      Then the API answers as documented
      And the unchanged call is still served

      Examples:
        | place |
        | query |
        | body  |

  @rule:bearer/query-ignored
  Rule: A token in the query alone opens nothing

    Scenario: the token is in the query alone
      Given the client has obtained tokens
      And the access token works
      When the client calls the API with the access token in the query alone
      Then the API answers as documented
      And the unchanged call is still served

  @rule:bearer/query-private
  Rule: Nobody but the client keeps the answer to a token in the URL

    Scenario: the token is in the query alone
      Given the client has obtained tokens
      And the access token works
      When the client calls the API with the access token in the query alone
      Then nobody but the client may keep what the API answers

  @rule:bearer/repeated
  Rule: A call that sends two tokens is refused

    Scenario: there are two Authorization fields
      Given the client has obtained tokens
      And the access token works
      When the client calls the API with two access tokens in the header
      Then the API answers as documented
      And the unchanged call is still served

    @property:token-in-query
    Scenario: there are two tokens in the query
      Given the client has obtained tokens
      And the access token works
      When the client calls the API with two access tokens in the query
      Then the API answers as documented
      And the unchanged call is still served

  @rule:bearer/malformed-request
  Rule: A malformed call never causes a server error

    Scenario Outline: the token is <broken>
      Given the client has obtained tokens
      And the access token works
      When the client calls the API with "<broken>" as the access token
      Then the API answers as documented
      And the unchanged call is still served

      Examples:
        | broken    |
        | two words |
        | a;b       |
        | a,b=c     |

    @property:fields-parameter
    Scenario Outline: the fields parameter <problem>
      Given the client has obtained tokens
      And the access token works
      And the parameter "fields=id,name" changes what the API answers
      When the client calls the API with the access token and the parameter "<fields>"
      Then the API answers as documented
      And the unchanged call is still served

      Examples:
        | problem         | fields        |
        | cannot be read  | fields=%zz    |
        | cannot be names | fields=na(me) |

  @rule:bearer/insufficient-scope
  Rule: A token without the scope is refused with insufficient_scope

    Scenario: the token lacks the scope
      Given the client has obtained tokens that open the scoped resource
      When the client calls the scoped resource with a token without the scope
      Then the API answers as documented

  @rule:bearer/needed-scope-named
  Rule: A refusal for lack of scope says which scope would be enough

    Scenario: the token lacks the scope
      Given the client has obtained tokens that open the scoped resource
      When the client calls the scoped resource with a token without the scope
      Then the challenge names a scope

  @rule:bearer/scope-named @nobody-signs-in
  Rule: A challenge says which scope to ask for

    Scenario: a client that has no token yet calls
      Given the resource refuses a call without a token
      When the client calls the API without a token
      Then the challenge names a scope

  @rule:bearer/step-up-works
  Rule: A token with the scope that a refusal names is enough

    Scenario: the user grants what the refusal names
      Given the client has obtained tokens that open the scoped resource
      When the client calls the scoped resource with a token without the scope
      And the user grants the scope that the challenge names
      Then the scoped resource is served

  @rule:bearer/challenge-shape
  Rule: A challenge keeps to the grammar

    Scenario: there is no token
      Given the client has obtained tokens
      And the access token works
      When the client calls the API without a token
      Then the challenge is well formed
      And the unchanged call is still served

    Scenario Outline: the token is <problem>
      Given the client has obtained tokens
      And the access token works
      When the client calls the API with "<token>" as the access token
      Then the challenge is well formed
      And the unchanged call is still served

      Examples:
        | problem       | token                                            |
        | unknown       | oauthspecNeverIssued0000000000000000000000000000 |
        | not one token | two words                                        |

    Scenario: there are two tokens
      Given the client has obtained tokens
      And the access token works
      When the client calls the API with two access tokens in the header
      Then the challenge is well formed
      And the unchanged call is still served

    @waits:access-token+30s @needs:clock
    Scenario: the token has expired
      Given the client has obtained tokens
      And the access token works
      And the access token is 30 seconds past its lifetime
      When the client calls the API with the access token
      Then the challenge is well formed
      And a new access token works

    @needs:scoped-resource
    Scenario: the token lacks the scope
      Given the client has obtained tokens that open the scoped resource
      When the client calls the scoped resource with a token without the scope
      Then the challenge is well formed

  @rule:bearer/token-kind
  Rule: A call is served with an access token and with nothing else

    @needs:refresh
    Scenario: a refresh token is sent
      Given the client has obtained tokens
      And the access token works
      When the client calls the API with the refresh token in place of the access token
      Then the API answers as documented
      And the unchanged call is still served

    @needs:refresh
    Scenario: a refresh token that a refresh brought is sent
      Given the client has obtained tokens
      And the client has refreshed
      And the access token works
      When the client calls the API with the refresh token in place of the access token
      Then the API answers as documented
      And the unchanged call is still served

    Scenario: an ID Token is sent
      Given the client has obtained tokens with an ID Token
      And the access token works
      When the client calls the API with the ID Token in place of the access token
      Then the API answers as documented
      And the unchanged call is still served

    Scenario: an authorization code is sent
      Given the client holds an authorization code
      When the client calls the API with the authorization code in place of the access token
      Then the API answers as documented
      And a new access token works

    Scenario: an authorization code that was redeemed is sent
      Given the client holds an authorization code
      And the client has redeemed the code
      And the access token works
      When the client calls the API with the authorization code in place of the access token
      Then the API answers as documented
      And a new access token works

    Scenario: the identifier of the client is sent
      Given the client has obtained tokens
      And the access token works
      When the client calls the API with the client identifier in place of the access token
      Then the API answers as documented
      And the unchanged call is still served

    @property:server-grants @needs:assertion:server @needs:thing:enterprise @nobody-signs-in
    Scenario: an assertion is sent
      Given the server client has a token for the enterprise by an assertion
      And the access token works
      When the client calls the API with the assertion in place of the access token
      Then the API answers as documented
      And the unchanged call is still served

  @rule:bearer/description
  Rule: A refusal of a token has a description

    Scenario: the token is unknown
      Given the client has obtained tokens
      And the access token works
      When the client calls the API with "oauthspecNeverIssued0000000000000000000000000000" as the access token
      Then the challenge carries a description

  @rule:bearer/other-schemes
  Rule: A token under another scheme, or under none, is refused

    Scenario Outline: the scheme is <scheme>
      Given the client has obtained tokens
      And the access token works
      When the client calls the API with the scheme "<scheme>"
      Then the API answers as documented
      And the unchanged call is still served

      Examples:
        | scheme  |
        | Basic   |
        | XBearer |
        | BearerX |

    Scenario: the token has no scheme
      Given the client has obtained tokens
      And the access token works
      When the client calls the API with the access token and no scheme
      Then the API answers as documented
      And the unchanged call is still served

  @rule:bearer/other-credentials
  Rule: Credentials of another scheme receive a challenge without an error code

    Scenario Outline: the scheme is <scheme>
      Given the client has obtained tokens
      And the access token works
      When the client calls the API with credentials of the scheme "<scheme>"
      Then the API answers as documented
      And the unchanged call is still served

      Examples:
        | scheme    |
        | Basic     |
        | Oauthspec |
