Feature: Authorization codes
  A code is good for one exchange, by the client that it was issued to, within its lifetime.

  @rule:code/lifetime
  Rule: A code lives as long as documented, counted from the user's consent

    @waits:code-1s
    Scenario: the code is redeemed in time
      Given the client holds an authorization code
      And the code is 1 second short of its lifetime
      When the client redeems the code
      Then the client receives tokens

    @waits:code+1s
    Scenario: the code is redeemed too late
      Given the client has obtained tokens
      And the client holds an authorization code
      And the code is 1 second past its lifetime
      When the client redeems the code
      Then the token request is answered as documented
      And a new code can be redeemed

    @waits:code+1s
    Scenario: the code is redeemed too late, and was refused shortly before
      Given the client has obtained tokens
      And the client holds an authorization code
      And the code is 5 seconds short of its lifetime
      And the code was presented with another redirect URI, and with another verifier
      And the code is 1 second past its lifetime
      When the client redeems the code
      Then the token request is answered as documented
      And a new code can be redeemed

    @waits:20s+code-1s
    Scenario: the user consents late, and the code is redeemed in time
      Given the user grants the client a code after 20 seconds
      And the code is 1 second short of its lifetime
      When the client redeems the code
      Then the client receives tokens

  @rule:code/ten-minutes
  Rule: A code lives for ten minutes at most

    @waits:601s
    Scenario: the code is redeemed after ten minutes
      Given the client has obtained tokens
      And the client holds an authorization code
      And the code is 601 seconds old
      When the client redeems the code
      Then the token request is answered as documented
      And a new code can be redeemed

  @rule:code/single-use
  Rule: A code works once

    Scenario: the code is redeemed a second time
      Given the client holds an authorization code
      And the client has redeemed the code
      When the client redeems the code again
      Then the token request is answered as documented
      And a new code can be redeemed

  @rule:code/single-use-concurrent
  Rule: A code works once when several requests redeem it at the same time

    @alone
    Scenario: the code is redeemed many times at once
      Given the client has obtained tokens
      When the client redeems one code up to 10 times at once, in up to 16 rounds
      Then at most one request of each round succeeds

  @rule:code/replay-revokes
  Rule: A second use of a code revokes the tokens issued for it

    Scenario: the access token is revoked
      Given the client holds an authorization code
      And the client has redeemed the code
      And the access token works
      When the client redeems the code again
      Then the access token no longer works
      And a new access token works

    @needs:refresh
    Scenario: the refresh token is revoked
      Given the client holds an authorization code
      And the client has redeemed the code
      When the client redeems the code again
      Then the refresh token no longer works
      And a new refresh token works

  @rule:code/invalid-replay-spares
  Rule: A second use by somebody who could not have used the code at all revokes nothing

    Scenario: the code comes again with a wrong verifier
      Given the client holds an authorization code for an S256 challenge
      And the client has redeemed the code
      And the access token works
      When the client redeems the code with the code_verifier altered
      Then the access token still works

    @needs:client:other
    Scenario: the code comes again from another client
      Given another client has obtained tokens of its own
      And the client holds an authorization code
      And the client has redeemed the code
      And the access token works
      When another client redeems the code
      Then the access token still works

  @rule:code/bound-to-client
  Rule: A code works only for the client that it was issued to

    @needs:client:other
    Scenario: another client redeems the code
      Given another client has obtained tokens of its own
      And the client has obtained tokens
      And the client holds an authorization code
      When another client redeems the code
      Then the token request is answered as documented
      And a new code can be redeemed

    @needs:client:public @needs:client:loopback
    Scenario: another public client redeems the code of a public client
      Given the loopback client has obtained tokens of its own
      And the public client holds an authorization code
      When the loopback client redeems the code
      Then the token request is answered as documented
      And the public client can still obtain tokens

    @needs:client:public
    Scenario: a public client redeems the code of a confidential client
      Given the client is no public client
      And the public client has obtained tokens of its own
      And the client holds an authorization code
      When the public client redeems the code
      Then the token request brings no tokens
      And a new code can be redeemed

  @rule:code/not-before-grant @fresh-browser
  Rule: A code is good once the user has granted, and not before

    Scenario Outline: what was the code later is redeemed before <event>
      Given the client has redeemed a code, and notes what its browser saw before
      When the client redeems what stands in the same place before <event>
      Then no code is good before it is granted

      Examples:
        | event            |
        | anybody signs in |
        | anybody grants   |
        | the sign-in ends |

  @rule:code/unknown
  Rule: An unknown code is refused

    Scenario Outline: the code is sent <change>
      Given the client has obtained tokens
      And the client holds an authorization code
      When the client redeems the code <change>
      Then the token request is answered as documented
      And a new code can be redeemed

      Examples:
        | change                      |
        | with a code never issued    |
        | with the code truncated     |
        | with the code altered       |
        | with the code in other case |
        | with the code extended      |

    @needs:client:other
    Scenario Outline: the code is spliced with one of another client, and <who> redeems the result
      Given another client has obtained tokens of its own
      And the client has obtained tokens
      And the client holds an authorization code
      When <who> redeems the code spliced with one of another client
      Then the token request is answered as documented
      And a new code can be redeemed

      Examples:
        | who            |
        | the client     |
        | another client |

  @rule:code/similar-spares-code
  Rule: A code still works after a similar one was refused

    Scenario Outline: the code is sent <change>, and then as it is
      Given the client holds an authorization code
      When the client redeems the code <change>
      Then the token request is refused
      And the client can still redeem the code

      Examples:
        | change                  |
        | with the code truncated |
        | with the code altered   |
        | with the code extended  |

    @needs:client:other
    Scenario Outline: <who> redeems the code spliced with one of another client, before it is sent as it is
      Given the client holds an authorization code
      When <who> redeems the code spliced with one of another client
      And the client redeems the code
      Then the client receives tokens

      Examples:
        | who            |
        | the client     |
        | another client |

  @rule:code/bound-to-redirect-uri
  Rule: A code works only with the redirect URI of the authorization request

    Scenario Outline: the redirect URI of the token request is <moved>
      Given the client has obtained tokens
      And the client holds an authorization code
      When the client redeems the code with the redirect URI <moved>
      Then the token request is answered as documented
      And a new code can be redeemed

      Examples:
        | moved                      |
        | on another host            |
        | extended by a path segment |

    @needs:client:several
    Scenario: the token request names another registered redirect URI
      Given the several client has obtained tokens
      And the several client holds an authorization code
      When the several client redeems the code with registered redirect URI 2
      Then the token request is answered as documented
      And the several client can still obtain tokens

  @rule:code/bound-to-scope @fresh-browser
  Rule: A code yields no more scope than was granted

    Scenario: the token request names more
      Given the client has obtained tokens that open the scoped resource
      And the client has obtained tokens that do not open the scoped resource
      And the client holds an authorization code for less than the scoped resource takes
      When the client redeems the code for the scope that opens the scoped resource
      Then the tokens do not open the scoped resource

  @rule:code/redirect-uri-not-repeated
  Rule: A token request without the redirect URI is answered as documented

    Scenario: the redirect URI is left out
      Given the client has obtained tokens
      And the client holds an authorization code
      When the client redeems the code without redirect_uri
      Then the token request is answered as documented
      And a new code can be redeemed

  @rule:code/unguessable
  Rule: Codes cannot be guessed

    Scenario: many codes are collected
      When the client collects 32 codes
      Then the values cannot be guessed
