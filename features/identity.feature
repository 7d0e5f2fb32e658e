@fresh-browser
Feature: The user of a token
  A token stands for the user who granted it.

  @rule:identity/current-user
  Rule: The current-user resource names the user that the token was issued for

    Scenario: the user asks who they are
      Given the client has obtained tokens for the managed user
      When the client calls the API with the access token
      Then the resource names the managed user

    @needs:user:second
    Scenario: another user asks who they are
      Given the client has obtained tokens for the second user
      When the client calls the API with the access token
      Then the resource names the second user

    @needs:user:second @ends-grants
    Scenario: the user asks who they are after another user has authorized the client
      Given the client has obtained tokens for the managed user
      And the second user has granted the client other tokens
      When the client calls the API with the access token
      Then the resource names the managed user

    @needs:user:second @ends-grants
    Scenario: another user signs in where the user is signed in
      Given the client has obtained tokens for the managed user
      And the second user, who was asked to sign in in the same browser, has granted the client tokens
      When the client calls the API with the access token
      Then the resource names the second user

    @needs:user:second @needs:refresh
    Scenario: the user asks who they are after a refresh
      Given the client has obtained tokens for the second user
      And the client has refreshed
      When the client calls the API with the access token
      Then the resource names the second user

  @rule:identity/no-user
  Rule: A token that a client has for itself stands for no user

    Scenario: the client calls with a token of its own
      Given the client has obtained tokens
      And the access token works
      And a client with the client credentials grant has a token
      When the client calls the API with the access token
      Then the resource names no user
