Feature: Registration and authorization of applications
  A developer says what an application is; for a server application an administrator says whether,
  and as what, it may be used.

  @rule:authorization/redirect-registration
  Rule: The console registers https URIs, custom schemes and, in development, local http URIs

    Scenario Outline: <uri> is registered
      When the developer registers "<uri>" for the client
      Then the console accepts it
      And the client receives a code at "<uri>"

      Examples:
        | uri                                       |
        | https://oauthspec-registered.example/back |
        | oauthspec-registered://back               |

    @needs:client:development
    Scenario Outline: in development <uri> is registered
      When the developer registers "<uri>" for the development client
      Then the console accepts it
      And the development client receives a code at "<uri>"

      Examples:
        | uri                                  |
        | http://localhost:8089/oauthspec-back |
        | http://127.0.0.1:8089/oauthspec-back |
        | http://0.0.0.0:8089/oauthspec-back   |

    @nobody-signs-in
    Scenario Outline: <uri> is not registered
      Given the console accepts "https://oauthspec-registered.example/back" as a redirect URI of the client
      When the developer registers "<uri>" for the client
      Then the console refuses it

      Examples:
        | uri                                      |
        | http://oauthspec-registered.example/back |
        | http://localhost:8089/oauthspec-back     |
        | http://127.0.0.1:8089/oauthspec-back     |
        | http://0.0.0.0:8089/oauthspec-back       |

    @needs:client:development @nobody-signs-in
    Scenario Outline: even in development <uri> is not registered
      Given the console accepts "http://localhost:8089/oauthspec-back" as a redirect URI of the development client
      When the developer registers "<uri>" for the development client
      Then the console refuses it

      Examples:
        | uri                                                |
        | http://oauthspec-registered.example/back           |
        | http://localhost.oauthspec-registered.example/back |

  @rule:authorization/required @nobody-signs-in
  Rule: A server application that no administrator has authorized gets no token

    Scenario: nobody has authorized it
      Given the server client gets a token of its own
      When the unauthorized client requests a token of its own
      Then the token request or the call with the token is refused as documented

    @needs:action:authorize_application @needs:action:deauthorize_application
    Scenario: it is authorized
      When the unauthorized client requests a token of its own
      Then the token request or the call with the token is refused as documented
      And once the administrator has authorized the unauthorized client, it gets a token of its own

    @needs:action:authorize_application @needs:action:deauthorize_application @ends-grants
    Scenario: the authorization is revoked
      Given the administrator has authorized the unauthorized client
      And the unauthorized client gets a token of its own
      And the administrator has revoked the authorization of the unauthorized client
      When the unauthorized client requests a token of its own
      Then the token request or the call with the token is refused as documented

  @rule:authorization/snapshot-scopes @nobody-signs-in
  Rule: A change of scopes takes effect once the administrator has authorized the application again

    Scenario: a scope is removed
      Given the server client's new tokens open the scoped resource
      When the developer removes that scope from the server client
      Then the server client's new tokens still open the scoped resource
      And once the administrator has authorized the server client again, its new tokens do not open the scoped resource

    Scenario: a scope is added
      Given the server client's new tokens open the scoped resource
      And the administrator has authorized the server client without that scope
      When the developer adds that scope to the server client
      Then the server client's new tokens do not open the scoped resource
      And once the administrator has authorized the server client again, its new tokens open the scoped resource

  @rule:authorization/snapshot-access @nobody-signs-in
  Rule: A change of the access level takes effect once the administrator has authorized the application again

    @needs:client:app-only
    Scenario: the access is widened
      Given the app-only client gets a token of its own
      And the app-only client gets no token for the managed user
      When the developer lets the app-only client act for managed users
      Then the app-only client still gets no token for the managed user
      And once the administrator has authorized the app-only client again, it gets a token for the managed user

    Scenario: the access is narrowed
      Given the server client gets a token for the managed user
      When the developer no longer lets the server client act for managed users
      Then the server client still gets a token for the managed user
      And once the administrator has authorized the server client again, it gets no token for the managed user
