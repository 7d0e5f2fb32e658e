Feature: Devices
  A device without a browser shows a code; its user types the code elsewhere, signs in and decides, while
  the device asks for its tokens again and again (RFC 8628).

  @rule:device/endpoint @nobody-signs-in
  Rule: There is a device authorization endpoint

    Scenario: a device asks for its codes
      When the device client asks for a device code
      Then the device is given its codes

  @rule:device/answer @nobody-signs-in
  Rule: The codes come with everything that a device needs

    Scenario: a device asks for its codes
      When the device client asks for a device code
      Then the codes come with everything that a device needs

  @rule:device/no-store @nobody-signs-in
  Rule: The codes may not be cached

    Scenario: a device asks for its codes
      When the device client asks for a device code
      Then the codes may not be cached

  @rule:device/refusal @nobody-signs-in
  Rule: A device is refused as a token request is

    Scenario: the client is unknown
      Given the device client holds a device code
      When the device client asks for a device code with an unknown client
      Then the refusal has the documented form

    Scenario: the client secret is wrong
      Given the confidential-device client holds a device code
      When the confidential-device client asks for a device code with a wrong client secret
      Then the refusal has the documented form

  @rule:device/client-known @nobody-signs-in
  Rule: Codes are for clients that are known

    Scenario Outline: a device asks <change>
      Given the device client holds a device code
      When the device client asks for a device code <change>
      Then the device authorization is answered as documented

      Examples:
        | change                 |
        | with an unknown client |
        | without client_id      |

  @rule:device/client-authenticated @nobody-signs-in
  Rule: A client with a secret proves who it is before it gets codes

    Scenario Outline: a device asks <change>
      Given the confidential-device client holds a device code
      When the confidential-device client asks for a device code <change>
      Then the device authorization is answered as documented

      Examples:
        | change                            |
        | with a wrong client secret        |
        | with an empty client secret       |
        | with a wrong secret in the header |
        | without the client secret         |

  @rule:device/client-not-allowed @nobody-signs-in
  Rule: A client that may not have the grant gets no codes

    Scenario: the client is registered for other grants
      Given the device client holds a device code
      When the no-device client that may not have the grant asks for a device code
      Then the device authorization is answered as documented

  @rule:device/repeated-parameter @nobody-signs-in
  Rule: A repeated parameter makes the request invalid

    Scenario: the scope is repeated
      Given the device client holds a device code
      When the device client asks for a device code with scope given twice
      Then the device authorization is answered as documented

  @rule:device/unknown-parameters @nobody-signs-in
  Rule: Parameters that nobody defined make no difference

    Scenario: a parameter is added
      Given the device client holds a device code
      When the device client asks for a device code with the additional parameter oauthspec
      Then the device is given its codes

  @rule:device/empty-is-absent @nobody-signs-in
  Rule: An empty parameter counts as one that is not there

    Scenario: the scope is empty
      Given the device client holds a device code without scope
      When the device client asks for a device code with an empty scope
      Then the device is given its codes

  @rule:device/post-only @nobody-signs-in
  Rule: Codes come by POST

    Scenario: a device asks by GET
      Given the device client holds a device code
      When the device client asks for a device code by GET
      Then the device authorization is answered as documented

  @rule:device/form-charset @nobody-signs-in
  Rule: How the media type of a form is written makes no difference to a device

    Scenario Outline: a device asks <change>
      Given the device client holds a device code
      When the device client asks for a device code <change>
      Then the device is given its codes

      Examples:
        | change                                            |
        | with a charset in its media type                  |
        | with a charset in its media type, without a space |
        | with its media type in capitals                   |

  @rule:device/https-only @nobody-signs-in
  Rule: The device authorization endpoint is served over TLS only

    Scenario: the request comes by plain HTTP
      Given the device-authorization endpoint answers over TLS
      When the device-authorization endpoint is requested without TLS
      Then the plain HTTP request is refused or upgraded

  @rule:device/code-unguessable @nobody-signs-in
  Rule: Device codes cannot be guessed

    Scenario: several device codes are compared
      When the device client collects 13 device codes
      Then the values cannot be guessed

  @rule:device/verification-page @nobody-signs-in
  Rule: There is a page at the verification URI

    Scenario: somebody opens it
      Given the device client holds a device code
      When somebody asks for the page at the verification URI
      Then something answers there

  @rule:device/outside-host @nobody-signs-in
  Rule: The codes lead to no host that the request is said to have come by

    Scenario: the request says that it came by way of another host
      Given the device client holds a device code
      When a device asks for its codes by way of another host
      Then the answer names nothing at that host

  @rule:device/user-code-unguessable @nobody-signs-in
  Rule: User codes cannot be guessed

    Scenario: several user codes are compared
      When the device client collects 16 user codes
      Then the user codes cannot be guessed

  @rule:device/user-code-readable @nobody-signs-in
  Rule: User codes have nothing that is taken for something else

    Scenario: several user codes are looked at
      When the device client collects 16 user codes
      Then the user codes have nothing that looks alike

  @rule:device/user-code-any-case
  Rule: Whether a user code is typed in capitals makes no difference

    Scenario: the user code is typed in other case
      Given the device client has obtained tokens for a device
      And the device client holds a device code
      When the user types the user code in other case
      And the device client redeems the device code
      Then the client receives tokens

  @rule:device/user-code-punctuation
  Rule: What is typed between the letters of a user code makes no difference

    Scenario Outline: the user code is typed <spelling>
      Given the device client has obtained tokens for a device
      And the device client holds a device code
      When the user types the user code <spelling>
      And the device client redeems the device code
      Then the client receives tokens

      Examples:
        | spelling            |
        | without punctuation |
        | with spaces         |

  @rule:device/user-code-unknown
  Rule: A user code that no device shows is not taken

    Scenario Outline: the user code is typed <spelling>
      Given the device client holds a device code
      When the user types the user code <spelling>
      Then the user is not asked about the device
      And once the right user code is typed, the user is asked

      Examples:
        | spelling  |
        | altered   |
        | truncated |

  @rule:device/user-code-expired
  Rule: A user code is not taken once it has expired

    @waits:expires-in+1m
    Scenario: the user types it too late
      Given the device client holds a device code
      And a user who types a user code is asked
      And the device code has expired
      When the user types the expired user code
      Then the user is not asked about the device

  @rule:device/user-code-once
  Rule: A user code is not taken again once its user has decided

    Scenario: the user has approved
      Given the device client holds a device code
      And the user has approved the device
      And the user was asked about it
      When the user types the user code again
      Then the user is not asked about the device

    Scenario: the user has denied
      Given the device client holds a device code
      And the user has denied the device
      When the user types the user code again
      Then the user is not asked about the device

  @rule:device/guesses-limited
  Rule: User codes can be tried a few times only

    Scenario: a user types one wrong code after the other
      Given the device client holds a device code
      And a user who types a user code is asked
      When the user types user codes that no device shows
      Then the user cannot try any more

  @rule:device/complete-uri
  Rule: The complete verification URI leads to the same place

    Scenario: the user follows it and approves
      Given the device client has obtained tokens for a device
      And the device client holds a device code
      When the user follows the complete verification URI
      And the device client redeems the device code
      Then the client receives tokens

  @rule:device/link-decides-nothing
  Rule: A link with a user code decides nothing by itself

    Scenario: a user who is signed in opens it
      Given the device client has obtained tokens for a device
      And the device client holds a device code
      When the user only opens the complete verification URI
      And the device client redeems the device code
      Then the token request is answered as documented

  @rule:device/consent-asked
  Rule: The user is asked whether a device may have access

    Scenario: the user types the code and signs in
      Given the device client holds a device code
      When the user types the user code
      Then the user is asked about the device

  @rule:device/approval-not-forgeable
  Rule: No other site can approve a device for the user

    Scenario: the anti-forgery value is missing
      Given the device client holds a device code
      When the approval of the device is posted without its anti-forgery value
      And the device client redeems the device code
      Then the token request is answered as documented
      And the device client can still obtain tokens for a device

    Scenario: the form is that of another session
      Given the device client holds a device code
      When the form to approve the device, opened in another session, is posted in the user's browser
      And the device client redeems the device code
      Then the token request is answered as documented
      And the device client can still obtain tokens for a device

    Scenario: the form is posted from another browser
      Given the device client holds a device code
      When the approval of the device is posted from another browser
      And the device client redeems the device code
      Then the token request is answered as documented
      And the device client can still obtain tokens for a device

  @rule:device/current-user
  Rule: Tokens stand for the user who approved the device

    Scenario: the second user approves
      Given the device client holds a device code
      And the second user has approved the device
      And the device client has redeemed the device code
      When the client calls the API with the access token
      Then the resource names the second user

  @rule:device/pending
  Rule: A device gets no tokens before its user has approved it

    Scenario: the user has done nothing yet
      Given the device client has obtained tokens for a device
      And the device client holds a device code
      When the device client redeems the device code
      Then the token request is answered as documented
