Feature: Authorization requests
  A client sends the user to the authorization endpoint with a request. The user signs in, decides,
  and is sent back to the client with a code or an error. A request that names no client or no
  trustworthy redirect URI ends on a page for the user instead.

  @rule:authorize/get
  Rule: The server accepts authorization requests by GET

    Scenario: a GET request leads through the login back to the client
      When the user follows an authorization request of the client
      Then the user was asked to sign in
      And the client receives a code

  @rule:authorize/post
  Rule: The server treats a posted authorization request like one by GET

    Scenario: a posted request leads to a code
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client by POST
      Then the client receives a code
      And the state comes back unchanged

    Scenario: a posted request that the user denies ends like one by GET
      When the user denies an authorization request of the client by POST
      Then the client receives exactly one error of the documents
      And the state comes back unchanged
      And an unchanged authorization request of the client still gives a code

    @against:box
    Scenario: a posted request is refused for the same reasons
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client by POST and also without response_type
      Then the client receives exactly one error of the documents
      And the state comes back unchanged

  @rule:authorize/url-encoding
  Rule: The server decodes every parameter exactly once

    Scenario Outline: the state <state> survives
      When the user follows an authorization request of the client with state set to "<state>"
      Then the client receives a code
      And the state comes back unchanged

      Examples:
        | state              |
        | a+b c              |
        | 100%               |
        | a%2Bb%20c          |
        | x&code=1&y=2       |
        | ünï→✓              |
        | {'a':[1,2]}/?#;    |

    Scenario Outline: a state written as <written> is read as <meaning>
      When the user follows an authorization request of the client with state written as "<written>"
      Then the client receives a code
      And the state comes back as "<meaning>"

      Examples:
        | written         | meaning   |
        | a%20b+c%2Bd     | a b c+d   |
        | %61%2562        | a%62      |
        | %C3%A9%26%3D    | é&=       |

    Scenario: a state with space around it survives
      When the user follows an authorization request of the client with state set to "  a b "
      Then the client receives a code
      And the state comes back unchanged

  @rule:authorize/response-type-required
  Rule: A request without a response type is invalid

    Scenario: the response type is missing
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client without response_type
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

    Scenario: the response type is empty
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with an empty response_type
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

  @rule:authorize/response-type-code-only
  Rule: A response type other than code is refused by its own error

    Scenario: the response type is unknown
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with response_type set to "oauthspec"
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

    @against:box
    Scenario Outline: the response type is <type>
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with response_type set to "<type>"
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

      Examples:
        | type       |
        | token      |
        | code token |
        | CODE       |
        | codex      |

  @rule:authorize/client-id-required
  Rule: A request that names no client ends on a page

    Scenario: the client identifier is missing
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client without client_id
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

    Scenario: the client identifier is empty
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with an empty client_id
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

  @rule:authorize/client-id-known
  Rule: A request that names an unknown client ends on a page

    Scenario: the client identifier is not registered
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with an unknown client
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

    Scenario Outline: the client identifier is another one, <change>
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client <change>
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

      Examples:
        | change                       |
        | with the client_id truncated |
        | with the client_id altered   |

  @rule:authorize/redirect-uri-optional
  Rule: Where one redirect URI is registered the request need not name it

    Scenario: the redirect URI is left out
      When the user follows an authorization request of the client without redirect_uri
      Then the client receives a code

  @rule:authorize/state-on-grant
  Rule: The state comes back with the code

    Scenario: the user grants
      When the user follows an authorization request of the client
      Then the client receives a code
      And the state comes back unchanged

    Scenario Outline: the user grants a request <change>
      When the user follows an authorization request of the client <change>
      Then the client receives a code
      And the state comes back unchanged

      Examples:
        | change                            |
        | without redirect_uri              |
        | with a state of 1000 characters   |

  @rule:authorize/state-on-deny
  Rule: The state comes back when the user denies

    Scenario: the user denies
      When the user denies an authorization request of the client
      Then the state comes back unchanged with an error

  @rule:authorize/state-on-error
  Rule: The state comes back with an error

    Scenario: the request has no response type
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client without response_type
      Then the state comes back unchanged with an error

    Scenario: the response type is unknown
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with response_type set to "oauthspec"
      Then the state comes back unchanged with an error

    @against:box @needs:hook:block_device
    Scenario: the device is not authorized
      Given an unchanged authorization request of the client gives a code
      And the user starts a fresh browser
      And the user's device is not authorized
      When the user follows an authorization request of the client
      Then the state comes back unchanged with an error
      And once the device is authorized again an ordinary request gives a code

    @against:box @needs:hook:rate_limit
    Scenario: the device sends too many requests
      Given an unchanged authorization request of the client gives a code
      And the user's device sends too many requests
      When the user follows an authorization request of the client
      Then the state comes back unchanged with an error
      And once the rate is lower an ordinary request gives a code

  @rule:authorize/state-absent
  Rule: Where no state was sent none comes back

    Scenario: the user grants a request without a state
      When the user follows an authorization request of the client without state
      Then the client receives a code
      And no state comes back

    Scenario: the user denies a request without a state
      When the user denies an authorization request of the client without state
      Then no state comes back

  @rule:authorize/login-prefilled
  Rule: The login form shows the name that the client suggests

    Scenario: the client suggests a name
      When the user opens an authorization request of the client with box_login set to "user.1@example.com"
      Then the login form shows "user.1@example.com" as the user's name

    Scenario: the client suggests a name that is markup
      When the user opens an authorization request of the client with box_login set to "<b>'&amp;x@example.com"
      Then the login form shows "<b>'&amp;x@example.com" as the user's name
      And the page holds no markup of the request

  @rule:authorize/repeated-parameter
  Rule: A request that gives a parameter twice is refused

    Scenario Outline: <parameter> is given twice
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with <parameter> given twice
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

      Examples:
        | parameter     |
        | response_type |
        | state         |
        | client_id     |
        | redirect_uri  |
        | scope         |

    Scenario Outline: <parameter> is given twice with different values
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with <parameter> given twice, differently
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

      Examples:
        | parameter     |
        | response_type |
        | state         |

    Scenario Outline: with two different values of <parameter> nothing reaches a client
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with <parameter> given twice, differently
      Then the user sees a page, and the client receives nothing
      And an unchanged authorization request of the client still gives a code

      Examples:
        | parameter    |
        | client_id    |

    @against:box
    Scenario: with two different redirect URIs nothing reaches a client
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with redirect_uri given twice, differently
      Then the user sees a page, and the client receives nothing
      And an unchanged authorization request of the client still gives a code

    Scenario: with two different redirect URIs nothing reaches the one that is not registered
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with redirect_uri given twice, differently
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

    @against:box
    Scenario: the state stands in the query and in the body
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client by POST and also with state in both query and body
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

  @rule:authorize/malformed
  Rule: A malformed request is refused, and never by a server error

    Scenario Outline: the state is written as <broken>
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with state written as "<broken>"
      Then the authorization request is refused or read literally, and never by a server error
      And an unchanged authorization request of the client still gives a code

      Examples:
        | broken |
        | %      |
        | %zz    |
        | %4     |
        | %ff%fe |
        | %00    |

    Scenario: the redirect URI is no URI
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with the redirect URI that is no URI
      Then the authorization request is answered as documented, and never by a server error
      And an unchanged authorization request of the client still gives a code

  @rule:authorize/unauthorized-device
  Rule: A user who signs in from a device that is not authorized is sent back with a server error

    Scenario: the device is not authorized
      Given an unchanged authorization request of the client gives a code
      And the user starts a fresh browser
      And the user's device is not authorized
      When the user follows an authorization request of the client
      Then the authorization request is answered as documented
      And once the device is authorized again an ordinary request gives a code

  @rule:authorize/rate-limited
  Rule: A user whose device asks too often is sent back for later

    Scenario: the device sends too many requests
      Given an unchanged authorization request of the client gives a code
      And the user's device sends too many requests
      When the user follows an authorization request of the client
      Then the authorization request is answered as documented
      And once the rate is lower an ordinary request gives a code

  @rule:authorize/error-always-present
  Rule: Every refusal that reaches the client carries exactly one error

    Scenario: the user denies
      When the user denies an authorization request of the client
      Then the client receives exactly one error of the documents

    Scenario Outline: the request is sent <change>
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client <change>
      Then the client receives exactly one error of the documents

      Examples:
        | change                                |
        | without response_type                 |
        | with response_type set to "oauthspec" |

  @rule:authorize/unknown-parameters
  Rule: Parameters that nobody knows are passed over

    Scenario: the request carries an unknown parameter
      When the user follows an authorization request of the client with the additional parameter x_oauthspec
      Then the client receives a code

  @rule:authorize/https-only
  Rule: The authorization endpoint is served over TLS only

    Scenario: the request comes by plain HTTP
      Given the authorization endpoint answers over TLS
      When the authorization endpoint is asked without TLS
      Then the plain request is refused or upgraded
