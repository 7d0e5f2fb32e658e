Feature: Refreshing
  A refresh token brings a new pair of tokens, once, to the client that it was issued to.

  @rule:refresh/new-pair
  Rule: A refresh issues a new access token and a new refresh token

    Scenario: the client refreshes
      Given the client has obtained tokens
      When the client refreshes
      Then both tokens are new

  @rule:refresh/single-use @ends-grants
  Rule: A refresh token works once

    Scenario: the refresh token is used a second time
      Given the client has obtained tokens
      And the client has refreshed
      When the client replays the used refresh token
      Then the used refresh token is refused as documented, or late where that is optional
      And a new code can be redeemed

    Scenario: the refresh token is used again once its successor was used
      Given the client has obtained tokens
      And the client has refreshed
      And the client has refreshed once more
      When the client replays the refresh token that it got first
      Then the used refresh token is refused as documented, or late where that is optional
      And a new code can be redeemed

    @needs:resource
    Scenario: the refresh token is used again once the new access token was used
      Given the client has obtained tokens
      And the client has refreshed
      And the access token works
      When the client replays the used refresh token
      Then the used refresh token is refused as documented, or late where that is optional
      And a new code can be redeemed

    Scenario: every refresh token is used again once three have followed
      Given the client has obtained tokens
      And the client has refreshed
      And the client has refreshed once more
      And the client has refreshed once more
      When the client replays every used refresh token
      Then the used refresh token is refused as documented, or late where that is optional
      And a new code can be redeemed

  @rule:refresh/single-use-concurrent @ends-grants
  Rule: A refresh token works once when several requests use it at the same time

    @alone
    Scenario: the refresh token is used many times at once
      Given the client has obtained tokens
      When the client uses one refresh token up to 10 times at once, in up to 16 rounds
      Then the requests of each round bring at most one successor

  @rule:refresh/public-rotation @ends-grants
  Rule: A public client gets a new refresh token at each refresh, and the old one no longer works

    Scenario: a public client uses a refresh token a second time
      Given the public client has obtained tokens
      And the access token is bound to no key
      And the public client has refreshed
      When the public client replays the used refresh token
      Then the used refresh token is refused as documented, at the latest once the new tokens were used
      And the public client can still obtain tokens

    @alone
    Scenario: a public client uses a refresh token many times at once
      Given the public client has obtained tokens
      And the access token is bound to no key
      When the public client uses one refresh token up to 10 times at once, in up to 16 rounds
      Then the requests of each round bring at most one successor

  @rule:refresh/replay-ends-grant @ends-grants
  Rule: After a used refresh token is presented again, its successor no longer works

    Scenario: a public client uses a refresh token a second time
      Given the public client has obtained tokens
      And the public client has refreshed
      When the public client replays the used refresh token
      Then the refresh is refused
      And the refresh token no longer works
      And the public client can still obtain tokens

    Scenario: a public client uses a refresh token again once its successor was used
      Given the public client has obtained tokens
      And the public client has refreshed
      And the public client has refreshed once more
      When the public client replays the refresh token that it got first
      Then the refresh is refused
      And the refresh token no longer works
      And the public client can still obtain tokens

    @needs:resource
    Scenario: a public client uses a refresh token again once the new access token was used
      Given the public client has obtained tokens
      And the public client has refreshed
      And the access token works
      When the public client replays the used refresh token
      Then the refresh is refused
      And the refresh token no longer works
      And the public client can still obtain tokens

  @rule:refresh/scope-never-widens @fresh-browser
  Rule: A refresh never yields more than was granted

    @needs:scoped-resource
    Scenario: more scope is asked for than was granted
      Given the client has obtained tokens that open the scoped resource
      And the client has obtained tokens that do not open the scoped resource
      When the client refreshes for the scope that opens the scoped resource
      Then no token opens the scoped resource that did not before

    Scenario: the whole scope of the client is asked for, and a part was granted
      Given the client has obtained tokens for a part of its scope
      When the client refreshes for its whole scope
      Then the response names no scope that was not granted

    @needs:scoped-resource
    Scenario: no scope is asked for
      Given the client has obtained tokens that open the scoped resource
      And the client has obtained tokens that do not open the scoped resource
      When the client refreshes its tokens
      Then no token opens the scoped resource that did not before

    @needs:scoped-resource
    Scenario: a code for more comes with the refresh token
      Given the client has obtained tokens that open the scoped resource
      And the client has obtained tokens that do not open the scoped resource
      When the client refreshes its tokens, and sends a code for the scope that opens the scoped resource
      Then the tokens do not open the scoped resource

  @rule:refresh/scope-kept
  Rule: A refresh that asks for no scope yields what was granted

    @fresh-browser @needs:scoped-resource
    Scenario: nothing was asked for before
      Given the client has obtained tokens that open the scoped resource
      When the client refreshes its tokens
      Then the new access token opens the scoped resource

    @fresh-browser @needs:scoped-resource
    Scenario: less was asked for before
      Given the client has obtained tokens that open the scoped resource
      And the client has refreshed for less scope
      When the client refreshes its tokens
      Then the new access token opens the scoped resource

    @fresh-browser
    Scenario: less was asked for before, by what the responses name
      Given the client has obtained tokens for several scopes
      And the client has refreshed for the first of them
      When the client refreshes its tokens
      Then the response names all of them, if it names a scope

    @fresh-browser @needs:grant:urn:ietf:params:oauth:grant-type:token-exchange @needs:scoped-resource
    Scenario: the access token was exchanged for less scope before
      Given the exchange client holds a token to exchange that opens the scoped resource
      And the exchange client has exchanged the token for less scope
      When the client refreshes the tokens of which one was exchanged
      Then the new access token opens the scoped resource

    @property:downscope @needs:downscope @needs:operation:rename_folder @needs:thing:own_folder @ends-grants
    Scenario: the access token was narrowed before
      Given the client has obtained tokens
      And the client renames the user's folder successfully
      And the client has narrowed the access token
      And the client has used the original refresh token
      When the client renames the user's folder with the access token
      Then the API serves the request

  @rule:refresh/scope-told
  Rule: A refresh for less scope yields less, or says what it yields

    @needs:scoped-resource
    Scenario: less scope is asked for than was granted
      Given the client has obtained tokens that open the scoped resource
      When the client refreshes for the scope that does not open the scoped resource
      Then the new access token has that scope, or the response says which it has

    @fresh-browser
    Scenario: one of several scopes is asked for, and the server tells of the access token
      Given the client has obtained tokens for several scopes
      And the client has refreshed for the first of them
      Then the server tells no scope of the access token that the response does not name

  @rule:refresh/access-token-refused
  Rule: An access token is no refresh token

    Scenario: the access token is used to refresh
      Given the client has obtained tokens
      And the client has refreshed
      When the client presents the access token as a refresh token
      Then the token request is answered as documented
      And the client can still refresh with the same token

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

    @needs:client:other
    Scenario: another client uses the refresh token
      Given another client has obtained tokens of its own
      And the client has obtained tokens
      And the client has refreshed
      When another client refreshes
      Then the token request is answered as documented
      And a new code can be redeemed

    @needs:client:public
    Scenario: a public client uses the refresh token of a confidential client
      Given the client is no public client
      And the public client has obtained tokens of its own
      And the client has obtained tokens
      And the client has refreshed
      When the public client refreshes
      Then the token request brings no tokens
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

    Scenario: the refresh token is used without any credentials
      Given the sacrificial client has obtained tokens
      And the sacrificial client has refreshed
      When the sacrificial client refreshes without its credentials
      Then the token request brings no tokens
      And the sacrificial client can still obtain tokens

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

    @needs:revocation @ends-grants
    Scenario: a refresh token that was revoked is refused, if it is
      Given the client has obtained tokens
      And the client has refreshed
      And the client has revoked the refresh token
      When the client refreshes
      Then the token request is answered as documented, unless it brings tokens

    @ends-grants
    Scenario: a refresh token that was used before is refused, if it is
      Given the client has obtained tokens
      And the client has refreshed
      When the client replays the used refresh token
      Then the token request is answered as documented, unless it brings tokens

  @rule:refresh/after-expiry
  Rule: A refresh token works after the access token has expired

    @waits:access-token+1m
    Scenario: the access token has expired
      Given the client has obtained tokens
      And the access token is 1 minute past its lifetime
      When the client refreshes
      Then the client receives tokens
      And the access token still works

    @needs:client:public @waits:access-token+1m
    Scenario: the access token of a public client has expired
      Given the public client has obtained tokens
      And the access token is 1 minute past its lifetime
      When the public client refreshes
      Then the client receives tokens

  @rule:refresh/before-expiry
  Rule: A refresh token works while the access token is still valid

    Scenario: the access token is still valid
      Given the client has obtained tokens
      When the client refreshes
      Then the client receives tokens

    @needs:client:public
    Scenario: the access token of a public client is still valid
      Given the public client has obtained tokens
      When the public client refreshes
      Then the client receives tokens

    @needs:registration
    Scenario: a client that registered for codes alone was given a refresh token
      Given a client has registered
      And the registered client has obtained tokens
      When the registered client refreshes
      Then the client receives tokens

  @rule:refresh/failed-refresh-consumes-nothing
  Rule: A refresh that fails does not consume the refresh token

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

    @needs:client:other
    Scenario: another client uses the refresh token first
      Given another client has obtained tokens of its own
      And the client has obtained tokens
      And the client has refreshed
      When another client refreshes
      Then the refresh is refused
      And the refresh token still works, unless its grant has ended

    Scenario: a scope that cannot be had is asked for first
      Given the client has obtained tokens
      And the client has refreshed
      When the client refreshes for an unknown scope
      Then the refresh is refused
      And the refresh token still works

    Scenario: a resource that nobody knows is named first
      Given the client has obtained tokens
      And the client has refreshed
      When the client refreshes with resource set to "https://oauthspec.example/unknown"
      Then the refresh is refused
      And the refresh token still works
