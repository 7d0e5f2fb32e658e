Feature: Resources that tokens are for
  A client names the resource that it wants to call with its tokens (RFC 8707). A resource takes the tokens
  that are meant for it, and no others.

  @rule:audience/resource-accepted
  Rule: A client may name the resource that it wants to call

    Scenario: the authorization request names it
      When the user follows the client's authorization request for the resource
      Then the client receives a code

    Scenario: the code redemption names it, too
      Given the client has obtained tokens for the resource
      When the client calls the API with the access token
      Then the API serves the request

    Scenario: the code redemption alone names it
      Given the client holds an authorization code
      When the client redeems the code for the resource
      Then the client receives tokens

  @rule:audience/unknown-refused
  Rule: A request for a resource that nobody knows is refused

    Scenario Outline: the authorization request names <resource>
      Given the client has obtained tokens for the resource
      When the user follows the client's authorization request for <resource>
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | resource                      |
        | a resource that nobody knows  |
        | the resource with a fragment  |

  @rule:audience/foreign-token-refused
  Rule: A token for another resource is refused

    Scenario: the token is for another resource
      Given the client has obtained tokens for the resource
      And the access token works
      When the client calls the API with a token for another resource
      Then the API answers as documented
      And tokens for the resource are still served

  @rule:audience/refresh-never-widens
  Rule: A refresh brings no token for a resource that was not granted

    @needs:refresh
    Scenario: a refresh names a resource that was not granted
      Given the client has obtained tokens for another resource
      When the client refreshes for the resource
      Then no token of it opens the resource
      And tokens for the resource are still served
