Feature: Token responses
  The token endpoint answers in due form, with tokens or with an error, and nobody may keep what it says.

  @rule:token/success
  Rule: A valid request is answered with the documented members

    Scenario: a code is redeemed
      Given the client holds an authorization code
      When the client redeems the code
      Then the client receives tokens
      And the token response has the documented members

    @needs:refresh
    Scenario: a token is refreshed
      Given the client has obtained tokens
      When the client refreshes
      Then the token response has the documented members

    @property:one-token-response @needs:grant:client_credentials @nobody-signs-in
    Scenario: the client credentials grant is requested
      Given a client with the client credentials grant has a token
      When that client requests a token by the client credentials grant
      Then the client receives tokens
      And the token response has the documented members

    @property:password-grant @needs:grant:password @nobody-signs-in
    Scenario: the password grant is requested
      Given a client with the password grant has a token
      When that client requests a token by the password grant
      Then the client receives tokens
      And the token response has the documented members

  @rule:token/lifetime-told
  Rule: A token response says how long the access token lives

    Scenario: a code is redeemed
      Given the client holds an authorization code
      When the client redeems the code
      Then the token response says how long the access token lives

    @needs:refresh
    Scenario: a token is refreshed
      Given the client has obtained tokens
      When the client refreshes
      Then the token response says how long the access token lives

    @needs:grant:client_credentials @nobody-signs-in
    Scenario: the client credentials grant is requested
      Given a client with the client credentials grant has a token
      When that client requests a token by the client credentials grant
      Then the token response says how long the access token lives

    @property:password-grant @needs:grant:password @nobody-signs-in
    Scenario: the password grant is requested
      Given a client with the password grant has a token
      When that client requests a token by the password grant
      Then the token response says how long the access token lives

  @rule:token/error-shape
  Rule: Every refusal has the documented shape

    Scenario Outline: tokens are requested <change>
      Given the sacrificial client has obtained tokens
      When the sacrificial client requests tokens <change>
      Then the refusal has the documented form
      And the sacrificial client can still obtain tokens

      Examples:
        | change                             |
        | without grant_type                 |
        | with grant_type set to "oauthspec" |
        | without code                       |
        | with a code never issued           |
        | with a wrong client secret         |
        | with an unknown client             |
        | with code given twice              |

    @property:basic-challenge
    Scenario: the secret in the header is wrong
      Given the sacrificial client gets tokens with its credentials in the header
      When the sacrificial client requests tokens with a wrong secret in the header
      Then the refusal has the documented form
      And the sacrificial client can still obtain tokens

    @needs:refresh
    Scenario: the refresh token was never issued
      Given the client has obtained tokens
      When the client refreshes with a refresh_token never issued
      Then the refusal has the documented form
      And the client can still refresh with the same token

    @property:server-grants @needs:assertion:server @needs:thing:enterprise @nobody-signs-in
    Scenario: an assertion has expired
      Given the server client has a token for the enterprise by an assertion
      When the server client presents an assertion that expired 3600 seconds ago
      Then the refusal has the documented form
      And the server client still gets a token for the enterprise by an assertion

    @property:downscope @needs:downscope
    Scenario: an access token is exchanged for a wider scope
      Given the client has obtained tokens
      And the client has narrowed the access token
      When the client exchanges the original access token for the wider scope
      Then the refusal has the documented form
      And the original access token can still be narrowed

    @needs:grant:client_credentials @nobody-signs-in
    Scenario Outline: the client credentials grant is requested <change>
      Given a client with the client credentials grant has a token
      When that client requests a token by the client credentials grant <change>
      Then the refusal has the documented form
      And a client with the client credentials grant still gets a token

      Examples:
        | change                     |
        | without grant_type         |
        | with a wrong client secret |

  @rule:token/no-secret-echo
  Rule: No refusal repeats a secret, a code or a token

    Scenario Outline: tokens are requested <change>
      Given the sacrificial client has obtained tokens
      When the sacrificial client requests tokens <change>
      Then the refusal repeats no secret, code or token
      And the sacrificial client can still obtain tokens

      Examples:
        | change                             |
        | with grant_type set to "oauthspec" |
        | with the code altered              |
        | with a wrong client secret         |
        | with code given twice              |

    @needs:refresh
    Scenario: the refresh token was altered
      Given the client has obtained tokens
      When the client refreshes with the refresh_token altered
      Then the refusal repeats no secret, code or token
      And the client can still refresh with the same token

    @needs:assertion:server @needs:thing:enterprise @nobody-signs-in
    Scenario: an assertion has expired
      Given the server client has a token for the enterprise by an assertion
      When the server client presents an assertion that expired 3600 seconds ago
      Then the refusal repeats no secret, code or token
      And the server client still gets a token for the enterprise by an assertion

    @needs:downscope
    Scenario: an access token is exchanged for a wider scope
      Given the client has obtained tokens
      And the client has narrowed the access token
      When the client exchanges the original access token for the wider scope
      Then the refusal repeats no secret, code or token
      And the original access token can still be narrowed

  @rule:token/no-store
  Rule: Token responses may not be cached

    Scenario: a code is redeemed
      Given the client holds an authorization code
      When the client redeems the code
      Then the token response may not be cached

    @needs:refresh
    Scenario: a token is refreshed
      Given the client has obtained tokens
      When the client refreshes
      Then the token response may not be cached

    @needs:grant:client_credentials @nobody-signs-in
    Scenario: the client credentials grant is requested
      Given a client with the client credentials grant has a token
      When that client requests a token by the client credentials grant
      Then the token response may not be cached

    @property:password-grant @needs:grant:password @nobody-signs-in
    Scenario: the password grant is requested
      Given a client with the password grant has a token
      When that client requests a token by the password grant
      Then the token response may not be cached

  @rule:token/no-store-on-errors
  Rule: Refusals may not be cached

    Scenario Outline: tokens are requested <change>
      Given the sacrificial client has obtained tokens
      When the sacrificial client requests tokens <change>
      Then the refusal may not be cached
      And the sacrificial client can still obtain tokens

      Examples:
        | change                     |
        | with a code never issued   |
        | with a wrong client secret |

    @needs:grant:client_credentials @nobody-signs-in
    Scenario: the client credentials grant is requested with a wrong client secret
      Given a client with the client credentials grant has a token
      When that client requests a token by the client credentials grant with a wrong client secret
      Then the refusal may not be cached
      And a client with the client credentials grant still gets a token

  @rule:token/error-text
  Rule: Refusals have the documented descriptions

    Scenario Outline: the code is redeemed <change>
      Given the sacrificial client has obtained tokens
      And the sacrificial client holds an authorization code
      When the sacrificial client redeems the code <change>
      Then the response's error_description reads "<text>"
      And the sacrificial client can still obtain tokens

      Examples:
        | change                     | text                                                 |
        | without grant_type         | Invalid grant_type parameter or parameter missing    |
        | without code               | Missing parameter. 'code' is required                |
        | with a code never issued   | Auth code doesn't exist or is invalid for the client |
        | with a wrong client secret | The client credentials are invalid                   |

    @waits:code+1s
    Scenario: the code is redeemed too late
      Given the client has obtained tokens
      And the client holds an authorization code
      And the code is 1 second past its lifetime
      When the client redeems the code
      Then the response's error_description reads "The authorization code has expired"

    @needs:refresh
    Scenario: the refresh token was never issued
      Given the client has obtained tokens
      When the client refreshes with a refresh_token never issued
      Then the response's error_description reads "Invalid refresh token"

    @needs:client:limited
    Scenario: the client uses a grant that it may not use
      Given the limited client has obtained tokens
      When the limited client sends a token request with a grant that it may not use
      Then the response's error_description reads "The grant type is unauthorized for this client_id"
