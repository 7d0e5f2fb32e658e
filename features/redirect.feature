Feature: Redirect URIs
  The code goes to a redirect URI that was registered, and to nowhere else. Whatever is wrong with
  the URI of a request is shown to the user on a page; the client, or whoever pretends to be it,
  learns nothing.

  @rule:redirect/registered
  Rule: The registered redirect URI is used exactly

    Scenario: the request names the registered URI
      When the user follows the client's authorization request
      Then the client receives a code

    @needs:client:several
    Scenario Outline: the request names registered URI number <number>
      When the user follows the several client's authorization request with registered redirect URI <number>
      Then the client receives a code

      Examples:
        | number |
        | 1      |
        | 2      |

  @rule:redirect/base-url-suffix
  Rule: A path below the registered base URL is accepted and used

    Scenario: the request names a path below the base URL
      Given the host-only client's unchanged authorization request yields a code
      When the user follows the host-only client's authorization request with the redirect URI extended by /user1234
      Then the client receives a code

  @rule:redirect/other-host
  Rule: Another host is refused

    Scenario Outline: the redirect URI is <moved>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI <moved>
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | moved                        |
        | on another host              |
        | on a subdomain               |
        | in the path of another host  |
        | in the query of another host |

    @needs:client:host-only
    Scenario: the redirect URI is without a host
      Given the host-only client's unchanged authorization request yields a code
      When the user follows the host-only client's authorization request with the redirect URI without a host
      Then the authorization request is answered as documented
      And the host-only client's unchanged authorization request still yields a code

    @needs:client:query
    Scenario Outline: the redirect URI is <changed>
      Given the query client's unchanged authorization request yields a code
      When the user follows the query client's authorization request with the redirect URI <changed>
      Then the authorization request is answered as documented
      And the query client's unchanged authorization request still yields a code

      Examples:
        | changed                 |
        | without its query       |
        | with another query      |
        | with its query glued on |

  @rule:redirect/other-scheme
  Rule: Another scheme is refused

    Scenario Outline: the redirect URI is <moved>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI <moved>
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | moved                                 |
        | under another scheme                  |
        | under another scheme on the same port |

  @rule:redirect/other-port
  Rule: Another port is refused

    Scenario: the redirect URI is on another port
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI on another port
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

    @needs:client:development-web
    Scenario: a client in development mode names another port of a host that is not local
      Given the development-web client's unchanged authorization request yields a code
      When the user follows the development-web client's authorization request with the redirect URI on another port
      Then the authorization request is answered as documented
      And the development-web client's unchanged authorization request still yields a code

  @rule:redirect/lookalike-host
  Rule: A host that resembles the registered one is refused

    Scenario Outline: the redirect URI is <moved>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI <moved>
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | moved                                         |
        | on a host that begins like the registered one |
        | on a host glued to the registered one         |
        | on a host that ends like the registered one   |
        | on a host with a letter in place of a dot     |

    @needs:client:host-only
    Scenario Outline: the base URL is extended <moved>
      Given the host-only client's unchanged authorization request yields a code
      When the user follows the host-only client's authorization request with the redirect URI <moved>
      Then the authorization request is answered as documented
      And the host-only client's unchanged authorization request still yields a code

      Examples:
        | moved                                         |
        | on a host that begins like the registered one |
        | on a host glued to the registered one         |

  @rule:redirect/userinfo
  Rule: A redirect URI with the registered host as user name is refused

    Scenario Outline: another host is <moved>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI <moved>
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | moved                                                |
        | behind the registered host as user name              |
        | behind the registered host as user name and password |

    Scenario Outline: the redirect URI is <moved>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI <moved>
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | moved                                                     |
        | behind the registered host as user name and two at signs  |
        | on another host as user name of the registered one        |
        | on another host before a backslash and the registered one |
        | on another host before a query with the registered one    |
        | on another host before a fragment with the registered one |

    @needs:client:host-only
    Scenario Outline: another host extends the base URL <moved>
      Given the host-only client's unchanged authorization request yields a code
      When the user follows the host-only client's authorization request with the redirect URI <moved>
      Then the authorization request is answered as documented
      And the host-only client's unchanged authorization request still yields a code

      Examples:
        | moved                                                |
        | behind the registered host as user name              |
        | behind the registered host as user name and password |

  @rule:redirect/path-boundary
  Rule: The registered path is extended only at a segment boundary

    Scenario: the path is extended without a boundary
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI extended without a boundary
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

    Scenario: the path is another one
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI on a sibling path
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

    @property:redirect-uri-extends
    Scenario Outline: the redirect URI is <extended>
      When the user follows the client's authorization request with the redirect URI <extended>
      Then the client receives a code

      Examples:
        | extended                   |
        | extended by a path segment |
        | extended by a query        |

  @rule:redirect/path-traversal
  Rule: A path that leaves the registered one is refused

    Scenario Outline: the redirect URI leaves its path, <climbing>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI <climbing>
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | climbing                |
        | climbing by ..          |
        | climbing by ./..        |
        | climbing by %2e%2e      |
        | climbing by .%2e        |
        | climbing by ..;         |
        | climbing by a backslash |
        | climbing by %5c         |
        | climbing by %2f         |

    Scenario: the redirect URI is climbing by %252e%252e, which one decoding leaves below the registered one
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI climbing by %252e%252e
      Then the redirect URI is refused, or used as it was sent
      And the client's unchanged authorization request still yields a code

  @rule:redirect/fragment
  Rule: A redirect URI with a fragment is refused

    Scenario Outline: the redirect URI is <fragment>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI <fragment>
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | fragment               |
        | with a fragment        |
        | with an empty fragment |

  @rule:redirect/host-case
  Rule: Scheme and host are case-insensitive, the path is case-sensitive

    Scenario: scheme and host are in upper case
      When the user follows the client's authorization request with the redirect URI with scheme and host in upper case
      Then the client receives a code

    Scenario: the path is in other case
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI with its path in other case
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

  @rule:redirect/insecure
  Rule: A redirect URI under plain HTTP is refused

    Scenario: the redirect URI is under plain http
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI under plain http
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

    @needs:client:development
    Scenario: a client in development mode names another host under plain http
      Given the development client's unchanged authorization request yields a code
      When the user follows the development client's authorization request with the redirect URI on another host
      Then the authorization request is answered as documented
      And the development client's unchanged authorization request still yields a code

  @rule:redirect/invalid-scheme
  Rule: A scheme that does not begin with a letter is refused

    Scenario: the scheme begins with a digit
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI under a scheme that begins with a digit
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

  @rule:redirect/custom-scheme
  Rule: A registered custom scheme works

    Scenario: the registered URI has a scheme of its own
      When the user follows the custom-scheme client's authorization request
      Then the client receives a code

  @rule:redirect/development-local
  Rule: In development mode local redirect URIs work over plain HTTP

    Scenario Outline: local redirect URI number <number> is used
      When the user follows the development client's authorization request with registered redirect URI <number>
      Then the client receives a code

      Examples:
        | number |
        | 1      |
        | 2      |
        | 3      |

  @rule:redirect/production-local
  Rule: Outside development mode local redirect URIs are refused over plain HTTP

    Scenario Outline: local redirect URI number <number> is used
      Given the client's unchanged authorization request yields a code
      When the user follows the local-production client's authorization request with registered redirect URI <number>
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | number |
        | 1      |
        | 2      |
        | 3      |

  @rule:redirect/not-configured
  Rule: A client without a registered redirect URI ends on an error page

    Scenario: the request names no redirect URI
      Given the client's unchanged authorization request yields a code
      When the user follows the unconfigured client's authorization request
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

    Scenario: the request names a redirect URI
      Given the client's unchanged authorization request yields a code
      When the user follows the unconfigured client's authorization request with redirect_uri set to "https://oauthspec.example/app"
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

  @rule:redirect/public-unregistered
  Rule: A public client without a registered redirect URI ends on an error page

    Scenario: the request names no redirect URI
      Given the client's unchanged authorization request yields a code
      When the user follows the public-unconfigured client's authorization request
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

    Scenario: the request names a redirect URI
      Given the client's unchanged authorization request yields a code
      When the user follows the public-unconfigured client's authorization request with redirect_uri set to "https://oauthspec.example/app"
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

  @rule:redirect/several-registered
  Rule: A client with several registered redirect URIs has to send one

    Scenario: the request names no redirect URI
      Given the several client's unchanged authorization request yields a code
      When the user follows the several client's authorization request without redirect_uri
      Then the authorization request is answered as documented
      And the several client's unchanged authorization request still yields a code

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
        | with the redirect URI on another host and also without response_type                         |
        | with the redirect URI on another host and also with response_type set to "oauthspec"         |
        | with the redirect URI on another host and also with response_type set to "token"             |
        | with the redirect URI on another host and also with response_type set to "code id_token"     |
        | with the redirect URI on another host and also with state given twice                        |
        | with the redirect URI on another host and also with scope set to "oauthspec"                 |
        | with the redirect URI on another host and also with prompt set to "none"                     |
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

  @rule:redirect/exact-match
  Rule: A redirect URI that is not exactly a registered one is refused

    Scenario Outline: the redirect URI is <changed>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI <changed>
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | changed                            |
        | extended by a path segment         |
        | extended by a query                |
        | extended by an empty query         |
        | extended by a slash                |
        | extended by a path parameter       |
        | extended by an encoded space       |
        | with its path in other case        |
        | with a letter of its path encoded  |
        | with scheme and host in upper case |
        | with its port written out          |
        | climbing by %252e%252e             |

    Scenario: the request names the registered URI and another one
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with redirect_uri given twice, differently
      Then the redirect URI is refused, or used as it was sent
      And the client's unchanged authorization request still yields a code

    @needs:client:query
    Scenario: the redirect URI has a query, and is extended by another parameter
      Given the query client's unchanged authorization request yields a code
      When the user follows the query client's authorization request with the redirect URI extended by another parameter
      Then the authorization request is answered as documented
      And the query client's unchanged authorization request still yields a code

    @needs:client:loopback
    Scenario Outline: the redirect URI of a native client is <changed>
      Given the loopback client's unchanged authorization request yields a code
      When the user follows the loopback client's authorization request with the redirect URI <changed>
      Then the authorization request is answered as documented
      And the loopback client's unchanged authorization request still yields a code

      Examples:
        | changed                    |
        | on a sibling path          |
        | extended by a path segment |
        | extended by a query        |

    @needs:client:custom-scheme
    Scenario Outline: the redirect URI with a scheme of its own is <changed>
      Given the custom-scheme client's unchanged authorization request yields a code
      When the user follows the custom-scheme client's authorization request with the redirect URI <changed>
      Then the authorization request is answered as documented
      And the custom-scheme client's unchanged authorization request still yields a code

      Examples:
        | changed                                            |
        | extended without a boundary                        |
        | extended by a path segment                         |
        | with another slash behind its scheme               |
        | under a scheme that begins like the registered one |

    @needs:client:host-only
    Scenario Outline: the registered redirect URI has no path, and the redirect URI is <changed>
      Given the host-only client's unchanged authorization request yields a code
      When the user follows the host-only client's authorization request with the redirect URI <changed>
      Then the authorization request is answered as documented
      And the host-only client's unchanged authorization request still yields a code

      Examples:
        | changed               |
        | extended by a slash   |
        | extended by /user1234 |

  @rule:redirect/loopback-any-port
  Rule: A native client chooses the port of its loopback redirect URI at each request

    Scenario Outline: registered redirect URI number <number> is on another port
      When the user follows the loopback client's authorization request with registered redirect URI <number> and also with the redirect URI on another port of its loopback host
      Then the client receives a code

      Examples:
        | number |
        | 1      |
        | 2      |

    Scenario: the redirect URI is without its port
      When the user follows the loopback client's authorization request with the redirect URI without the port of its loopback host
      Then the client receives a code

    Scenario: the code is redeemed with the redirect URI that was asked for
      Given the loopback client holds an authorization code for another port
      When the loopback client redeems the code
      Then the client receives tokens

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
        | change                                                 |
        | with the redirect URI on another host, carrying markup |
        | with markup in client_id                               |
        | with markup in client_id and also with markup in state |
        | with markup in scope and also with an unknown client   |

    Scenario Outline: the login page of a request <change>
      When the user opens the client's authorization request <change>
      Then the page contains no markup from the request
      And the client's unchanged authorization request still yields a code

      Examples:
        | change                   |
        | with markup in state     |
        | with markup in box_login |
        | with markup in login_hint |

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
