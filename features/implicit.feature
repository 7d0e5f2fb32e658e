Feature: The implicit grant
  A client that is registered for it gets its access token from the authorization endpoint, in the
  fragment of its redirect URI (RFC 6749 §4.2). Where no client has the grant nothing is asked for here.

  @rule:implicit/fragment
  Rule: The token stands in the fragment of the redirect URI, and nowhere else

    Scenario: the user grants
      When a client with the implicit grant has a token
      Then the token stands in the fragment alone

    Scenario: the client asks for it in the query
      Given a client with the implicit grant has a token
      When that client requests a token by the implicit grant with response_mode set to "query"
      Then the request for a token is refused, or its token stands in the fragment alone
      And a client with the implicit grant still gets a token

  @rule:implicit/token-type
  Rule: The response says of which type the token is

    Scenario: the user grants
      When a client with the implicit grant has a token
      Then the response says that it is a bearer token

  @rule:implicit/lifetime-told
  Rule: The response says how long the token lives

    Scenario: the user grants
      When a client with the implicit grant has a token
      Then the response says how long the token lives

  @rule:implicit/scope-told
  Rule: A scope that the client cannot have is refused, or left out by name

    Scenario Outline: the client asks for <excess>
      Given a client with the implicit grant has a token
      When that client asks for a token with <excess>
      Then the scope is refused, or the response with the token does not name it
      And a client with the implicit grant still gets a token

      Examples:
        | excess                       |
        | an unknown scope             |
        | its scope and an unknown one |

  @rule:implicit/no-refresh-token
  Rule: No refresh token comes from the authorization endpoint

    Scenario: the user grants
      When a client with the implicit grant has a token
      Then no refresh token comes with the token

  @rule:implicit/state
  Rule: The state comes back with the token, and with an error

    Scenario: the user grants
      When a client with the implicit grant has a token
      Then the state comes back with the token

    @fresh-browser
    Scenario: the user denies
      Given a client with the implicit grant has a token
      When the user denies that client's request for a token
      Then the state comes back with the error

    Scenario: the client asks for an unknown scope
      Given a client with the implicit grant has a token
      When that client asks for a token with an unknown scope
      Then the state comes back with the error

  @rule:implicit/errors
  Rule: Errors stand in the fragment of the redirect URI, and nowhere else

    @fresh-browser
    Scenario: the user denies
      Given a client with the implicit grant has a token
      When the user denies that client's request for a token
      Then the error stands in the fragment alone

    Scenario: the client asks for an unknown scope
      Given a client with the implicit grant has a token
      When that client asks for a token with an unknown scope
      Then the error stands in the fragment alone

    Scenario: a client asks that has the grant of codes alone
      Given a client with the implicit grant has a token
      When the client asks for a token from the authorization endpoint
      Then the error stands in the fragment alone

  @rule:implicit/redirect-uri
  Rule: A token goes to a registered redirect URI, and so does an error

    Scenario Outline: the redirect URI is <moved>
      Given a client with the implicit grant has a token
      When that client requests a token by the implicit grant with the redirect URI <moved>
      Then the request for a token is answered as documented
      And a client with the implicit grant still gets a token

      Examples:
        | moved                                         |
        | on another host                               |
        | on a host that ends like the registered one   |
        | on a host that begins like the registered one |
        | under plain http                              |
        | extended by a path segment                    |
        | with a fragment                               |

    @fresh-browser
    Scenario Outline: the user denies, and the redirect URI is <moved>
      Given a client with the implicit grant has a token
      When the user opens a new browser, and denies that client's request for a token with the redirect URI <moved>
      Then the request for a token is answered as documented
      And a client with the implicit grant still gets a token

      Examples:
        | moved           |
        | on another host |

  @rule:implicit/unauthorized-client
  Rule: A client that is not registered for the implicit grant is told so

    Scenario: a client asks that has the grant of codes alone
      Given a client with the implicit grant has a token
      When the client asks for a token from the authorization endpoint
      Then the request for a token is answered as documented
      And a client with the implicit grant still gets a token
