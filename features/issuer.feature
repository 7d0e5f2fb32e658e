Feature: Issuer
  A client of several authorization servers learns from each authorization response which of them it
  comes from (RFC 9207).

  @rule:issuer/on-grant
  Rule: A code comes with the issuer

    Scenario: the user grants
      When the user follows the client's authorization request
      Then the redirect names the issuer

    @needs:client:query
    Scenario: the redirect URI has a query
      When the user follows the query client's authorization request
      Then the redirect names the issuer

    Scenario: the request names another issuer
      Given the client's unchanged authorization request yields a code and names the issuer
      When the user follows the client's authorization request with iss set to "https://other.example"
      Then the redirect names the same issuer

  @rule:issuer/on-error
  Rule: An error comes with the same issuer

    @fresh-browser
    Scenario: the user denies
      Given the client's unchanged authorization request yields a code and names the issuer
      When the user denies the client's authorization request
      Then the redirect with the error names the same issuer

    Scenario Outline: the request is sent <change>
      Given the client's unchanged authorization request yields a code and names the issuer
      When the user follows the client's authorization request <change>
      Then the redirect with the error names the same issuer

      Examples:
        | change                                |
        | without response_type                 |
        | with response_type set to "oauthspec" |
        | with scope set to "oauthspec"         |

    Scenario: the request is sent without response_type, and names another issuer
      Given the client's unchanged authorization request yields a code and names the issuer
      When the user follows the client's authorization request without response_type and also with iss set to "https://other.example"
      Then the redirect with the error names the same issuer

  @rule:issuer/in-fragment
  Rule: A response in the fragment names the issuer there

    Scenario: the user grants
      When a client with the implicit grant has a token
      Then the response with the token names the issuer in the fragment alone

    @fresh-browser
    Scenario: the user denies
      Given a client with the implicit grant has a token and the issuer
      When the user denies that client's request for a token
      Then the response with the error names the same issuer in the fragment alone

    Scenario: the client asks for an unknown scope
      Given a client with the implicit grant has a token and the issuer
      When that client asks for a token with an unknown scope
      Then the response with the error names the same issuer in the fragment alone

  @rule:issuer/advertised
  Rule: Responses name the issuer where the metadata say so

    Scenario: the user grants, and the metadata promise it
      Given the metadata promise that responses name the issuer
      When the user follows the client's authorization request
      Then the redirect names whichever issuer was promised

  @rule:issuer/equals-metadata
  Rule: The issuer of responses is that of the metadata

    Scenario: the issuers are compared
      Given the client's unchanged authorization request yields a code and names the issuer
      And the server publishes metadata
      When a client reads the server's metadata
      Then the issuer in the metadata is that of the response

    Scenario: the metadata say that responses name it
      Given the client's unchanged authorization request yields a code and names the issuer
      And the server publishes metadata
      When a client reads the server's metadata
      Then the metadata say yes to authorization_response_iss_parameter_supported
