Feature: Acting as another user
  With an application that may, an administrator makes calls as somebody else.

  @rule:as-user/allowed
  Rule: The call of an administrator acts as the user that it names

    Scenario: the admin asks who they are
      Given the admin has a token of the as-user client
      And the admin asks who they are successfully
      When the admin asks who they are as the user
      Then the resource names the managed user

    @needs:operation:read_folder @needs:thing:own_folder
    Scenario: the admin reads what only the user may read
      Given the admin has a token of the as-user client
      And the admin reads the own folder in vain
      When the admin reads the own folder as the user
      Then the API serves the request

    @needs:operation:create_user
    Scenario: the admin does what the user may not do
      Given the admin has a token of the as-user client
      And the admin creates a user successfully
      When the admin creates a user as the user
      Then the call is refused for lack of permission

    @needs:user:co-admin
    Scenario: a co-admin who manages users asks who they are
      Given the co-admin has a token of the as-user client
      And the co-admin asks who they are successfully
      When the co-admin asks who they are as the user
      Then the resource names the managed user

    @needs:client:server @needs:thing:enterprise
    Scenario: a service account asks who it is
      Given the server client has a token by client credentials about the enterprise
      And the service account asks who they are successfully
      When the service account asks who they are as the user
      Then the resource names the managed user

  @rule:as-user/not-permitted-app
  Rule: An application without the permission acts as nobody else

    Scenario: the application was not permitted to
      Given the admin has a token of the as-user client
      And the admin asks who they are as the user successfully
      And the admin has a token of the client
      When the admin asks who they are as the user
      Then the API answers as documented

    @needs:client:server @needs:client:app-only @needs:thing:enterprise
    Scenario: the server application was not permitted to
      Given the server client has a token by client credentials about the enterprise
      And the service account asks who they are as the user successfully
      And the app-only client has a token by client credentials about the enterprise
      And the service account asks who they are successfully
      When the service account asks who they are as the user
      Then the API answers as documented

  @rule:as-user/not-admin
  Rule: Nobody but an administrator of the user acts as the user

    Scenario: the user acts as another user
      Given the admin has a token of the as-user client
      And the admin asks who they are as the second user successfully
      When the user asks who they are as the second user
      Then the API answers as documented

    @needs:user:plain-co-admin
    Scenario: a co-admin who was granted nothing acts as the user
      Given the admin has a token of the as-user client
      And the admin asks who they are as the user successfully
      And the plain co-admin asks who they are successfully
      When the plain co-admin asks who they are as the user
      Then the API answers as documented

    @needs:user:co-admin
    Scenario: a co-admin acts as the admin
      Given the co-admin has a token of the as-user client
      And the co-admin asks who they are as the user successfully
      When the co-admin asks who they are as the admin
      Then the API answers as documented

    @needs:user:other-admin
    Scenario: the admin of another enterprise acts as the user
      Given the admin has a token of the as-user client
      And the admin asks who they are as the user successfully
      When the other admin asks who they are as the user
      Then the API answers as documented

  @rule:as-user/generate-user-tokens-off
  Rule: An application that may not generate user tokens gets none

    Scenario Outline: it asks for a token of <user> by client credentials
      Given the no-user-tokens client has a token by client credentials about the enterprise
      When the no-user-tokens client asks for a token by client credentials about the <role> user
      Then the token request is answered as documented
      And the no-user-tokens client still gets a token by client credentials about the enterprise

      Examples:
        | user           | role                    |
        | its app user   | no-user-tokens-app-user |
        | a managed user | managed                 |

    @needs:assertion:no-user-tokens
    Scenario Outline: it asks for a token of <user> by an assertion
      Given the no-user-tokens client has a token by an assertion about the enterprise
      When the no-user-tokens client asks for a token by an assertion about the <role> user
      Then the token request is answered as documented
      And the no-user-tokens client still gets a token by an assertion about the enterprise

      Examples:
        | user           | role                    |
        | its app user   | no-user-tokens-app-user |
        | a managed user | managed                 |
