Feature: Exchanging tokens
  A client that holds a token exchanges it for another one: for other targets, for less, or for somebody who
  acts for its user (RFC 8693).

  @rule:exchange/tokens
  Rule: An access token is exchanged for another one

    Scenario: the client exchanges an access token
      Given the exchange client holds a token to exchange
      When the exchange client exchanges the token
      Then the client receives tokens

  @rule:exchange/answer
  Rule: The answer says what the client was given

    Scenario: the client exchanges an access token
      Given the exchange client holds a token to exchange
      When the exchange client exchanges the token
      Then the answer to the exchange has the documented members

  @rule:exchange/no-store
  Rule: The answer may not be cached

    Scenario: the client exchanges an access token
      Given the exchange client holds a token to exchange
      When the exchange client exchanges the token
      Then the token response may not be cached

  @rule:exchange/expires-in
  Rule: The client is told how long its token lives

    Scenario: the client exchanges an access token
      Given the exchange client holds a token to exchange
      When the exchange client exchanges the token
      Then the token response says how long the access token lives

    @needs:clock @needs:resource @waits:expires-in-30s
    Scenario: the token that came is used just before its expires_in
      Given the exchange client can exchange a token
      And the access token works
      And the access token is 30 seconds short of its expires_in
      When the client calls the API with the access token
      Then the API serves the request

  @rule:exchange/issued-type
  Rule: The type that is told is the type of what came

    Scenario: no type is requested
      Given the exchange client holds a token to exchange
      When the exchange client exchanges the token
      Then what came is of the type that is told

    Scenario: an access token is requested
      Given the exchange client can exchange a token
      When the exchange client exchanges the token for an access token
      Then what came is of the type that is told

    Scenario: a refresh token is requested
      Given the exchange client can exchange a token
      When the exchange client exchanges the token for a refresh token
      Then what came is of the type that is told

    Scenario: a type is requested that nobody knows
      Given the exchange client can exchange a token
      When the exchange client exchanges the token for something of a type that nobody knows
      Then what came is of the type that is told

    Scenario: a refresh token is exchanged
      Given the exchange client can exchange a token
      And the exchange client has exchanged its refresh token
      When the exchange client exchanges the token
      Then what came is of the type that is told

  @rule:exchange/no-token-type
  Rule: What is no access token is not told to be used as one

    Scenario: a refresh token is requested
      Given the exchange client can exchange a token
      When the exchange client exchanges the token for a refresh token
      Then what is no access token has no type of one

  @rule:exchange/scope-told
  Rule: The token has the scope that was asked for, or the answer tells which it has

    Scenario: the client asks for less
      Given the exchange client holds a token to exchange that opens the scoped resource
      And the exchange client has exchanged the token
      When the exchange client exchanges the token for less scope
      Then the new access token has that scope, or the response says which it has

  @rule:exchange/scope-never-widens
  Rule: An exchange brings no more scope than there was

    Scenario: the client asks for more
      Given the exchange client holds a token to exchange that does not open the scoped resource
      And the exchange client has exchanged the token
      When the exchange client exchanges the token for more scope
      Then no token opens the scoped resource that did not before

    Scenario: what was exchanged for less scope is exchanged for more
      Given the exchange client holds a token to exchange that opens the scoped resource
      And the exchange client has exchanged the token for less scope
      And the exchange client holds what came to exchange, which does not open the scoped resource
      And the exchange client has exchanged the token
      When the exchange client exchanges the token for more scope
      Then no token opens the scoped resource that did not before

  @rule:exchange/stands-for-subject
  Rule: The token stands for whom the one stood for that was exchanged

    @needs:user:second
    Scenario: the token of the second user is exchanged
      Given the exchange client holds a token of the second user to exchange
      And the exchange client has exchanged the token
      And the access token opens the resource
      When the client calls the API with the access token
      Then the resource names the second user

    @needs:user:second
    Scenario: the second user acts for the user
      Given the exchange client can exchange a token
      And the exchange client has exchanged the token for the second user to act
      And the access token opens the resource
      When the client calls the API with the access token
      Then the resource names the default user

  @rule:exchange/subject-stays
  Rule: An exchange ends no token

    Scenario: the token is used after it was exchanged
      Given the exchange client holds a token to exchange
      And the token to exchange works
      And the exchange client has exchanged the token
      Then the token that was exchanged still works

    @needs:user:second
    Scenario: the token of an actor is used after the exchange
      Given the exchange client can exchange a token
      And the exchange client has exchanged the token for the second user to act
      Then the token of the actor still works

  @rule:exchange/subject-token-required
  Rule: An exchange has to name a token

    Scenario Outline: the token is exchanged <change>
      Given the exchange client can exchange a token
      When the exchange client exchanges the token <change>
      Then the token request is answered as documented
      And the exchange client can still exchange a token

      Examples:
        | change                      |
        | without subject_token       |
        | with an empty subject_token |

  @rule:exchange/subject-type-required
  Rule: An exchange has to tell the type of its token

    Scenario Outline: the token is exchanged <change>
      Given the exchange client can exchange a token
      When the exchange client exchanges the token <change>
      Then the token request is answered as documented
      And the exchange client can still exchange a token

      Examples:
        | change                           |
        | without subject_token_type       |
        | with an empty subject_token_type |

  @rule:exchange/subject-type-unknown
  Rule: A token of a type that the server does not know is not exchanged

    Scenario: the type is one that nobody has defined
      Given the exchange client can exchange a token
      When the exchange client exchanges the token with subject_token_type set to "urn:oauthspec:nothing"
      Then the token request is answered as documented
      And the exchange client can still exchange a token

  @rule:exchange/subject-invalid
  Rule: A token that the server did not issue is not exchanged

    Scenario Outline: the token is <spoilt>
      Given the exchange client can exchange a token
      When the exchange client exchanges the token <spoilt>
      Then the token request is answered as documented
      And the exchange client can still exchange a token

      Examples:
        | spoilt        |
        | altered       |
        | truncated     |
        | extended      |
        | in other case |

    Scenario: the token was never issued
      Given the exchange client can exchange a token
      When the exchange client exchanges the token with a subject_token never issued
      Then the token request is answered as documented
      And the exchange client can still exchange a token

    Scenario: the token is a JWT of another issuer
      Given the exchange client can exchange a token
      When the exchange client exchanges a JWT of another issuer
      Then the token request is answered as documented
      And the exchange client can still exchange a token

    Scenario: the token is a JWT without a signature
      Given the exchange client can exchange a token
      When the exchange client exchanges a JWT without a signature
      Then the token request is answered as documented
      And the exchange client can still exchange a token

  @rule:exchange/subject-expired
  Rule: A token that has expired is not exchanged

    @waits:expires-in+30s
    Scenario: the access token has expired
      Given the exchange client can exchange a token
      And the token to exchange is 30 seconds past its expires_in
      When the exchange client exchanges the token that has ended
      Then the token request is answered as documented
      And the exchange client can still exchange a token

  @rule:exchange/subject-revoked @ends-grants
  Rule: A token that was revoked is not exchanged

    Scenario: the access token was revoked
      Given the exchange client can exchange a token
      And the token to exchange has been revoked
      And the token to exchange does not work any more
      When the exchange client exchanges the token that has ended
      Then the token request is answered as documented
      And the exchange client can still exchange a token

  @rule:exchange/subject-gone @ends-grants
  Rule: A refresh token that was revoked is not exchanged

    Scenario: the refresh token was revoked
      Given the exchange client can exchange a token
      And the exchange client has exchanged its refresh token
      And the token to exchange has been revoked
      When the exchange client exchanges the token that has ended
      Then the token request is answered as documented
      And the exchange client can still exchange a token

  @rule:exchange/subject-kind
  Rule: A token is exchanged as what it is

    @ends-grants
    Scenario: a refresh token is called an access token
      Given the exchange client can exchange a token
      When the exchange client exchanges the refresh token as an access token
      Then the token request is answered as documented
      And the exchange client can still exchange a token

    Scenario: an access token is called a refresh token
      Given the exchange client can exchange a token
      When the exchange client exchanges the access token as a refresh token
      Then the token request is answered as documented
      And the exchange client can still exchange a token

    Scenario: an authorization code is called an access token
      Given the exchange client can exchange a token
      When the exchange client exchanges an authorization code as an access token
      Then the token request is answered as documented
      And the exchange client can still exchange a token

    Scenario: an ID Token is called an access token
      Given the client has obtained tokens with an ID Token
      And the exchange client can exchange a token
      When the exchange client exchanges an ID Token as an access token
      Then the token request is answered as documented
      And the exchange client can still exchange a token

  @rule:exchange/actor-type-required
  Rule: An exchange for an actor has to tell the type of the actor's token

    Scenario: the type is left out
      Given the exchange client can exchange a token
      And the exchange client has exchanged the token for the second user to act
      When the exchange client exchanges the token for the same actor without actor_token_type
      Then the token request is answered as documented
      And the exchange client can still exchange a token

  @rule:exchange/actor-type-alone
  Rule: An exchange without an actor's token does not tell the type of one

    Scenario: the actor's token is left out
      Given the exchange client can exchange a token
      And the exchange client has exchanged the token for the second user to act
      When the exchange client exchanges the token for the same actor without actor_token
      Then the token request is answered as documented
      And the exchange client can still exchange a token

  @rule:exchange/actor-invalid
  Rule: An actor's token has to be valid, too

    Scenario Outline: the token is exchanged for the actor <change>
      Given the exchange client can exchange a token
      And the exchange client has exchanged the token for the second user to act
      When the exchange client exchanges the token for the same actor <change>
      Then the token request is answered as documented
      And the exchange client can still exchange a token

      Examples:
        | change                         |
        | with the actor_token altered   |
        | with the actor_token truncated |

    @needs:clock @waits:expires-in+30s
    Scenario: the actor's token has expired
      Given the exchange client can exchange a token
      And the exchange client has exchanged the token for the second user to act
      And the token of the actor is 30 seconds past its expires_in
      And the exchange client can exchange a token
      When the exchange client exchanges the token for the same actor, whose token has ended
      Then the token request is answered as documented
      And the exchange client can still exchange a token

    @needs:revocation @ends-grants
    Scenario: the actor's token was revoked
      Given the exchange client can exchange a token
      And the exchange client has exchanged the token for the second user to act
      And the token of the actor has been revoked
      When the exchange client exchanges the token for the same actor, whose token has ended
      Then the token request is answered as documented
      And the exchange client can still exchange a token

  @rule:exchange/actor-named
  Rule: A token for an actor tells who acts

    Scenario: the second user acts
      Given the exchange client can exchange a token
      When the exchange client exchanges the token for the second user to act
      Then the access token tells that the actor acts

  @rule:exchange/actors-nested
  Rule: A token for an actor tells who acted before

    Scenario: what the second user may use is exchanged for another actor
      Given the exchange client can exchange a token
      And the exchange client has exchanged the token for the second user to act
      When the exchange client exchanges the access token that came for the default user to act
      Then the access token tells that the actor acts, and who acted before

  @rule:exchange/named-actor-alone
  Rule: A token that names its actor is exchanged for no other

    Scenario: another one is to act
      Given the exchange client can exchange a token
      And the delegating client holds a token to exchange that names its actor
      And the exchange client has exchanged the token for the second user to act
      When the exchange client exchanges the token for the default user to act
      Then the token request is answered as documented
      And the exchange client can still exchange a token

    Scenario: the client itself is to act
      Given the exchange client can exchange a token
      And the delegating client holds a token to exchange that names its actor
      And the exchange client has exchanged the token for the second user to act
      When the exchange client, which is not that actor, exchanges the token
      Then the token request is answered as documented
      And the exchange client can still exchange a token

  @rule:exchange/target
  Rule: The token is for the target that was asked for

    @needs:other-resource
    Scenario: the client asks for a token for another resource
      Given the exchange client can exchange a token
      When the exchange client exchanges the token for another resource
      Then the access token opens the other resource, where the server exchanges tokens for it

  @rule:exchange/target-malformed
  Rule: What is no absolute URI without fragment is no target

    Scenario Outline: the token is exchanged for <target>
      Given the exchange client can exchange a token
      And the exchange client has exchanged the token for the resource
      When the exchange client exchanges the token for <target>
      Then the token request is answered as documented
      And the exchange client can still exchange a token

      Examples:
        | target                          |
        | the resource with a fragment    |
        | the resource by its path        |
        | the resource without its scheme |
        | a resource that is no URI       |

  @rule:exchange/target-unknown
  Rule: A target that the server issues no tokens for is called an invalid one

    Scenario: nobody knows the resource
      Given the exchange client can exchange a token
      When the exchange client exchanges the token for a resource that nobody knows
      Then the token request is answered as documented
      And the exchange client can still exchange a token

  @rule:exchange/several-targets
  Rule: Several targets are no repeated parameter

    @needs:other-resource
    Scenario: two resources are named
      Given the exchange client can exchange a token
      When the exchange client exchanges the token for both resources
      Then the token request is answered as documented
      And the exchange client can still exchange a token

    @needs:other-resource
    Scenario: two resources are named as audiences
      Given the exchange client can exchange a token
      When the exchange client exchanges the token for both resources as audiences
      Then the token request is answered as documented
      And the exchange client can still exchange a token

  @rule:exchange/client-not-allowed
  Rule: A client that may not have the grant exchanges nothing

    Scenario: the client is registered for other grants
      Given the exchange client can exchange a token
      And the no-exchange client holds a token to exchange
      When the no-exchange client that may not have the grant exchanges the token
      Then the token request is answered as documented
      And the exchange client can still exchange a token

  @rule:exchange/client-authenticated
  Rule: A client that sends a secret has to send its own

    Scenario: the secret is another one
      Given the exchange client can exchange a token
      When the exchange client exchanges the token with a wrong client secret
      Then the token request is answered as documented
      And the exchange client can still exchange a token

  @rule:exchange/refusal
  Rule: An exchange is refused as other token requests are

    Scenario: the token was never issued
      Given the exchange client can exchange a token
      When the exchange client exchanges the token with a subject_token never issued
      Then the refusal has the documented form

  @rule:exchange/repeated-parameter
  Rule: An exchange names one token

    Scenario: there are two of them
      Given the exchange client can exchange a token
      When the exchange client exchanges the token with subject_token given twice, differently
      Then the token request is answered as documented
      And the exchange client can still exchange a token

  @rule:exchange/unknown-parameters
  Rule: Parameters of an exchange that nobody defined make no difference

    Scenario: a parameter is added
      Given the exchange client holds a token to exchange
      When the exchange client exchanges the token with the additional parameter oauthspec
      Then the client receives tokens

  @rule:exchange/empty-is-absent
  Rule: An empty parameter of an exchange counts as one that is not there

    Scenario: scope and actor are empty
      Given the exchange client holds a token to exchange
      When the exchange client exchanges the token, and leaves other parameters empty
      Then the client receives tokens
