Feature: Response types of the authorization endpoint
  A client says what it wants by the response type: a code. What else there is, is the server's affair, and
  is refused where it is unknown.

  @rule:authorize/response-type-required
  Rule: A request without a response type is invalid

    Scenario: the response type is missing
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request without response_type
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

    Scenario: the response type is empty
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with an empty response_type
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

  @rule:authorize/response-type-code-only
  Rule: An unsupported response type is refused with unsupported_response_type

    Scenario: the response type is unknown
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with response_type set to "oauthspec"
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

    Scenario: a token is asked for by a client of which nobody said that it may
      Given the client's unchanged authorization request yields a code
      When the client asks for a token from the authorization endpoint
      Then the request for a token is refused, or its token stands in the fragment alone
      And the client's unchanged authorization request still yields a code

    @property:code-only
    Scenario Outline: the response type is <type>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with response_type set to "<type>"
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | type       |
        | token      |
        | code token |
        | CODE       |
        | codex      |
