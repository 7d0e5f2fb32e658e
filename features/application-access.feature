Feature: Application access
  Whom a server application may act for, and who acts for it.

  @rule:application-access/app-only
  Rule: An application with app-only access has nothing to do with managed users

    @needs:assertion:app-only
    Scenario: it asks for a managed user by an assertion
      Given the app-only client has a token by an assertion about the app-only-app-user user
      When the app-only client asks for a token by an assertion about the managed user
      Then the user is refused at the token request or at the call
      And the app-only client still gets a token by an assertion about the enterprise

    Scenario: it asks for a managed user by client credentials
      Given the app-only client has a token by client credentials about the app-only-app-user user
      When the app-only client asks for a token by client credentials about the managed user
      Then the user is refused at the token request or at the call
      And the app-only client still gets a token by client credentials about the enterprise

    Scenario: it asks for its service account
      When the app-only client asks for a token by client credentials about the enterprise
      Then the client receives tokens
      And the access token still works

    Scenario: it asks for its app user
      When the app-only client asks for a token by client credentials about the app-only-app-user user
      Then the client receives tokens
      And the access token still works

  @rule:application-access/app-only-text
  Rule: The refusal of a managed user has the published words

    Scenario: it asks for a managed user
      Given the app-only client has a token by an assertion about the enterprise
      When the app-only client asks for a token by an assertion about the managed user
      Then the refusal reads "Cannot obtain token based on the enterprise configuration for your app"

  @rule:application-access/app-and-enterprise
  Rule: An application with enterprise access acts for managed users too

    @needs:assertion:server
    Scenario: it asks for a managed user by an assertion
      When the server client asks for a token by an assertion about the managed user
      Then the client receives tokens
      And the access token still works

    Scenario: it asks for a managed user by client credentials
      When the server client asks for a token by client credentials about the managed user
      Then the client receives tokens
      And the access token still works

    @needs:identity
    Scenario: the token is used
      Given the server client has a token by client credentials about the managed user
      When the client calls the API with the access token
      Then the resource names the managed user

  @rule:application-access/server-only
  Rule: The access level means nothing for a three-legged application

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
  Rule: A service account stands for the application, and only the API reaches it

    Scenario: the token is used
      Given the server client has a token by client credentials about the enterprise
      When the client calls the API with the access token
      Then the resource names the service-account user
      And the address of the resource's user has the form "AutomationUser_…@boxdevedition.com"

    @needs:client:unauthorized @needs:action:authorize_application @needs:action:deauthorize_application
    Scenario: an administrator authorizes another application
      Given the administrator has authorized the unauthorized client
      And the unauthorized client gets a token of its own
      When the client calls the API with the access token
      Then the resource names another user than the service-account user
      And the address of the resource's user has the form "AutomationUser_…@boxdevedition.com"

    Scenario: somebody tries to sign in as the service account
      Given an unchanged authorization request of the client gives a code
      And the user starts a fresh browser
      When the service-account user tries to sign in with an empty password
      Then the client receives no code
      And an unchanged authorization request of the client still gives a code

  @rule:application-access/app-users
  Rule: An app user belongs to the application that made it

    Scenario: another application names it
      Given the server client has a token by client credentials about the app-user user
      When the app-only client asks for a token by client credentials about the app-user user
      Then the token request is answered as documented
      And the app-only client still gets a token by client credentials about the app-only-app-user user

    @needs:operation:create_app_user
    Scenario: the service account makes one
      Given the server client has a token by client credentials about the enterprise
      And the service account creates an app user successfully
      When the server client asks for a token by client credentials about that app user
      Then the client receives tokens
      And the access token still works

    @needs:operation:create_app_user
    Scenario: another application names the one just made
      Given the server client has a token by client credentials about the enterprise
      And the service account creates an app user successfully
      When the app-only client asks for a token by client credentials about that app user
      Then the token request is answered as documented
      And the server client still gets a token by client credentials about that app user
