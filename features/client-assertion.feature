Feature: Assertions of clients
  A client says who it is by an assertion: a signed JWT that it makes for each request (RFC 7523). The server
  knows the public half of the client's key, and no secret is sent.

  @rule:client-assertion/authenticates
  Rule: An assertion is enough for a client to authenticate

    Scenario: the client requests tokens
      When the signing client requests tokens
      Then the client receives tokens

  @rule:client-assertion/algorithms
  Rule: A key may be an RSA key

    Scenario: a client with an RSA key requests tokens
      When the rsa-signing client requests tokens
      Then the client receives tokens

  @rule:client-assertion/everywhere
  Rule: A client authenticates by an assertion wherever it authenticates

    Scenario: the client refreshes its tokens
      Given the signing client has obtained tokens
      When the signing client refreshes
      Then the client is let in

    @needs:revocation @ends-grants
    Scenario: the client revokes a token
      Given the signing client has obtained tokens
      When the signing client revokes the access token
      Then the client is let in

    @needs:introspection
    Scenario: the client introspects a token
      Given the signing client has obtained tokens
      When the signing client introspects the access token
      Then the client is let in

    @needs:pushed
    Scenario: the client pushes an authorization request
      Given the signing client has obtained tokens
      When the signing client pushes an authorization request
      Then the client is let in

  @rule:client-assertion/signature
  Rule: An assertion with an invalid signature is refused

    Scenario Outline: the assertion is one <flaw>
      Given the signing client has obtained tokens
      When the signing client requests tokens, authenticated by an assertion <flaw>
      Then the token request is answered as documented
      And the signing client can still obtain tokens

      Examples:
        | flaw                                                                               |
        | whose signature is altered                                                         |
        | whose signature is empty                                                           |
        | whose claims were altered once it was signed                                       |
        | signed as if its public key (PEM) were a shared secret                             |
        | signed as if its public key (PEM without the last line break) were a shared secret |
        | signed as if its public key (DER) were a shared secret                             |

  @rule:client-assertion/unsigned
  Rule: An unsigned assertion is refused

    Scenario Outline: the assertion is one <flaw>
      Given the signing client has obtained tokens
      When the signing client requests tokens, authenticated by an assertion <flaw>
      Then the token request is answered as documented
      And the signing client can still obtain tokens

      Examples:
        | flaw                                         |
        | without a signature, by the algorithm "none" |
        | without a signature, by the algorithm "None" |
        | without a signature, by the algorithm "nOnE" |
        | with its signature, and the algorithm "none" |

  @rule:client-assertion/key
  Rule: An assertion signed with another key than the client's is refused

    Scenario: the assertion is signed with a stranger's key
      Given the signing client has obtained tokens
      When the signing client requests tokens, authenticated by an assertion signed with a stranger's key
      Then the token request is answered as documented
      And the signing client can still obtain tokens

    @needs:client:rsa-signing
    Scenario: the assertion is signed with another client's key
      Given the rsa-signing client has obtained tokens
      And the signing client has obtained tokens
      When the signing client requests tokens, authenticated by an assertion signed with the key of the rsa-signing client
      Then the token request is answered as documented
      And the signing client can still obtain tokens

    Scenario: an access token, which the server has signed, takes the place of the assertion
      Given the signing client has obtained tokens
      When the signing client requests tokens, authenticated by its access token in place of an assertion
      Then the token request is answered as documented
      And the signing client can still obtain tokens

  @rule:client-assertion/key-in-header
  Rule: An assertion does not say with which key it is checked

    Scenario Outline: the assertion is one <flaw>
      Given the signing client has obtained tokens
      When the signing client requests tokens, authenticated by an assertion <flaw>
      Then the token request is answered as documented
      And the signing client can still obtain tokens

      Examples:
        | flaw                                           |
        | signed with a key that its header brings along |
        | signed with a key whose URL its jku names      |
        | signed with a key whose URL its x5u names      |

  @rule:client-assertion/critical
  Rule: An assertion that demands an unknown extension is refused

    Scenario Outline: the assertion is one <flaw>
      Given the signing client has obtained tokens
      When the signing client requests tokens, authenticated by an assertion <flaw>
      Then the token request is answered as documented
      And the signing client can still obtain tokens

      Examples:
        | flaw                      |
        | that demands an extension |

  @rule:client-assertion/issuer
  Rule: The client is the issuer of its assertion

    Scenario Outline: the assertion is one <flaw>
      Given the signing client has obtained tokens
      When the signing client requests tokens, authenticated by an assertion <flaw>
      Then the token request is answered as documented
      And the signing client can still obtain tokens

      Examples:
        | flaw                               |
        | without iss                        |
        | whose issuer is unknown            |
        | whose issuer is the default client |

  @rule:client-assertion/subject
  Rule: The client is the subject of its assertion

    Scenario Outline: the assertion is one <flaw>
      Given the signing client has obtained tokens
      When the signing client requests tokens, authenticated by an assertion <flaw>
      Then the token request is answered as documented
      And the signing client can still obtain tokens

      Examples:
        | flaw                                |
        | without sub                         |
        | whose subject is unknown            |
        | whose subject is the default client |

  @rule:client-assertion/audience
  Rule: An assertion for another audience is refused

    Scenario Outline: the assertion is one <flaw>
      Given the signing client has obtained tokens
      When the signing client requests tokens, authenticated by an assertion <flaw>
      Then the token request is answered as documented
      And the signing client can still obtain tokens

      Examples:
        | flaw                                          |
        | without aud                                   |
        | whose audience is another server              |
        | whose audience is a list of other servers     |
        | whose audience is a list of nobody            |
        | whose audience begins like the right one      |
        | whose audience contains the right one         |
        | whose audience is elsewhere on the right host |

  @rule:client-assertion/audience-list
  Rule: The audience of an assertion may be a list

    Scenario: the audience is a list of the right one
      Given the signing client has obtained tokens
      When the signing client requests tokens, authenticated by an assertion whose audience is a list of the right one
      Then the client receives tokens

  @rule:client-assertion/expired
  Rule: An assertion that has expired, or never does, is refused

    Scenario Outline: the assertion is one <flaw>
      Given the signing client has obtained tokens
      When the signing client requests tokens, authenticated by an assertion <flaw>
      Then the token request is answered as documented
      And the signing client can still obtain tokens

      Examples:
        | flaw                          |
        | that expired 3600 seconds ago |
        | without exp                   |
        | whose exp is a text           |

  @rule:client-assertion/not-yet
  Rule: An assertion that is not yet valid is refused

    Scenario Outline: the assertion is one <flaw>
      Given the signing client has obtained tokens
      When the signing client requests tokens, authenticated by an assertion <flaw>
      Then the token request is answered as documented
      And the signing client can still obtain tokens

      Examples:
        | flaw                           |
        | with nbf 3600 seconds from now |

  @rule:client-assertion/malformed
  Rule: A client assertion that is no signed JWT is refused, and never with a server error

    Scenario Outline: the assertion is one <flaw>
      Given the signing client has obtained tokens
      When the signing client requests tokens, authenticated by an assertion <flaw>
      Then the token request is answered as documented
      And the signing client can still obtain tokens

      Examples:
        | flaw                             |
        | that is one word                 |
        | that has one part                |
        | that has two parts               |
        | that has four parts              |
        | that has three empty parts       |
        | whose header is not base64url    |
        | whose claims are not base64url   |
        | whose signature is not base64url |
        | whose header is not JSON         |
        | whose claims are a JSON array    |

  @rule:client-assertion/type
  Rule: An assertion comes with its type

    Scenario Outline: the assertion is sent <change>
      Given the signing client has obtained tokens
      When the signing client requests tokens, authenticated by its assertion <change>
      Then the token request is answered as documented
      And the signing client can still obtain tokens

      Examples:
        | change                                                                                       |
        | without client_assertion_type                                                                |
        | with client_assertion_type set to "urn:ietf:params:oauth:client-assertion-type:saml2-bearer" |
        | with client_assertion_type set to "jwt"                                                      |

  @rule:client-assertion/one-assertion
  Rule: A client sends one assertion

    Scenario Outline: the assertion is sent <change>
      Given the signing client has obtained tokens
      When the signing client requests tokens, authenticated by its assertion <change>
      Then the token request is answered as documented
      And the signing client can still obtain tokens

      Examples:
        | change                                         |
        | with client_assertion given twice              |
        | with client_assertion given twice, differently |

  @rule:client-assertion/one-method
  Rule: A client does not authenticate in another way as well

    Scenario Outline: the assertion is sent <change>
      Given the signing client has obtained tokens
      When the signing client requests tokens, authenticated by its assertion <change>
      Then the token request is answered as documented
      And the signing client can still obtain tokens

      Examples:
        | change                                                 |
        | with client_secret set to "oauthspec-secret-of-nobody" |

    Scenario: the credentials of another client stand in the header
      Given the signing client has obtained tokens
      And the client gets tokens with its credentials in the header
      When the signing client requests tokens, authenticated by its assertion beside the credentials of the client
      Then the token request is answered as documented
      And the signing client can still obtain tokens

  @rule:client-assertion/in-body
  Rule: An assertion in the URL does not count

    Scenario Outline: the assertion is sent <change>
      Given the signing client has obtained tokens
      When the signing client requests tokens, authenticated by its assertion <change>
      Then the token request is answered as documented
      And the signing client can still obtain tokens

      Examples:
        | change                                                                                      |
        | with client_assertion moved to the URL and also with client_assertion_type moved to the URL |

  @rule:client-assertion/client-agrees
  Rule: A client that authenticates by an assertion names no other client

    Scenario: the request names another client
      Given the signing client has obtained tokens
      When the signing client requests tokens, authenticated by its assertion in the name of the client
      Then the token request is answered as documented
      And the signing client can still obtain tokens

    Scenario: the request names another client, whose code it is
      Given the signing client has obtained tokens
      And the client holds an authorization code
      When the signing client redeems the code, authenticated by its assertion in the name of the client
      Then the token request is answered as documented
      And the signing client can still obtain tokens

  @rule:client-assertion/needed
  Rule: A client that is registered with a key cannot do without an assertion

    Scenario: the client only names itself
      Given the signing client has obtained tokens
      When the signing client requests tokens, authenticated by nothing
      Then the token request is answered as documented
      And the signing client can still obtain tokens

    Scenario: the client sends a secret
      Given the signing client has obtained tokens
      When the signing client requests tokens, authenticated by a secret
      Then the token request is answered as documented
      And the signing client can still obtain tokens

  @rule:client-assertion/refusal
  Rule: A bad assertion is a failed authentication of the client

    Scenario Outline: the assertion is one <flaw>
      Given the signing client has obtained tokens
      When the signing client requests tokens, authenticated by an assertion <flaw>
      Then the token request is answered as documented
      And the signing client can still obtain tokens

      Examples:
        | flaw                             |
        | whose signature is altered       |
        | that expired 3600 seconds ago    |
        | whose audience is another server |
        | that is one word                 |
