Feature: Redirect URIs
  The code goes to a redirect URI that was registered, and to nowhere else.

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

    Scenario Outline: the redirect URI is <moved>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI <moved>
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | moved                                 |
        | on another host, without slashes      |
        | on another host, behind three slashes |
        | on another host, behind backslashes   |

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

    Scenario Outline: the redirect URI is <moved>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with the redirect URI <moved>
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

      Examples:
        | moved                                                                |
        | on a host that begins like the registered one, with a full-width dot |
        | behind the registered host and an encoded at sign                    |

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

    Scenario: the path is a sibling of the registered one
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
        | extended by a space                |
        | with a dot segment before its path |
        | with two slashes before its path   |
        | with its host in upper case        |
        | with its path in other case        |
        | with a letter of its path encoded  |
        | with scheme and host in upper case |
        | with its port written out          |
        | with a dot behind its host         |
        | with a tab in its host             |
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
        | changed                                          |
        | on a sibling path                                |
        | extended by a path segment                       |
        | extended by a query                              |
        | under https on another port of its loopback host |

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

    @property:localhost-port-free
    Scenario: the redirect URI on localhost is on another port
      When the user follows the loopback client's authorization request with registered redirect URI 3 and also with the redirect URI on another port of its loopback host
      Then the client receives a code

    Scenario: the redirect URI is without its port
      When the user follows the loopback client's authorization request with the redirect URI without the port of its loopback host
      Then the client receives a code, unless a port has to be named

    Scenario: the code is redeemed with the redirect URI that was asked for
      Given the loopback client holds an authorization code for another port
      When the loopback client redeems the code
      Then the client receives tokens
