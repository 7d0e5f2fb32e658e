Feature: Applications
  What the documents ask of an application. Here the application is under test: the suite plays its
  authorization server, and the user with a browser.

  @rule:client/state-checked
  Rule: The application refuses a callback whose state does not belong to the browser

    Scenario Outline: the callback arrives <change>
      Given a login through the application works
      And the user is about to return to the application with a code
      When the callback arrives <change>
      Then the application has not redeemed the code
      And the application answers as documented
      And a login through the application still works
      And the application has not redeemed the code

      Examples:
        | change                              |
        | with a state never issued           |
        | with the state altered              |
        | with the state truncated            |
        | with the state extended             |
        | without state                       |
        | with an empty state                 |
        | with state given twice, differently |

    Scenario: another state comes first
      Given a login through the application works
      And the user is about to return to the application with a code
      When another state comes before the one that belongs to the callback
      Then the application has not redeemed the code
      And the application answers as documented
      And a login through the application still works
      And the application has not redeemed the code

    Scenario: the right state is given twice
      Given a login through the application works
      And the user is about to return to the application with a code
      When the callback arrives with state given twice
      Then the application has not redeemed the code, which would be tolerated
      And the application answers as documented
      And a login through the application still works

    Scenario Outline: the callback arrives <place>
      Given a login through the application works
      And the user is about to return to the application with a code
      When the callback arrives <place>
      Then the application has not redeemed the code
      And the application answers as documented
      And a login through the application still works
      And the application has not redeemed the code

      Examples:
        | place                                             |
        | in a browser that has not visited the application |
        | in a browser that has started a login of its own  |
        | in a browser that is already signed in            |

  @rule:client/state-used-once
  Rule: The application accepts a state once

    Scenario Outline: the state of a login that <ended> comes with another code
      Given a login through the application works
      And the user has returned to the application with <what>
      When another code arrives with the state of that login
      Then the application has turned the callback away
      And a login through the application still works
      And the application has not redeemed the code

      Examples:
        | ended      | what     |
        | succeeded  | a code   |
        | was denied | an error |

  @rule:client/relies-on-error
  Rule: The application handles an error with and without a description

    Scenario Outline: <error> is returned without a description
      Given a login through the application works
      And the application has handled <error> with the usual description
      When <error> is returned without error_description
      Then the application handles it the same way
      And the application has sent no token request

      Examples:
        | error                     |
        | access_denied             |
        | invalid_request           |
        | unsupported_response_type |
        | server_error              |
        | temporarily_unavailable   |

    Scenario Outline: <error> is returned with a description <description>
      Given a login through the application works
      And the application has handled <error> with the usual description
      When <error> is returned <change>
      Then the application handles it the same way
      And the application has sent no token request

      Examples:
        | error                   | description       | change                                                                     |
        | access_denied           | that is empty     | with an empty error_description                                            |
        | access_denied           | of something else | with error_description set to "Please wait a bit"                          |
        | temporarily_unavailable | of something else | with error_description set to "The user denied access to your application" |

    Scenario: the token endpoint refuses the code without a description
      Given a login through the application works
      And the application has handled the refusal of a code with a description
      When a code is refused without a description
      Then the application handles it the same way

  @rule:client/anti-forgery-state
  Rule: The application sends a new, unguessable state for each login

    Scenario: many browsers start a login
      Given a login through the application works
      When 32 browsers start a login
      Then every authorization request carries a state
      And the values cannot be guessed

    Scenario: one browser starts many logins
      Given a login through the application works
      When one browser starts 32 logins
      Then every authorization request carries a state
      And the values cannot be guessed

  @rule:client/refreshes-once
  Rule: The application uses each refresh token once and keeps the new one

    Scenario: the access token expires again and again
      Given a login through the application works
      And the application has used its access token
      When the application uses its access token 4 times, each time after it has expired
      Then the application has used each refresh token once, and always the newest
      And the application can still use its access token

    Scenario: the application is used several times after a refresh
      Given a login through the application works
      And the application has used its access token
      When the application uses its expired access token 3 times
      Then the application has used each refresh token once, and always the newest
      And the application has called the API with the newest access token
      And the application can still use its access token

    Scenario: the application is used twice at once with an expired access token
      Given a login through the application works
      And the application has used its access token
      When the application uses its expired access token 2 times at once, in 4 rounds
      Then the application has used each refresh token once, and always the newest
      And the application can still use its access token
