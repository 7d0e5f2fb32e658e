Feature: Introspection
  A protected resource asks the server whether a token lives, and what it stands for (RFC 7662). Who may
  ask is the server's to say; the profile names the client that may.

  @rule:introspection/endpoint
  Rule: There is an introspection endpoint

    Scenario: a live access token is asked about
      Given the client has obtained tokens
      When the access token is introspected
      Then the introspection endpoint answers

  @rule:introspection/active
  Rule: A live token is active

    Scenario: the access token of a code
      Given the client has obtained tokens
      When the access token is introspected
      Then the token is active

    @needs:refresh
    Scenario: the access token of a refresh
      Given the client has obtained tokens
      And the access token is active
      And the client has refreshed
      When the access token is introspected
      Then the token is active

    @needs:refresh @waits:access-token+1m
    Scenario: the access token of a refresh, and the one before it has expired
      Given the client has obtained tokens
      And the access token is active
      And the access token is 1 minute past its lifetime
      And the client has refreshed
      When the access token is introspected
      Then the token is active

    @needs:refresh @waits:access-token+1m
    Scenario: the refresh token of an access token that has expired
      Given the client has obtained tokens
      And the refresh token is active
      And the access token is 1 minute past its lifetime
      When the refresh token is introspected
      Then the token is active, unless it no longer works

  @rule:introspection/form
  Rule: The answer is a JSON object that says yes or no

    Scenario: the token lives
      Given the client has obtained tokens
      When the access token is introspected
      Then the answer is a JSON object that says whether the token is active

    Scenario: the token is not known
      Given the client has obtained tokens
      And the access token is active
      When the access token is introspected with a token never issued
      Then the answer is a JSON object that says whether the token is active

  @rule:introspection/unknown-token
  Rule: A token that is not known is not active, and no error

    Scenario Outline: the access token is sent <change>
      Given the client has obtained tokens
      And the access token is active
      When the access token is introspected <change>
      Then the token is not active

      Examples:
        | change                              |
        | with a token never issued           |
        | with the token truncated            |
        | with the token altered              |
        | with the token extended             |
        | with the token in other case        |
        | with token set to "oauthspec token" |
        | with token set to "a.b.c"           |

    Scenario: an authorization code is sent
      Given the client has obtained tokens
      And the access token is active
      And the client holds an authorization code
      When the authorization code is introspected
      Then the token is not active

    @needs:refresh
    Scenario Outline: the refresh token is sent <change>
      Given the client has obtained tokens
      And the refresh token is active
      When the refresh token is introspected <change>
      Then the token is not active

      Examples:
        | change                       |
        | with the token truncated     |
        | with the token altered       |
        | with the token extended      |
        | with the token in other case |

  @rule:introspection/forged-token
  Rule: A token that nobody issued is not active, whatever it says

    Scenario Outline: a JWT <forged> says that it is the server's
      Given the client has obtained tokens
      And the access token is active
      When a JWT <forged> is introspected in place of the access token
      Then the token is not active, or the request is refused

      Examples:
        | forged                                               |
        | that has no signature, by the algorithm "none"       |
        | that has no signature, by the algorithm "nOnE"       |
        | whose signature is empty                             |
        | whose signature is zero                              |
        | signed with another key                              |
        | signed with another key that it shows                |
        | signed as if the public key in a file were a secret  |
        | signed as if the published key were a secret         |
        | whose subject was changed                            |
        | whose expiry was changed                             |
        | whose scope was changed                              |

  @rule:introspection/id-token
  Rule: An ID Token is no active access token

    Scenario: an ID Token is sent
      Given the client has obtained tokens with an ID Token
      And the access token is active
      When the ID Token is introspected in place of an access token
      Then the token is not active, or not one that opens resources

  @rule:introspection/expired-token
  Rule: An expired token is not active

    @waits:access-token+1m
    Scenario: the access token has expired
      Given the client has obtained tokens
      And the access token is active
      And the access token is 1 minute past its lifetime
      When the access token is introspected
      Then the token is not active

  @rule:introspection/revoked-token @ends-grants
  Rule: A revoked token is not active

    Scenario: the access token was revoked
      Given the client can revoke an access token
      And the client has obtained tokens
      And the access token is active
      And the client has revoked the access token
      When the access token is introspected
      Then the token is not active

    @needs:refresh
    Scenario: the refresh token was revoked
      Given the client has obtained tokens
      And the refresh token is active
      And the client has revoked the refresh token
      When the refresh token is introspected
      Then the token is not active

  @rule:introspection/refresh-token
  Rule: A live refresh token is active, where refresh tokens are known

    Scenario: the refresh token that came with the access token
      Given the client has obtained tokens
      And the access token is active
      When the refresh token is introspected
      Then the token is active

  @rule:introspection/used-refresh-token
  Rule: A refresh token that was replaced is not active

    Scenario: the refresh token was used
      Given the client has obtained tokens
      And the refresh token is active
      And the client has refreshed both tokens
      When the used refresh token is introspected
      Then the token is not active, unless it still works

  @rule:introspection/inactive-alone
  Rule: No more is told of a token that is not active

    Scenario: the token is not known
      Given the client has obtained tokens
      And the access token is active
      When the access token is introspected with a token never issued
      Then the answer says nothing more

    @waits:access-token+1m
    Scenario: the token has expired
      Given the client has obtained tokens
      And the access token is active
      And the access token is 1 minute past its lifetime
      When the access token is introspected
      Then the answer says nothing more

    @needs:revocation @ends-grants
    Scenario: the token was revoked
      Given the client can revoke an access token
      And the client has obtained tokens
      And the access token is active
      And the client has revoked the access token
      When the access token is introspected
      Then the answer says nothing more

  @rule:introspection/wrong-hint
  Rule: A wrong hint about the kind of a token does not hide it

    Scenario Outline: the access token is introspected <change>
      Given the client has obtained tokens
      And the access token is active
      When the access token is introspected <change>
      Then the token is active

      Examples:
        | change                                       |
        | with token_type_hint set to "refresh_token"  |
        | with token_type_hint set to "oauthspec"      |

    @needs:refresh
    Scenario Outline: the refresh token is introspected <change>
      Given the client has obtained tokens
      And the refresh token is active
      When the refresh token is introspected <change>
      Then the token is active

      Examples:
        | change                                       |
        | with token_type_hint set to "access_token"   |
        | with token_type_hint set to "oauthspec"      |

  @rule:introspection/caller-authenticated
  Rule: Who does not authenticate is told nothing

    Scenario Outline: a client asks <change>
      Given the sacrificial client can introspect its own token
      And the sacrificial client has obtained tokens
      When the sacrificial client introspects the access token <change>
      Then the introspection is answered as documented

      Examples:
        | change                                                 |
        | with a wrong client secret                             |
        | with an empty client secret                            |
        | without the client secret                              |
        | with an unknown client                                 |
        | without the client secret and also without client_id   |

    @property:basic-challenge
    Scenario: a client asks with a wrong secret in the header
      Given the sacrificial client can introspect its own token
      And the sacrificial client gets tokens with its credentials in the header
      And the sacrificial client has obtained tokens
      When the sacrificial client introspects the access token with a wrong secret in the header
      Then the introspection is answered as documented

    @needs:client:public
    Scenario: a public client asks
      Given the client has obtained tokens
      And the access token is active
      And the public client has obtained tokens
      When the public client introspects the access token
      Then the introspection is answered as documented

    Scenario: nobody asks by GET
      Given the client has obtained tokens
      And the access token is active
      When the access token is introspected without the client secret and also without client_id and also by GET
      Then nothing is told of the token

  @rule:introspection/caller-challenged
  Rule: Wrong credentials are refused as at the token endpoint

    Scenario Outline: a client asks <change>
      Given the sacrificial client can introspect its own token
      And the sacrificial client has obtained tokens
      When the sacrificial client introspects the access token <change>
      Then wrong credentials are refused as at the token endpoint

      Examples:
        | change                     |
        | with a wrong client secret |
        | with an unknown client     |

  @rule:introspection/token-required
  Rule: A request has to name a token

    Scenario Outline: the request is sent <change>
      Given the client has obtained tokens
      And the access token is active
      When the access token is introspected <change>
      Then the introspection is answered as documented

      Examples:
        | change              |
        | without token       |
        | with an empty token |

  @rule:introspection/not-allowed
  Rule: A token that a client may not ask about is no error

    Scenario: another client asks about the client's token
      Given another client can introspect its own token
      And the client has obtained tokens
      When another client introspects the access token
      Then the server says whether the token is active

  @rule:introspection/members
  Rule: Each member has the type that is defined for it

    Scenario: a live access token
      Given the client has obtained tokens
      And the access token is active
      When the access token is introspected
      Then each member of the answer has the type that is defined for it

  @rule:introspection/agrees
  Rule: What is told of a token is what it was issued with

    Scenario: the members are compared with the token response
      Given the client has obtained tokens
      And the access token is active
      When the access token is introspected
      Then the answer agrees with the token response

    @needs:refresh @fresh-browser
    Scenario: less scope was asked for at a refresh
      Given the client has obtained tokens for several scopes
      And the client has refreshed for the first of them
      And the access token is active
      When the access token is introspected
      Then the answer agrees with the token response

    @needs:client:other
    Scenario: the token is another client's
      Given the client has obtained tokens
      And the access token is active
      And another client has obtained tokens
      When the access token is introspected
      Then the answer agrees with the token response, where the client may ask

    @needs:client:other
    Scenario: another client asks
      Given another client can introspect its own token
      And the client has obtained tokens
      When another client introspects the access token
      Then the answer agrees with the token response, where the client may ask

  @rule:introspection/expiry-agrees
  Rule: The lifetime that is told is that of the token response

    Scenario: the times are compared with the token response
      Given the client has obtained tokens
      And the access token is active
      When the access token is introspected
      Then the token expires when the token response said

    @needs:refresh @waits:expires-in-30s
    Scenario: the token is one of a refresh, shortly before the first one expires
      Given the client has obtained tokens
      And the access token is active, and it is told when it expires
      And the access token is 30 seconds short of its expires_in
      And the client has refreshed
      And the access token is active
      When the access token is introspected
      Then the token outlives the one before, which had 30 seconds left

  @rule:introspection/users-apart
  Rule: What is told of two users' tokens tells the users apart

    Scenario: two users have granted the client
      Given the second user has granted the client other tokens
      And the client has obtained tokens
      And the access token is active
      When the access token is introspected
      Then another user is told of the other token

  @rule:introspection/not-kept
  Rule: An answer may not be kept longer than the token lives

    Scenario: a live access token
      Given the client has obtained tokens
      And the access token is active
      When the access token is introspected
      Then the answer may not be kept longer than the token lives

  @rule:introspection/form-charset
  Rule: How the media type of a form is written makes no difference to an introspection

    Scenario Outline: the access token is introspected <change>
      Given the client has obtained tokens
      And the access token is active
      When the access token is introspected <change>
      Then the token is active

      Examples:
        | change                                            |
        | with a charset in its media type                  |
        | with a charset in its media type, without a space |
        | with its media type in capitals                   |

  @rule:introspection/malformed
  Rule: A malformed introspection is never a server error

    Scenario Outline: the token is written as <broken>
      Given the client has obtained tokens
      And the access token is active
      When the access token is introspected with token written as "<broken>"
      Then the token is not active, or the request is refused

      Examples:
        | broken          |
        | oauthspec%zz    |
        | oauthspec%ff%fe |
        | oauthspec%00    |

    Scenario: the token is beyond ASCII
      Given the client has obtained tokens
      And the access token is active
      When the access token is introspected with the token beyond ASCII
      Then the token is not active, or the request is refused

  @rule:introspection/https-only @nobody-signs-in
  Rule: The introspection endpoint is served over TLS only

    Scenario: the request comes by plain HTTP
      Given the introspection endpoint answers over TLS
      When the introspection endpoint is requested without TLS
      Then the plain HTTP request is refused or upgraded
