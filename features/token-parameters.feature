Feature: Parameters of token requests
  Parameters stand in the body, each once. What is unknown is ignored, and what cannot be read is refused
  without harm.

  @rule:token/empty-is-absent
  Rule: A parameter without a value counts as absent

    Scenario: a code is redeemed with an empty scope
      Given the client holds an authorization code
      When the client redeems the code with scope set to ""
      Then the token request is answered as documented

    @needs:refresh
    Scenario: a token is refreshed with an empty scope
      Given the client has obtained tokens
      And the client has refreshed
      When the client refreshes with scope set to ""
      Then the token request is answered as documented

    @needs:client:public
    Scenario: a public client sends an empty secret
      Given the public client holds an authorization code
      When the public client redeems the code with client_secret set to ""
      Then the token request is answered as documented

    @needs:grant:client_credentials @nobody-signs-in
    Scenario: the client credentials grant is requested with an empty scope
      Given a client with the client credentials grant has a token
      When that client requests a token by the client credentials grant with scope set to ""
      Then the token request is answered as documented
      And a client with the client credentials grant still gets a token

    @property:password-grant @needs:grant:password @nobody-signs-in
    Scenario: the password grant is requested with an empty scope
      Given a client with the password grant has a token
      When that client requests a token by the password grant with scope set to ""
      Then the token request is answered as documented
      And a client with the password grant still gets a token

  @rule:token/repeated-parameter
  Rule: A request that repeats a parameter is refused

    Scenario Outline: <parameter> is given twice
      Given the client has obtained tokens
      When the client requests tokens with <parameter> given twice
      Then the token request is answered as documented
      And the client can still obtain tokens

      Examples:
        | parameter     |
        | grant_type    |
        | code          |
        | redirect_uri  |
        | client_id     |
        | client_secret |

    Scenario Outline: <parameter> is given twice with different values
      Given the client has obtained tokens
      When the client requests tokens with <parameter> given twice, differently
      Then the token request is answered as documented
      And the client can still obtain tokens

      Examples:
        | parameter     |
        | grant_type    |
        | code          |
        | redirect_uri  |
        | client_id     |
        | client_secret |

    @needs:refresh
    Scenario: the refresh token is given twice
      Given the client has obtained tokens
      When the client refreshes with refresh_token given twice
      Then the token request is answered as documented
      And the client can still refresh with the same token

    @needs:refresh
    Scenario: the scope of a refresh is given twice
      Given the client has obtained tokens
      When the client refreshes with scope set to "oauthspec" and also with scope given twice
      Then the token request is answered as documented
      And the client can still refresh with the same token

    @needs:grant:client_credentials @nobody-signs-in
    Scenario: the scope of the client credentials grant is given twice
      Given a client with the client credentials grant has a token
      When that client requests a token by the client credentials grant with scope set to "oauthspec" and also with scope given twice
      Then the token request is answered as documented
      And a client with the client credentials grant still gets a token

    @needs:grant:client_credentials @nobody-signs-in
    Scenario Outline: the client credentials grant is requested with <parameter> given twice
      Given a client with the client credentials grant has a token
      When that client requests a token by the client credentials grant with <parameter> given twice
      Then the token request is answered as documented
      And a client with the client credentials grant still gets a token

      Examples:
        | parameter  |
        | grant_type |
        | client_id  |

    @property:password-grant @needs:grant:password @nobody-signs-in
    Scenario Outline: the password grant is requested with <parameter> given twice
      Given a client with the password grant has a token
      When that client requests a token by the password grant with <parameter> given twice
      Then the token request is answered as documented
      And a client with the password grant still gets a token

      Examples:
        | parameter |
        | username  |
        | password  |

  @rule:token/query-ignored
  Rule: Parameters in the URL are not read

    Scenario Outline: the request is sent <change>
      Given the sacrificial client has obtained tokens
      When the sacrificial client requests tokens <change>
      Then the token request is answered as documented
      And the sacrificial client can still obtain tokens

      Examples:
        | change                          |
        | with its parameters in the URL  |
        | with its credentials in the URL |

    Scenario Outline: one parameter stands in the URL, and tokens are requested <change>
      Given the sacrificial client has obtained tokens
      When the sacrificial client requests tokens <change>
      Then the token request brings no tokens
      And the sacrificial client can still obtain tokens

      Examples:
        | change                              |
        | with code moved to the URL          |
        | with client_secret moved to the URL |

    @needs:refresh
    Scenario: the refresh token stands in the URL
      Given the client has obtained tokens
      When the client refreshes with refresh_token moved to the URL
      Then the token request brings no tokens
      And the client can still refresh with the same token

    @property:body-only
    Scenario Outline: one parameter is moved, <change>
      Given the client has obtained tokens
      When the client requests tokens <change>
      Then the token request is answered as documented
      And the client can still obtain tokens

      Examples:
        | change                           |
        | with code moved to the URL       |
        | with grant_type moved to the URL |

  @rule:token/unknown-parameters
  Rule: Unknown parameters are ignored

    Scenario: the request carries an unknown parameter
      Given the client holds an authorization code
      When the client redeems the code with the additional parameter x_oauthspec
      Then the client receives tokens

    @needs:grant:client_credentials @nobody-signs-in
    Scenario: the client credentials grant is requested with an unknown parameter
      Given a client with the client credentials grant has a token
      When that client requests a token by the client credentials grant with the additional parameter x_oauthspec
      Then the client receives tokens

  @rule:token/oversized
  Rule: An enormous request is refused, and never a server error

    Scenario: the code is enormous
      Given the client has obtained tokens
      And the client holds an authorization code
      When the client redeems the code with a code of 100000 characters
      Then the token request is answered as documented
      And a new code can be redeemed

    Scenario: the client identifier is enormous
      Given the client has obtained tokens
      When the client requests tokens with a client_id of 100000 characters
      Then the token request is answered as documented
      And the client can still obtain tokens

  @rule:token/malformed
  Rule: A malformed request is refused, and never a server error

    Scenario Outline: the code is written as <broken>
      Given the client has obtained tokens
      And the client holds an authorization code
      When the client redeems the code with code written as "<broken>"
      Then the token request is answered as documented
      And a new code can be redeemed

      Examples:
        | broken          |
        | oauthspec%      |
        | oauthspec%zz    |
        | oauthspec%ff%fe |
        | oauthspec%00    |

    Scenario Outline: the client identifier is written as <broken>
      Given the client has obtained tokens
      When the client requests tokens with client_id written as "<broken>"
      Then the token request is answered as documented
      And the client can still obtain tokens

      Examples:
        | broken          |
        | oauthspec%ff%fe |
        | oauthspec%00    |

    @needs:refresh
    Scenario Outline: the refresh token is written as <broken>
      Given the client has obtained tokens
      And the client has refreshed
      When the client refreshes with refresh_token written as "<broken>"
      Then the token request is answered as documented
      And the client can still refresh with the same token

      Examples:
        | broken          |
        | oauthspec%ff%fe |
        | oauthspec%00    |

    Scenario: the code is beyond ASCII
      Given the client has obtained tokens
      And the client holds an authorization code
      When the client redeems the code with the code beyond ASCII
      Then the token request is answered as documented
      And the client can still obtain tokens

    @needs:refresh
    Scenario: the refresh token is beyond ASCII
      Given the client has obtained tokens
      And the client has refreshed
      When the client refreshes with the refresh_token beyond ASCII
      Then the token request is answered as documented
      And the client can still refresh with the same token
