Feature: Token requests
  The token endpoint issues tokens for requests that are in due form, and refuses all others in due
  form. How clients authenticate is in `token-clients.feature`, what the answers look like in
  `token-responses.feature`, and what becomes of parameters in `token-parameters.feature`. A client *requests
  tokens* by a code that it has obtained for this; where the server has no codes, by the grant that it has.

  @rule:token/post-only
  Rule: Tokens are issued for POST requests only

    Scenario Outline: the request is sent by <method>
      Given the client has obtained tokens
      When the client requests tokens by <method>
      Then the token request is answered as documented
      And the client can still obtain tokens

      Examples:
        | method |
        | GET    |
        | PUT    |
        | PATCH  |
        | DELETE |

    @needs:grant:client_credentials @nobody-signs-in
    Scenario: the client credentials grant is requested by GET
      Given a client with the client credentials grant has a token
      When that client requests a token by the client credentials grant by GET
      Then the token request is answered as documented
      And a client with the client credentials grant still gets a token

  @rule:token/form-encoded
  Rule: Tokens are issued for form-encoded requests only

    Scenario Outline: the request is sent <encoding>
      Given the client has obtained tokens
      When the client requests tokens <encoding>
      Then the token request is answered as documented
      And the client can still obtain tokens

      Examples:
        | encoding                    |
        | as JSON                     |
        | as plain text               |
        | as multipart without fields |
        | without a body              |

    @needs:grant:client_credentials @nobody-signs-in
    Scenario: the client credentials grant is requested as JSON
      Given a client with the client credentials grant has a token
      When that client requests a token by the client credentials grant as JSON
      Then the token request is answered as documented
      And a client with the client credentials grant still gets a token

  @rule:token/form-charset
  Rule: How the media type of a form is written makes no difference

    Scenario Outline: tokens are requested <change>
      Given the client has obtained tokens
      When the client requests tokens <change>
      Then the token request is answered as documented

      Examples:
        | change                                            |
        | with a charset in its media type                  |
        | with a charset in its media type, without a space |
        | with its media type in capitals                   |

    @needs:grant:client_credentials @nobody-signs-in
    Scenario: the client credentials grant is requested with a charset in its media type
      Given a client with the client credentials grant has a token
      When that client requests a token by the client credentials grant with a charset in its media type
      Then the client receives tokens

  @rule:token/https-only @nobody-signs-in
  Rule: The token endpoint is served over TLS only

    Scenario: the request comes by plain HTTP
      Given the token endpoint answers over TLS
      When the token endpoint is requested without TLS
      Then the plain HTTP request is refused or upgraded

  @rule:token/no-password-grant @fresh-browser
  Rule: The password grant is refused

    Scenario: the password grant is requested
      Given the client has obtained tokens
      When the client sends a token request with the password grant
      Then the token request is answered as documented
      And the client can still obtain tokens

  @rule:token/grant-type-required
  Rule: A request without a grant type is invalid

    Scenario Outline: the request is sent <change>
      Given the client has obtained tokens
      When the client requests tokens <change>
      Then the token request is answered as documented
      And the client can still obtain tokens

      Examples:
        | change                   |
        | without grant_type       |
        | with an empty grant_type |

    @needs:grant:client_credentials @nobody-signs-in
    Scenario: the client credentials grant is requested without grant_type
      Given a client with the client credentials grant has a token
      When that client requests a token by the client credentials grant without grant_type
      Then the token request is answered as documented
      And a client with the client credentials grant still gets a token

  @rule:token/grant-type-known
  Rule: An unknown grant type is refused

    Scenario: the grant type is oauthspec
      Given the client has obtained tokens
      When the client requests tokens with grant_type set to "oauthspec"
      Then the token request is answered as documented
      And the client can still obtain tokens

    Scenario: the grant type is in other case
      Given the client has obtained tokens
      When the client requests tokens with the grant_type in other case
      Then the token request is answered as documented
      And the client can still obtain tokens

  @rule:token/code-required
  Rule: A code redemption without a code is invalid

    Scenario Outline: the request is sent <change>
      Given the client has obtained tokens
      And the client holds an authorization code
      When the client redeems the code <change>
      Then the token request is answered as documented
      And a new code can be redeemed

      Examples:
        | change             |
        | without code       |
        | with an empty code |

  @rule:token/refresh-token-required
  Rule: A refresh without a refresh token is invalid

    Scenario Outline: the request is sent <change>
      Given the client has obtained tokens
      And the client has refreshed
      When the client refreshes <change>
      Then the token request is answered as documented
      And the client can still refresh with the same token

      Examples:
        | change                      |
        | without refresh_token       |
        | with an empty refresh_token |

  @rule:token/precedence
  Rule: Client authentication is checked before the code

    Scenario: both the secret and the code are wrong
      Given the sacrificial client has obtained tokens
      And the sacrificial client holds an authorization code
      When the sacrificial client redeems the code with a wrong client secret and a code never issued
      Then the token request is answered as documented
      And the sacrificial client can still obtain tokens

  @rule:token/losers-refused
  Rule: Of simultaneous requests, those that lose are refused

    @alone
    Scenario: one code is redeemed many times at once
      Given the client has obtained tokens
      When the client redeems one code 10 times at once, in 4 rounds
      Then the requests that lose are refused

    @alone @needs:refresh @ends-grants
    Scenario: one refresh token is used many times at once
      Given the client has obtained tokens
      When the client uses one refresh token 10 times at once, in 4 rounds
      Then the requests that lose are refused

  @rule:token/grant-kind
  Rule: A grant is accepted only as the kind that it is

    @needs:refresh
    Scenario: a code is presented as a refresh token
      Given the client has obtained tokens
      And the client has refreshed
      And the client holds an authorization code
      When the client presents the authorization code as a refresh token
      Then the token request is answered as documented
      And a new refresh token works

    Scenario: an access token is presented as a code
      Given the client has obtained tokens
      And the client holds an authorization code
      When the client presents the access token as a code
      Then the token request is answered as documented
      And the client can redeem the code

    Scenario: an ID Token is presented as a code
      Given the client has obtained tokens with an ID Token
      And the client holds an authorization code
      When the client presents the ID Token as a code
      Then the token request is answered as documented
      And the client can redeem the code

    @needs:refresh
    Scenario: an ID Token is presented as a refresh token
      Given the client has obtained tokens with an ID Token
      When the client presents the ID Token as a refresh token
      Then the token request is answered as documented
      And a new refresh token works

    @needs:device-authorization
    Scenario: a device code is presented as a code
      Given the client holds an authorization code
      And the device client holds a device code
      When the device client presents the device code as a code
      Then the token request brings no tokens
      And the client can redeem the code

    @needs:device-authorization
    Scenario: a code is presented as a device code
      Given the client holds an authorization code
      And the device client holds a device code
      When the client presents the authorization code as a device code
      Then the token request brings no tokens
      And the client can redeem the code

    @needs:pushed
    Scenario: the reference of a pushed request is presented as a code
      Given the client holds an authorization code
      And the client has pushed an authorization request
      When the client presents the pushed reference as a code
      Then the token request brings no tokens
      And the client can redeem the code

    @needs:refresh
    Scenario: a refresh token is presented as a code
      Given the client has obtained tokens
      And the client holds an authorization code
      When the client presents the refresh token as a code
      Then the token request is answered as documented
      And the client can redeem the code

    @property:server-grants @needs:assertion:server @needs:thing:enterprise @nobody-signs-in
    Scenario: an access token is presented as an assertion
      Given the server client has a token for the enterprise by an assertion
      When the server client presents the access token as an assertion
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

    @property:downscope @needs:downscope @needs:refresh @ends-grants
    Scenario: a refresh token is exchanged
      Given the client has obtained tokens
      And the client has narrowed the access token
      When the client exchanges the refresh token of the original tokens
      Then the token request is answered as documented
      And the original access token can still be narrowed
