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
      Then the client receives tokens, or learns that the resource was not granted

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

  @rule:audience/malformed-refused
  Rule: A resource is named by an absolute URI without fragment

    Scenario Outline: the authorization request names <resource>
      Given the client has obtained tokens for the resource
      When the user follows the client's authorization request for <resource>
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | resource                             |
        | the resource by its path             |
        | the resource without its scheme      |
        | the resource with an empty fragment  |
        | a resource that is no URI            |

  @rule:audience/refused-for-tokens
  Rule: A token request for a resource that nobody knows is refused

    Scenario Outline: a code is redeemed for <resource>
      Given the client has obtained tokens for the resource
      And the client holds an authorization code for the resource
      When the client redeems the code for <resource>
      Then the token request is answered as documented
      And tokens for the resource are still served

      Examples:
        | resource                      |
        | a resource that nobody knows  |
        | the resource with a fragment  |
        | the resource by its path      |

    @needs:refresh
    Scenario: a token is refreshed for a resource that nobody knows
      Given the client has obtained tokens for the resource
      And the access token works
      When the client refreshes for a resource that nobody knows
      Then the token request is answered as documented
      And tokens for the resource are still served

    @needs:grant:client_credentials @nobody-signs-in
    Scenario: a client asks for a token of its own, for a resource that nobody knows
      Given a client with the client credentials grant has a token
      When that client requests a token of its own for a resource that nobody knows
      Then the token request is answered as documented
      And a client with the client credentials grant still gets a token

  @rule:audience/empty-is-absent
  Rule: A resource without a name counts as none

    Scenario: the authorization request has an empty resource
      Given the client's unchanged authorization request yields a code
      And a request need not name a resource
      When the user follows the client's authorization request with resource set to ""
      Then the client receives a code

    Scenario: the code redemption has an empty resource
      Given the client holds an authorization code for the resource
      And the client has redeemed the code
      And a request need not name a resource
      And the client holds an authorization code for the resource
      When the client redeems the code with resource set to ""
      Then the client receives tokens

  @rule:audience/several-named
  Rule: A client may name more than one resource

    Scenario: the authorization request names two
      Given the client has obtained tokens for another resource
      And the client has obtained tokens for the resource
      When the user follows the client's authorization request for both resources
      Then the authorization request is answered as documented

    Scenario: both requests name two
      Given the client has obtained tokens for another resource
      And the client has obtained tokens for the resource
      And the client holds an authorization code for both resources
      When the client redeems the code for both resources
      Then the access token opens both resources, or the request for both is refused

  @rule:audience/granted-is-kept
  Rule: Tokens are for the resource that was granted

    Scenario: the code redemption names none
      Given the client has obtained tokens for the resource
      And the access token works
      And tokens for another resource do not open the resource
      And the client holds an authorization code for another resource
      When the client redeems the code
      Then no token of it opens the resource
      And tokens for the resource are still served

    Scenario: the user was signed in before, and the code redemption names none
      Given the client has obtained tokens for the resource
      And the access token works
      And tokens for another resource do not open the resource
      And the client holds an authorization code for another resource of a user who was signed in
      When the client redeems the code
      Then no token of it opens the resource
      And tokens for the resource are still served

    @needs:refresh
    Scenario: a refresh names none
      Given the client has obtained tokens for the resource
      And the access token works
      And tokens for another resource do not open the resource
      And a request need not name a resource
      When the client refreshes
      Then no token of it opens the resource
      And tokens for the resource are still served

  @rule:audience/chosen
  Rule: A token request chooses among the resources that were granted

    Scenario: the code redemption names one of two
      Given the client has obtained tokens for the resource
      And the access token works
      And tokens for another resource do not open the resource
      And the client holds an authorization code for both resources
      When the client redeems the code for another resource
      Then no token of it opens the resource
      And tokens for the resource are still served

    @needs:refresh
    Scenario: a refresh names the other one of two
      Given the client holds an authorization code for both resources
      And the client has redeemed the code for another resource
      When the client refreshes for the resource
      Then the client receives tokens

    @needs:refresh
    Scenario: two refreshes name one of two each
      Given the client holds an authorization code for both resources
      And the client has redeemed the code for both resources
      And the client has refreshed for another resource
      When the client refreshes for the resource
      Then the client receives tokens

  @rule:audience/code-never-widens
  Rule: A code brings no token for a resource that was not granted

    Scenario: the code redemption names a resource that was not granted
      Given the client has obtained tokens for the resource
      And the access token works
      And tokens for another resource do not open the resource
      And the client holds an authorization code for another resource
      When the client redeems the code for the resource
      Then no token of it opens the resource
      And tokens for the resource are still served

  @rule:audience/own-tokens
  Rule: A client names the resources of its own tokens, too

    @nobody-signs-in
    Scenario: it names the resource
      Given a client with the client credentials grant has a token
      When that client requests a token of its own for the resource
      Then the client receives tokens

    Scenario: it names another resource
      Given the client has obtained tokens for the resource
      And the access token works
      And tokens for another resource do not open the resource
      When that client requests a token of its own for another resource
      Then no token of it opens the resource
      And tokens for the resource are still served

  @rule:audience/similar-is-another
  Rule: A resource with a similar name is another one

    Scenario Outline: the authorization request names <resource>
      Given the client has obtained tokens for the resource
      And the access token works
      When the user follows the client's authorization request for <resource>
      Then a grant for it, where there is one, does not open the resource
      And tokens for the resource are still served

      Examples:
        | resource                              |
        | the resource with a longer path       |
        | the resource with its path in capitals |
        | the resource by way of its parent     |
        | the resource with an encoded slash    |

  @rule:audience/token-names-resource
  Rule: A token says which resource it is for

    Scenario: the token is for the resource
      Given the client has obtained tokens for the resource
      And the access token works
      When somebody reads what the access token is for
      Then it is for the resource

  @rule:audience/foreign-token-refused
  Rule: A token for another resource is refused

    @needs:other-resource
    Scenario: the token is for another resource
      Given the client has obtained tokens for the resource
      And the access token works
      When the client calls the API with a token for another resource
      Then the API answers as documented
      And tokens for the resource are still served

    @property:resource-indicators
    Scenario: the token is for a resource of somebody else
      Given the client has obtained tokens for the resource
      And the access token works
      When the client calls the API with a token for a resource that nobody knows
      Then the API answers as documented
      And tokens for the resource are still served

  @rule:audience/refresh-never-widens
  Rule: A refresh brings no token for a resource that was not granted

    @needs:refresh
    Scenario: a refresh names a resource that was not granted
      Given the client has obtained tokens for the resource
      And the access token works
      And tokens for another resource do not open the resource
      When the client refreshes for the resource
      Then no token of it opens the resource
      And tokens for the resource are still served
