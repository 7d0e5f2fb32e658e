Feature: Assertions for tokens
  A client presents an assertion that it signed and gets a token by it, for itself or for somebody else
  (RFC 7523). What Box demands of assertions beyond that is among the rules of server applications.

  @rule:server-auth/assertion-grant @nobody-signs-in
  Rule: An assertion brings a token

    Scenario: the server client presents an assertion
      When the server client requests a token for the enterprise by an assertion
      Then the client receives tokens

  @rule:server-auth/assertion-key
  Rule: An assertion is signed with the key of the client that presents it

    @nobody-signs-in
    Scenario: the server client presents an assertion signed with a stranger's key
      Given the server client has a token for the enterprise by an assertion
      When the server client presents an assertion signed with a stranger's key
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

    @needs:client:signing
    Scenario: the server client presents an assertion signed with the key of the signing client
      Given the server client has a token for the enterprise by an assertion
      And the signing client has obtained tokens
      When the server client presents an assertion signed with the key of the signing client
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

  @rule:server-auth/assertion-key-in-header @nobody-signs-in
  Rule: An assertion does not say with which key it is checked

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token for the enterprise by an assertion
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

      Examples:
        | flaw                                           |
        | signed with a key that its header brings along |
        | signed with a key whose URL its jku names      |
        | signed with a key whose URL its x5u names      |

  @rule:server-auth/assertion-critical @nobody-signs-in
  Rule: An assertion that demands an unknown extension is refused

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token for the enterprise by an assertion
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

      Examples:
        | flaw                      |
        | that demands an extension |

  @rule:server-auth/assertion-subject @nobody-signs-in
  Rule: An assertion is about somebody

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token for the enterprise by an assertion
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

      Examples:
        | flaw                     |
        | without sub              |
        | whose subject is unknown |

  @rule:server-auth/assertion-expired @nobody-signs-in
  Rule: An assertion that has expired, or never does, is refused

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token for the enterprise by an assertion
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

      Examples:
        | flaw                          |
        | that expired 3600 seconds ago |
        | without exp                   |
        | whose exp is a text           |

  @rule:server-auth/assertion-not-yet @nobody-signs-in
  Rule: An assertion that is not yet valid is refused

    Scenario Outline: the server client presents an assertion <flaw>
      Given the server client has a token for the enterprise by an assertion
      When the server client presents an assertion <flaw>
      Then the token request is answered as documented
      And the server client still gets a token for the enterprise by an assertion

      Examples:
        | flaw                           |
        | with nbf 3600 seconds from now |
