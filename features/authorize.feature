Feature: Authorization requests
  A client sends the user to the authorization endpoint with a request. The user signs in, decides,
  and is sent back to the client with a code or an error. A request that names no client or no
  trustworthy redirect URI ends on a page for the user instead.

  @rule:authorize/get
  Rule: The server accepts authorization requests by GET

    Scenario: a GET request leads to a code
      When the user follows the client's authorization request
      Then the client receives a code by GET

  @rule:authorize/post
  Rule: The server treats a POST authorization request like a GET request

    Scenario: a POST request leads to a code
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request by POST
      Then the client receives a code
      And the state is returned unchanged

    @fresh-browser
    Scenario: a POST request that the user denies ends with an error
      When the user denies the client's authorization request by POST
      Then the client receives exactly one documented error
      And the state is returned unchanged
      And the client's unchanged authorization request still yields a code

    @property:post-like-get
    Scenario: an invalid POST request ends with an error
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request by POST and also without response_type
      Then the client receives exactly one documented error
      And the state is returned unchanged

  @rule:authorize/url-encoding
  Rule: The server decodes every parameter exactly once

    Scenario Outline: the state <state> is returned unchanged
      When the user follows the client's authorization request with state set to "<state>"
      Then the client receives a code
      And the state is returned unchanged

      Examples:
        | state           |
        | a+b c+d e       |
        | 100% of 50%     |
        | a%2Bb%20c       |
        | x&code=1&y=2    |
        | {'a':[1,2]}/?#; |

    Scenario Outline: a state written as <written> is read as <meaning>
      When the user follows the client's authorization request with state written as "<written>"
      Then the client receives a code
      And the state is returned as "<meaning>"

      Examples:
        | written                | meaning            |
        | one%20two+three%2Bfour | one two three+four |
        | oauthspec%61%2562      | oauthspeca%62      |
        | oauthspec%26%3D%23     | oauthspec&=#       |

    Scenario: a state with space around it is returned unchanged
      When the user follows the client's authorization request with state set to "  oauthspec state "
      Then the client receives a code
      And the state is returned unchanged

  @rule:authorize/state-beyond-ascii
  Rule: A state beyond printable ASCII is returned as it was or refused, and never altered

    Scenario Outline: the state <state> is sent
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with state set to "<state>"
      Then the state is returned unchanged with the code, or the request is refused

      Examples:
        | state                  |
        | oauthspec ünï→✓        |
        | oauthspec 日本語 &= é+ |

  @rule:authorize/client-id-required
  Rule: A request without a client identifier ends on an error page

    Scenario: the client identifier is missing
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request without client_id
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

    Scenario: the client identifier is empty
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with an empty client_id
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

  @rule:authorize/client-id-known
  Rule: A request with an unknown client identifier ends on an error page

    Scenario: the client identifier is not registered
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with an unknown client
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

    Scenario Outline: the request is sent <change>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request <change>
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | change                                                         |
        | with the client_id truncated                                   |
        | with the client_id altered                                     |
        | with prompt set to "oauthspec" and also with an unknown client |

  @rule:authorize/redirect-uri-optional
  Rule: A client with one registered redirect URI need not send it

    Scenario: the redirect URI is left out
      Given the client's authorization request for access alone yields a code
      When the user follows the client's authorization request for access alone, without redirect_uri
      Then the client receives a code

  @rule:authorize/empty-is-absent
  Rule: A parameter without a value counts as absent

    Scenario: the scope is empty
      Given the client's authorization request without scope yields a code
      When the user follows the client's authorization request with an empty scope
      Then the client receives a code

    Scenario: the state is empty
      Given the client's authorization request without state yields a code
      When the user follows the client's authorization request with an empty state
      Then the client receives a code
      And no state is returned

    Scenario: the redirect URI is empty
      Given the client's authorization request for access alone, without redirect_uri, yields a code
      When the user follows the client's authorization request for access alone, with an empty redirect_uri
      Then the client receives a code

  @rule:authorize/unauthorized-client
  Rule: A client that may not ask for codes is told so

    Scenario: the client has other grants alone
      Given the client's unchanged authorization request yields a code
      When the user follows the no-code client's authorization request
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

    Scenario: the client has other grants alone, and redeems the code that it gets
      Given the client's unchanged authorization request yields a code
      When the user follows the no-code client's authorization request
      Then its code, if one comes, brings no tokens

  @rule:authorize/no-token-response
  Rule: No access token comes from the authorization endpoint

    Scenario Outline: the response type is "<type>"
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with response_type set to "<type>"
      Then no access token comes with the redirect
      And the client's unchanged authorization request still yields a code

      Examples:
        | type       |
        | token      |
        | code token |

    @needs:grant:implicit
    Scenario: a client asks that is registered for it
      Given the client's unchanged authorization request yields a code
      When that client requests a token by the implicit grant
      Then no access token comes with the redirect
      And the client's unchanged authorization request still yields a code

  @rule:authorize/oversized @fresh-browser
  Rule: An enormous request is refused or served, and never a server error

    Scenario: the state is enormous
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with a state of 50000 characters
      Then the authorization request is refused or read literally, and never with a server error
      And the client's unchanged authorization request still yields a code

  @rule:authorize/login-prefilled @fresh-browser @nobody-signs-in
  Rule: The login form is prefilled with the login that the client suggests

    Scenario: the client suggests a login
      When the user opens the client's authorization request with box_login set to "user.1@example.com"
      Then the login form shows "user.1@example.com" as the user's name

    Scenario: the client suggests a login with markup
      When the user opens the client's authorization request with box_login set to "<b>'&amp;x@example.com"
      Then the login form shows "<b>'&amp;x@example.com" as the user's name
      And the page contains no markup from the request

  @rule:authorize/repeated-parameter
  Rule: A request that repeats a parameter is refused

    Scenario Outline: <parameter> is given twice
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with <parameter> given twice
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | parameter     |
        | response_type |
        | state         |
        | client_id     |
        | redirect_uri  |
        | scope         |

    Scenario Outline: <parameter> is given twice with different values
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with <parameter> given twice, differently
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | parameter     |
        | response_type |
        | state         |

    @fresh-browser
    Scenario Outline: two different values of <parameter> end on a page
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with <parameter> given twice, differently
      Then the user sees a page, and the client receives nothing
      And the client's unchanged authorization request still yields a code

      Examples:
        | parameter |
        | client_id |

    @property:repeated-redirect-uri-is-shown @fresh-browser
    Scenario: two different redirect URIs end on a page
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with redirect_uri given twice, differently
      Then the user sees a page, and the client receives nothing
      And the client's unchanged authorization request still yields a code

    Scenario: two different redirect URIs are answered as documented
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with redirect_uri given twice, differently
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

    @property:post-like-get
    Scenario: the state is in the query and in the body
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request by POST and also with state in both query and body
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

  @rule:authorize/repeated-is-told
  Rule: A repeated parameter is reported to the client unless it identifies the client or its redirect URI

    Scenario Outline: <parameter> is given twice
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with <parameter> given twice
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | parameter     |
        | response_type |
        | state         |
        | scope         |

  @rule:authorize/head @fresh-browser
  Rule: A HEAD request never causes a server error

    Scenario: the request comes by HEAD
      Given the client's unchanged authorization request yields a code
      When the user opens the client's authorization request by HEAD
      Then the request has not broken the server
      And the client's unchanged authorization request still yields a code

    Scenario: the request comes by HEAD from a new browser
      Given the client's unchanged authorization request yields a code
      And the user opens a new browser
      When the user opens the client's authorization request by HEAD
      Then the request has not broken the server
      And the client's unchanged authorization request still yields a code

  @rule:authorize/malformed
  Rule: A malformed request never causes a server error

    Scenario Outline: the state is written as <broken>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with state written as "<broken>"
      Then the authorization request is refused or read literally, and never with a server error
      And the client's unchanged authorization request still yields a code

      Examples:
        | broken          |
        | oauthspec%      |
        | oauthspec%zz    |
        | oauthspec%4     |
        | oauthspec%ff%fe |
        | oauthspec%00    |

    Scenario Outline: the client identifier is written as <broken>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with client_id written as "<broken>"
      Then the client receives nothing by redirect
      And the client's unchanged authorization request still yields a code

      Examples:
        | broken          |
        | oauthspec%ff%fe |
        | oauthspec%00    |

    Scenario Outline: the scope is written as <broken>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with scope written as "<broken>"
      Then the authorization request is refused or read literally, and never with a server error
      And the client's unchanged authorization request still yields a code

      Examples:
        | broken          |
        | oauthspec%ff%fe |
        | oauthspec%00    |

    Scenario Outline: the redirect URI is <broken>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI <broken>
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | broken                                       |
        | on an IPv6 address that is not closed        |
        | on a name in the brackets of an IPv6 address |

    Scenario: the redirect URI is not a URI
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI that is no URI
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

  @rule:authorize/unauthorized-device @fresh-browser
  Rule: A login from an unauthorized device ends with server_error

    Scenario: the device is not authorized
      Given the client's unchanged authorization request yields a code
      And the user opens a new browser
      And the user's device is not authorized
      When the user follows the client's authorization request
      Then the authorization request is answered as documented
      And once the device is authorized again, an unchanged request yields a code

  @rule:authorize/rate-limited @fresh-browser
  Rule: A device that sends too many requests receives temporarily_unavailable

    Scenario: the device sends too many requests
      Given the client's unchanged authorization request yields a code
      And the user's device sends too many requests
      When the user follows the client's authorization request
      Then the authorization request is answered as documented
      And once the device may send requests again, an unchanged request yields a code

  @rule:authorize/error-always-present
  Rule: Every error redirect carries exactly one error code

    @fresh-browser
    Scenario: the user denies
      When the user denies the client's authorization request
      Then the client receives exactly one documented error

    Scenario Outline: the request is sent <change>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request <change>
      Then the client receives exactly one documented error

      Examples:
        | change                                |
        | without response_type                 |
        | with response_type set to "oauthspec" |

    Scenario Outline: the client is told what is wrong with a request <change>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request <change>
      Then the client receives exactly one documented error, if it is told one

      Examples:
        | change                                        |
        | with response_type set to "code id_token"     |
        | with scope set to "oauthspec"                 |
        | without code_challenge                        |
        | with code_challenge_method set to "oauthspec" |

    @needs:client:query
    Scenario Outline: the redirect URI has a query, and the request is sent <change>
      Given the query client's unchanged authorization request yields a code
      When the user follows the query client's authorization request <change>
      Then the client receives exactly one documented error

      Examples:
        | change                                |
        | without response_type                 |
        | with response_type set to "oauthspec" |

  @rule:authorize/unknown-parameters
  Rule: Unknown parameters are ignored

    Scenario: the request carries an unknown parameter
      When the user follows the client's authorization request with the additional parameter x_oauthspec
      Then the client receives a code

  @rule:authorize/https-only @nobody-signs-in
  Rule: The authorization endpoint is served over TLS only

    Scenario: the request comes by plain HTTP
      Given the authorization endpoint answers over TLS
      When the authorization endpoint is requested without TLS
      Then the plain HTTP request is refused or upgraded

  @rule:authorize/outside-host
  Rule: The user is sent to no host that the request is said to have come by

    Scenario: the request says that it came by way of another host
      When the client's authorization request comes by way of another host
      Then the answer names nothing at that host
      And the client's unchanged authorization request still yields a code
