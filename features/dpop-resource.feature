Feature: Proofs of possession in calls
  A call with a token that is bound to a key proves possession of the key, to each resource (RFC 9449, section 7).

  @rule:dpop/resource-served
  Rule: A bound token with a proof opens the resource

    Scenario: the client proves possession
      Given the client has obtained tokens bound to its key
      And the resource knows proofs of possession
      When the client calls the API, proving possession of its key
      Then the API serves the request

    Scenario Outline: the scheme is <scheme>
      Given the client has obtained tokens bound to its key
      And the access token works with its key
      When the client calls the API with the scheme "<scheme>", proving possession of its key
      Then the API serves the request

      Examples:
        | scheme |
        | dpop   |
        | DPOP   |

  @rule:dpop/resource-proof
  Rule: A bound token opens nothing without a proof for it by its key

    Scenario: there is no proof
      Given the client has obtained tokens bound to its key
      And the access token works with its key
      When the client calls the API with the scheme "DPoP"
      Then the API answers as documented
      And the call with a proof is still served

    Scenario: the proof is by another key
      Given the client has obtained tokens bound to its key
      And the access token works with its key
      When the client calls the API, proving possession of another key
      Then the API answers as documented
      And the call with a proof is still served

    Scenario Outline: the client sends <flaw>
      Given the client has obtained tokens bound to its key
      And the access token works with its key
      When the client calls the API, proving possession of its key by <flaw>
      Then the API answers as documented
      And the call with a proof is still served

      Examples:
        | flaw                             |
        | a proof without ath              |
        | a proof for another access token |

  @rule:dpop/resource-checks
  Rule: A proof that is not valid opens nothing

    Scenario Outline: the client sends <flaw>
      Given the client has obtained tokens bound to its key
      And the access token works with its key
      When the client calls the API, proving possession of its key by <flaw>
      Then the API answers as documented
      And the call with a proof is still served

      Examples:
        | flaw                                                 |
        | the same proof twice                                 |
        | two proofs                                           |
        | a proof that is one word                             |
        | a proof without jti                                  |
        | a proof without htm                                  |
        | a proof without htu                                  |
        | a proof without iat                                  |
        | a proof whose typ is "JWT"                           |
        | a proof without a signature whose alg is "none"      |
        | a proof signed with another key                      |
        | a proof whose claims were altered once it was signed |
        | a proof that shows its private key                   |
        | a proof for another method                           |
        | a proof for another host                             |
        | a proof for another path                             |

    Scenario Outline: the client sends <flaw>, where nonces do not tell the time
      Given the client has obtained tokens bound to its key
      And the access token works with its key
      And the server asks for no nonces
      When the client calls the API, proving possession of its key by <flaw>
      Then the API answers as documented
      And the call with a proof is still served

      Examples:
        | flaw                               |
        | a proof made 3600 seconds ago      |
        | a proof made 3600 seconds from now |

  @rule:dpop/resource-nonce
  Rule: A resource that demands a nonce tells one, and takes no other

    Scenario: a proof has no nonce
      Given the dpop client has obtained tokens bound to its key
      When the client calls the API, proving possession of its key by a proof without a nonce
      Then the resource asks for a nonce
      And the call with a proof is still served

    Scenario: a proof has a nonce never told
      Given the dpop client has obtained tokens bound to its key
      And the access token works with its key
      And the resource demands nonces
      When the client calls the API, proving possession of its key by a proof with a nonce never told
      Then the API answers as documented
      And the call with a proof is still served

  @rule:dpop/no-downgrade
  Rule: A bound token is no Bearer token

    Scenario: the token comes without a proof
      Given the client has obtained tokens bound to its key
      And the access token works with its key
      When the client calls the API with the scheme "Bearer"
      Then the API answers as documented
      And the call with a proof is still served

    Scenario: the token comes with a proof
      Given the client has obtained tokens bound to its key
      And the access token works with its key
      When the client calls the API with the scheme "Bearer", proving possession of its key
      Then the API answers as documented
      And the call with a proof is still served

  @rule:dpop/unbound-refused
  Rule: A token without a key is no bound token

    Scenario: the client proves a key
      Given the client has obtained tokens bound to its key
      And the access token works with its key
      And the client has obtained tokens
      And the access token works
      And the access token is bound to no key
      When the client calls the API, proving possession of its key
      Then the API answers as documented
      And the unchanged call is still served

  @rule:dpop/challenge
  Rule: A challenge for bound tokens names the algorithms of proofs

    @nobody-signs-in
    Scenario: there is no token
      Given the resource refuses a call without a token
      Then a challenge for bound tokens names the algorithms

    Scenario: the proof is for another method
      Given the client has obtained tokens bound to its key
      And the access token works with its key
      When the client calls the API, proving possession of its key by a proof for another method
      Then a challenge for bound tokens names the algorithms

  @rule:dpop/challenge-error
  Rule: A challenge for bound tokens names an error where a token came

    Scenario: the proof is for another method
      Given the client has obtained tokens bound to its key
      And the access token works with its key
      When the client calls the API, proving possession of its key by a proof for another method
      Then the challenge for bound tokens names an error

    Scenario: there is no token
      Given the client has obtained tokens bound to its key
      And the access token works with its key
      When the client calls the API without a token
      Then the challenge for bound tokens names no error
