Feature: Registration and authorization of applications
  A developer says what an application is; for a server application an administrator says whether,
  and as what, it may be used.

  @rule:authorization/redirect-registration
  Rule: The console registers https addresses, custom schemes and, in development, local http addresses

    Scenario Outline: <uri> is registered
      When the developer registers "<uri>" for the client
      Then the console takes it
      And the client receives a code at "<uri>"

      Examples:
        | uri                                       |
        | https://oauthspec-registered.example/back |
        | oauthspec-registered://back               |

    @needs:client:development
    Scenario Outline: in development <uri> is registered
      When the developer registers "<uri>" for the development client
      Then the console takes it
      And the development client receives a code at "<uri>"

      Examples:
        | uri                                  |
        | http://localhost:8089/oauthspec-back |
        | http://127.0.0.1:8089/oauthspec-back |
        | http://0.0.0.0:8089/oauthspec-back   |

    Scenario Outline: <uri> is not registered
      Given the console takes "https://oauthspec-registered.example/back" as a redirect URI of the client
      When the developer registers "<uri>" for the client
      Then the console refuses it

      Examples:
        | uri                                      |
        | http://oauthspec-registered.example/back |
        | http://localhost:8089/oauthspec-back     |
        | http://127.0.0.1:8089/oauthspec-back     |
        | http://0.0.0.0:8089/oauthspec-back       |

    @needs:client:development
    Scenario Outline: even in development <uri> is not registered
      Given the console takes "http://localhost:8089/oauthspec-back" as a redirect URI of the development client
      When the developer registers "<uri>" for the development client
      Then the console refuses it

      Examples:
        | uri                                                |
        | http://oauthspec-registered.example/back           |
        | http://localhost.oauthspec-registered.example/back |

  @rule:authorization/required
  Rule: A server application that no administrator has authorized gets no token

    Scenario: nobody has authorized it
      Given the server client gets a token of its own
      When the unauthorized client asks for a token of its own
      Then the token request, or the token, is refused as documented

    @needs:action:authorize_application @needs:action:deauthorize_application
    Scenario: it is authorized
      When the unauthorized client asks for a token of its own
      Then the token request, or the token, is refused as documented
      And once the administrator has authorized the unauthorized client it gets a token of its own

    @needs:action:authorize_application @needs:action:deauthorize_application
    Scenario: the authorization is taken back
      Given the administrator has authorized the unauthorized client
      And the unauthorized client gets a token of its own
      And the administrator has taken the authorization of the unauthorized client back
      When the unauthorized client asks for a token of its own
      Then the token request, or the token, is refused as documented

  @rule:authorization/snapshot-scopes
  Rule: A change of scopes counts once the administrator has authorized the application again

    Scenario: a scope is taken away
      Given new tokens of the server client open the resource that needs a scope
      When the developer takes that scope from the server client
      Then new tokens of the server client still open that resource
      And once the administrator has authorized the server client again they no longer do

    Scenario: a scope is added
      Given new tokens of the server client open the resource that needs a scope
      And the administrator has authorized the server client without that scope
      When the developer gives that scope to the server client
      Then new tokens of the server client do not open that resource
      And once the administrator has authorized the server client again they do

  @rule:authorization/snapshot-access
  Rule: A change of the access level counts once the administrator has authorized the application again

    @needs:client:app-only
    Scenario: the access is widened
      Given the app-only client gets a token of its own
      And the app-only client gets no token of the managed user
      When the developer lets the app-only client act for managed users
      Then the app-only client still gets no token of the managed user
      And once the administrator has authorized the app-only client again it gets one

    Scenario: the access is narrowed
      Given the server client gets a token of the managed user
      When the developer lets the server client no longer act for managed users
      Then the server client still gets a token of the managed user
      And once the administrator has authorized the server client again it gets none
