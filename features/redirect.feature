Feature: Redirect URIs
  The code goes to a redirect URI that was registered, and to nowhere else. Whatever is wrong with
  the URI of a request is shown to the user on a page; the client, or whoever pretends to be it,
  learns nothing.

  @rule:redirect/registered
  Rule: The registered redirect URI is used as it was given

    Scenario: the request names the registered URI
      When the user follows an authorization request of the client
      Then the client receives a code

    @needs:client:several
    Scenario Outline: the request names registered URI number <number> of several
      When the user follows an authorization request of the several client with registered redirect URI <number>
      Then the client receives a code

      Examples:
        | number |
        | 1      |
        | 2      |

  @rule:redirect/base-url-suffix
  Rule: A path below the registered base URL is accepted and used

    Scenario: the request names a path below the base URL
      Given an unchanged authorization request of the host-only client gives a code
      When the user follows an authorization request of the host-only client with the redirect URI extended by /user1234
      Then the client receives a code

  @rule:redirect/other-host
  Rule: Another host is refused

    Scenario Outline: the redirect URI is <moved>
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with the redirect URI <moved>
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

      Examples:
        | moved                                    |
        | on another host                          |
        | on a subdomain                           |
        | in the path of another host              |
        | in the query of another host             |

    @needs:client:host-only
    Scenario: the redirect URI is without a host
      Given an unchanged authorization request of the host-only client gives a code
      When the user follows an authorization request of the host-only client with the redirect URI without a host
      Then the authorization request is answered as documented
      And an unchanged authorization request of the host-only client still gives a code

    @needs:client:query
    Scenario Outline: the redirect URI is <changed>
      Given an unchanged authorization request of the query client gives a code
      When the user follows an authorization request of the query client with the redirect URI <changed>
      Then the authorization request is answered as documented
      And an unchanged authorization request of the query client still gives a code

      Examples:
        | changed                 |
        | without its query       |
        | with another query      |
        | with its query glued on |

  @rule:redirect/other-scheme
  Rule: Another scheme is refused

    Scenario Outline: the redirect URI is <moved>
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with the redirect URI <moved>
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

      Examples:
        | moved                                 |
        | under another scheme                  |
        | under another scheme on the same port |

  @rule:redirect/other-port
  Rule: Another port is refused

    Scenario: the redirect URI is on another port
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with the redirect URI on another port
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

    @needs:client:development-web
    Scenario: an application under development names another port of a host that is not local
      Given an unchanged authorization request of the development-web client gives a code
      When the user follows an authorization request of the development-web client with the redirect URI on another port
      Then the authorization request is answered as documented
      And an unchanged authorization request of the development-web client still gives a code

  @rule:redirect/lookalike-host
  Rule: A host that only begins like the registered one is refused

    Scenario Outline: the redirect URI is <moved>
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with the redirect URI <moved>
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

      Examples:
        | moved                                       |
        | on a host that begins like the registered one |
        | on a host glued to the registered one       |
        | on a host that ends like the registered one |
        | on a host with a letter in place of a dot   |

    @needs:client:host-only
    Scenario Outline: the base URL is continued <moved>
      Given an unchanged authorization request of the host-only client gives a code
      When the user follows an authorization request of the host-only client with the redirect URI <moved>
      Then the authorization request is answered as documented
      And an unchanged authorization request of the host-only client still gives a code

      Examples:
        | moved                                       |
        | on a host that begins like the registered one |
        | on a host glued to the registered one       |

  @rule:redirect/userinfo
  Rule: A registered host in the place of a user name is refused

    Scenario Outline: another host stands <moved>
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with the redirect URI <moved>
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

      Examples:
        | moved                                                 |
        | behind the registered host as user name               |
        | behind the registered host as user name and password  |

    @needs:client:host-only
    Scenario Outline: another host continues the base URL <moved>
      Given an unchanged authorization request of the host-only client gives a code
      When the user follows an authorization request of the host-only client with the redirect URI <moved>
      Then the authorization request is answered as documented
      And an unchanged authorization request of the host-only client still gives a code

      Examples:
        | moved                                                 |
        | behind the registered host as user name               |
        | behind the registered host as user name and password  |

  @rule:redirect/path-boundary
  Rule: The registered path is continued only at a boundary

    Scenario: the path is continued without a boundary
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with the redirect URI extended without a boundary
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

    Scenario: the path is another one
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with the redirect URI on a sibling path
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

    @against:box
    Scenario Outline: the redirect URI is <extended>
      When the user follows an authorization request of the client with the redirect URI <extended>
      Then the client receives a code

      Examples:
        | extended                   |
        | extended by a path segment |
        | extended by a query        |

  @rule:redirect/path-traversal
  Rule: A path that climbs out of the registered one is refused

    Scenario Outline: the redirect URI leaves its path, <climbing>
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with the redirect URI <climbing>
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

      Examples:
        | climbing                |
        | climbing by ..          |
        | climbing by ./..        |
        | climbing by %2e%2e      |
        | climbing by .%2e        |
        | climbing by %252e%252e  |
        | climbing by a backslash |
        | climbing by %5c         |
        | climbing by %2f         |

  @rule:redirect/fragment
  Rule: A redirect URI with a fragment is refused

    Scenario Outline: the redirect URI comes <fragment>
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with the redirect URI <fragment>
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

      Examples:
        | fragment               |
        | with a fragment        |
        | with an empty fragment |

  @rule:redirect/host-case
  Rule: Scheme and host compare without case, the path with case

    Scenario: scheme and host are in upper case
      When the user follows an authorization request of the client with the redirect URI with scheme and host in upper case
      Then the client receives a code

    Scenario: the path is in other case
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with the redirect URI with its path in other case
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

  @rule:redirect/insecure
  Rule: A redirect URI under plain HTTP is refused

    Scenario: the redirect URI is under plain http
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with the redirect URI under plain http
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

    @needs:client:development
    Scenario: an application under development names another host under plain http
      Given an unchanged authorization request of the development client gives a code
      When the user follows an authorization request of the development client with the redirect URI on another host
      Then the authorization request is answered as documented
      And an unchanged authorization request of the development client still gives a code

  @rule:redirect/invalid-scheme
  Rule: A scheme that does not begin with a letter is refused

    Scenario: the scheme begins with a digit
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with the redirect URI under a scheme that begins with a digit
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

  @rule:redirect/custom-scheme
  Rule: A registered custom scheme works

    Scenario: the registered URI has a scheme of its own
      When the user follows an authorization request of the custom-scheme client
      Then the client receives a code

  @rule:redirect/development-local
  Rule: In development mode local addresses work over plain HTTP

    Scenario Outline: the local address number <number> is used
      When the user follows an authorization request of the development client with registered redirect URI <number>
      Then the client receives a code

      Examples:
        | number |
        | 1      |
        | 2      |
        | 3      |

  @rule:redirect/production-local
  Rule: Outside development mode local addresses do not work over plain HTTP

    Scenario Outline: the local address number <number> is used
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the local-production client with registered redirect URI <number>
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

      Examples:
        | number |
        | 1      |
        | 2      |
        | 3      |

  @rule:redirect/not-configured
  Rule: A client without a redirect URI ends on a page

    Scenario: the request names none either
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the unconfigured client
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

    Scenario: the request names one
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the unconfigured client with redirect_uri set to "https://oauthspec.example/app"
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

  @rule:redirect/several-registered
  Rule: Where several redirect URIs are registered the request has to name one

    Scenario: the request names none
      Given an unchanged authorization request of the several client gives a code
      When the user follows an authorization request of the several client without redirect_uri
      Then the authorization request is answered as documented
      And an unchanged authorization request of the several client still gives a code

  @rule:redirect/never-to-application
  Rule: What is wrong with a redirect URI is told to the user and never to the client

    Scenario Outline: the redirect URI is wrong and so is the rest, <change>
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client <change>
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

      Examples:
        | change                                                                                          |
        | with the redirect URI on another host                                                        |
        | with the redirect URI on another host and also without response_type                         |
        | with the redirect URI on another host and also with response_type set to "oauthspec"         |
        | with the redirect URI on another host and also with state given twice                        |
        | with the redirect URI on another host and also with scope set to "oauthspec"                 |
        | with the redirect URI under plain http and also without response_type                        |
        | with the redirect URI under a scheme that begins with a digit and also without response_type |

    @against:box @needs:hook:rate_limit
    Scenario: the redirect URI is wrong and the device sends too many requests
      Given an unchanged authorization request of the client gives a code
      And the user's device sends too many requests
      When the user follows an authorization request of the client with the redirect URI on another host
      Then the client receives nothing by redirect
      And once the rate is lower an ordinary request gives a code

    Scenario: the user who denies sends nothing there either
      Given an unchanged authorization request of the client gives a code
      When the user denies an authorization request of the client with the redirect URI on another host
      Then the authorization request is answered as documented
      And an unchanged authorization request of the client still gives a code

  @rule:redirect/page-names-error
  Rule: The page names the error

    Scenario Outline: the page for a redirect URI <moved> shows <code>
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with the redirect URI <moved>
      Then the page shows the error code "<code>"

      Examples:
        | moved                                  | code                  |
        | on another host                        | redirect_uri_mismatch |
        | under plain http                       | insecure_redirect_uri |
        | under a scheme that begins with a digit | invalid_redirect_uri  |

  @rule:redirect/page-escapes
  Rule: What a page repeats of the request is escaped

    Scenario Outline: the request comes <change>
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client <change>
      Then the page holds no markup of the request

      Examples:
        | change                                                     |
        | with the redirect URI on another host, carrying markup  |
        | with markup in client_id                                   |
        | with markup in client_id and also with markup in state     |
        | with markup in scope and also with an unknown client       |

    Scenario Outline: the login page of a request <change>
      When the user opens an authorization request of the client <change>
      Then the page holds no markup of the request
      And an unchanged authorization request of the client still gives a code

      Examples:
        | change                   |
        | with markup in state     |
        | with markup in box_login |

  @rule:redirect/query-kept
  Rule: The query of a registered redirect URI is kept

    Scenario: the user grants
      When the user follows an authorization request of the query client
      Then the client receives a code
      And the query of the redirect URI is kept
      And every parameter that the server adds stands in the redirect once

    Scenario: the user denies
      When the user denies an authorization request of the query client
      Then the query of the redirect URI is kept
      And every parameter that the server adds stands in the redirect once

    Scenario: the redirect URI brings a code of its own
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client with the redirect URI extended by a code of its own
      Then no parameter of a redirect to the client stands there twice
      And an unchanged authorization request of the client still gives a code

  @rule:redirect/header-safe
  Rule: Line breaks of a request never reach the header of the response

    Scenario Outline: the request comes <change>
      Given an unchanged authorization request of the client gives a code
      When the user follows an authorization request of the client <change>
      Then no header field was injected

      Examples:
        | change                                          |
        | with a line break in state                      |
        | with the redirect URI carrying a line break  |

    Scenario: the user denies a request with a line break in its state
      Given an unchanged authorization request of the client gives a code
      When the user denies an authorization request of the client with a line break in state
      Then no header field was injected

  @rule:redirect/internal-error
  Rule: An internal failure is shown to the user

    Scenario: the server fails internally
      Given an unchanged authorization request of the client gives a code
      And the server fails internally
      When the user follows an authorization request of the client
      Then the authorization request is answered as documented
      And once the server is well again an ordinary request gives a code
