Feature: Proofs of possession
  A client binds its tokens to a key, and signs with it a statement about each request, the proof (RFC 9449).

  @rule:dpop/algs-advertised @nobody-signs-in
  Rule: Algorithms that are advertised for proofs are those of public keys

    Scenario: the algorithms are read
      Given the server publishes metadata
      When a client reads the server's metadata
      Then the algorithms of proofs are those of public keys

  @rule:dpop/algs-work
  Rule: Each algorithm that is advertised works

    Scenario: a proof by each algorithm
      Given the client has obtained tokens
      When the client requests tokens, by each algorithm of proofs that the target names
      Then the client receives tokens

  @rule:dpop/bound-token
  Rule: A client that proves possession of a key receives a token that is bound to it

    Scenario: tokens are requested with a proof
      When the client requests tokens, proving possession of its key
      Then the token is bound to the key

  @rule:dpop/one-proof
  Rule: A request has one proof, which is one signed JWT

    Scenario Outline: the client sends <flaw>
      Given the client has obtained tokens bound to its key
      When the client requests tokens, proving possession of its key by <flaw>
      Then the token request is answered as documented

      Examples:
        | flaw                             |
        | the same proof twice             |
        | two proofs                       |
        | two proofs in one field          |
        | an empty proof                   |
        | a proof that is one word         |
        | a proof that has two parts       |
        | a proof whose header is not JSON |

  @rule:dpop/claims
  Rule: A proof has each of its members, of its type

    Scenario Outline: the client sends <flaw>
      Given the client has obtained tokens bound to its key
      When the client requests tokens, proving possession of its key by <flaw>
      Then the token request is answered as documented

      Examples:
        | flaw                                 |
        | a proof without jti                  |
        | a proof without htm                  |
        | a proof without htu                  |
        | a proof without iat                  |
        | a proof without jwk                  |
        | a proof whose jti is of another type |
        | a proof whose htm is of another type |
        | a proof whose htu is of another type |
        | a proof whose iat is of another type |
        | a proof whose jwk is of another type |

  @rule:dpop/type
  Rule: A proof says by its type that it is one

    Scenario Outline: the client sends <flaw>
      Given the client has obtained tokens bound to its key
      When the client requests tokens, proving possession of its key by <flaw>
      Then the token request is answered as documented

      Examples:
        | flaw                          |
        | a proof without typ           |
        | a proof whose typ is "JWT"    |
        | a proof whose typ is "at+jwt" |

  @rule:dpop/algorithm
  Rule: A proof is signed by the algorithm of a public key

    Scenario Outline: the client sends <flaw>
      Given the client has obtained tokens bound to its key
      When the client requests tokens, proving possession of its key by <flaw>
      Then the token request is answered as documented

      Examples:
        | flaw                                                     |
        | a proof without alg                                      |
        | a proof without a signature whose alg is "none"          |
        | a proof without a signature whose alg is "NONE"          |
        | a proof signed as if its public key were a shared secret |
        | a proof signed with a shared key that it shows           |
        | a proof whose alg is "ES512"                             |
        | a proof whose alg is "oauthspec"                         |

  @rule:dpop/signature
  Rule: A proof is signed with the key that it shows

    Scenario Outline: the client sends <flaw>
      Given the client has obtained tokens bound to its key
      When the client requests tokens, proving possession of its key by <flaw>
      Then the token request is answered as documented

      Examples:
        | flaw                                                 |
        | a proof signed with another key                      |
        | a proof whose claims were altered once it was signed |
        | a proof whose signature is empty                     |
        | a proof whose signature is zero                      |

  @rule:dpop/no-private-key
  Rule: A proof shows no private key

    Scenario: the client sends a proof that shows its private key
      Given the client has obtained tokens bound to its key
      When the client requests tokens, proving possession of its key by a proof that shows its private key
      Then the token request is answered as documented

  @rule:dpop/method
  Rule: A proof is for the method of its request

    Scenario Outline: the client sends <flaw>
      Given the client has obtained tokens bound to its key
      When the client requests tokens, proving possession of its key by <flaw>
      Then the token request is answered as documented

      Examples:
        | flaw                                    |
        | a proof for another method              |
        | a proof for the method in small letters |

  @rule:dpop/uri
  Rule: A proof is for the URI of its request

    Scenario Outline: the client sends <flaw>
      Given the client has obtained tokens bound to its key
      When the client requests tokens, proving possession of its key by <flaw>
      Then the token request is answered as documented

      Examples:
        | flaw                       |
        | a proof for another host   |
        | a proof for another port   |
        | a proof for another path   |
        | a proof for another scheme |

  @rule:dpop/uri-without-query
  Rule: The query of a request is no part of the URI of its proof

    Scenario: the request has a query
      Given the client has obtained tokens bound to its key
      When the client requests tokens at a URL with a query, proving possession of its key
      Then the client receives tokens

  @rule:dpop/uri-normal
  Rule: A URI is the same in another spelling

    Scenario Outline: the client sends <flaw>
      Given the client has obtained tokens bound to its key
      When the client requests tokens, proving possession of its key by <flaw>
      Then the client receives tokens

      Examples:
        | flaw                                            |
        | a proof for the URI with its scheme in capitals |
        | a proof for the URI with an escaped letter      |

  @rule:dpop/time
  Rule: A proof is good for a short time

    Scenario Outline: the client sends <flaw>
      Given the client has obtained tokens bound to its key
      And the server asks for no nonces
      When the client requests tokens, proving possession of its key by <flaw>
      Then the token request is answered as documented

      Examples:
        | flaw                                   |
        | a proof made 3600 seconds ago          |
        | a proof made 86400 seconds ago         |
        | a proof made 3600 seconds from now     |
        | a proof made 31536000 seconds from now |
        | a proof made at the second 0           |
        | a proof made at the second -1          |

  @rule:dpop/replay
  Rule: A proof works once

    Scenario: a proof comes again with another token request
      Given the client has obtained tokens bound to its key
      When the client requests tokens, showing a proof that was used before
      Then the token request is answered as documented

    @waits:61s
    Scenario: a proof that is ahead of the server's clock comes again a minute later
      Given the client has obtained tokens bound to its key
      And the server asks for no nonces
      And the client has shown a proof made 10 seconds from now
      And that proof is 61 seconds old
      When the client requests tokens, showing a proof that was used before
      Then the token request is answered as documented

  @rule:dpop/refusal
  Rule: A bad proof is told as such

    Scenario Outline: the client sends <flaw>
      Given the client has obtained tokens bound to its key
      When the client requests tokens, proving possession of its key by <flaw>
      Then the token request is answered as documented

      Examples:
        | flaw                            |
        | a proof that is one word        |
        | a proof without htm             |
        | a proof signed with another key |
        | a proof for another path        |

  @rule:dpop/nonce-told
  Rule: A server that demands a nonce tells one

    Scenario: a proof has no nonce
      When the dpop client requests tokens, proving possession of its key by a proof without a nonce
      Then the server asks for a nonce

  @rule:dpop/nonce-checked
  Rule: Where a nonce is demanded, it has to be one that was told

    Scenario Outline: the client sends <flaw>
      Given the dpop client has obtained tokens bound to its key
      And the dpop client was asked for a nonce
      When the dpop client requests tokens, proving possession of its key by <flaw>
      Then the token request is answered as documented

      Examples:
        | flaw                            |
        | a proof without a nonce         |
        | a proof with a nonce never told |

  @rule:dpop/nonce-of-resource
  Rule: The nonce of the resource is none of the token endpoint

    Scenario: the client sends a nonce of the resource
      Given the dpop client has obtained tokens bound to its key
      And the dpop client was asked for a nonce
      And the access token works with its key
      When the dpop client requests tokens, proving possession of its key by a proof with the nonce of the resource
      Then the token request is answered as documented

  @rule:dpop/refresh-bound
  Rule: A public client refreshes with the key that its tokens are bound to

    Scenario: the client proves another key
      Given the public client has obtained tokens bound to its key
      And the public client has refreshed, proving possession of its key
      And the public client has obtained tokens bound to its key
      When the public client refreshes, proving possession of another key
      Then the token request is answered as documented

    Scenario: the client proves nothing
      Given the public client has obtained tokens bound to its key
      And the public client has refreshed, proving possession of its key
      And the public client has obtained tokens bound to its key
      When the public client refreshes, proving nothing
      Then the token request is answered as documented

    Scenario: the client has refreshed and proves another key
      Given the public client has obtained tokens bound to its key
      And the public client has refreshed, proving possession of its key
      When the public client refreshes, proving possession of another key
      Then the token request is answered as documented

    Scenario: the client has refreshed and proves nothing
      Given the public client has obtained tokens bound to its key
      And the public client has refreshed, proving possession of its key
      When the public client refreshes, proving nothing
      Then the token request is answered as documented

  @rule:dpop/refresh-of-confidential
  Rule: A client with a secret may refresh with another key

    Scenario: the client proves another key
      Given the client is no public client
      And the client has obtained tokens bound to its key
      When the client refreshes, proving possession of another key
      Then the client receives tokens

    @needs:called-resource
    Scenario: the new token is bound to the other key
      Given the client is no public client
      And the client has obtained tokens bound to its key
      And the access token works with its key
      When the client refreshes, proving possession of another key
      Then the new token is served with the other key

  @rule:dpop/client-bound
  Rule: A client that has bound tokens alone gets none without a proof

    @needs:client:dpop
    Scenario: the client proves nothing
      Given the dpop client has obtained tokens bound to its key
      When the dpop client requests tokens, proving nothing
      Then the token request is answered as documented

    @needs:registration
    Scenario: a client that registered itself for bound tokens proves nothing
      Given a client has registered with dpop_bound_access_tokens set to true
      And dpop_bound_access_tokens was registered as it was asked for
      And the registered client has obtained tokens bound to its key
      When the registered client requests tokens, proving nothing
      Then the token request is answered as documented

  @rule:dpop/code-bound
  Rule: A code that was asked for with a key is redeemed with that key

    Scenario: the client proves its key
      Given the client holds an authorization code for its key
      When the client redeems the code, proving possession of its key
      Then the client receives tokens

    Scenario: the client proves another key
      Given the client has redeemed a code for its key
      And the client holds an authorization code for its key
      When the client redeems the code, proving possession of another key
      Then the token request is answered as documented

    Scenario: the client proves nothing
      Given the client has redeemed a code for its key
      And the client holds an authorization code for its key
      When the client redeems the code, proving nothing
      Then the token request is answered as documented

    @needs:pushed
    Scenario: the request was pushed, and the client proves its key
      Given the client holds an authorization code of a pushed request for its key
      When the client redeems the code, proving possession of its key
      Then the client receives tokens

    @needs:pushed
    Scenario: the request was pushed, and the client proves another key
      Given the client has redeemed a code for its key
      And the client holds an authorization code of a pushed request for its key
      When the client redeems the code, proving possession of another key
      Then the token request is answered as documented

    @needs:pushed
    Scenario: the request was pushed with a proof, and the client proves its key
      Given the client holds an authorization code of a request that was pushed with a proof
      When the client redeems the code, proving possession of its key
      Then the client receives tokens

    @needs:pushed
    Scenario: the request was pushed with a proof, and the client proves another key
      Given the client has redeemed a code for its key
      And the client holds an authorization code of a request that was pushed with a proof
      When the client redeems the code, proving possession of another key
      Then the token request is answered as documented

    @needs:pushed
    Scenario: the request was pushed with a proof, and the client proves nothing
      Given the client has redeemed a code for its key
      And the client holds an authorization code of a request that was pushed with a proof
      When the client redeems the code, proving nothing
      Then the token request is answered as documented

    @needs:pushed
    Scenario: the request names another key than the one that its push proves
      Given the client has redeemed a code for its key
      And the client has pushed an authorization request for its key, proving possession of its key
      When the client pushes an authorization request for its key, proving possession of another key
      Then the pushed request is answered as documented

  @rule:dpop/exchange-bound
  Rule: An exchange frees no token from its key

    Scenario: the client exchanges a bound token and proves nothing
      Given the exchange client holds a token to exchange that is bound to its key
      And the access token works with its key
      And the exchange client has exchanged the token, proving possession of its key
      When the exchange client exchanges the token, proving nothing
      Then no token of it opens the resource

  @rule:dpop/confirmation
  Rule: Introspection tells the key of a token

    Scenario: a bound token is asked about
      Given the client has obtained tokens bound to its key
      When the access token is introspected
      Then the answer names the key of the token
