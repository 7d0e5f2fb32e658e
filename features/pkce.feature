Feature: Proof keys
  A code is redeemed by whoever asked for it: the client sends a challenge with the authorization
  request, and shows the verifier that it was made of with the token request (RFC 7636).

  @rule:pkce/s256
  Rule: A code that was asked for with an S256 challenge is redeemed with its verifier

    Scenario Outline: the verifier has <form>
      Given the client holds an authorization code for an S256 challenge of <form>
      When the client redeems the code
      Then the client receives tokens

      Examples:
        | form                             |
        | 43 characters                    |
        | 128 characters                   |
        | every character that it may have |

    @needs:client:public
    Scenario: a public client redeems the code
      Given the public client holds an authorization code for an S256 challenge
      When the public client redeems the code
      Then the client receives tokens

  @rule:pkce/required-public
  Rule: A public client that sends no challenge is told so

    Scenario: the request has no challenge
      Given the public client has obtained tokens by an S256 challenge
      When the user follows the public client's authorization request carrying no challenge
      Then the authorization request is answered as documented
      And the public client can still obtain tokens by an S256 challenge

    Scenario: the request has a method, and no challenge
      Given the public client has obtained tokens by an S256 challenge
      When the user follows the public client's authorization request carrying no challenge, with code_challenge_method set to "S256"
      Then the authorization request is answered as documented
      And the public client can still obtain tokens by an S256 challenge

  @rule:pkce/required-confidential
  Rule: A confidential client that sends no challenge is refused

    Scenario: the request has no challenge
      Given the client has obtained tokens by an S256 challenge
      When the user follows the client's authorization request carrying no challenge
      Then the authorization request is answered as documented
      And the client can still obtain tokens by an S256 challenge

    Scenario: the request has a method, and no challenge
      Given the client has obtained tokens by an S256 challenge
      When the user follows the client's authorization request carrying no challenge, with code_challenge_method set to "S256"
      Then the authorization request is answered as documented
      And the client can still obtain tokens by an S256 challenge

  @rule:pkce/required-described
  Rule: A public client that sends no challenge is told what is missing

    Scenario: the request has no challenge
      Given the public client has obtained tokens by an S256 challenge
      When the user follows the public client's authorization request carrying no challenge
      Then the redirect describes the error
      And the public client can still obtain tokens by an S256 challenge

  @rule:pkce/verifier-wrong
  Rule: A wrong verifier redeems no code

    Scenario Outline: the verifier is sent <change>
      Given the client has obtained tokens by an S256 challenge
      And the client holds an authorization code for an S256 challenge
      When the client redeems the code <change>
      Then the token request is answered as documented
      And the client can still obtain tokens by an S256 challenge

      Examples:
        | change                                   |
        | with the code_verifier altered           |
        | with the code_verifier truncated         |
        | with the code_verifier extended          |
        | with the code_verifier in other case     |
        | with the S256 challenge as code_verifier |

    Scenario: the challenge is beyond ASCII, and the verifier that of a right one
      Given the client has obtained tokens by an S256 challenge
      And the client holds an authorization code for an S256 challenge beyond ASCII
      When the client redeems the code
      Then the token request is answered as documented
      And the client can still obtain tokens by an S256 challenge

    @needs:client:public
    Scenario Outline: a public client sends the verifier <change>
      Given the public client has obtained tokens by an S256 challenge
      And the public client holds an authorization code for an S256 challenge
      When the public client redeems the code <change>
      Then the token request is answered as documented
      And the public client can still obtain tokens by an S256 challenge

      Examples:
        | change                                   |
        | with the code_verifier altered           |
        | with the S256 challenge as code_verifier |

    Scenario: after a wrong verifier the code is redeemed with another wrong one
      Given the client has obtained tokens by an S256 challenge
      And the client holds an authorization code for an S256 challenge
      When the client redeems the code with the code_verifier altered
      And the client redeems the code with the code_verifier truncated
      Then the token request is answered as documented
      And the client can still obtain tokens by an S256 challenge

    Scenario Outline: the challenge is plain, and the verifier is sent <change>
      Given the client has obtained tokens by an S256 challenge
      And a code for a plain challenge brings the client tokens
      And the client holds an authorization code for a plain challenge
      When the client redeems the code <change>
      Then the token request is answered as documented
      And the client can still obtain tokens by an S256 challenge

      Examples:
        | change                                   |
        | with the code_verifier altered           |
        | with the S256 challenge as code_verifier |

  @rule:pkce/verifier-missing
  Rule: A code that was asked for with a challenge is not redeemed without a verifier

    Scenario Outline: the code is redeemed <change>
      Given the client has obtained tokens by an S256 challenge
      And the client holds an authorization code for an S256 challenge
      When the client redeems the code <change>
      Then the token request is answered as documented
      And the client can still obtain tokens by an S256 challenge

      Examples:
        | change                      |
        | without code_verifier       |
        | with an empty code_verifier |

    @needs:client:public
    Scenario Outline: a public client redeems the code <change>
      Given the public client has obtained tokens by an S256 challenge
      And the public client holds an authorization code for an S256 challenge
      When the public client redeems the code <change>
      Then the token request is answered as documented
      And the public client can still obtain tokens by an S256 challenge

      Examples:
        | change                      |
        | without code_verifier       |
        | with an empty code_verifier |

    Scenario: after a wrong verifier the code is redeemed without code_verifier
      Given the client has obtained tokens by an S256 challenge
      And the client holds an authorization code for an S256 challenge
      When the client redeems the code with the code_verifier altered
      And the client redeems the code without code_verifier
      Then the token request is answered as documented
      And the client can still obtain tokens by an S256 challenge

  @rule:pkce/verifier-unasked
  Rule: A code that was asked for without a challenge is not redeemed with a verifier

    Scenario Outline: the code was asked for with <challenge>
      Given the client has obtained tokens by an S256 challenge
      And the client holds an authorization code for <challenge>
      When the client redeems the code with code_verifier set to "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
      Then the token request is answered as documented
      And the client can still obtain tokens by an S256 challenge

      Examples:
        | challenge          |
        | no challenge       |
        | an empty challenge |

  @rule:pkce/no-authentication
  Rule: A verifier does not authenticate a client that has a secret

    Scenario Outline: the code is redeemed with its verifier and <change>
      Given the sacrificial client has obtained tokens
      And the sacrificial client holds an authorization code for an S256 challenge
      When the sacrificial client redeems the code <change>
      Then the token request is answered as documented
      And the sacrificial client can still obtain tokens

      Examples:
        | change                      |
        | without the client secret   |
        | with an empty client secret |
        | with a wrong client secret  |

    @needs:refresh
    Scenario Outline: the tokens of such a code are refreshed <change>
      Given the sacrificial client holds an authorization code for an S256 challenge
      And the sacrificial client has redeemed the code
      And the sacrificial client has refreshed
      When the sacrificial client refreshes <change>
      Then the token request is answered as documented
      And the sacrificial client can still obtain tokens

      Examples:
        | change                     |
        | without the client secret  |
        | with a wrong client secret |

  @rule:pkce/bound-to-code
  Rule: A verifier redeems the code that its challenge was sent for, and no other

    Scenario Outline: of two codes, one is redeemed with the verifier of the <which>
      Given the client has obtained tokens by an S256 challenge
      And the client holds an authorization code for an S256 challenge
      And the client then holds a second code for an S256 challenge, and a <which> verifier
      When the client redeems the code
      Then the token request is answered as documented
      And the client can still obtain tokens by an S256 challenge

      Examples:
        | which  |
        | first  |
        | second |

    Scenario: of two codes, the first is redeemed with its own verifier
      Given of two codes that the client holds for one S256 challenge, the first brings tokens
      And the client holds an authorization code for an S256 challenge
      And the client then holds a second code for an S256 challenge, and a matching verifier
      When the client redeems the code
      Then the client receives tokens

  @rule:pkce/method-unknown
  Rule: An unknown method makes a request invalid

    Scenario Outline: the method is "<method>"
      Given the client has obtained tokens by an S256 challenge
      When the user follows the client's authorization request carrying an S256 challenge, with code_challenge_method set to "<method>"
      Then the authorization request is answered as documented
      And the client can still obtain tokens by an S256 challenge

      Examples:
        | method    |
        | S257      |
        | s256      |
        | oauthspec |

  @rule:pkce/plain
  Rule: A plain challenge is verified, or refused

    Scenario: the request has a plain challenge
      Given the client has obtained tokens by an S256 challenge
      When the user follows the client's authorization request carrying a plain challenge
      Then the authorization request is answered as documented
      And the client can still obtain tokens by an S256 challenge

    Scenario: the verifier is the plain challenge
      Given the client has obtained tokens by an S256 challenge
      And the client holds an authorization code for a plain challenge
      When the client redeems the code
      Then the client receives tokens

  @rule:pkce/no-plain
  Rule: A plain challenge is refused

    Scenario: the request has a plain challenge
      Given the client has obtained tokens by an S256 challenge
      When the user follows the client's authorization request carrying a plain challenge
      Then the authorization request is answered as documented
      And the client can still obtain tokens by an S256 challenge

  @rule:pkce/method-required
  Rule: A challenge without a method is refused

    Scenario: the request has a challenge without a method
      Given the client has obtained tokens by an S256 challenge
      When the user follows the client's authorization request carrying a challenge without a method
      Then the authorization request is answered as documented
      And the client can still obtain tokens by an S256 challenge

  @rule:pkce/method-absent
  Rule: A challenge without a method is a plain one

    Scenario: the request has a challenge without a method
      Given the client has obtained tokens by an S256 challenge
      When the user follows the client's authorization request carrying a challenge without a method
      Then the authorization request is answered as documented
      And the client can still obtain tokens by an S256 challenge

    Scenario: the verifier is the challenge
      Given the client has obtained tokens by an S256 challenge
      And the client holds an authorization code for a challenge without a method
      When the client redeems the code
      Then the client receives tokens

    Scenario: the challenge is the hash of the verifier
      Given the client has obtained tokens by an S256 challenge
      And the client holds an authorization code for an S256 challenge without a method
      When the client redeems the code
      Then the client receives no tokens
      And the client can still obtain tokens by an S256 challenge

  @rule:pkce/challenge-syntax
  Rule: A malformed challenge makes a request invalid

    Scenario Outline: the challenge is sent <change>
      Given the client has obtained tokens by an S256 challenge
      When the user follows the client's authorization request carrying an S256 challenge, <change>
      Then the authorization request is answered as documented
      And the client can still obtain tokens by an S256 challenge

      Examples:
        | change                                                                   |
        | with a code_challenge of 42 characters                                   |
        | with a code_challenge of 129 characters                                  |
        | with code_challenge set to "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM" |
        | with code_challenge set to "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw cM" |

  @rule:pkce/verifier-syntax
  Rule: A malformed verifier redeems no code

    Scenario Outline: the verifier has <form>
      Given the client has obtained tokens by an S256 challenge
      And the client holds an authorization code for an S256 challenge of <form>
      When the client redeems the code
      Then the token request is answered as documented
      And the client can still obtain tokens by an S256 challenge

      Examples:
        | form                            |
        | 1 character                     |
        | 42 characters                   |
        | 129 characters                  |
        | characters that it may not have |
        | letters beyond ASCII            |

  @rule:pkce/challenge-hidden
  Rule: The challenge stays between client and server

    Scenario: the user grants
      When the user follows the client's authorization request carrying an S256 challenge
      Then neither the code nor the redirect shows the challenge

  @rule:pkce/advertised
  Rule: The metadata name the method S256

    Scenario: the methods are read
      Given the client has obtained tokens by an S256 challenge
      And the server publishes metadata
      When a client reads the server's metadata
      Then the metadata list "S256" among code_challenge_methods_supported
