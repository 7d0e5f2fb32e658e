Feature: Clients at the token endpoint
  A client says who it is before it receives a token, in one way and with the right secret, and uses no
  grant that it may not use.

  @rule:token/client-credentials
  Rule: A client that does not authenticate receives no token

    Scenario Outline: tokens are requested <change>
      Given the sacrificial client has obtained tokens
      When the sacrificial client requests tokens <change>
      Then the token request is answered as documented
      And the sacrificial client can still obtain tokens

      Examples:
        | change                                   |
        | with an unknown client                   |
        | with the client identifier in other case |
        | with a wrong client secret               |
        | with an empty client secret              |
        | without the client secret                |
        | with the client secret truncated         |
        | with the client secret in other case     |

    Scenario: tokens are requested with a secret beyond ASCII
      Given the sacrificial client has obtained tokens
      When the sacrificial client requests tokens with the client secret beyond ASCII
      Then the token request brings no tokens
      And the sacrificial client can still obtain tokens

    Scenario: tokens are requested with a secret beyond ASCII in the header
      Given the sacrificial client gets tokens with its credentials in the header
      When the sacrificial client requests tokens with the client secret beyond ASCII and also with its credentials in the header
      Then the token request brings no tokens
      And the sacrificial client can still obtain tokens

    Scenario: tokens are requested without any credentials
      Given the sacrificial client has obtained tokens
      When the sacrificial client requests tokens without its credentials
      Then the token request brings no tokens
      And the sacrificial client can still obtain tokens

  @rule:token/clients-not-told-apart
  Rule: A refusal does not say whether there is such a client

    Scenario: a wrong secret and an unknown client are compared
      Given the sacrificial client has obtained tokens
      And the sacrificial client was refused as it requested tokens with a wrong client secret
      When the sacrificial client requests tokens with an unknown client
      Then the refusal reads like the one before
      And the sacrificial client can still obtain tokens

  @rule:token/basic-authentication
  Rule: HTTP Basic is enough for a client to authenticate

    Scenario Outline: tokens are requested <change>
      When the basic client requests tokens <change>
      Then the token request is answered as documented

      Examples:
        | change                                                       |
        | with its credentials in the header                           |
        | with its credentials in the header, the scheme in lower case |
        | with its credentials in the header, the scheme in capitals   |

    Scenario: tokens are requested with its credentials in the header and its identifier in the body
      Given the basic client gets tokens with its credentials in the header
      When the basic client requests tokens with its credentials in the header and its identifier in the body
      Then the token request is answered as documented

    @needs:refresh
    Scenario: a token is refreshed with its credentials in the header
      Given the client has obtained tokens
      And the client has refreshed
      And the basic client has obtained tokens
      When the basic client refreshes with its credentials in the header
      Then the token request is answered as documented

  @rule:token/basic-form-encoded
  Rule: Identifier and secret are form-encoded inside HTTP Basic

    Scenario: both have characters that form encoding changes
      When the encoded client requests tokens with its credentials form-encoded in the header
      Then the token request is answered as documented

  @rule:token/basic-malformed
  Rule: Credentials that cannot be read are a failed authentication

    Scenario Outline: tokens are requested <change>
      Given the sacrificial client gets tokens with its credentials in the header
      When the sacrificial client requests tokens <change>
      Then the token request is answered as documented
      And the sacrificial client can still obtain tokens

      Examples:
        | change                                                                          |
        | with a header that is not base64                                                |
        | with a header without a colon                                                   |
        | with a header that is not UTF-8                                                 |
        | with a header without credentials                                               |

    @property:strict-base64
    Scenario: tokens are requested with a stray character in the header
      Given the sacrificial client gets tokens with its credentials in the header
      When the sacrificial client requests tokens with a stray character in the header
      Then the token request is answered as documented
      And the sacrificial client can still obtain tokens

  @rule:token/two-authentications
  Rule: A client authenticates in one way at a time

    Scenario: the right credentials are sent in two ways
      Given the client has obtained tokens
      When the client requests tokens with its credentials in both header and body
      Then the token request is answered as documented
      And the client can still obtain tokens

    @property:basic-challenge
    Scenario: the right credentials are sent, and another client is named
      Given the sacrificial client gets tokens with its credentials in the header
      When the sacrificial client requests tokens with its credentials in the header and an unknown client in the body
      Then the client receives no tokens
      And the sacrificial client can still obtain tokens

  @rule:token/every-credential-checked
  Rule: Client credentials are verified wherever they are sent

    @property:basic-challenge
    Scenario Outline: tokens are requested <change>
      Given the sacrificial client has obtained tokens
      When the sacrificial client requests tokens <change>
      Then the token request is answered as documented
      And the sacrificial client can still obtain tokens

      Examples:
        | change                                                            |
        | with its credentials in the header and a wrong secret in the body |
        | with its credentials in the body and a wrong secret in the header |

    @property:basic-challenge @needs:refresh
    Scenario Outline: the client refreshes <change>
      Given the sacrificial client has obtained tokens
      And the sacrificial client has refreshed
      When the sacrificial client refreshes <change>
      Then the token request is answered as documented
      And the sacrificial client can still obtain tokens

      Examples:
        | change                                                            |
        | with its credentials in the header and a wrong secret in the body |
        | with its credentials in the body and a wrong secret in the header |

    @property:server-grants @needs:assertion:server @needs:thing:enterprise @nobody-signs-in
    Scenario: a right assertion comes with a wrong secret
      Given the server client has a token for the enterprise by an assertion
      When the server client requests a token for the enterprise by an assertion with a wrong client secret
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

    @property:downscope @needs:downscope
    Scenario: an access token is exchanged with a wrong secret
      Given the client has obtained tokens
      And the client has narrowed the access token
      When the client narrows the original access token with a wrong client secret
      Then the token request is answered as documented
      And the original access token can still be narrowed

  @rule:token/named-client
  Rule: A client gets nothing of another one that it names

    @property:basic-challenge
    Scenario: the code of another client is redeemed in the name of that one
      Given another client gets tokens with its credentials in the header
      And the client has obtained tokens
      And the client holds an authorization code
      When another client redeems the code in the name of the client
      Then the token request is answered as documented
      And a new code can be redeemed

    Scenario: the code of another client is redeemed by another secret
      Given another client gets tokens with its credentials in the body
      And the client has obtained tokens
      And the client holds an authorization code
      When another client redeems the code for the identifier of the client
      Then the token request is answered as documented
      And a new code can be redeemed

    @property:basic-challenge @needs:refresh
    Scenario: the refresh token of another client is used in the name of that one
      Given another client gets tokens with its credentials in the header
      And the client has obtained tokens
      And the client has refreshed
      When another client refreshes in the name of the client
      Then the token request is answered as documented
      And a new code can be redeemed

    @needs:refresh
    Scenario: the refresh token of another client is used by another secret
      Given another client gets tokens with its credentials in the body
      And the client has obtained tokens
      And the client has refreshed
      When another client refreshes for the identifier of the client
      Then the token request is answered as documented
      And a new code can be redeemed

  @rule:token/credentials-grant-authenticates @nobody-signs-in
  Rule: The client credentials grant authenticates the client

    Scenario Outline: the client credentials grant is requested <change>
      Given a client with the client credentials grant has a token
      When that client requests a token by the client credentials grant <change>
      Then the token request is answered as documented
      And a client with the client credentials grant still gets a token

      Examples:
        | change                      |
        | with a wrong client secret  |
        | with an empty client secret |
        | without the client secret   |
        | with an unknown client      |

  @rule:token/public-names-itself
  Rule: A public client names itself when it redeems a code

    Scenario: the client is left out
      Given the public client has obtained tokens
      And the public client holds an authorization code
      When the public client redeems the code without client_id
      Then the token request is answered as documented
      And the public client can still obtain tokens

  @rule:token/no-client-credentials-for-public @nobody-signs-in
  Rule: A public client receives no token by the client credentials grant

    Scenario: the public client requests a token for itself
      Given a client with the client credentials grant has a token
      When the public client requests a token by the client credentials grant
      Then the token request is answered as documented
      And a client with the client credentials grant still gets a token

  @rule:token/password-grant @nobody-signs-in
  Rule: The password grant verifies the user's password

    Scenario Outline: the password is <typed>
      Given a client with the password grant has a token
      When that client requests a token by the password grant and types <typed>
      Then the token request is answered as documented
      And a client with the password grant still gets a token

      Examples:
        | typed                         |
        | the beginning of the password |
        | more than the password        |
        | the password in other case    |

    # It counts as none (RFC 6749 §3.2), or as a wrong one.
    Scenario: the password is an empty password
      Given a client with the password grant has a token
      When that client requests a token by the password grant and types an empty password
      Then the token request is answered as documented, or as one that lacks a parameter
      And a client with the password grant still gets a token

  @rule:token/password-grant-authenticates @nobody-signs-in
  Rule: The password grant authenticates the client

    Scenario Outline: the password grant is requested <change>
      Given a client with the password grant has a token
      When that client requests a token by the password grant <change>
      Then the token request is answered as documented
      And a client with the password grant still gets a token

      Examples:
        | change                     |
        | with a wrong client secret |
        | without the client secret  |

  @rule:token/grant-not-allowed
  Rule: A client receives no token by a grant that it may not use

    Scenario: the client uses a grant that it may not use
      Given the limited client has obtained tokens
      When the limited client sends a token request with a grant that it may not use
      Then the grant is refused as documented
      And the limited client can still obtain tokens
