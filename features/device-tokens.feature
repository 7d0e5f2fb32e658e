Feature: Tokens of devices
  Once its user has agreed, a device gets tokens, once and by itself, for what it asked for; until then, and
  where the user denied, it is told to wait or to give up (RFC 8628).

  @rule:device/tokens
  Rule: A device gets tokens once its user has approved it

    Scenario: the device asks afterwards
      Given the device client holds a device code
      And the user has approved the device
      When the device client redeems the device code
      Then the client receives tokens

    @waits:interval+1s
    Scenario: the device has asked before
      Given the device client holds a device code
      And the device has asked for its tokens
      And the user has approved the device
      And the device has waited
      When the device client redeems the device code
      Then the client receives tokens

  @rule:device/single-use
  Rule: A device code brings tokens once

    @waits:interval+1s
    Scenario: the device asks again
      Given the device client has obtained tokens for a device
      And the device has waited
      When the device client redeems the device code again
      Then the token request is answered as documented

    @waits:interval+1s
    Scenario: the device asks again once its approval was posted again
      Given the device client holds a device code
      And the user has approved the device
      And the device client has redeemed the device code
      And the form that approved the device has been posted again
      And the device has waited
      When the device client redeems the device code again
      Then the token request is answered as documented

  @rule:device/single-use-concurrent
  Rule: A device code brings tokens once, however many requests come at once

    @alone
    Scenario: several requests come at once
      When the device client redeems one device code 4 times at once, in 2 rounds
      Then at most one request of each round succeeds

  @rule:device/bound-to-client
  Rule: A device code is for the client that it was issued to

    Scenario: another client redeems it
      Given the other-device client has obtained tokens for a device
      And the device client holds a device code
      And the user has approved the device
      When the other-device client redeems the device code
      Then the token request is answered as documented

  @rule:device/redeemed-by-authenticated
  Rule: A client with a secret proves who it is when it redeems a device code

    Scenario Outline: the device code is redeemed <change>
      Given the confidential-device client has obtained tokens for a device
      And the confidential-device client holds a device code
      And the user has approved the device
      When the confidential-device client redeems the device code <change>
      Then the token request is answered as documented

      Examples:
        | change                     |
        | with a wrong client secret |
        | without the client secret  |

  @rule:device/denied
  Rule: A device learns that its user has denied

    Scenario: the user has denied
      Given the device client holds a device code
      And the user has denied the device
      When the device client redeems the device code
      Then the token request is answered as documented
      And the device client can still obtain tokens for a device

    Scenario: the denial ends on a page
      Given the device client has obtained tokens for a device
      And the device client holds a device code
      When the user denies the device
      Then a page tells the user that it is done

  @rule:device/denial-stays
  Rule: A device that its user has denied gets no tokens later

    @waits:interval+1s
    Scenario: the device asks again
      Given the device client holds a device code
      And the user has denied the device
      And the device has asked for its tokens
      And the device has waited
      When the device client redeems the device code
      Then the token request is answered as documented
      And the device client can still obtain tokens for a device

  @rule:device/expired
  Rule: A device code brings no tokens once it has expired

    @waits:expires-in+1m
    Scenario: nobody has approved
      Given the device client has obtained tokens for a device
      And the device client holds a device code
      And the device code has expired
      When the device client redeems the device code
      Then the token request is answered as documented

  @rule:device/slow-down
  Rule: A device that asks too often is told to slow down

    Scenario: the device asks again at once
      Given the device client has obtained tokens for a device
      And the device client holds a device code
      And the device has asked for its tokens
      When the device client redeems the device code at once
      Then the token request is answered as documented

  @rule:device/slow-down-ends
  Rule: A device that has slowed down is told what its user does

    @waits:interval+6s
    Scenario: the device waits as it was told
      Given the device client has obtained tokens for a device
      And the device client holds a device code
      And the device has asked for its tokens
      And the device has asked for its tokens
      And the device has waited
      When the device client redeems the device code
      Then the token request is answered as documented

  @rule:device/unknown-code
  Rule: A device code that nobody has brings no tokens

    Scenario Outline: the device code is redeemed <change>
      Given the device client has obtained tokens for a device
      And the device client holds a device code
      And the user has approved the device
      When the device client redeems the device code <change>
      Then the token request is answered as documented

      Examples:
        | change                          |
        | with a device_code never issued |
        | with the device_code truncated  |
        | with the device_code altered    |

  @rule:device/code-required
  Rule: A token request of a device has to name its code

    Scenario Outline: the device code is redeemed <change>
      Given the device client has obtained tokens for a device
      And the device client holds a device code
      When the device client redeems the device code <change>
      Then the token request is answered as documented

      Examples:
        | change                    |
        | without device_code       |
        | with an empty device_code |

  @rule:device/scope
  Rule: The tokens of a device have no more scope than it asked for

    Scenario: the device asked for less
      Given the device client holds a device code for less than the scoped resource takes
      And the user has approved the device
      When the device client redeems the device code
      Then the tokens do not open the scoped resource

    Scenario: its token request names more
      Given the device client holds a device code for less than the scoped resource takes
      And the user has approved the device
      When the device client redeems the device code for the scope that opens the scoped resource
      Then the tokens do not open the scoped resource

  @rule:device/scope-told
  Rule: The tokens of a device have the scope that it asked for, or it is told which they have

    Scenario: the device asks for the scope that opens the scoped resource
      Given the client has obtained tokens that open the scoped resource
      And the device client holds a device code for the scope that opens the scoped resource
      And the user has approved the device
      When the device client redeems the device code
      Then the tokens open the scoped resource, or the response says that they have less scope

  @rule:device/scope-unknown
  Rule: A device gets no scope that it cannot have

    Scenario Outline: the device asks for <excess>
      Given the device client has obtained tokens for a device
      When the device client asks for <excess>, and its user approves
      Then the scope is refused, or the token response does not name it

      Examples:
        | excess                       |
        | an unknown scope             |
        | its scope and an unknown one |
        | its scope in capital letters |

  @rule:device/refresh
  Rule: The refresh token of a device works

    Scenario: the device refreshes
      Given the device client has obtained tokens for a device
      When the device client refreshes
      Then the client receives tokens
