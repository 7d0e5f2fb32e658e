Feature: Login and consent
  Before a client gets anything, the user signs in and agrees. Nobody else can agree in their place.

  @rule:consent/login-required
  Rule: No code is issued before the user has signed in

    Scenario: a user who is not signed in is asked to
      When the user opens an authorization request of the client
      Then the user was asked to sign in
      And the client receives no code
      And an unchanged authorization request of the client still gives a code

    @against:box
    Scenario: the password is wrong
      Given an unchanged authorization request of the client gives a code
      And the user starts a fresh browser
      When the user follows an authorization request with a wrong password
      Then the client receives no code
      And an unchanged authorization request of the client still gives a code

    @against:box
    Scenario Outline: the password is almost right, <typed>
      Given an unchanged authorization request of the client gives a code
      And the user starts a fresh browser
      When the user follows an authorization request with <typed>
      Then the client receives no code
      And an unchanged authorization request of the client still gives a code

      Examples:
        | typed                             |
        | an empty password                 |
        | the beginning of the password     |
        | more than the password            |
        | the password in other case        |

  @rule:consent/grant
  Rule: A user who grants is sent to the client with a code

    Scenario: the user grants
      When the user follows an authorization request of the client
      Then the client receives a code

    @against:box
    Scenario: the redirect is one that browsers follow by GET
      When the user follows an authorization request of the client
      Then the client receives a code
      And the redirect has status 302 or 303

  @rule:consent/deny
  Rule: A user who denies is sent to the client with an error and no code

    Scenario: the user denies
      When the user denies an authorization request of the client
      Then the authorization request is answered as documented
      And the client receives no code
      And an unchanged authorization request of the client still gives a code

  @rule:consent/deny-text
  Rule: The denial is described in the documented words

    Scenario: the user denies
      When the user denies an authorization request of the client
      Then the description of the error reads "The user denied access to your application"
      And an unchanged authorization request of the client still gives a code

  @rule:consent/consent-shown
  Rule: The user is asked before a client gets its first code

    Scenario: the user comes for the first time
      When the user follows an authorization request of the client
      Then the user was asked for consent
      And the client receives a code

    Scenario: the user denied before
      Given the user has denied an authorization request of the client
      When the user follows an authorization request of the client
      Then the user was asked for consent
      And the client receives a code

    @needs:client:other
    Scenario: the user has agreed to another client
      Given an unchanged authorization request of another client gives a code
      When the user follows an authorization request of the client
      Then the user was asked for consent
      And the client receives a code

  @rule:consent/consent-names-application
  Rule: The consent page says who asks

    Scenario: the page is read
      When the user follows an authorization request of the client
      Then the consent page names the application

  @rule:consent/consent-not-forgeable
  Rule: Only the user's own consent form counts

    Scenario: the anti-forgery value is missing
      When the consent is posted without its anti-forgery value
      Then the client receives no code
      And an unchanged consent of the client still gives a code

    Scenario: the anti-forgery value is that of another session
      When the consent is posted with the anti-forgery value of another session
      Then the client receives no code
      And an unchanged consent of the client still gives a code

    Scenario: a link takes the place of the form
      When the consent is sent by a link without its anti-forgery value
      Then the client receives no code
      And an unchanged consent of the client still gives a code

    Scenario: the form is posted from another browser
      When the consent is posted from another browser
      Then the client receives no code
      And an unchanged consent of the client still gives a code

  @rule:consent/managed-and-external-users
  Rule: Managed and external users can both complete the three legs

    Scenario Outline: a user who is <kind> gets a code
      When the <kind> user follows an authorization request of the client
      Then the client receives a code

      Examples:
        | kind     |
        | managed  |
        | external |

    Scenario Outline: a user who is <kind> completes them
      Given the client has obtained tokens for the <kind> user
      And the access token works
      When the client calls the API with the access token
      Then the API serves the request

      Examples:
        | kind     |
        | managed  |
        | external |

  @rule:consent/company-sign-on
  Rule: A user of a company with single sign-on signs in there, and the client notices nothing

    Scenario: the user signs in at the company
      When the company user follows an authorization request of the client
      Then the user signed in at the identity provider of the company
      And the user was asked for consent
      And the client receives a code
      And the state comes back unchanged

    Scenario: the client cannot tell
      When the company user follows an authorization request of the client
      Then the client receives a code
      And the redirect carries what it carries for other users

    @needs:identity
    Scenario: the tokens are those of the user
      Given the client has obtained tokens for the company user
      And the access token works
      When the client calls the API with the access token
      Then the resource names the company user

    Scenario: the user denies
      When the company user denies an authorization request of the client
      Then the client receives no code
      And the state comes back unchanged with an error
      And an authorization request of the client still gives a code for the company user

    Scenario: what the company says is altered
      Given an authorization request of the client gives a code for the company user
      And the user starts a fresh browser
      When what the identity provider says is altered on the way
      Then nobody is signed in by it
      And an authorization request of the client still gives a code for the company user

    Scenario: what the company says is brought by another browser
      Given an authorization request of the client gives a code for the company user
      And the user starts a fresh browser
      When another browser brings what the identity provider says first
      Then nobody is signed in by it
      And an authorization request of the client still gives a code for the company user

    Scenario: what the company says is brought once more
      When another browser brings what the identity provider says once more
      Then nobody is signed in by it
      And an authorization request of the client still gives a code for the company user
