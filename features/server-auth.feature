Feature: Server applications
  A server application signs in by itself, with an assertion that it signed or with its credentials,
  and no user is asked.

  @rule:server-auth/jwt-enterprise
  Rule: An assertion about the enterprise brings a token of the service account

    Scenario: the assertion is about the enterprise
      When the server client asks for a token by an assertion about the enterprise
      Then the client receives tokens
      And the token response has the members of a server grant

    @needs:user:service-account @needs:identity
    Scenario: the token is used
      Given the server client has a token by an assertion about the enterprise
      When the client calls the API with the access token
      Then the resource names the service-account user

  @rule:server-auth/jwt-user
  Rule: An assertion about an app user brings a token of that user

    Scenario: the assertion is about an app user
      When the server client asks for a token by an assertion about the app-user user
      Then the client receives tokens
      And the token response has the members of a server grant

    @needs:identity
    Scenario: the token is used
      Given the server client has a token by an assertion about the app-user user
      When the client calls the API with the access token
      Then the resource names the app-user user

  @rule:server-auth/jwt-signature
  Rule: An assertion counts only with the signature that belongs to it

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token by an assertion about the enterprise
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token by an assertion about the enterprise

      Examples:
        | flaw                                                                               |
        | whose signature is altered                                                         |
        | whose signature is empty                                                           |
        | whose claims were altered once it was signed                                       |
        | signed as if its public key (PEM) were a shared secret                             |
        | signed as if its public key (PEM without the last line break) were a shared secret |
        | signed as if its public key (DER) were a shared secret                             |

  @rule:server-auth/jwt-alg-none
  Rule: An assertion cannot say that it needs no signature

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token by an assertion about the enterprise
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token by an assertion about the enterprise

      Examples:
        | flaw                                            |
        | without a signature, by the algorithm "none"    |
        | without a signature, by the algorithm "None"    |
        | without a signature, by the algorithm "NONE"    |
        | with its signature, and the algorithm "none"    |

  @rule:server-auth/jwt-wrong-key
  Rule: An assertion counts only if the key of its client signed it

    Scenario: the server client presents an assertion signed with a stranger's key
      Given the server client has a token by an assertion about the enterprise
      When the server client presents an assertion signed with a stranger's key
      Then the token request is answered as documented
      And the server client still gets a token by an assertion about the enterprise

    @needs:assertion:app-only
    Scenario Outline: the server client presents an assertion <flaw>
      Given the app-only client has a token by an assertion about the enterprise
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token by an assertion about the enterprise

      Examples:
        | flaw                                                         |
        | signed with the key of the app-only client                   |
        | signed with the key of the app-only client, which it names   |

  @rule:server-auth/jwt-unknown-kid
  Rule: An assertion has to name a key that is registered for its client

    Scenario: the server client presents an assertion with a kid that is not registered
      Given the server client has a token by an assertion about the enterprise
      When the server client presents an assertion with a kid that is not registered
      Then the token request is answered as documented
      And the server client still gets a token by an assertion about the enterprise

    @needs:assertion:two-keys
    Scenario: a client with two keys presents an assertion without kid
      Given the two-keys client has a token by an assertion about the enterprise
      When the two-keys client presents an assertion without kid
      Then the token request is answered as documented
      And the two-keys client still gets a token by an assertion about the enterprise

  @rule:server-auth/jwt-expired
  Rule: An assertion is of no use once it has expired

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token by an assertion about the enterprise
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token by an assertion about the enterprise

      Examples:
        | flaw                            |
        | that expired 30 seconds ago     |
        | that expired 3600 seconds ago   |

  @rule:server-auth/jwt-too-long
  Rule: An assertion may be good for a minute at most

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token by an assertion about the enterprise
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token by an assertion about the enterprise

      Examples:
        | flaw                                       |
        | that expires 120 seconds from now          |
        | that expires 3600 seconds from now         |
        | that expires 315360000 seconds from now    |
        | without exp                                |

  @rule:server-auth/jwt-not-yet
  Rule: An assertion is of no use before its time

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token by an assertion about the enterprise
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token by an assertion about the enterprise

      Examples:
        | flaw                             |
        | with nbf 30 seconds from now     |
        | with iat 30 seconds from now     |

  @rule:server-auth/jwt-audience
  Rule: An assertion is of no use where it is not meant for

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token by an assertion about the enterprise
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token by an assertion about the enterprise

      Examples:
        | flaw                                           |
        | whose audience is another server               |
        | whose audience is a list of other servers      |
        | whose audience is a list of nobody             |
        | whose audience begins like the right one       |
        | whose audience contains the right one          |
        | whose audience is elsewhere on the right host  |
        | without aud                                    |

  @rule:server-auth/jwt-issuer
  Rule: An assertion is issued by the client that presents it

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token by an assertion about the enterprise
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token by an assertion about the enterprise

      Examples:
        | flaw                               |
        | whose issuer is unknown            |
        | whose issuer is the default client |
        | without iss                        |

  @rule:server-auth/jwt-subject
  Rule: An assertion is about somebody whom the server knows

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token by an assertion about the enterprise
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token by an assertion about the enterprise

      Examples:
        | flaw                               |
        | whose subject is unknown           |
        | whose type of subject is unknown   |
        | without sub                        |
        | without box_sub_type               |

  @rule:server-auth/jwt-replayed-jti
  Rule: An assertion is good for one token

    Scenario: the assertion is presented again
      Given the server client has presented an assertion
      When the server client presents the same assertion again
      Then the token request is answered as documented
      And the server client still gets a token by an assertion about the enterprise

    @needs:clock
    Scenario: the assertion is presented again before it expires
      Given the server client has presented an assertion
      And the assertion is 20 seconds old
      When the server client presents the same assertion again
      Then the token request is answered as documented
      And the server client still gets a token by an assertion about the enterprise

    Scenario: another assertion has the same jti
      Given the server client has presented an assertion
      When the server client presents another assertion with the same jti
      Then the token request is answered as documented
      And the server client still gets a token by an assertion about the enterprise

    @needs:user-id:app-user
    Scenario: an assertion about somebody else has the same jti
      Given the server client has a token by an assertion about the app-user user
      And the server client has presented an assertion
      When the server client presents an assertion about the app-user user with the same jti
      Then the token request is answered as documented
      And the server client still gets a token by an assertion about the app-user user

    Scenario: the assertion has no jti
      Given the server client has a token by an assertion about the enterprise
      When the server client presents an assertion without jti
      Then the token request is answered as documented
      And the server client still gets a token by an assertion about the enterprise

  @rule:server-auth/jwt-algorithms
  Rule: An assertion may be signed by each of the three algorithms

    Scenario Outline: the assertion is signed by <algorithm>
      When the server client presents an assertion under <algorithm>
      Then the client receives tokens

      Examples:
        | algorithm |
        | RS256     |
        | RS384     |
        | RS512     |

  @rule:server-auth/client-credentials-enterprise
  Rule: Client credentials bring a token of the service account

    Scenario: the request names the enterprise
      When the server client asks for a token by client credentials about the enterprise
      Then the client receives tokens
      And the token response has the members of a server grant

    @needs:user:service-account @needs:identity
    Scenario: the token is used
      Given the server client has a token by client credentials about the enterprise
      When the client calls the API with the access token
      Then the resource names the service-account user

  @rule:server-auth/client-credentials-user
  Rule: Client credentials bring a token of the user whom the request names

    Scenario: the request names an app user
      When the server client asks for a token by client credentials about the app-user user
      Then the client receives tokens
      And the token response has the members of a server grant

    @needs:identity
    Scenario: the token is used
      Given the server client has a token by client credentials about the app-user user
      When the client calls the API with the access token
      Then the resource names the app-user user

  @rule:server-auth/no-refresh-token
  Rule: A server application gets no refresh token and asks again

    @needs:assertion:server
    Scenario: the token came by an assertion
      Given the server client has a token by an assertion about the enterprise
      Then no refresh token came with it

    Scenario: the token came by client credentials
      Given the server client has a token by client credentials about the enterprise
      Then no refresh token came with it

    @needs:assertion:server @needs:clock @needs:resource
    Scenario: a token by an assertion has expired
      Given the server client has a token by an assertion about the enterprise
      And the access token works
      And the access token is 30 seconds past its expires_in
      Then the access token no longer works
      And the server client still gets a token by an assertion about the enterprise
      And the access token still works

    @needs:clock @needs:resource
    Scenario: a token by client credentials has expired
      Given the server client has a token by client credentials about the enterprise
      And the access token works
      And the access token is 30 seconds past its expires_in
      Then the access token no longer works
      And the server client still gets a token by client credentials about the enterprise
      And the access token still works

  @rule:server-auth/one-model-only
  Rule: A client has the grants of its own model only

    Scenario: a three-legged client uses client credentials
      Given the server client has a token by client credentials about the enterprise
      When the client asks for a token by client credentials about the enterprise
      Then the token request is answered as documented
      And the client can still obtain tokens

    @needs:assertion:keyed
    Scenario: a three-legged client presents an assertion
      Given the keyed client has obtained tokens
      When the keyed client asks for a token by an assertion about the enterprise
      Then the token request is answered as documented
      And the keyed client can still obtain tokens

    Scenario: a server client sends a user to the authorization endpoint
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the server client
      Then the authorization request is answered as documented
      And the server client still gets a token by client credentials about the enterprise

    Scenario: a server client redeems a code
      Given the server client has a token by client credentials about the enterprise
      And the client holds an authorization code
      When the server client redeems the code
      Then the token request is answered as documented
      And the client can still obtain tokens
