Feature: Acting as another user
  With an application that may, an administrator makes calls as somebody else.

  @rule:as-user/allowed
  Rule: An administrator can make calls as another user

    Scenario: the admin asks who they are
      Given the admin has a token issued to the as-user client
      And the admin asks who they are successfully
      When the admin asks who they are as the user
      Then the resource names the managed user

    @needs:operation:read_folder @needs:thing:own_folder
    Scenario: the admin reads a folder that only the user may read
      Given the admin has a token issued to the as-user client
      And the user reads the user's folder successfully
      And the admin reads the user's folder and is refused
      When the admin reads the user's folder as the user
      Then the API serves the request

    @needs:operation:create_user
    Scenario: the admin calls an operation that the user may not call
      Given the admin has a token issued to the as-user client
      And the admin creates a user successfully
      When the admin creates a user as the user
      Then the call is refused for lack of permission

    @needs:user:co-admin
    Scenario: a co-admin who manages users asks who they are
      Given the co-admin has a token issued to the as-user client
      And the co-admin asks who they are successfully
      When the co-admin asks who they are as the user
      Then the resource names the managed user

    @needs:client:server @needs:thing:enterprise @nobody-signs-in
    Scenario: a service account asks who it is
      Given the server client has a token for the enterprise
      And the service account asks who they are successfully
      When the service account asks who they are as the user
      Then the resource names the managed user

  @rule:as-user/not-permitted-app
  Rule: An application without the permission cannot act as another user

    Scenario: the application lacks the permission
      Given the admin has a token issued to the as-user client
      And the admin asks who they are as the user successfully
      And the admin has a token issued to the client
      When the admin asks who they are as the user
      Then the API answers as documented

    @needs:client:server @needs:client:app-only @needs:thing:enterprise @nobody-signs-in
    Scenario: the server application lacks the permission
      Given the server client has a token for the enterprise
      And the service account asks who they are as the user successfully
      And the app-only client has a token for the enterprise
      And the service account asks who they are successfully
      When the service account asks who they are as the user
      Then the API answers as documented

  @rule:as-user/not-admin
  Rule: Only an administrator of the user can act as the user

    Scenario: the user acts as another user
      Given the admin has a token issued to the as-user client
      And the admin asks who they are as the second user successfully
      When the user asks who they are as the second user
      Then the API answers as documented

    @needs:user:plain-co-admin
    Scenario: a co-admin without privileges acts as the user
      Given the admin has a token issued to the as-user client
      And the admin asks who they are as the user successfully
      And the plain co-admin asks who they are successfully
      When the plain co-admin asks who they are as the user
      Then the API answers as documented

    @needs:user:co-admin
    Scenario: a co-admin acts as the admin
      Given the co-admin has a token issued to the as-user client
      And the co-admin asks who they are as the user successfully
      When the co-admin asks who they are as the admin
      Then the API answers as documented

    @needs:user:other-admin
    Scenario: the admin of another enterprise acts as the user
      Given the admin has a token issued to the as-user client
      And the admin asks who they are as the user successfully
      When the other admin asks who they are as the user
      Then the API answers as documented

  @rule:as-user/generate-user-tokens-off @nobody-signs-in
  Rule: An application that may not generate user tokens receives none

    @needs:credentials:no-user-tokens
    Scenario Outline: it requests a token for <user> by client credentials
      Given the no-user-tokens client has a token for the enterprise by client credentials
      When the no-user-tokens client requests a token for <user> by client credentials
      Then the token request is answered as documented
      And the no-user-tokens client still gets a token for the enterprise by client credentials

      Examples:
        | user             |
        | its app user     |
        | the managed user |

    @needs:assertion:no-user-tokens
    Scenario Outline: it requests a token for <user> by an assertion
      Given the no-user-tokens client has a token for the enterprise by an assertion
      When the no-user-tokens client requests a token for <user> by an assertion
      Then the token request is answered as documented
      And the no-user-tokens client still gets a token for the enterprise by an assertion

      Examples:
        | user             |
        | its app user     |
        | the managed user |
