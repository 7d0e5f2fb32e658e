Feature: Acting as another user
  Which applications and which users may act for somebody else.

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
