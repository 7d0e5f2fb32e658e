Feature: Revocation
  A client can take back the tokens that it was given, and nobody else's.

  @rule:revoke/endpoint @ends-grants
  Rule: There is a revocation endpoint

    Scenario: a client revokes what it was given
      Given the client has obtained tokens
      When the client revokes the tokens
      Then the revocation endpoint answers

  @rule:revoke/by-access-token @ends-grants
  Rule: A revoked access token no longer works

    Scenario: the access token is revoked
      Given the client has obtained tokens
      And the access token works
      When the client revokes the access token
      Then the revocation is answered as documented
      And the access token no longer works
      And a new access token works

    @needs:refresh
    Scenario: the access token of a refresh is revoked
      Given the client has obtained tokens
      And the client has refreshed
      And the access token works
      When the client revokes the access token
      Then the revocation is answered as documented
      And the access token no longer works
      And a new access token works

    @fresh-browser @needs:device-authorization
    Scenario: the access token of a device is revoked
      Given the device client holds a device code
      And the user has approved the device
      And the device client has redeemed the device code
      And the access token works
      When the device client revokes the access token
      Then the revocation is answered as documented
      And the access token no longer works

    @needs:grant:urn:ietf:params:oauth:grant-type:token-exchange
    Scenario: the access token of an exchange is revoked
      Given the exchange client can exchange a token
      And the access token works
      When the exchange client revokes the access token
      Then the revocation is answered as documented
      And the access token no longer works

    @property:downscope @needs:downscope
    Scenario: a narrowed access token is revoked
      Given the client has obtained tokens
      And the client has narrowed the access token
      And the access token works
      When the client revokes the access token
      Then the revocation is answered as documented
      And the access token no longer works
      And a new access token works

    @property:server-grants @needs:assertion:server @needs:thing:enterprise @nobody-signs-in
    Scenario: the access token of a server application is revoked
      Given the server client has a token for the enterprise by an assertion
      And the access token works
      When the server client revokes the access token
      Then the revocation is answered as documented
      And the access token no longer works

  @rule:revoke/by-refresh-token @ends-grants
  Rule: A revoked refresh token no longer works

    Scenario: the refresh token is revoked
      Given the client has obtained tokens
      And the client has refreshed
      When the client revokes the refresh token
      Then the revocation is answered as documented
      And the refresh token no longer works
      And a new access token works

    @waits:access-token+1m
    Scenario: the refresh token is revoked after its access token has expired
      Given the client has obtained tokens
      And the client has refreshed
      And the access token is 1 minute past its lifetime
      When the client revokes the refresh token
      Then the revocation is answered as documented
      And the refresh token no longer works
      And a new access token works

    @fresh-browser @needs:device-authorization
    Scenario: the refresh token of a device is revoked
      Given the device client has obtained tokens for a device
      And the device client has refreshed
      And the device client has obtained tokens for a device
      When the device client revokes the refresh token
      Then the revocation is answered as documented
      And the refresh token no longer works

  @rule:revoke/access-token-ends-refresh-token @ends-grants
  Rule: The refresh token of a revoked access token no longer works

    Scenario: the access token is revoked
      Given the client has obtained tokens
      And the client has refreshed
      And the client has obtained tokens
      And the access token works
      When the client revokes the access token
      Then the refresh token no longer works
      And a new access token works

    Scenario: the access token of a refresh is revoked
      Given the client has obtained tokens
      And the client has refreshed both tokens
      And the access token works
      When the client revokes the access token
      Then the refresh token no longer works
      And a new access token works

  @rule:revoke/refresh-token-ends-access-token @ends-grants
  Rule: The access token of a revoked refresh token no longer works

    Scenario: the refresh token is revoked
      Given the client has obtained tokens
      And the access token works
      When the client revokes the refresh token
      Then the access token no longer works
      And a new access token works

    Scenario: the refresh token of a refresh is revoked
      Given the client has obtained tokens
      And the client has refreshed both tokens
      And the access token works
      When the client revokes the refresh token
      Then the access token no longer works
      And a new access token works

  @rule:revoke/wrong-hint @ends-grants
  Rule: A wrong hint about the kind of a token does not hide it

    Scenario Outline: the access token is revoked <change>
      Given the client can revoke an access token
      And the client has obtained tokens
      And the access token works
      When the client revokes the access token <change>
      Then the revocation is answered as documented
      And the access token no longer works
      And a new access token works

      Examples:
        | change                                       |
        | with token_type_hint set to "refresh_token"  |
        | with token_type_hint set to "oauthspec"      |

    @needs:refresh
    Scenario Outline: the refresh token is revoked <change>
      Given the client has obtained tokens
      And the client has refreshed
      When the client revokes the refresh token <change>
      Then the revocation is answered as documented
      And the refresh token no longer works
      And a new access token works

      Examples:
        | change                                       |
        | with token_type_hint set to "access_token"   |
        | with token_type_hint set to "oauthspec"      |

  @rule:revoke/only-that-pair @ends-grants
  Rule: Revoking a token does not affect the user's other tokens

    Scenario: the user has granted the client other tokens
      Given the user has granted the client other tokens
      And the client has obtained tokens
      And the access token works
      And the other access token works
      When the client revokes the access token
      Then the access token no longer works
      And the other access token still works

  @rule:revoke/others-kept @ends-grants
  Rule: Revoking a token does not affect tokens of another client or another user

    @needs:client:other
    Scenario: the user has granted another client tokens
      Given the client can revoke an access token
      And the user has granted another client tokens
      And the client has obtained tokens
      And the access token works
      And the other access token works
      When the client revokes the access token
      Then the access token no longer works
      And the other access token still works

    @needs:user:second
    Scenario: another user has granted the client tokens
      Given the client can revoke an access token
      And the second user has granted the client other tokens
      And the client has obtained tokens
      And the access token works
      And the other access token works
      When the client revokes the access token
      Then the access token no longer works
      And the other access token still works

    @needs:client:other @needs:refresh
    Scenario: the user has granted another client tokens, and the refresh token is revoked
      Given the client can revoke a refresh token
      And the user has granted another client tokens
      And the client has obtained tokens
      And the client has refreshed
      And the other access token works
      When the client revokes the refresh token
      Then the other access token still works
      And the other refresh token still works, if there is one

    @needs:user:second @needs:refresh
    Scenario: another user has granted the client tokens, and the refresh token is revoked
      Given the client can revoke a refresh token
      And the second user has granted the client other tokens
      And the client has obtained tokens
      And the client has refreshed
      And the other access token works
      When the client revokes the refresh token
      Then the other access token still works
      And the other refresh token still works, if there is one

  @rule:revoke/needs-client-credentials @ends-grants
  Rule: A client that does not authenticate cannot revoke a token

    Scenario Outline: the access token is revoked <change>
      Given the sacrificial client can revoke an access token
      And the sacrificial client has obtained tokens
      And the access token works
      When the sacrificial client revokes the access token <change>
      Then the revocation is answered as documented
      And the access token still works

      Examples:
        | change                      |
        | with a wrong client secret  |
        | with an empty client secret |
        | without the client secret   |
        | with an unknown client      |

    @property:basic-challenge
    Scenario: the access token is revoked with a wrong secret in the header
      Given the sacrificial client can revoke an access token
      And the sacrificial client gets tokens with its credentials in the header
      And the sacrificial client has obtained tokens
      And the access token works
      When the sacrificial client revokes the access token with a wrong secret in the header
      Then the revocation is answered as documented
      And the access token still works

    @needs:client:public
    Scenario: the access token of a public client is revoked without its identifier
      Given the public client can revoke an access token
      And the public client has obtained tokens
      And the access token works
      When the public client revokes the access token without client_id
      Then the access token still works

    @needs:refresh
    Scenario Outline: the refresh token is revoked <change>
      Given the sacrificial client can revoke a token
      And the sacrificial client has obtained tokens
      And the sacrificial client has refreshed
      When the sacrificial client revokes the refresh token <change>
      Then the revocation is answered as documented
      And the refresh token still works

      Examples:
        | change                     |
        | with a wrong client secret |
        | without the client secret  |
        | with an unknown client     |

  @rule:revoke/public-client @ends-grants
  Rule: A public client revokes its tokens by naming itself

    @needs:refresh
    Scenario: a public client revokes its refresh token
      Given the metadata, if there are any, let public clients revoke
      And the public client has obtained tokens
      And the public client has refreshed
      When the public client revokes the refresh token
      Then the revocation is answered as documented
      And the refresh token no longer works

    Scenario: a public client revokes its access token
      Given the metadata, if there are any, let public clients revoke
      And the client can revoke an access token
      And the public client has obtained tokens
      And the access token works
      When the public client revokes the access token
      Then the revocation is answered as documented
      And the access token no longer works

  @rule:revoke/bound-to-client @ends-grants
  Rule: A client cannot revoke a token that was issued to another client

    Scenario: another client revokes the access token
      Given another client can revoke an access token
      And the client has obtained tokens
      And the access token works
      When another client revokes the access token
      Then the access token still works
      And the revocation is answered as documented

    @needs:refresh
    Scenario: another client revokes the refresh token
      Given another client can revoke a token
      And the client has obtained tokens
      And the client has refreshed
      When another client revokes the refresh token
      Then the refresh token still works
      And the revocation is answered as documented

    @needs:client:public @needs:client:loopback
    Scenario: a public client revokes the access token of another public client
      Given the loopback client can revoke an access token
      And the public client has obtained tokens
      And the access token works
      When the loopback client revokes the access token
      Then the access token still works
      And the revocation is answered as documented

    @property:basic-challenge
    Scenario: another client revokes the access token in the name of the client
      Given the client can revoke an access token
      And another client gets tokens with its credentials in the header
      And the client has obtained tokens
      And the access token works
      When another client revokes the access token in the name of the client
      Then the access token still works
      And the revocation is answered as documented

    Scenario: another client revokes the access token by its own secret
      Given the client can revoke an access token
      And another client gets tokens with its credentials in the body
      And the client has obtained tokens
      And the access token works
      When another client revokes the access token for the identifier of the client
      Then the access token still works

  @rule:revoke/token-required @ends-grants
  Rule: A revocation request has to name a token

    Scenario: the token is left out
      Given the client can revoke a token
      And the client has obtained tokens
      And the token works
      When the client revokes the token without token
      Then the revocation is answered as documented
      And the token still works

    @property:revocation-like-token
    Scenario: the token is empty
      Given the client can revoke a token
      And the client has obtained tokens
      And the token works
      When the client revokes the token with an empty token
      Then the revocation is answered as documented
      And the token still works

  @rule:revoke/unknown-token @ends-grants
  Rule: Revoking an unknown token is not an error

    Scenario Outline: the token is sent <change>
      Given the client can revoke a token
      And the client has obtained tokens
      And the token works
      When the client revokes the token <change>
      Then the revocation is answered as documented
      And the token still works

      Examples:
        | change                    |
        | with a token never issued |
        | with the token truncated  |
        | with the token altered    |
        | with the token extended   |
        | with the token in other case |

    @needs:refresh
    Scenario Outline: the refresh token is sent <change>
      Given the client can revoke a token
      And the client has obtained tokens
      And the client has refreshed
      When the client revokes the refresh token <change>
      Then the revocation is answered as documented
      And the client can still refresh with the same token

      Examples:
        | change                       |
        | with the token truncated     |
        | with the token altered       |
        | with the token extended      |
        | with the token in other case |

    Scenario: the token was revoked before
      Given the client can revoke an access token
      And the client has obtained tokens
      And the client has revoked the access token
      When the client revokes the access token
      Then the revocation is answered as documented
      And the access token no longer works

    @waits:access-token+1m
    Scenario: the token has expired
      Given the client can revoke an access token
      And the client has obtained tokens
      And the access token is 1 minute past its lifetime
      When the client revokes the access token
      Then the revocation is answered as documented

    @needs:refresh
    Scenario: the refresh token was replaced
      Given the client can revoke a token
      And the client has obtained tokens
      And the client has refreshed both tokens
      When the client revokes the refresh token that it used
      Then the revocation is answered as documented

  @rule:revoke/form-charset @ends-grants
  Rule: How the media type of a form is written makes no difference to a revocation

    Scenario Outline: the token is revoked <change>
      Given the client can revoke a token
      And the client has obtained tokens
      When the client revokes the token <change>
      Then the revocation is answered as documented

      Examples:
        | change                                            |
        | with a charset in its media type                  |
        | with a charset in its media type, without a space |
        | with its media type in capitals                   |

  @rule:revoke/malformed @ends-grants
  Rule: A malformed revocation is never a server error

    Scenario Outline: the token is written as <broken>
      Given the client can revoke a token
      And the client has obtained tokens
      And the token works
      When the client revokes the token with token written as "<broken>"
      Then the revocation is answered as documented
      And the token still works

      Examples:
        | broken          |
        | oauthspec%zz    |
        | oauthspec%ff%fe |
        | oauthspec%00    |

    Scenario: the token is beyond ASCII
      Given the client can revoke a token
      And the client has obtained tokens
      And the token works
      When the client revokes the token with the token beyond ASCII
      Then the revocation is answered as documented
      And the token still works

  @rule:revoke/post-only @ends-grants
  Rule: A revocation request has to use POST

    Scenario: the revocation request is sent by GET
      Given the client can revoke a token
      And the client has obtained tokens
      And the token works
      When the client revokes the token by GET
      Then the token still works
      And the revocation is answered as documented

  @rule:revoke/error-shape @ends-grants
  Rule: A refusal of a revocation has the form of a token error

    Scenario Outline: the token is revoked <change>
      Given the sacrificial client can revoke a token
      And the sacrificial client has obtained tokens
      When the sacrificial client revokes the token <change>
      Then the refusal has the documented form
      And the sacrificial client can still obtain tokens

      Examples:
        | change                     |
        | without token              |
        | with a wrong client secret |
        | with an unknown client     |

  @rule:revoke/nothing-disclosed @ends-grants
  Rule: The answer to a revocation repeats no token

    Scenario: the access token is revoked
      Given the client has obtained tokens
      When the client revokes the access token
      Then the answer repeats no secret, code or token
