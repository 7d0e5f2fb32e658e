Feature: Access tokens
  An access token is short-lived, says so, can be taken back, and cannot be guessed.

  @rule:access-token/lifetime
  Rule: An access token lives as long as documented

    @waits:access-token-30s
    Scenario: the access token is used in time
      Given the client has obtained tokens
      And the access token works
      And the access token is 30 seconds short of its lifetime
      When the client calls the API with the access token
      Then the API serves the request

    @waits:access-token+30s
    Scenario: the access token is used too late
      Given the client has obtained tokens
      And the access token works
      And the access token is 30 seconds past its lifetime
      When the client calls the API with the access token
      Then the API answers as documented
      And a new access token works

    @waits:access-token+30s
    Scenario: the access token is used within its lifetime and again after it
      Given the client has obtained tokens
      And the access token is 1 minute short of its lifetime
      And the access token works
      And the access token is 30 seconds past its lifetime
      When the client calls the API with the access token
      Then the API answers as documented
      And a new access token works

  @rule:access-token/users-apart @ends-grants
  Rule: What becomes of one user's grant takes nothing from another user

    @needs:resource
    Scenario: another user grants the same client
      Given the client has obtained tokens
      And the access token works
      When the second user grants the client other tokens
      Then the access token still works

    @needs:refresh
    Scenario: another user grants the same client, and the client refreshes for the first
      Given the client has obtained tokens
      And the client has refreshed
      When the second user grants the client other tokens
      And the client refreshes
      Then the client receives tokens

    @needs:refresh @needs:client:public
    Scenario: a used refresh token of the user comes again
      Given the second user has granted the public client other tokens
      And the public client has obtained tokens
      And the public client has refreshed
      When the public client replays the used refresh token
      Then the other refresh token still works, if there is one

  @rule:access-token/expires-in-is-true
  Rule: An access token stops working when its expires_in has passed

    @waits:expires-in+30s
    Scenario: an access token from a code is used past its expires_in
      Given the client has obtained tokens
      And the access token works
      And the access token is 30 seconds past its expires_in
      When the client calls the API with the access token
      Then the API answers as documented
      And a new access token works

    @needs:refresh @waits:expires-in+30s
    Scenario: an access token from a refresh is used past its expires_in
      Given the client has obtained tokens
      And the client has refreshed
      And the access token works
      And the access token is 30 seconds past its expires_in
      When the client calls the API with the access token
      Then the API answers as documented
      And a new access token works

    @needs:grant:implicit @waits:expires-in+30s
    Scenario: an access token from the authorization endpoint is used past its expires_in
      Given a client with the implicit grant has a token
      And the access token works
      And the access token is 30 seconds past its expires_in
      When the client calls the API with the access token
      Then the API answers as documented
      And a new access token works

    @property:server-grants @needs:assertion:server @needs:thing:enterprise @waits:expires-in+30s
    Scenario: an access token from an assertion is used past its expires_in
      Given the server client has a token for the enterprise by an assertion
      And the access token works
      And the access token is 30 seconds past its expires_in
      When the client calls the API with the access token
      Then the API answers as documented
      And a new access token works

    @needs:credentials:server @needs:thing:enterprise @waits:expires-in+30s
    Scenario: an access token from client credentials is used past its expires_in
      Given the server client has a token for the enterprise by client credentials
      And the access token works
      And the access token is 30 seconds past its expires_in
      When the client calls the API with the access token
      Then the API answers as documented
      And a new access token works

    @property:downscope @needs:downscope @waits:expires-in+30s
    Scenario: an access token from a token exchange is used past its expires_in
      Given the client has obtained tokens
      And the client has narrowed the access token
      And the access token works
      And the access token is 30 seconds past its expires_in
      When the client calls the API with the access token
      Then the API answers as documented
      And a new access token works

    @property:expires-in-is-kept @waits:expires-in-30s
    Scenario: an access token is used just before its expires_in
      Given the client has obtained tokens
      And the access token is 30 seconds short of its expires_in
      When the client calls the API with the access token
      Then the API serves the request

    @property:expires-in-is-kept @needs:refresh @waits:expires-in-30s
    Scenario: an access token from a refresh is used just before its expires_in
      Given the client has obtained tokens
      And the client has refreshed
      And the access token is 30 seconds short of its expires_in
      When the client calls the API with the access token
      Then the API serves the request

    @property:expires-in-is-kept @fresh-browser @needs:device-authorization @waits:expires-in-30s
    Scenario: an access token of a device is used just before its expires_in
      Given the device client holds a device code
      And the user has approved the device
      And the device client has redeemed the device code
      And the access token works
      And the access token is 30 seconds short of its expires_in
      When the client calls the API with the access token
      Then the API serves the request

    @property:expires-in-is-kept @property:downscope @needs:downscope @waits:expires-in-30s
    Scenario: an access token from a token exchange is used just before its expires_in
      Given the client has obtained tokens
      And the client has narrowed the access token
      And the access token works
      And the access token is 30 seconds short of its expires_in
      When the client calls the API with the access token
      Then the API serves the request

    @property:expires-in-is-kept @needs:credentials:server @needs:thing:enterprise @waits:expires-in-30s @nobody-signs-in
    Scenario: an access token from client credentials is used just before its expires_in
      Given the server client has a token for the enterprise by client credentials
      And the access token works
      And the access token is 30 seconds short of its expires_in
      When the client calls the API with the access token
      Then the API serves the request

  @rule:access-token/not-long-lived
  Rule: No access token is issued for longer than an hour

    Scenario: a code is redeemed
      Given the client has obtained tokens
      Then the access token's expires_in is at most 3600 seconds

    @needs:refresh
    Scenario: a token is refreshed
      Given the client has obtained tokens
      And the client has refreshed
      Then the access token's expires_in is at most 3600 seconds

    @property:server-grants @needs:assertion:server @needs:thing:enterprise @nobody-signs-in
    Scenario: an assertion is presented
      Given the server client has a token for the enterprise by an assertion
      Then the access token's expires_in is at most 3600 seconds, and up to 4200 is tolerated

    @needs:credentials:server @needs:thing:enterprise @nobody-signs-in
    Scenario: client credentials are presented
      Given the server client has a token for the enterprise by client credentials
      Then the access token's expires_in is at most 3600 seconds, and up to 4200 is tolerated

    @property:downscope @needs:downscope
    Scenario: an access token is exchanged
      Given the client has obtained tokens
      And the client has narrowed the access token
      Then the access token's expires_in is at most 3600 seconds, and up to 4200 is tolerated

  @rule:access-token/revocable @ends-grants
  Rule: An access token can be revoked before it expires

    Scenario: the access token is revoked
      Given the client has obtained tokens
      And the access token works
      When the client revokes the access token
      Then the access token no longer works
      And a new access token works

  @rule:access-token/unguessable
  Rule: Tokens cannot be guessed

    Scenario: many access tokens are collected
      When the client collects 32 access tokens
      Then the values cannot be guessed

    @needs:refresh
    Scenario: many refresh tokens are collected
      When the client collects 32 refresh tokens
      Then the values cannot be guessed

  @rule:access-token/developer-token
  Rule: A developer token lives for an hour and cannot be renewed

    @waits:access-token-30s @nobody-signs-in
    Scenario: the developer token is used in time
      Given the developer of the client has created a developer token
      And the access token is 30 seconds short of its lifetime
      When the client calls the API with the access token
      Then the API serves the request

    @needs:user:developer @needs:identity @nobody-signs-in
    Scenario: the developer token names its developer
      Given the developer of the client has created a developer token
      And the access token works
      When the client calls the API with the access token
      Then the resource names the developer user

    @needs:scoped-resource
    Scenario: the developer token opens the client's scoped resource
      Given the client has obtained tokens that open the scoped resource
      And the developer of the client has created a developer token
      When the client calls the scoped resource with the access token
      Then the API serves the request

    @waits:access-token+30s
    Scenario: the developer token is used too late
      Given the developer of the client has created a developer token
      And the access token works
      And the access token is 30 seconds past its lifetime
      Then the access token no longer works
      And a new access token works

    Scenario: the developer token is presented as a refresh token
      Given the developer of the client has created a developer token
      And the access token works
      When the client presents the access token as a refresh token
      Then the token request is answered as documented
      And a new refresh token works
