Feature: Access tokens
  An access token is short-lived, says so, can be taken back, and cannot be guessed.

  @rule:access-token/lifetime
  Rule: An access token lives as long as the documents say

    Scenario: the access token is used in time
      Given the client has obtained tokens
      And the access token works
      And the access token is 30 seconds short of its lifetime
      When the client calls the API with the access token
      Then the API serves the request

    Scenario: the access token is used too late
      Given the client has obtained tokens
      And the access token works
      And the access token is 30 seconds past its lifetime
      When the client calls the API with the access token
      Then the API answers as documented
      And a fresh access token works

    Scenario: the access token is used in between, and then too late
      Given the client has obtained tokens
      And the access token is 30 minutes short of its lifetime
      And the access token works
      And the access token is 30 seconds past its lifetime
      When the client calls the API with the access token
      Then the API answers as documented
      And a fresh access token works

  @rule:access-token/expires-in-is-true
  Rule: An access token stops working when its response said

    Scenario: an access token by code is used after that
      Given the client has obtained tokens
      And the access token works
      And the access token is 30 seconds past its expires_in
      When the client calls the API with the access token
      Then the API answers as documented
      And a fresh access token works

    @needs:refresh
    Scenario: an access token by refresh is used after that
      Given the client has obtained tokens
      And the client has refreshed
      And the access token works
      And the access token is 30 seconds past its expires_in
      When the client calls the API with the access token
      Then the API answers as documented
      And a fresh access token works

    @against:box @needs:assertion:server @needs:thing:enterprise
    Scenario: an access token by an assertion is used after that
      Given the server client has a token by an assertion about the enterprise
      And the access token works
      And the access token is 30 seconds past its expires_in
      When the client calls the API with the access token
      Then the API answers as documented
      And a fresh access token works

    @against:box @needs:client:server @needs:thing:enterprise
    Scenario: an access token by client credentials is used after that
      Given the server client has a token by client credentials about the enterprise
      And the access token works
      And the access token is 30 seconds past its expires_in
      When the client calls the API with the access token
      Then the API answers as documented
      And a fresh access token works

    @against:box @needs:downscope
    Scenario: an access token by exchange is used after that
      Given the client has obtained tokens
      And the client has narrowed the access token
      And the access token works
      And the access token is 30 seconds past its expires_in
      When the client calls the API with the access token
      Then the API answers as documented
      And a fresh access token works

    @against:box
    Scenario: an access token is used just before that
      Given the client has obtained tokens
      And the access token is 30 seconds short of its expires_in
      When the client calls the API with the access token
      Then the API serves the request

  @rule:access-token/not-long-lived
  Rule: No access token is promised for longer than an hour

    Scenario: a code is redeemed
      Given the client has obtained tokens
      Then the access token is promised for no more than 3600 seconds

    @needs:refresh
    Scenario: a token is refreshed
      Given the client has obtained tokens
      And the client has refreshed
      Then the access token is promised for no more than 3600 seconds

    @against:box @needs:assertion:server @needs:thing:enterprise
    Scenario: an assertion is presented
      Given the server client has a token by an assertion about the enterprise
      Then the access token is promised for no more than 3600 seconds, or 4200 at worst

    @against:box @needs:client:server @needs:thing:enterprise
    Scenario: client credentials are presented
      Given the server client has a token by client credentials about the enterprise
      Then the access token is promised for no more than 3600 seconds, or 4200 at worst

    @against:box @needs:downscope
    Scenario: an access token is exchanged
      Given the client has obtained tokens
      And the client has narrowed the access token
      Then the access token is promised for no more than 3600 seconds, or 4200 at worst

  @rule:access-token/revocable
  Rule: An access token can be revoked before it expires

    Scenario: the access token is revoked
      Given the client has obtained tokens
      And the access token works
      When the client revokes the access token
      Then the access token no longer works
      And a fresh access token works

  @rule:access-token/unguessable
  Rule: Nobody can guess an access token

    Scenario: many access tokens are collected
      When the client collects 32 access tokens
      Then nobody could guess the next one

    @needs:refresh
    Scenario: many refresh tokens are collected
      When the client collects 32 refresh tokens
      Then nobody could guess the next one

  @rule:access-token/developer-token
  Rule: A developer token lives for an hour and cannot be renewed

    Scenario: the developer token is used in time
      Given the developer of the client has made a developer token
      And the access token is 30 seconds short of its lifetime
      When the client calls the API with the access token
      Then the API serves the request

    @needs:user:developer @needs:identity
    Scenario: the developer token names its developer
      Given the developer of the client has made a developer token
      And the access token works
      When the client calls the API with the access token
      Then the resource names the developer user

    @needs:scoped-resource
    Scenario: the developer token opens what the tokens of the client open
      Given the client's tokens open the resource that needs a scope
      And the developer of the client has made a developer token
      When the client calls the resource that needs a scope with the access token
      Then the API serves the request

    Scenario: the developer token is used too late
      Given the developer of the client has made a developer token
      And the access token works
      And the access token is 30 seconds past its lifetime
      Then the access token no longer works
      And a fresh access token works

    Scenario: the developer token is presented for a refresh token
      Given the developer of the client has made a developer token
      And the access token works
      When the client presents the access token for a refresh token
      Then the token request is answered as documented
      And a fresh refresh token is refreshed
