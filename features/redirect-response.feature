Feature: Responses to the redirect URI, and error pages
  What is wrong with the redirect URI of a request is shown to the user on a page, and the client learns
  nothing. What is sent to the redirect URI leaves its own query as it is.

  @rule:redirect/never-to-application
  Rule: An invalid redirect URI is reported to the user and never to the client

    Scenario Outline: the request is sent <change>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request <change>
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | change                                                                                       |
        | with the redirect URI on another host                                                        |
        | with the redirect URI on another host, without a scheme                                      |
        | with the redirect URI on another host and also without response_type                         |
        | with the redirect URI on another host and also with response_type set to "oauthspec"         |
        | with the redirect URI on another host and also with response_type set to "token"             |
        | with the redirect URI on another host and also with response_type set to "code id_token"     |
        | with the redirect URI on another host and also with state given twice                        |
        | with the redirect URI on another host and also with scope set to "oauthspec"                 |
        | with the redirect URI on another host and also with prompt set to "none"                     |
        | with the redirect URI on another host and also with prompt set to "oauthspec"                |
        | with the redirect URI on another host and also with max_age set to "oauthspec"               |
        | with the redirect URI on another host and also with the client_id truncated                  |
        | with the redirect URI on another host and also with the client_id altered                    |
        | with the redirect URI under plain http and also without response_type                        |
        | with the redirect URI under a scheme that begins with a digit and also without response_type |

    @fresh-browser
    Scenario Outline: nobody is signed in, and the request is sent <change>
      Given the client's unchanged authorization request yields a code
      And the user opens a new browser
      When the user follows the client's authorization request <change>
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | change                                                                                                                        |
        | with the redirect URI on another host                                                                                         |
        | with the redirect URI on another host and also with prompt set to "none"                                                      |
        | with the redirect URI on another host and also with prompt set to "oauthspec"                                                 |
        | with the redirect URI on another host and also with response_type set to "oauthspec"                                          |
        | with the redirect URI on another host and also with response_type set to "none"                                               |
        | with the redirect URI on another host and also with response_type set to "token"                                              |
        | with the redirect URI on another host and also with response_type set to "code id_token"                                      |
        | with the redirect URI on another host and also without response_type                                                          |
        | with the redirect URI on another host and also with scope set to "oauthspec"                                                  |
        | with the redirect URI on another host and also with state given twice                                                         |
        | with the redirect URI on another host and also with response_mode set to "oauthspec"                                          |
        | with the redirect URI on another host and also with response_type set to "oauthspec" and also with prompt set to "none"       |
        | with the redirect URI on another host and also with scope set to "oauthspec" and also with response_type set to "oauthspec"   |
        | with the redirect URI under plain http and also with prompt set to "none"                                                     |
        | with the redirect URI under a scheme that begins with a digit and also with prompt set to "none"                              |

    Scenario Outline: the user is signed in, and the request is sent <change>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request <change>
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | change                                                                                |
        | with the redirect URI on another host and also with prompt set to "none"              |
        | with the redirect URI on another host and also with response_mode set to "oauthspec"  |

    @needs:hook:rate_limit @fresh-browser
    Scenario: the redirect URI is invalid and the device sends too many requests
      Given the client's unchanged authorization request yields a code
      And the user's device sends too many requests
      When the user follows the client's authorization request with the redirect URI on another host
      Then the client receives nothing by redirect
      And once the device may send requests again, an unchanged request yields a code

    @fresh-browser
    Scenario: the user denies a request with an invalid redirect URI
      Given the client's unchanged authorization request yields a code
      When the user denies the client's authorization request with the redirect URI on another host
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

  @rule:redirect/signed-in-first @fresh-browser
  Rule: The client learns of an error once the user has signed in

    Scenario Outline: nobody is signed in, and the request is sent <change>
      Given the user signs in where the client's authorization request opens a new browser
      And the user opens a new browser
      When the user follows the client's authorization request <change>
      Then the client receives no error before the user has signed in
      And the client's unchanged authorization request still yields a code

      Examples:
        | change                                |
        | without response_type                 |
        | with response_type set to "oauthspec" |
        | with scope set to "oauthspec"         |

  @rule:redirect/after-login @fresh-browser
  Rule: No address that the URL of the login page names leads to another site

    Scenario Outline: the URL names <site>
      Given the client's unchanged authorization request yields a code
      And the user opens a new browser
      When the user follows the client's authorization request, and the URL of the login page names <site>
      Then the browser is led to no other site
      And the client's unchanged authorization request still yields a code

      Examples:
        | site                            |
        | another site                    |
        | another site without its scheme |
        | another site behind a backslash |

  @rule:redirect/page-names-error @fresh-browser
  Rule: The error page shows the error code

    Scenario Outline: the page for a redirect URI <moved> shows <code>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI <moved>
      Then the page shows the error code "<code>"

      Examples:
        | moved                                   | code                  |
        | on another host                         | redirect_uri_mismatch |
        | under plain http                        | insecure_redirect_uri |
        | under a scheme that begins with a digit | invalid_redirect_uri  |

  @rule:redirect/page-escapes @fresh-browser
  Rule: Pages escape values from the request

    Scenario Outline: the request comes <change>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request <change>
      Then the page contains no markup from the request

      Examples:
        | change                                                               |
        | with the redirect URI on another host, carrying markup               |
        | with markup in client_id                                             |
        | with markup in client_id and also with markup in state               |
        | with markup in scope and also with an unknown client                 |
        | with markup in response_type and also with an unknown client         |
        | with markup in code_challenge_method and also with an unknown client |
        | with markup in prompt and also with an unknown client                |
        | with markup in login_hint and also with an unknown client            |

    Scenario Outline: the login page of a request <change>
      When the user opens the client's authorization request <change>
      Then the page contains no markup from the request
      And the client's unchanged authorization request still yields a code

      Examples:
        | change                   |
        | with markup in state     |
        | with markup in box_login |
        | with markup in login_hint |

    Scenario: the response comes by a form that the page sends
      When the user follows the client's authorization request with markup in state and also with response_mode set to "form_post"
      Then the page contains no markup from the request
      And the client's unchanged authorization request still yields a code

    @needs:device-authorization
    Scenario Outline: the user of a device <does>
      Given the device client holds a device code
      When the user <does>
      Then the page contains no markup from the request
      And the right user code is still taken

      Examples:
        | does                                        |
        | types markup in place of the user code      |
        | follows a link with markup as its user code |

  @rule:redirect/query-kept
  Rule: The query of a registered redirect URI is kept

    Scenario: the user grants
      When the user follows the query client's authorization request
      Then the client receives a code
      And the query of the redirect URI is kept
      And the redirect carries each response parameter once

    @fresh-browser
    Scenario: the user denies
      When the user denies the query client's authorization request
      Then the query of the redirect URI is kept
      And the redirect carries each response parameter once

    Scenario: the redirect URI has a code parameter
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI extended by a code of its own
      Then the redirect URI is refused, or used as it was sent
      And the client's unchanged authorization request still yields a code

    @property:response-parameters-once
    Scenario: the redirect URI has a code parameter, which may not come twice
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI extended by a code of its own
      Then a redirect to the client repeats no parameter
      And the client's unchanged authorization request still yields a code

    Scenario Outline: the query client sends a request <change>
      Given the query client's unchanged authorization request yields a code
      When the user follows the query client's authorization request <change>
      Then the query of the redirect URI is kept
      And the redirect carries each response parameter once

      Examples:
        | change                                |
        | without response_type                 |
        | with response_type set to "oauthspec" |

    Scenario: the query client asks for an unknown scope
      Given the query client's unchanged authorization request yields a code
      When the user follows the query client's authorization request with scope set to "oauthspec"
      Then the query of the redirect URI is kept
      And the redirect carries each response parameter once

  @rule:redirect/header-safe
  Rule: Line breaks in a request never reach the response header

    Scenario Outline: the request comes <change>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request <change>
      Then no header field was injected

      Examples:
        | change                                      |
        | with a line break in state                  |
        | with the redirect URI carrying a line break |

    @fresh-browser
    Scenario: the user denies a request with a line break in its state
      Given the client's unchanged authorization request yields a code
      When the user denies the client's authorization request with a line break in state
      Then no header field was injected

  @rule:redirect/internal-error
  Rule: An internal failure is shown to the user

    Scenario: the server fails internally
      Given the client's unchanged authorization request yields a code
      And the server fails internally
      When the user follows the client's authorization request
      Then the authorization request is answered as documented
      And once the server has recovered, an unchanged request yields a code
