@fresh-browser
Feature: Login and consent
  Before a client gets anything, the user signs in and agrees. Nobody else can agree in their place.

  @rule:consent/login-required
  Rule: No code is issued before the user has signed in

    Scenario: a user who is not signed in is asked to
      When the user opens the client's authorization request
      Then the user was asked to sign in
      And the client receives no code
      And the client's unchanged authorization request still yields a code

    Scenario: the password is wrong
      Given the client's unchanged authorization request yields a code
      And the user opens a new browser
      When the user tries to sign in with a wrong password
      Then the client receives no code
      And the client's unchanged authorization request still yields a code

    Scenario: the password is empty
      Given the client's unchanged authorization request yields a code
      And the user opens a new browser
      When the user tries to sign in with an empty password
      Then the client receives no code
      And the client's unchanged authorization request still yields a code

    @property:password-login
    Scenario Outline: the password is almost right, <typed>
      Given the client's unchanged authorization request yields a code
      And the user opens a new browser
      When the user tries to sign in with <typed>
      Then the client receives no code
      And the client's unchanged authorization request still yields a code

      Examples:
        | typed                         |
        | the beginning of the password |
        | more than the password        |
        | the password in other case    |
        | the password beyond ASCII     |

  @rule:consent/grant
  Rule: A user who grants is redirected to the client with a code

    Scenario: the user grants
      When the user follows the client's authorization request
      Then the client receives a code

    @property:redirect-by-get
    Scenario: browsers follow the redirect by GET
      When the user follows the client's authorization request
      Then the client receives a code
      And the redirect has status 302 or 303

    Scenario: the user has granted to the client before
      When the user grants the client's authorization request a second time
      Then the client receives a code, as it did at first

  @rule:consent/deny
  Rule: A user who denies is redirected to the client with an error and no code

    Scenario: the user denies
      When the user denies the client's authorization request
      Then the authorization request is answered as documented
      And the client receives no code
      And the client's unchanged authorization request still yields a code

    @needs:client:other
    Scenario: the user denies a request without a state
      Given another client's unchanged authorization request yields a code
      When the user denies the client's authorization request without state
      Then the client is told of the denial as documented
      And the client receives no code
      And the client's unchanged authorization request still yields a code

    @needs:client:other
    Scenario: the user denies, and has agreed to another client
      Given another client's unchanged authorization request yields a code
      When the user denies the client's authorization request
      Then the authorization request is answered as documented
      And the client receives no code

  @rule:consent/deny-text
  Rule: The denial has the documented description

    Scenario: the user denies
      When the user denies the client's authorization request
      Then the redirect's error_description reads "The user denied access to your application"
      And the client's unchanged authorization request still yields a code

  @rule:consent/consent-shown
  Rule: The user is asked before a client gets its first code

    @needs:client:fresh
    Scenario: the client is new to the user
      When the user sees what the fresh client asks for
      Then the user was asked for consent

    @needs:client:fresh
    Scenario: the user has agreed to another client
      Given the client's unchanged authorization request yields a code
      When the user sees what the fresh client asks for
      Then the user was asked for consent

  @rule:consent/public-asked-again
  Rule: A public client gets no code without the user, however often the user agreed

    Scenario: the user has agreed to the public client before
      Given the public client's unchanged authorization request yields a code
      When the user sees what the public client asks for
      Then the user was asked to sign in or to decide again

    @needs:client:loopback
    Scenario: the user has agreed to the native client before
      Given the loopback client's unchanged authorization request yields a code
      When the user sees what the loopback client asks for
      Then the user was asked to sign in or to decide again

  @rule:consent/wider-scope-asked
  Rule: A user who agreed to less has not agreed to more

    Scenario: the client asks for more than the user agreed to
      Given the user is asked about each scope, and has agreed to less than the scoped resource takes
      When the user sees that the same client asks for the scope that opens the scoped resource
      Then the user was asked for consent, or the tokens do not open the scoped resource

  @rule:consent/denied-is-not-granted
  Rule: A user who denied, or left the page, has agreed to nothing

    Scenario: the client asks again
      Given the user has denied the client's authorization request
      When the user sees what the client asks for
      Then the user was asked for consent, or the client receives no code
      And the client's unchanged authorization request still yields a code

    Scenario: the user has seen the page and left it, and the client asks again
      Given the user has left the page on which the client asks for consent
      When the user sees what the client asks for
      Then the user was asked for consent, or the client receives no code
      And the client's unchanged authorization request still yields a code

  @rule:consent/consent-names-application
  Rule: The consent page names the application

    Scenario: the user sees the consent page
      When the user follows the client's authorization request
      Then the consent page names the application

  @rule:consent/consent-not-forgeable
  Rule: Consent cannot be given by a forged form

    Scenario: the anti-forgery value is missing
      When the consent is posted without its anti-forgery value
      Then the client receives no code
      And the client's unchanged authorization request still yields a code

    Scenario: the anti-forgery value is that of another session
      When the consent is posted with the anti-forgery value of another session
      Then the client receives no code
      And the client's unchanged authorization request still yields a code

    Scenario: the whole form is that of another session
      When the consent form of another session is posted in the user's browser
      Then the client receives no code
      And the client's unchanged authorization request still yields a code

    Scenario: a link replaces the form
      When the consent is sent by a link without its anti-forgery value
      Then the client receives no code
      And the client's unchanged authorization request still yields a code

    Scenario: the form is posted from another browser
      When the consent is posted from another browser
      Then the client receives no code
      And the client's unchanged authorization request still yields a code

    Scenario: somebody else consented before the user signs in
      When the user signs in behind a consent that somebody gave in another browser
      Then the client receives no code
      And the client's unchanged authorization request still yields a code

  @rule:consent/not-framed
  Rule: No other site shows the pages in a frame

    Scenario: the login page
      When the user opens the client's authorization request
      Then no other site can show the page in a frame
      And the client's unchanged authorization request still yields a code

    Scenario: the consent page
      When the user sees the page on which the client asks for consent
      Then no other site can show the page in a frame
      And the client's unchanged authorization request still yields a code

    Scenario: the page about a request that names no known client
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request with an unknown client
      Then no other site can show the page in a frame

  @rule:consent/no-third-parties
  Rule: Pages load nothing from other sites, and link to none

    Scenario: the login page
      When the user opens the client's authorization request
      Then the page loads nothing from other sites, and links to none
      And the client's unchanged authorization request still yields a code

    Scenario: the consent page
      When the user sees the page on which the client asks for consent
      Then the page loads nothing from other sites, and links to none
      And the client's unchanged authorization request still yields a code

  @rule:consent/password-not-reposted
  Rule: No redirect has the browser post the password again

    Scenario: the user signs in
      When the user follows the client's authorization request
      Then the client receives a code
      And no redirect has the browser post the password again

  @rule:consent/see-other
  Rule: A redirect behind a password has status 303

    Scenario: the user signs in
      When the user follows the client's authorization request
      Then the client receives a code
      And every redirect behind the password has status 303

  @rule:consent/own-page
  Rule: A client gets a code only by a consent given on a page of its own

    Scenario: the decision comes alone
      When the consent is posted with nothing but the decision
      Then the client receives no code
      And the client's unchanged authorization request still yields a code

    @needs:client:other
    Scenario Outline: the decision comes by <means> with a request of which no page was shown
      Given the client's unchanged authorization request yields a code
      When the consent is sent by <means> with another client's request beside the decision
      Then the other client receives no code
      And another client's unchanged authorization request still yields a code

      Examples:
        | means  |
        | a form |
        | a link |

  @rule:consent/request-kept
  Rule: No form replaces a parameter of the request that was checked

    Scenario Outline: the <form> form carries another <parameter>
      Given the client's unchanged authorization request yields a code
      And the user opens a new browser
      When the user follows the client's authorization request, whose <form> form carries another <parameter>
      Then the client receives what it asked for, or nothing
      And the client's unchanged authorization request still yields a code

      Examples:
        | form    | parameter    |
        | login   | redirect_uri |
        | login   | client_id    |
        | consent | redirect_uri |
        | consent | client_id    |

    Scenario Outline: the <form> form has lost its <parameter>
      Given the client's unchanged authorization request yields a code
      And the user opens a new browser
      When the user follows the client's authorization request, whose <form> form has lost its <parameter>
      Then the client receives what it asked for, or nothing
      And the client's unchanged authorization request still yields a code

      Examples:
        | form    | parameter    |
        | login   | redirect_uri |
        | consent | redirect_uri |
        | consent | client_id    |

    Scenario Outline: the <form> form carries a scope that was not asked for
      Given the client's unchanged authorization request yields a code
      And the user opens a new browser
      When the user follows the client's authorization request, whose <form> form carries another scope
      Then its tokens, if it gets any, have no scope that was not asked for
      And the client's unchanged authorization request still yields a code

      Examples:
        | form    |
        | login   |
        | consent |

    Scenario: what the server passes along in the browser says another redirect URI
      Given the client's unchanged authorization request yields a code
      And the user opens a new browser
      When the user follows the client's authorization request, and another redirect URI stands wherever the server passes it along
      Then the client receives what it asked for, or nothing
      And the client's unchanged authorization request still yields a code

    @needs:scoped-resource
    Scenario Outline: the <form> form <change>
      Given the client's unchanged authorization request yields a code
      And the user opens a new browser
      When the user agrees to less than the scoped resource takes, and the <form> form <change>
      Then its tokens, if it gets any, do not open the scoped resource
      And the client's unchanged authorization request still yields a code

      Examples:
        | form    | change                   |
        | login   | carries the scope for it |
        | consent | carries the scope for it |
        | consent | has lost its scope       |

  @rule:consent/parameters-kept
  Rule: No form replaces what the client itself chose

    Scenario Outline: the <form> form carries another <parameter>
      Given the client's unchanged authorization request yields a code
      And the user opens a new browser
      When the user follows the client's authorization request, whose <form> form carries another <parameter>
      Then the client receives what it asked for, or nothing
      And the client's unchanged authorization request still yields a code

      Examples:
        | form    | parameter             |
        | login   | state                 |
        | login   | response_type         |
        | login   | code_challenge        |
        | consent | state                 |
        | consent | response_type         |
        | consent | code_challenge        |
        | consent | code_challenge_method |

    @needs:client:other
    Scenario: the consent form carries another client and its redirect URI
      Given another client's unchanged authorization request yields a code
      And the client's unchanged authorization request yields a code
      And the user opens a new browser
      When the user follows the client's authorization request, whose consent form carries another client and its redirect URI
      Then the client receives what it asked for, or nothing
      And the client's unchanged authorization request still yields a code

    Scenario Outline: the <form> form has lost its code challenge
      Given the client's unchanged authorization request yields a code
      And the user opens a new browser
      When the user follows the client's authorization request, whose <form> form has lost its code_challenge
      Then the code, if one comes, needs its code verifier
      And the client's unchanged authorization request still yields a code

      Examples:
        | form    |
        | login   |
        | consent |

  @rule:consent/requests-apart
  Rule: A decision is about the request whose page it was made on

    @needs:client:other
    Scenario Outline: the page was opened <order> that of another client
      When the user opens the client's authorization request <order> another client's, and grants it
      Then the client receives what it asked for, or nothing
      And the client's unchanged authorization request still yields a code

      Examples:
        | order  |
        | before |
        | after  |

    @needs:client:several
    Scenario Outline: the page was opened <order> one for another redirect URI
      When the user opens the several client's authorization request <order> one with registered redirect URI 2, and grants it
      Then the client receives what it asked for, or nothing
      And the several client's unchanged authorization request still yields a code

      Examples:
        | order  |
        | before |
        | after  |

    @needs:scoped-resource
    Scenario Outline: the page was opened <order> one for more scope
      Given the client has obtained tokens that do not open the scoped resource
      When the user agrees to less than the scoped resource takes, on a page opened <order> one for more
      Then its tokens, if it gets any, do not open the scoped resource
      And the client's unchanged authorization request still yields a code

      Examples:
        | order  |
        | before |
        | after  |

  @rule:consent/managed-and-external-users
  Rule: Managed and external users can both authorize a client

    Scenario Outline: a user who is <kind> gets a code
      When the <kind> user follows the client's authorization request
      Then the client receives a code

      Examples:
        | kind     |
        | managed  |
        | external |

    Scenario Outline: a user who is <kind> gets tokens that work
      Given the client has obtained tokens for the <kind> user
      And the access token works
      When the client calls the API with the access token
      Then the API serves the request

      Examples:
        | kind     |
        | managed  |
        | external |

  @rule:consent/company-sign-on
  Rule: A user of a company with single sign-on signs in there

    Scenario: the user signs in at the company
      When the company user follows the client's authorization request
      Then the user has signed in at the company's identity provider
      And the user was asked for consent
      And the client receives a code
      And the state is returned unchanged

    Scenario: the client receives the same parameters
      When the company user follows the client's authorization request
      Then the client receives a code
      And the redirect has the same parameters as for other users

    @needs:identity
    Scenario: the tokens belong to the user
      Given the client has obtained tokens for the company user
      And the access token works
      When the client calls the API with the access token
      Then the resource names the company user

    @needs:client:other
    Scenario: the user denies, and has agreed to another client
      Given another client's authorization request yields a code for the company user
      When the company user denies the client's authorization request
      Then the client receives no code
      And the state is returned unchanged with an error
      And the client's authorization request still yields a code for the company user

    Scenario: the user mistypes the password there, and then grants
      When the company user grants the client's authorization request after a wrong password
      Then the client receives a code
      And the state is returned unchanged

    Scenario: the identity provider's response is altered
      Given the client's authorization request yields a code for the company user
      And the user opens a new browser
      When the identity provider's response is altered in transit
      Then nobody is signed in
      And the client's authorization request still yields a code for the company user

    Scenario: another browser delivers the identity provider's response
      Given the client's authorization request yields a code for the company user
      And the user opens a new browser
      When another browser delivers the identity provider's response first
      Then nobody is signed in
      And the client's authorization request still yields a code for the company user

    Scenario: another browser replays the identity provider's response
      When another browser replays the identity provider's response
      Then nobody is signed in
      And the client's authorization request still yields a code for the company user
