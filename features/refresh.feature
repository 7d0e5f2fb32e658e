Feature: Refreshing
  A refresh token brings a new pair of tokens, once, to the client that it was issued to.

  @rule:refresh/new-pair
  Rule: Refreshing brings a new access token and a new refresh token

    Scenario: the client refreshes
      Given the client has obtained tokens
      When the client refreshes
      Then both tokens are new
      And the token response has the documented members

  @rule:refresh/single-use
  Rule: A refresh token works once

    Scenario: the refresh token is used a second time
      Given the client has obtained tokens
      And the client has refreshed
      When the client replays the used refresh token
      Then the token request is answered as documented
      And a fresh code is still redeemed

    Scenario: the refresh token is used again once its successor was used
      Given the client has obtained tokens
      And the client has refreshed
      And the client refreshes once more to be sure
      When the client replays the used refresh token
      Then the token request is answered as documented
      And a fresh code is still redeemed

  @rule:refresh/single-use-concurrent
  Rule: A refresh token works once, however many ask at the same time

    Scenario: the refresh token is used many times at once
      Given the client has obtained tokens
      When the client uses one refresh token 10 times at once, in 4 rounds
      Then no round has more than one winner

  @rule:refresh/lifetime
  Rule: A refresh token that is not used lives as long as the documents say

    Scenario: the refresh token is used in time
      Given the client has obtained tokens
      And the refresh token is 1 minute short of its lifetime
      When the client refreshes
      Then the client receives tokens

    Scenario: the refresh token is used too late
      Given the client has obtained tokens
      And the client has refreshed
      And the refresh token is 1 minute past its lifetime
      When the client refreshes
      Then the token request is answered as documented
      And a fresh code is still redeemed

  @rule:refresh/timer-restarts
  Rule: Each refresh starts a new lifetime

    Scenario: the client refreshes every 59 days for two years
      Given the client has obtained tokens
      When the client refreshes every 59 days for 2 years
      Then the client receives tokens

  @rule:refresh/bound-to-client
  Rule: A refresh token works for the client that it was issued to and for no other

    Scenario: another client uses the refresh token
      Given another client has obtained tokens for themselves
      And the client has obtained tokens
      And the client has refreshed
      When another client refreshes
      Then the token request is answered as documented
      And a fresh code is still redeemed

  @rule:refresh/needs-client-credentials
  Rule: A client that cannot prove who it is cannot refresh

    Scenario Outline: the refresh token is used <change>
      Given the sacrificial client has obtained tokens
      And the sacrificial client has refreshed
      When the sacrificial client refreshes <change>
      Then the token request is answered as documented
      And the sacrificial client can still obtain tokens

      Examples:
        | change                     |
        | with a wrong client secret |
        | without the client secret  |

  @rule:refresh/unknown
  Rule: A refresh token that was not issued is refused

    Scenario Outline: the refresh token is sent <change>
      Given the client has obtained tokens
      And the client has refreshed
      When the client refreshes <change>
      Then the token request is answered as documented
      And the client can still refresh with the same token

      Examples:
        | change                               |
        | with a refresh_token never issued    |
        | with the refresh_token truncated     |
        | with the refresh_token altered       |
        | with the refresh_token in other case |
        | with the refresh_token extended      |

  @rule:refresh/after-expiry
  Rule: A refresh token works once the access token has expired

    Scenario: the access token has expired
      Given the client has obtained tokens
      And the access token is 1 minute past its lifetime
      When the client refreshes
      Then the client receives tokens
      And the access token still works

  @rule:refresh/before-expiry
  Rule: A refresh token works while the access token still lives

    Scenario: the access token still lives
      Given the client has obtained tokens
      When the client refreshes
      Then the client receives tokens

  @rule:refresh/failed-refresh-consumes-nothing
  Rule: A refresh that fails for its credentials uses nothing up

    Scenario Outline: the refresh token is first used <change>
      Given the sacrificial client has obtained tokens
      And the sacrificial client has refreshed
      When the sacrificial client refreshes <change>
      Then the refresh is refused
      And the refresh token still works

      Examples:
        | change                     |
        | with a wrong client secret |
        | without the client secret  |
