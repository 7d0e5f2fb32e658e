Feature: Refreshing
  A refresh token brings a new pair of tokens, once, to the client that it was issued to.

  @rule:refresh/new-pair
  Rule: A refresh issues a new access token and a new refresh token

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
      And a new code can be redeemed

    Scenario: the refresh token is used again once its successor was used
      Given the client has obtained tokens
      And the client has refreshed
      And the client has refreshed once more
      When the client replays the used refresh token
      Then the token request is answered as documented
      And a new code can be redeemed

  @rule:refresh/single-use-concurrent
  Rule: A refresh token works once when several requests use it at the same time

    @alone
    Scenario: the refresh token is used many times at once
      Given the client has obtained tokens
      When the client uses one refresh token 10 times at once, in 4 rounds
      Then at most one request of each round succeeds

  @rule:refresh/lifetime
  Rule: An unused refresh token lives as long as documented

    @waits:refresh-token-1m
    Scenario: the refresh token is used in time
      Given the client has obtained tokens
      And the refresh token is 1 minute short of its lifetime
      When the client refreshes
      Then the client receives tokens

    @waits:refresh-token+1m
    Scenario: the refresh token is used too late
      Given the client has obtained tokens
      And the client has refreshed
      And the refresh token is 1 minute past its lifetime
      When the client refreshes
      Then the token request is answered as documented
      And a new code can be redeemed

  @rule:refresh/timer-restarts
  Rule: Each refresh restarts the lifetime of the refresh token

    # Thirteen times 59 days.
    @waits:767d
    Scenario: the client refreshes every 59 days for two years
      Given the client has obtained tokens
      When the client refreshes every 59 days for 2 years
      Then the client receives tokens

  @rule:refresh/bound-to-client
  Rule: A refresh token works only for the client that it was issued to

    Scenario: another client uses the refresh token
      Given another client has obtained tokens of its own
      And the client has obtained tokens
      And the client has refreshed
      When another client refreshes
      Then the token request is answered as documented
      And a new code can be redeemed

  @rule:refresh/needs-client-credentials
  Rule: A client that does not authenticate cannot refresh

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
  Rule: An unknown refresh token is refused

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
  Rule: A refresh token works after the access token has expired

    @waits:access-token+1m
    Scenario: the access token has expired
      Given the client has obtained tokens
      And the access token is 1 minute past its lifetime
      When the client refreshes
      Then the client receives tokens
      And the access token still works

  @rule:refresh/before-expiry
  Rule: A refresh token works while the access token is still valid

    Scenario: the access token is still valid
      Given the client has obtained tokens
      When the client refreshes
      Then the client receives tokens

  @rule:refresh/failed-refresh-consumes-nothing
  Rule: A refresh that fails client authentication does not consume the refresh token

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
