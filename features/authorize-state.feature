Feature: The state of authorization requests
  A client sends a state with its request, by which it knows the response as the one that it waits
  for. The server returns it as it is, with a code and with an error.

  @rule:authorize/state-on-grant
  Rule: The state is returned with the code

    Scenario: the user grants
      When the user follows the client's authorization request
      Then the state is returned unchanged with the code

    Scenario: the user grants a request with a long state
      When the user follows the client's authorization request with a state of 1000 characters
      Then the state is returned unchanged with the code

    Scenario: the user grants a request without a redirect URI
      Given the client's authorization request for access alone, without redirect_uri, yields a code
      When the user follows the client's authorization request for access alone, without redirect_uri
      Then the state is returned unchanged with the code

    Scenario: the user grants a posted request
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request by POST
      Then the state is returned unchanged, if a code comes

    @fresh-browser
    Scenario: the user grants after a wrong password
      Given the client's unchanged authorization request yields a code
      And the user opens a new browser
      When the user mistypes the password at the client's authorization request, and then grants
      Then the state is returned unchanged with the code

    @fresh-browser
    Scenario Outline: the user grants on a page that was opened <order> another one of the client
      When the user opens the client's authorization request <order> one more of its own, and grants it
      Then the state is returned unchanged, if a code comes
      And the client's unchanged authorization request still yields a code

      Examples:
        | order  |
        | before |
        | after  |

  @rule:authorize/state-on-deny @fresh-browser
  Rule: The state is returned when the user denies

    Scenario: the user denies
      When the user denies the client's authorization request
      Then the state is returned unchanged with an error

    Scenario: the user denies after a wrong password
      Given the client's unchanged authorization request yields a code
      And the user opens a new browser
      When the user mistypes the password at the client's authorization request, and then denies
      Then the state is returned unchanged with an error

  @rule:authorize/state-on-error
  Rule: The state is returned with an error

    Scenario: the request has no response type
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request without response_type
      Then the state is returned unchanged with an error

    Scenario: the response type is unknown
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with response_type set to "oauthspec"
      Then the state is returned unchanged with an error

    Scenario Outline: the request is sent <change>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request <change>
      Then the state is returned unchanged, if the client is told an error

      Examples:
        | change                                                                |
        | with scope set to "oauthspec"                                         |
        | with resource set to "https://resource.oauthspec.example/nobody"      |

    Scenario: the request carries no challenge
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request carrying no challenge
      Then the state is returned unchanged, if the client is told an error

    Scenario Outline: the challenge is sent <change>
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request carrying an S256 challenge, <change>
      Then the state is returned unchanged, if the client is told an error

      Examples:
        | change                                       |
        | with code_challenge_method set to "oauthspec" |
        | with a code_challenge of 42 characters       |

    @property:device-limits @needs:hook:block_device @fresh-browser
    Scenario: the device is not authorized
      Given the client's unchanged authorization request yields a code
      And the user opens a new browser
      And the user's device is not authorized
      When the user follows the client's authorization request
      Then the state is returned unchanged with an error
      And once the device is authorized again, an unchanged request yields a code

    @property:device-limits @needs:hook:rate_limit @fresh-browser
    Scenario: the device sends too many requests
      Given the client's unchanged authorization request yields a code
      And the user's device sends too many requests
      When the user follows the client's authorization request
      Then the state is returned unchanged with an error
      And once the device may send requests again, an unchanged request yields a code

  @rule:authorize/state-absent
  Rule: Without a state in the request none is returned

    Scenario: the user grants a request without a state
      Given the client's authorization request without state yields a code
      When the user follows the client's authorization request without state
      Then the client receives a code
      And no state is returned

    @fresh-browser
    Scenario: the user denies a request without a state
      When the user denies the client's authorization request without state
      Then no state is returned
