Feature: Server applications
  A server application signs in by itself, with an assertion that it signed or with its credentials,
  and no user is asked.

  @rule:server-auth/jwt-enterprise @nobody-signs-in
  Rule: An assertion for the enterprise yields a token for the service account

    Scenario: the subject is the enterprise
      When the server client requests a token for the enterprise by an assertion
      Then the client receives tokens
      And the token response has the members documented for server applications

    @needs:user:service-account @needs:identity
    Scenario: the token is used
      Given the server client has a token for the enterprise by an assertion
      When the client calls the API with the access token
      Then the resource names the service account

  @rule:server-auth/jwt-user @nobody-signs-in
  Rule: An assertion for an app user yields a token for that user

    Scenario: the subject is an app user
      When the server client requests a token for its app user by an assertion
      Then the client receives tokens
      And the token response has the members documented for server applications

    @needs:identity
    Scenario: the token is used
      Given the server client has a token for its app user by an assertion
      When the client calls the API with the access token
      Then the resource names the app user of the server client

  @rule:server-auth/jwt-signature @nobody-signs-in
  Rule: An assertion with an invalid signature is refused

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token for the enterprise by an assertion
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

      Examples:
        | flaw                                                                               |
        | whose signature is altered                                                         |
        | whose signature is empty                                                           |
        | whose claims were altered once it was signed                                       |
        | signed as if its public key (PEM) were a shared secret                             |
        | signed as if its public key (PEM without the last line break) were a shared secret |
        | signed as if its public key (DER) were a shared secret                             |

  @rule:server-auth/jwt-alg-none @nobody-signs-in
  Rule: An unsigned assertion is refused

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token for the enterprise by an assertion
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

      Examples:
        | flaw                                         |
        | without a signature, by the algorithm "none" |
        | without a signature, by the algorithm "None" |
        | without a signature, by the algorithm "NONE" |
        | with its signature, and the algorithm "none" |

  @rule:server-auth/jwt-wrong-key @nobody-signs-in
  Rule: An assertion signed with another client's key is refused

    Scenario: the server client presents an assertion signed with a stranger's key
      Given the server client has a token for the enterprise by an assertion
      When the server client presents an assertion signed with a stranger's key
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

    @needs:assertion:app-only
    Scenario Outline: the server client presents an assertion <flaw>
      Given the app-only client has a token for the enterprise by an assertion
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

      Examples:
        | flaw                                                       |
        | signed with the key of the app-only client                 |
        | signed with the key of the app-only client, which it names |

  @rule:server-auth/jwt-unknown-kid @nobody-signs-in
  Rule: An assertion has to name a key that is registered for its client

    Scenario: the server client presents an assertion with a kid that is not registered
      Given the server client has a token for the enterprise by an assertion
      When the server client presents an assertion with a kid that is not registered
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

    @needs:assertion:two-keys
    Scenario: a client with two keys presents an assertion without kid
      Given the two-keys client has a token for the enterprise by an assertion
      When the two-keys client presents an assertion without kid
      Then the token request is answered as documented
      And the two-keys client still gets a token for the enterprise by an assertion

  @rule:server-auth/jwt-expired @nobody-signs-in
  Rule: An expired assertion is refused

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token for the enterprise by an assertion
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

      Examples:
        | flaw                          |
        | that expired 30 seconds ago   |
        | that expired 3600 seconds ago |

  @rule:server-auth/jwt-too-long @nobody-signs-in
  Rule: An assertion may be valid for one minute at most

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token for the enterprise by an assertion
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

      Examples:
        | flaw                                    |
        | that expires 120 seconds from now       |
        | that expires 3600 seconds from now      |
        | that expires 315360000 seconds from now |
        | without exp                             |

  @rule:server-auth/jwt-not-yet @nobody-signs-in
  Rule: An assertion that is not yet valid is refused

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token for the enterprise by an assertion
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

      Examples:
        | flaw                         |
        | with nbf 30 seconds from now |
        | with iat 30 seconds from now |

  @rule:server-auth/jwt-audience @nobody-signs-in
  Rule: An assertion for another audience is refused

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token for the enterprise by an assertion
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

      Examples:
        | flaw                                          |
        | whose audience is another server              |
        | whose audience is a list of other servers     |
        | whose audience is a list of nobody            |
        | whose audience begins like the right one      |
        | whose audience contains the right one         |
        | whose audience is elsewhere on the right host |
        | without aud                                   |

  @rule:server-auth/jwt-issuer @nobody-signs-in
  Rule: An assertion has to be issued by the client that presents it

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token for the enterprise by an assertion
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

      Examples:
        | flaw                               |
        | whose issuer is unknown            |
        | whose issuer is the default client |
        | without iss                        |

  @rule:server-auth/jwt-subject @nobody-signs-in
  Rule: An assertion for an unknown subject is refused

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token for the enterprise by an assertion
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

      Examples:
        | flaw                             |
        | whose subject is unknown         |
        | whose type of subject is unknown |
        | without sub                      |
        | without box_sub_type             |

  @rule:server-auth/jwt-replayed-jti @nobody-signs-in
  Rule: An assertion works once

    Scenario: the assertion is presented again
      Given the server client has presented an assertion
      When the server client presents the same assertion again
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

    @waits:20s
    Scenario: the assertion is presented again before it expires
      Given the server client has presented an assertion
      And the assertion is 20 seconds old
      When the server client presents the same assertion again
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

    Scenario: another assertion has the same jti
      Given the server client has presented an assertion
      When the server client presents another assertion with the same jti
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

    @needs:user-id:app-user
    Scenario: an assertion for another subject has the same jti
      Given the server client has a token for its app user by an assertion
      And the server client has presented an assertion
      When the server client presents an assertion for its app user with the same jti
      Then the token request is answered as documented
      And the server client still gets a token for its app user by an assertion

    Scenario: the assertion has no jti
      Given the server client has a token for the enterprise by an assertion
      When the server client presents an assertion without jti
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

  @rule:server-auth/jwt-malformed @nobody-signs-in
  Rule: An assertion that is no signed JWT is refused, and never with a server error

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token for the enterprise by an assertion
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

      Examples:
        | flaw                            |
        | that is one word                |
        | that has one part               |
        | that has two parts              |
        | that has four parts             |
        | that has three empty parts      |
        | whose header is not base64url   |
        | whose claims are not base64url  |
        | whose signature is not base64url |
        | whose header is not JSON        |
        | whose claims are a JSON array   |

  @rule:server-auth/foreign-subject @nobody-signs-in
  Rule: A server application receives no token for a user who is not its own

    @needs:credentials:server
    Scenario Outline: it requests a token for <holder> by client credentials
      Given the server client has a token for the enterprise by client credentials
      When the server client requests a token for <holder> by client credentials
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by client credentials

      Examples:
        | holder                            |
        | the other-admin user              |
        | the inactive user                 |
        | the app user of the app-only client |
        | the app-only-service-account user |
        | the other enterprise              |

    @needs:assertion:server
    Scenario Outline: it requests a token for <holder> by an assertion
      Given the server client has a token for the enterprise by an assertion
      When the server client requests a token for <holder> by an assertion
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

      Examples:
        | holder                            |
        | the other-admin user              |
        | the inactive user                 |
        | the app user of the app-only client |
        | the app-only-service-account user |
        | the other enterprise              |

  @rule:server-auth/jwt-algorithms @nobody-signs-in
  Rule: RS256, RS384 and RS512 signatures are accepted

    Scenario Outline: the assertion is signed with <algorithm>
      When the server client presents an assertion using <algorithm>
      Then the client receives tokens

      Examples:
        | algorithm |
        | RS256     |
        | RS384     |
        | RS512     |

  @rule:server-auth/client-credentials-enterprise @nobody-signs-in
  Rule: Client credentials yield a token for the service account

    @needs:credentials:server
    Scenario: the request names the enterprise
      When the server client requests a token for the enterprise by client credentials
      Then the client receives tokens
      And the token response has the members documented for server applications

    @needs:credentials:server @needs:user:service-account @needs:identity
    Scenario: the token is used
      Given the server client has a token for the enterprise by client credentials
      When the client calls the API with the access token
      Then the resource names the service account

  @rule:server-auth/client-credentials-user @nobody-signs-in
  Rule: Client credentials yield a token for the user that the request names

    @needs:credentials:server
    Scenario: the request names an app user
      When the server client requests a token for its app user by client credentials
      Then the client receives tokens
      And the token response has the members documented for server applications

    @needs:credentials:server @needs:identity
    Scenario: the token is used
      Given the server client has a token for its app user by client credentials
      When the client calls the API with the access token
      Then the resource names the app user of the server client

  @rule:server-auth/no-refresh-token @nobody-signs-in
  Rule: A server application receives no refresh token

    @needs:thing:enterprise @needs:assertion:server
    Scenario: an assertion is presented
      Given the server client has a token for the enterprise by an assertion
      Then the token response carries no refresh token

    @needs:thing:enterprise @needs:credentials:server
    Scenario: client credentials are presented
      Given the server client has a token for the enterprise by client credentials
      Then the token response carries no refresh token

    @needs:thing:enterprise @needs:assertion:server @needs:resource @waits:expires-in+30s
    Scenario: a token from an assertion has expired
      Given the server client has a token for the enterprise by an assertion
      And the access token works
      And the access token is 30 seconds past its expires_in
      Then the access token no longer works
      And the server client still gets a token for the enterprise by an assertion
      And the access token still works

    @needs:thing:enterprise @needs:credentials:server @needs:resource @waits:expires-in+30s
    Scenario: a token from client credentials has expired
      Given the server client has a token for the enterprise by client credentials
      And the access token works
      And the access token is 30 seconds past its expires_in
      Then the access token no longer works
      And the server client still gets a token for the enterprise by client credentials
      And the access token still works

    @needs:grant:client_credentials
    Scenario: any client presents its credentials
      Given a client with the client credentials grant has a token
      Then the token response carries no refresh token

  @rule:server-auth/one-model-only
  Rule: A client may use only the grants of its own type

    @needs:credentials:server
    Scenario: a three-legged client uses client credentials
      Given the server client has a token for the enterprise by client credentials
      When the client requests a token for the enterprise by client credentials
      Then the token request is answered as documented
      And the client can still obtain tokens

    @needs:assertion:keyed
    Scenario: a three-legged client presents an assertion
      Given the keyed client has obtained tokens
      When the keyed client requests a token for the enterprise by an assertion
      Then the token request is answered as documented
      And the keyed client can still obtain tokens

    Scenario: a server client sends a user to the authorization endpoint
      Given the client's unchanged authorization request yields a code
      When the user follows the server client's authorization request
      Then the authorization request is answered as documented
      And the server client can still get a token for the enterprise

    Scenario: a server client redeems a code
      Given the server client has a token for the enterprise
      And the client holds an authorization code
      When the server client redeems the code
      Then the token request is answered as documented
      And the client can still obtain tokens
