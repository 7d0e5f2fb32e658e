Feature: Authorization codes
  A code is good for one exchange, by the client that it was issued to, within its lifetime.

  @rule:code/lifetime
  Rule: A code lives as long as the documents say, counted from the grant

    Scenario: the code is redeemed in time
      Given the client holds an authorization code
      And the code is 1 second short of its lifetime
      When the client redeems the code
      Then the client receives tokens

    Scenario: the code is redeemed too late
      Given the client has obtained tokens
      And the client holds an authorization code
      And the code is 1 second past its lifetime
      When the client redeems the code
      Then the token request is answered as documented
      And a fresh code is still redeemed

    Scenario: the user took their time, and the code is redeemed in time
      Given the user grants the client a code after 20 seconds
      And the code is 1 second short of its lifetime
      When the client redeems the code
      Then the client receives tokens

  @rule:code/single-use
  Rule: A code works once

    Scenario: the code is redeemed a second time
      Given the client holds an authorization code
      And the client has redeemed the code
      When the client redeems the code again
      Then the token request is answered as documented
      And a fresh code is still redeemed

  @rule:code/single-use-concurrent
  Rule: A code works once, however many ask at the same time

    Scenario: the code is redeemed many times at once
      Given the client has obtained tokens
      When the client redeems one code 10 times at once, in 4 rounds
      Then no round has more than one winner

  @rule:code/replay-revokes
  Rule: A second use destroys what the first one brought

    Scenario: the access token dies
      Given the client holds an authorization code
      And the client has redeemed the code
      And the access token works
      When the client redeems the code again
      Then the access token no longer works
      And a fresh access token works

    @needs:refresh
    Scenario: the refresh token dies
      Given the client holds an authorization code
      And the client has redeemed the code
      When the client redeems the code again
      Then the refresh token no longer works
      And a fresh refresh token is refreshed

  @rule:code/bound-to-client
  Rule: A code works for the client that it was issued to and for no other

    Scenario: another client redeems the code
      Given another client has obtained tokens for themselves
      And the client has obtained tokens
      And the client holds a fresh authorization code
      When another client redeems the code
      Then the token request is answered as documented
      And a fresh code is still redeemed

  @rule:code/unknown
  Rule: A code that was not issued is refused

    Scenario Outline: the code is sent <change>
      Given the client has obtained tokens
      And the client holds a fresh authorization code
      When the client redeems the code <change>
      Then the token request is answered as documented
      And a fresh code is still redeemed

      Examples:
        | change                      |
        | with a code never issued    |
        | with the code truncated     |
        | with the code altered       |
        | with the code in other case |
        | with the code extended      |

  @rule:code/bound-to-redirect-uri
  Rule: A code works with the redirect URI that it was sent to

    Scenario Outline: the redirect URI of the token request is <moved>
      Given the client has obtained tokens
      And the client holds a fresh authorization code
      When the client redeems the code with the redirect URI <moved>
      Then the token request is answered as documented
      And a fresh code is still redeemed

      Examples:
        | moved                      |
        | on another host            |
        | extended by a path segment |

  @rule:code/redirect-uri-not-repeated
  Rule: The token request is judged as documented where it does not repeat the redirect URI

    Scenario: the redirect URI is left out
      Given the client has obtained tokens
      And the client holds a fresh authorization code
      When the client redeems the code without redirect_uri
      Then the token request is answered as documented
      And a fresh code is still redeemed

  @rule:code/unguessable
  Rule: Nobody can guess a code

    Scenario: many codes are collected
      When the client collects 32 codes
      Then nobody could guess the next one
