Feature: Enterprise settings
  Administrators decide whether applications that are published, or that are not, can be used without
  having been enabled one by one.

  @rule:enterprise/unpublished-disabled-oauth
  Rule: While unpublished applications are disabled by default, one that is not enabled receives no code

    Scenario: it is not enabled, and then it is
      Given the unpublished client's unchanged authorization request yields a code
      And unpublished applications are disabled by default
      When the user follows the unpublished client's authorization request
      Then the authorization request is answered as documented
      And the client receives no code
      And once the administrator has enabled the unpublished client, it receives a code

    Scenario: it is enabled, and then it is not
      Given unpublished applications are disabled by default
      And the administrator has enabled the unpublished client
      And the unpublished client's unchanged authorization request yields a code
      And the administrator has disabled the unpublished client again
      When the user follows the unpublished client's authorization request
      Then the authorization request is answered as documented
      And the client receives no code

    @needs:client:published
    Scenario: a published application is not affected
      Given the published client's unchanged authorization request yields a code
      And unpublished applications are disabled by default
      When the user follows the published client's authorization request
      Then the client receives a code

  @rule:enterprise/unpublished-disabled-server @nobody-signs-in
  Rule: While unpublished applications are disabled by default, a server application needs both authorization and enablement

    Scenario: it is authorized only
      Given the administrator has authorized the unauthorized client
      And the unauthorized client gets a token of its own
      And unpublished applications are disabled by default
      When the unauthorized client requests a token of its own
      Then the token request or the call with the token is refused as documented
      And once the administrator has enabled the unauthorized client, it gets a token of its own

    Scenario: it is enabled only
      Given unpublished applications are disabled by default
      And the administrator has enabled the unauthorized client
      When the unauthorized client requests a token of its own
      Then the token request or the call with the token is refused as documented
      And once the administrator has authorized the unauthorized client, it gets a token of its own

    Scenario: it was enabled
      Given the administrator has authorized the unauthorized client
      And unpublished applications are disabled by default
      And the administrator has enabled the unauthorized client
      And the unauthorized client gets a token of its own
      And the administrator has disabled the unauthorized client again
      When the unauthorized client requests a token of its own
      Then the token request or the call with the token is refused as documented

  @rule:enterprise/published
  Rule: While published applications are disabled by default, one that is not enabled receives no code

    Scenario: it is not enabled, and then it is
      Given the published client's unchanged authorization request yields a code
      And published applications are disabled by default
      When the user follows the published client's authorization request
      Then the authorization request is answered as documented
      And the client receives no code
      And once the administrator has enabled the published client, it receives a code

    @needs:client:unpublished
    Scenario: an unpublished application is not affected
      Given the unpublished client's unchanged authorization request yields a code
      And published applications are disabled by default
      When the user follows the unpublished client's authorization request
      Then the client receives a code

  @rule:enterprise/default-enabled
  Rule: While nothing is disabled by default, only server applications need approval

    Scenario Outline: a client that is <kind> needs no approval
      When the user follows the <kind> client's authorization request
      Then the client receives a code

      Examples:
        | kind        |
        | unpublished |
        | published   |

    @needs:hook:disable_unpublished @needs:client:published
    Scenario: the setting was on before
      Given unpublished applications are disabled by default
      And unpublished applications are no longer disabled by default
      And the published client's unchanged authorization request yields a code
      When the user follows the unpublished client's authorization request
      Then the client receives a code

    @needs:client:server @needs:client:unauthorized @needs:thing:enterprise @nobody-signs-in
    Scenario: a server application needs authorization
      Given the server client gets a token of its own
      When the unauthorized client requests a token of its own
      Then the token request or the call with the token is refused as documented
