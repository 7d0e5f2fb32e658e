Feature: Registration: looking after it
  A client that registered itself reads, changes and deletes its registration (RFC 7592). A server that
  offers no such endpoint is not judged by it.

  @rule:registration/management-told @nobody-signs-in
  Rule: The client learns where its registration is, and a token for it

    Scenario: a client registers
      When a client registers
      Then the answer tells where the client looks after its registration, or nothing of it

  @rule:registration/outside-host @nobody-signs-in
  Rule: The client is sent to no host that the request is said to have come by

    Scenario: the request says that it came by way of another host
      Given a client has registered
      When a registration comes by way of another host
      Then the answer names nothing at that host

  @rule:registration/read @nobody-signs-in
  Rule: A client reads what was registered

    Scenario: the registration is read
      Given a client has registered
      When the client reads its registration
      Then the client is told what was registered

  @rule:registration/management-token
  Rule: Nobody looks after a registration without its token

    @nobody-signs-in
    Scenario Outline: <method> is sent <token>
      Given a client has registered
      And the client can read its registration
      When somebody sends <method> to the client's registration <token>
      Then the request about the registration is answered as documented
      And the client's registration is as it was

      Examples:
        | method | token                        |
        | GET    | without a token              |
        | GET    | with a token never issued    |
        | GET    | with the token truncated     |
        | GET    | with the token altered       |
        | GET    | with the token beyond ASCII  |
        | DELETE | without a token              |
        | DELETE | with the token truncated     |
        | PUT    | without a token              |

    Scenario Outline: <method> is sent with an access token
      Given a client has registered
      And the client can read its registration
      And the client has obtained tokens
      When somebody sends <method> to the client's registration with an access token
      Then the request about the registration is answered as documented
      And the client's registration is as it was

      Examples:
        | method |
        | GET    |
        | DELETE |

  @rule:registration/management-challenge @nobody-signs-in
  Rule: Who comes to a registration without its token is asked for it

    Scenario Outline: a registration is read <token>
      Given a client has registered
      And the client can read its registration
      When somebody sends GET to the client's registration <token>
      Then the refusal asks for a Bearer token

      Examples:
        | token                     |
        | without a token           |
        | with a token never issued |

  @rule:registration/own-client-alone @nobody-signs-in
  Rule: The token of one client opens no other's registration

    Scenario Outline: another client sends <method>
      Given a client has registered
      And a second client has registered
      And the client can read its registration
      When somebody sends <method> to the client's registration with the token of the second client
      Then the request about the registration is answered as documented
      And the client's registration is as it was

      Examples:
        | method |
        | GET    |
        | DELETE |

  @rule:registration/unknown-client @nobody-signs-in
  Rule: A registration that is not there needs another token, too

    Scenario: a client that is not registered is read
      Given a client has registered
      And the client can read its registration
      When a client that is not registered is read with the token of the client
      Then the request about the registration is answered as documented

    Scenario: a client that was deleted is read
      Given a client has registered
      And the client can read its registration
      And the client has deleted its registration
      When the client reads its registration
      Then the request about the registration is answered as documented

  @rule:registration/delete
  Rule: A deleted client is gone

    Scenario: it asks for tokens
      Given a client has registered
      And the registered client has obtained tokens
      When the client deletes its registration
      Then the registration is deleted
      And the registered client cannot obtain tokens any more

    Scenario: its user is sent to the server
      Given a client has registered
      And the registered client's unchanged authorization request yields a code
      And the client has deleted its registration
      When the user follows the registered client's authorization request
      Then the client receives no code

  @rule:registration/deleted-tokens
  Rule: The tokens of a deleted client no longer work

    Scenario: its access token is used
      Given a client has registered
      And the registered client has obtained tokens
      And the access token works
      When the client deletes its registration
      Then the access token no longer works

  @rule:registration/update-replaces
  Rule: An update replaces what was registered

    @nobody-signs-in
    Scenario: a redirect URI is left out
      Given a client has registered with a further redirect URI
      And the client can update its registration
      When the client updates its registration with another redirect URI
      Then the client no longer has the further redirect URI

    Scenario: the user follows a request with a redirect URI that was left out
      Given a client has registered with a further redirect URI
      And the registered client's authorization request with registered redirect URI 2 yields a code
      And the client can update its registration
      And the client has updated its registration with another redirect URI
      When the user follows the registered client's authorization request with registered redirect URI 2
      Then the client receives no code

  @rule:registration/update-bound @nobody-signs-in
  Rule: An update does not make another client of it

    Scenario: the update names another client
      Given a client has registered
      And a second client has registered
      And the client can update its registration
      When the client sends an update that names the second client
      Then the client's registration is as it was

    Scenario: the update names another secret
      Given a client has registered
      And the client can update its registration
      When the client updates its registration with client_secret set to "oauthspec-chosen-secret-0000000000000000"
      Then the registered client still authenticates with its secret

  @rule:registration/update-refused @nobody-signs-in
  Rule: What cannot be registered cannot be had by an update

    Scenario Outline: the client updates its registration <change>
      Given a client has registered
      And the client can update its registration
      And no client can register <change>
      When the client updates its registration <change>
      Then the request about the registration is answered as documented
      And the client's registration is as it was

      Examples:
        | change                                       |
        | with the redirect URI javascript:alert(1)    |
        | with the redirect URI http://client.example/ |

    Scenario: the client updates its registration without client_id
      Given a client has registered
      And the client can update its registration
      When the client updates its registration without client_id
      Then the request about the registration is answered as documented
      And the client's registration is as it was

  @rule:registration/management-method @nobody-signs-in
  Rule: Methods that are not supported are an error

    Scenario: the client sends PATCH
      Given a client has registered
      And the client can read its registration
      When the client sends PATCH to its registration
      Then the request about the registration is answered as documented
      And the client's registration is as it was
