Feature: Token requests
  The token endpoint issues tokens for requests that are in due form, and refuses all others in due
  form. How clients authenticate is in `token-clients.feature`, what the answers look like in
  `token-responses.feature`. A client *requests tokens* by a code that it has obtained for this; where the
  server has no codes, by the grant that the client has.

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

  @rule:token/empty-is-absent
  Rule: A parameter without a value counts as absent

    Scenario: a code is redeemed with an empty scope
      Given the client holds an authorization code
      When the client redeems the code with scope set to ""
      Then the token request is answered as documented

    @needs:refresh
    Scenario: a token is refreshed with an empty scope
      Given the client has obtained tokens
      And the client has refreshed
      When the client refreshes with scope set to ""
      Then the token request is answered as documented

    @needs:client:public
    Scenario: a public client sends an empty secret
      Given the public client holds an authorization code
      When the public client redeems the code with client_secret set to ""
      Then the token request is answered as documented

    @needs:grant:client_credentials @nobody-signs-in
    Scenario: the client credentials grant is requested with an empty scope
      Given a client with the client credentials grant has a token
      When that client requests a token by the client credentials grant with scope set to ""
      Then the token request is answered as documented
      And a client with the client credentials grant still gets a token

    @property:password-grant @needs:grant:password @nobody-signs-in
    Scenario: the password grant is requested with an empty scope
      Given a client with the password grant has a token
      When that client requests a token by the password grant with scope set to ""
      Then the token request is answered as documented
      And a client with the password grant still gets a token

  @rule:token/repeated-parameter
  Rule: A request that repeats a parameter is refused

    Scenario Outline: <parameter> is given twice
      Given the client has obtained tokens
      When the client requests tokens with <parameter> given twice
      Then the token request is answered as documented
      And the client can still obtain tokens

      Examples:
        | parameter     |
        | grant_type    |
        | code          |
        | redirect_uri  |
        | client_id     |
        | client_secret |

    Scenario Outline: <parameter> is given twice with different values
      Given the client has obtained tokens
      When the client requests tokens with <parameter> given twice, differently
      Then the token request is answered as documented
      And the client can still obtain tokens

      Examples:
        | parameter     |
        | grant_type    |
        | code          |
        | redirect_uri  |
        | client_id     |
        | client_secret |

    @needs:refresh
    Scenario: the refresh token is given twice
      Given the client has obtained tokens
      When the client refreshes with refresh_token given twice
      Then the token request is answered as documented
      And the client can still refresh with the same token

    @needs:refresh
    Scenario: the scope of a refresh is given twice
      Given the client has obtained tokens
      When the client refreshes with scope set to "oauthspec" and also with scope given twice
      Then the token request is answered as documented
      And the client can still refresh with the same token

    @needs:grant:client_credentials @nobody-signs-in
    Scenario: the scope of the client credentials grant is given twice
      Given a client with the client credentials grant has a token
      When that client requests a token by the client credentials grant with scope set to "oauthspec" and also with scope given twice
      Then the token request is answered as documented
      And a client with the client credentials grant still gets a token

    @needs:grant:client_credentials @nobody-signs-in
    Scenario Outline: the client credentials grant is requested with <parameter> given twice
      Given a client with the client credentials grant has a token
      When that client requests a token by the client credentials grant with <parameter> given twice
      Then the token request is answered as documented
      And a client with the client credentials grant still gets a token

      Examples:
        | parameter  |
        | grant_type |
        | client_id  |

    @property:password-grant @needs:grant:password @nobody-signs-in
    Scenario Outline: the password grant is requested with <parameter> given twice
      Given a client with the password grant has a token
      When that client requests a token by the password grant with <parameter> given twice
      Then the token request is answered as documented
      And a client with the password grant still gets a token

      Examples:
        | parameter |
        | username  |
        | password  |

  @rule:token/query-ignored
  Rule: Parameters in the URL are not read

    Scenario Outline: the request is sent <change>
      Given the sacrificial client has obtained tokens
      When the sacrificial client requests tokens <change>
      Then the token request is answered as documented
      And the sacrificial client can still obtain tokens

      Examples:
        | change                          |
        | with its parameters in the URL  |
        | with its credentials in the URL |

    Scenario Outline: one parameter stands in the URL, and tokens are requested <change>
      Given the sacrificial client has obtained tokens
      When the sacrificial client requests tokens <change>
      Then the token request brings no tokens
      And the sacrificial client can still obtain tokens

      Examples:
        | change                              |
        | with code moved to the URL          |
        | with client_secret moved to the URL |

    @needs:refresh
    Scenario: the refresh token stands in the URL
      Given the client has obtained tokens
      When the client refreshes with refresh_token moved to the URL
      Then the token request brings no tokens
      And the client can still refresh with the same token

    @property:body-only
    Scenario Outline: one parameter is moved, <change>
      Given the client has obtained tokens
      When the client requests tokens <change>
      Then the token request is answered as documented
      And the client can still obtain tokens

      Examples:
        | change                           |
        | with code moved to the URL       |
        | with grant_type moved to the URL |

  @rule:token/unknown-parameters
  Rule: Unknown parameters are ignored

    Scenario: the request carries an unknown parameter
      Given the client holds an authorization code
      When the client redeems the code with the additional parameter x_oauthspec
      Then the client receives tokens

    @needs:grant:client_credentials @nobody-signs-in
    Scenario: the client credentials grant is requested with an unknown parameter
      Given a client with the client credentials grant has a token
      When that client requests a token by the client credentials grant with the additional parameter x_oauthspec
      Then the client receives tokens

  @rule:token/oversized
  Rule: An enormous request is refused, and never a server error

    Scenario: the code is enormous
      Given the client has obtained tokens
      And the client holds an authorization code
      When the client redeems the code with a code of 100000 characters
      Then the token request is answered as documented
      And a new code can be redeemed

    Scenario: the client identifier is enormous
      Given the client has obtained tokens
      When the client requests tokens with a client_id of 100000 characters
      Then the token request is answered as documented
      And the client can still obtain tokens

  @rule:token/malformed
  Rule: A malformed request is refused, and never a server error

    Scenario Outline: the code is written as <broken>
      Given the client has obtained tokens
      And the client holds an authorization code
      When the client redeems the code with code written as "<broken>"
      Then the token request is answered as documented
      And a new code can be redeemed

      Examples:
        | broken          |
        | oauthspec%      |
        | oauthspec%zz    |
        | oauthspec%ff%fe |
        | oauthspec%00    |

    Scenario Outline: the client identifier is written as <broken>
      Given the client has obtained tokens
      When the client requests tokens with client_id written as "<broken>"
      Then the token request is answered as documented
      And the client can still obtain tokens

      Examples:
        | broken          |
        | oauthspec%ff%fe |
        | oauthspec%00    |

    @needs:refresh
    Scenario Outline: the refresh token is written as <broken>
      Given the client has obtained tokens
      And the client has refreshed
      When the client refreshes with refresh_token written as "<broken>"
      Then the token request is answered as documented
      And the client can still refresh with the same token

      Examples:
        | broken          |
        | oauthspec%ff%fe |
        | oauthspec%00    |

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
