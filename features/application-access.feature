Feature: Application access
  Whom a server application may act for, and who acts for it.

  @rule:application-access/app-only @nobody-signs-in
  Rule: An application with app-only access cannot act for managed users

    @needs:assertion:app-only
    Scenario: it requests a token for a managed user by an assertion
      Given the app-only client has a token for its app user by an assertion
      When the app-only client requests a token for the managed user by an assertion
      Then the token request or the call with the token is refused as documented
      And the app-only client still gets a token for the enterprise by an assertion

    @needs:credentials:app-only
    Scenario: it requests a token for a managed user by client credentials
      Given the app-only client has a token for its app user by client credentials
      When the app-only client requests a token for the managed user by client credentials
      Then the token request or the call with the token is refused as documented
      And the app-only client still gets a token for the enterprise by client credentials

    Scenario: it requests a token for its service account
      When the app-only client requests a token for the enterprise
      Then the client receives tokens
      And the access token still works

    Scenario: it requests a token for its app user
      When the app-only client requests a token for its app user
      Then the client receives tokens
      And the access token still works

  @rule:application-access/app-only-text @nobody-signs-in
  Rule: The refusal of a managed user has the documented text

    Scenario: it requests a token for a managed user
      Given the app-only client has a token for the enterprise by an assertion
      When the app-only client requests a token for the managed user by an assertion
      Then the response's error_description reads "Cannot obtain token based on the enterprise configuration for your app"

  @rule:application-access/app-and-enterprise @nobody-signs-in
  Rule: An application with enterprise access can act for managed users

    @needs:assertion:server
    Scenario: it requests a token for a managed user by an assertion
      When the server client requests a token for the managed user by an assertion
      Then the client receives tokens
      And the access token still works

    @needs:credentials:server
    Scenario: it requests a token for a managed user by client credentials
      When the server client requests a token for the managed user by client credentials
      Then the client receives tokens
      And the access token still works

    @needs:identity
    Scenario: the token is used
      Given the server client has a token for the managed user
      When the client calls the API with the access token
      Then the resource names the managed user

  @rule:application-access/server-only
  Rule: The access level does not affect a three-legged application

    Scenario: a managed user authorizes an application
      Given the client holds an authorization code
      When the client redeems the code
      Then the client receives tokens
      And the access token still works

    @needs:client:keyed
    Scenario: a managed user authorizes an application that has a key and app-only access
      Given the keyed client holds an authorization code
      When the keyed client redeems the code
      Then the client receives tokens
      And the access token still works

  @rule:application-access/service-account
  Rule: A service account belongs to the application and cannot sign in

    @nobody-signs-in
    Scenario: the token is used
      Given the server client has a token for the enterprise
      When the client calls the API with the access token
      Then the resource names the service account
      And the login of the named user has the form "AutomationUser_…@boxdevedition.com"

    @needs:client:unauthorized @needs:action:authorize_application @needs:action:deauthorize_application @nobody-signs-in
    Scenario: an administrator authorizes another application
      Given the administrator has authorized the unauthorized client
      And the unauthorized client gets a token of its own
      When the client calls the API with the access token
      Then the resource names a user other than the service account
      And the login of the named user has the form "AutomationUser_…@boxdevedition.com"

    @fresh-browser
    Scenario: a person tries to sign in as the service account
      Given the client's unchanged authorization request yields a code
      And the user opens a new browser
      When the service account tries to sign in with an empty password
      Then the client receives no code
      And the client's unchanged authorization request still yields a code

  @rule:application-access/app-users @nobody-signs-in
  Rule: An app user belongs to the application that created it

    Scenario: another application requests a token for it
      Given the server client has a token for its app user
      When the app-only client requests a token for the app user of the server client
      Then the token request is answered as documented
      And the app-only client can still get a token for its app user

    @needs:operation:create_app_user
    Scenario: the service account creates one
      Given the server client has a token for the enterprise
      And the service account creates an app user successfully
      When the server client requests a token for that app user
      Then the client receives tokens
      And the access token still works

    @needs:operation:create_app_user
    Scenario: another application requests a token for a new app user
      Given the server client has a token for the enterprise
      And the service account creates an app user successfully
      When the app-only client requests a token for that app user
      Then the token request is answered as documented
      And the server client can still get a token for that app user
