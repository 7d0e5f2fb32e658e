Feature: Registration
  A client registers itself (RFC 7591): it says what it is like, and the server tells it its identifier.

  @rule:registration/endpoint @nobody-signs-in
  Rule: There is a registration endpoint

    Scenario: a client registers
      When a client registers
      Then the registration endpoint answers

  @rule:registration/success @nobody-signs-in
  Rule: The server tells the client what it registered

    Scenario: a client registers
      When a client registers
      Then the client is told in a JSON object with status 201

    Scenario Outline: the answer names <member>
      Given a client has registered
      When a client registers
      Then the answer names <member>

      Examples:
        | member                     |
        | redirect_uris              |
        | grant_types                |
        | token_endpoint_auth_method |

  @rule:registration/told
  Rule: Nothing is registered that the client is not told

    @nobody-signs-in
    Scenario: the registration is read
      Given a client has registered
      When the client reads its registration
      Then the registration had told all that is read

    @fresh-browser
    Scenario: the user reads the client's name
      Given a client has registered
      When the user sees what the registered client asks for
      Then the name on the page is the one that the client was told

  @rule:registration/no-store @nobody-signs-in
  Rule: Nobody keeps an answer with a secret

    Scenario: a client registers
      When a client registers
      Then nobody may keep the answer

  @rule:registration/unknown-members @nobody-signs-in
  Rule: What the server does not know is ignored

    Scenario Outline: a client registers <change>
      Given a client has registered
      When a client registers <change>
      Then a client is registered

      Examples:
        | change                                              |
        | with oauthspec_example set to {"nested": [1, true]} |
        | with client_name#ja-Jpan-JP set to "oauthspec"      |

  @rule:registration/chosen-by-server @nobody-signs-in
  Rule: Identifier and secret are of the server's choice

    Scenario: a client asks for the identifier of another one
      Given a client has registered
      When a client asks for the identifier of that client and for a secret of its choice
      Then the server chose identifier and secret itself, or refused

  @rule:registration/secret-expiry @nobody-signs-in
  Rule: A secret comes with its expiry

    Scenario: a client with a secret registers
      When a client registers
      Then a secret comes with its expiry

  @rule:registration/differ @nobody-signs-in
  Rule: Each client is given its own identifier and secrets

    Scenario: several clients register
      When 4 clients register
      Then each was given other ones

  @rule:registration/same-metadata
  Rule: Whoever registers what another client did is another client

    @nobody-signs-in
    Scenario: a second client registers the same metadata
      Given a client has registered
      When a second client registers the metadata of the first
      Then it is another client, or learns nothing that the first proves itself by

    Scenario: the first client goes on
      Given a client has registered
      And the registered client holds an authorization code
      When a second client registers the metadata of the first
      And the registered client redeems the code
      Then the token request is answered as documented

  @rule:registration/unguessable @nobody-signs-in
  Rule: What clients are given cannot be guessed

    Scenario: several clients register
      When 13 clients register
      Then what the clients were given cannot be guessed

  @rule:registration/public-client @nobody-signs-in
  Rule: A client without authentication is given no secret

    Scenario: a public client registers
      Given a client has registered
      When a client registers as a public client
      Then the client has no secret

  @rule:registration/default-method @nobody-signs-in
  Rule: A client that names no way of authentication uses HTTP Basic

    Scenario: the way is left out
      Given a client has registered
      When a client registers without token_endpoint_auth_method
      Then a client is registered
      And the client is registered for "client_secret_basic" as its token_endpoint_auth_method

  @rule:registration/redirect-uri-required @nobody-signs-in
  Rule: A client that uses redirects has to register where to

    Scenario Outline: a client registers <change>
      Given a client has registered
      When a client registers <change>
      Then the registration is answered as documented

      Examples:
        | change                          |
        | without redirect_uris           |
        | with redirect_uris set to []    |

  @rule:registration/script-scheme @nobody-signs-in
  Rule: Nothing that a browser runs or opens is registered as a redirect URI

    Scenario Outline: a client registers with the redirect URI <uri>
      Given a client has registered
      When a client registers with the redirect URI <uri>
      Then the registration is answered as documented

      Examples:
        | uri                                        |
        | javascript:alert(1)                        |
        | JavaScript://client.example/%0Aalert(1)    |
        | data:text/html,oauthspec                   |
        | vbscript:oauthspec                         |
        | file:///oauthspec                          |
        | blob:https://client.example/oauthspec      |
        | about:blank                                |

    Scenario Outline: a client registers with redirect_uris set to <uris>
      Given a client has registered
      When a client registers with redirect_uris set to <uris>
      Then the registration is answered as documented

      Examples:
        | uris                             |
        | [" javascript:alert(1)"]         |
        | ["\\u0009javascript:alert(1)"]    |
        | ["java\\u000ascript:alert(1)"]    |
        | ["\\u0001javascript:alert(1)"]    |

  @rule:registration/dotless-scheme @nobody-signs-in
  Rule: A scheme of an application's own has a period

    Scenario Outline: a client registers with the redirect URI <uri>
      Given a client may register with the redirect URI com.example.oauthspec:/callback
      When a client registers with the redirect URI <uri>
      Then the registration is answered as documented

      Examples:
        | uri                   |
        | oauthspec:/callback   |
        | oauthspec://callback  |

  @rule:registration/plain-redirect-uri @nobody-signs-in
  Rule: Plain HTTP is for the user's own machine

    Scenario Outline: a client registers with the redirect URI <uri>
      Given a client has registered
      When a client registers with the redirect URI <uri>
      Then the registration is answered as documented

      Examples:
        | uri                                           |
        | http://client.example/callback                |
        | http://127.0.0.1.client.example/callback      |
        | http://localhost.client.example/callback      |
        | http://127.0.0.1@client.example/callback      |
        | http://localhost:8080@client.example/callback |
        | http://127.0.0.1:8080@client.example/callback |

  @rule:registration/redirect-uri-form @nobody-signs-in
  Rule: A redirect URI is absolute and has no fragment

    Scenario Outline: a client registers with the redirect URI <uri>
      Given a client has registered
      When a client registers with the redirect URI <uri>
      Then the registration is answered as documented

      Examples:
        | uri                                |
        | https://client.example/callback#x  |
        | https://client.example/callback#   |
        | /callback                          |
        | //client.example/callback          |

    Scenario Outline: a client registers <change>
      Given a client has registered
      When a client registers <change>
      Then the registration is answered as documented

      Examples:
        | change                                                              |
        | with redirect_uris set to [""]                                      |
        | with the further redirect URI javascript:alert(1)                   |
        | with the further redirect URI https://client.example/callback#x     |

  @rule:registration/odd-redirect-uri @nobody-signs-in
  Rule: A redirect URI stands for itself alone

    Scenario Outline: a client registers with the redirect URI <uri>
      Given a client has registered
      When a client registers with the redirect URI <uri>
      Then the registration is answered as documented

      Examples:
        | uri                                        |
        | https://*.client.example/callback          |
        | https://*/callback                         |
        | https://user:word@client.example/callback  |

    Scenario Outline: a client registers with redirect_uris set to <uris>
      Given a client has registered
      When a client registers with redirect_uris set to <uris>
      Then the registration is answered as documented

      Examples:
        | uris                                                                      |
        | ["https://client.example/callback https://other.example/callback"]        |
        | ["https://client.example/callback\\u000ahttps://other.example/callback"]  |
        | ["https://client.example/callback\\u0009https://other.example/callback"]  |

  @rule:registration/error-shape @nobody-signs-in
  Rule: A refusal is a JSON object with an error code

    Scenario Outline: a client registers <change>
      Given a client has registered
      When a client registers <change>
      Then the refusal is a JSON object with an error code and status 400
      And its description, if there is one, is ASCII text

      Examples:
        | change                                          |
        | with the redirect URI javascript:alert(1)       |
        | with grant_types set to ["oauthspec"]           |
        | with redirect_uris set to {"oauthspec": true}   |

  @rule:registration/consistent-types @nobody-signs-in
  Rule: Grant types and response types go together

    Scenario Outline: a client registers <change>
      Given a client has registered
      When a client registers <change>
      Then grant types and response types go together, or nothing is registered

      Examples:
        | change                                                                                   |
        | with grant_types set to ["client_credentials"] and also with response_types set to ["code"] |
        | with response_types set to ["token"]                                                     |
        | with grant_types set to ["implicit"]                                                     |

  @rule:registration/malformed-metadata @nobody-signs-in
  Rule: Metadata of other types are refused

    Scenario Outline: a client registers <change>
      Given a client has registered
      When a client registers <change>
      Then the registration is answered as documented

      Examples:
        | change                                                       |
        | with redirect_uris set to "https://client.example/callback"  |
        | with redirect_uris set to [{"uri": true}]                    |
        | with grant_types set to {"authorization_code": true}         |

    Scenario: a client registers for a way of authentication that there is not
      Given a client has registered
      When a client registers with token_endpoint_auth_method set to "oauthspec"
      Then the registration is refused, or the client is told another token_endpoint_auth_method

  @rule:registration/json-only @nobody-signs-in
  Rule: Metadata are one posted JSON object

    Scenario Outline: the metadata are sent <how>
      Given a client has registered
      When a client's metadata are sent <how>
      Then no client is registered

      Examples:
        | how        |
        | as-a-form  |
        | as-text    |
        | in-a-list  |
        | by-GET     |

  @rule:registration/initial-token
  Rule: Where an initial access token is needed, no other one is taken

    @nobody-signs-in
    Scenario Outline: a client tries to register <token>
      Given a client has registered
      When a client tries to register <token>
      Then the registration is answered as documented

      Examples:
        | token                         |
        | without a token               |
        | with a token never issued     |
        | with the token truncated      |
        | with the token altered        |
        | with the token beyond ASCII   |

    Scenario: a client tries to register with an access token
      Given a client has registered
      And the client has obtained tokens
      When a client tries to register with an access token
      Then the registration is answered as documented

  @rule:registration/initial-token-challenge @nobody-signs-in
  Rule: Who comes without the initial access token is asked for it

    Scenario Outline: a client tries to register <token>
      Given a client has registered
      When a client tries to register <token>
      Then the refusal asks for a Bearer token

      Examples:
        | token                     |
        | without a token           |
        | with a token never issued |

  @rule:registration/software-statement @nobody-signs-in
  Rule: Nobody believes a software statement without a signature

    Scenario: the statement names another redirect URI
      Given a client has registered
      When a client presents an unsigned software statement that names another redirect URI
      Then nothing of the statement is registered

  @rule:registration/works
  Rule: A registered client works

    Scenario: it asks the user
      Given the client's unchanged authorization request yields a code
      And a client has registered
      When the user follows the registered client's authorization request
      Then the client receives a code

    Scenario: it requests tokens
      Given a client has registered
      When the registered client requests tokens
      Then the token request is answered as documented

    Scenario: a public client requests tokens
      Given a client has registered as a public client
      When the registered client requests tokens
      Then the token request is answered as documented

    Scenario: it uses another of its redirect URIs
      Given the client's unchanged authorization request yields a code
      And a client has registered with a further redirect URI
      When the user follows the registered client's authorization request with registered redirect URI 2
      Then the client receives a code

    Scenario: its redirect URI has no path
      Given the client's unchanged authorization request yields a code
      And a client has registered with a redirect URI without a path
      When the user follows the registered client's authorization request
      Then the client receives a code

  @rule:registration/methods-work
  Rule: A client can authenticate in the way that it registered

    Scenario Outline: a client of <method> requests tokens
      Given a client has registered
      And a second client has registered for <method>, if the server lets it
      When the second client requests tokens
      Then the token request is answered as documented

      Examples:
        | method              |
        | client_secret_basic |
        | client_secret_post  |
        | private_key_jwt     |

  @rule:registration/redirect-uris-hold
  Rule: A client is sent to no redirect URI but its own

    Scenario: another redirect URI is asked for
      Given a client has registered
      And the registered client's unchanged authorization request yields a code
      When the user follows the registered client's authorization request with the redirect URI on another host
      Then the authorization request is answered as documented

  @rule:registration/grants-hold
  Rule: A client has no grant types but its own

    Scenario: a client with codes alone uses its credentials
      Given a client has registered
      And the registered client has obtained tokens
      When the registered client asks for tokens by its credentials alone
      Then the token request is answered as documented

  @rule:registration/method-holds
  Rule: A client authenticates in no way but its own

    Scenario: a client of HTTP Basic sends its secret in the body
      Given a client has registered
      And a second client has registered for client_secret_basic, if the server lets it
      And the second client has obtained tokens
      When the second client requests tokens with its credentials in the body
      Then the token request is answered as documented

    Scenario: a client that sends its secret in the body uses HTTP Basic
      Given a client has registered
      And a second client has registered for client_secret_post, if the server lets it
      And the second client has obtained tokens
      When the second client requests tokens with its credentials in the header
      Then the token request is answered as documented

  @rule:registration/keys @nobody-signs-in
  Rule: Keys come by value or by reference

    Scenario: a client registers keys by value and by reference
      Given a client has registered
      When a client registers with jwks set to {"keys": [{"kty": "EC", "crv": "P-256", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]} and also with jwks_uri set to "https://client.example/keys"
      Then the client is told jwks or jwks_uri and not both, or nothing is registered
