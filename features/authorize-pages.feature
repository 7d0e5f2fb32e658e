Feature: Pages of the authorization endpoint
  What the authorization endpoint answers is for a browser and the person before it: errors are pages with
  the status of an error, and no script of another site reads them.

  @rule:authorize/page-status
  Rule: An error page has status 400

    Scenario: the client identifier is not registered
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with an unknown client
      Then the error page has status 400
      And the client's unchanged authorization request still yields a code

    Scenario: the redirect URI is on another host
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI on another host
      Then the error page has status 400
      And the client's unchanged authorization request still yields a code

  @rule:authorize/no-cors @fresh-browser
  Rule: No script of another site reads the authorization endpoint

    Scenario: a script sends the request
      Given the client's unchanged authorization request yields a code
      When a script of another site sends the client's authorization request
      Then no other site may read the answer
      And the client's unchanged authorization request still yields a code

    Scenario: a script sends a preflight request
      Given the client's unchanged authorization request yields a code
      When a script of another site asks whether it may send the client's authorization request
      Then no other site may read the answer
      And the client's unchanged authorization request still yields a code
