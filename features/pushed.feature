Feature: Pushed authorization requests
  A client leaves its authorization request with the server, which checks it and answers with a reference
  (RFC 9126). The user is then sent with that reference alone: what the client asks for passes no browser,
  and nobody can change it on the way.

  @rule:pushed/endpoint @nobody-signs-in
  Rule: There is an endpoint for pushed authorization requests

    Scenario: the client pushes a request
      When the client pushes an authorization request
      Then the endpoint for pushed requests answers

  @rule:pushed/announced @nobody-signs-in
  Rule: The metadata name the endpoint

    Scenario: the client pushes a request, and reads the metadata
      Given the client has pushed an authorization request
      And the server publishes metadata
      When a client reads the server's metadata
      Then the metadata name pushed_authorization_request_endpoint

  @rule:pushed/success @nobody-signs-in
  Rule: The answer is a JSON object with the reference and its lifetime

    Scenario: the client pushes a request
      When the client pushes an authorization request
      Then the client is given a reference and its lifetime in a JSON object with status 201

  @rule:pushed/not-kept @nobody-signs-in
  Rule: No cache keeps the answer

    Scenario: the client pushes a request
      When the client pushes an authorization request
      Then nobody may keep the answer

  @rule:pushed/followed
  Rule: The reference brings the user to the client with a code

    Scenario: the user follows the reference
      Given the client's unchanged authorization request yields a code
      And the client has pushed an authorization request
      When the user follows the pushed request
      Then the client receives a code

    @needs:client:other
    Scenario: another client pushes its own request
      Given another client's unchanged authorization request yields a code
      And another client has pushed an authorization request
      When the user follows the pushed request
      Then the client receives a code

  @rule:pushed/public-client
  Rule: A public client pushes its requests by naming itself

    Scenario: the public client pushes a request
      Given the public client's unchanged authorization request yields a code
      When the public client pushes an authorization request
      Then the request is kept

  @rule:pushed/parameters-hold
  Rule: The pushed parameters hold

    Scenario: the state comes back
      Given the client's authorization request brings its state back
      And the client has pushed an authorization request
      When the user follows the pushed request
      Then the state is the pushed one

    @needs:client:several
    Scenario: the response goes to the redirect URI that was pushed
      Given the several client's authorization request with registered redirect URI 2 yields a code
      And the several client has pushed an authorization request with registered redirect URI 2
      When the user follows the pushed request
      Then the code goes to the pushed redirect URI

    @needs:scoped-resource
    Scenario: the tokens have the scope that was pushed
      Given a token for less does not open the scoped resource
      And a client has pushed an authorization request for less
      When a client obtains tokens by the pushed request
      Then the scoped resource stays closed to them

  @rule:pushed/proof-key-holds
  Rule: The pushed code challenge binds the code

    Scenario Outline: the code of a pushed request is redeemed <change>
      Given the client has obtained tokens by an S256 challenge
      And a code that was not pushed for takes its verifier
      And the client holds an authorization code of a pushed request carrying an S256 challenge
      When the client redeems the code <change>
      Then the client receives no tokens

      Examples:
        | change                            |
        | without code_verifier             |
        | with the code_verifier altered    |

  @rule:pushed/query-ignored
  Rule: What stands beside the reference does not count

    Scenario: another state
      Given the client's pushed request brings its state back
      And the client has pushed an authorization request
      When the user follows the pushed request with state set to "oauthspec-other-state"
      Then the state is the pushed one

    @needs:client:several
    Scenario: another redirect URI of the client
      Given the several client has pushed a request that can be followed, with registered redirect URI 2
      And the several client has pushed an authorization request with registered redirect URI 2
      When the user follows the pushed request with registered redirect URI 1
      Then the client receives a code as if nothing stood beside the reference

    Scenario: another code challenge
      Given the client has obtained tokens by a pushed request carrying an S256 challenge
      And the client has pushed an authorization request carrying an S256 challenge
      When the user follows the pushed request beside another code challenge
      Then the code belongs to the pushed challenge

    @needs:scoped-resource
    Scenario: more scope
      Given a pushed request for less does not open the scoped resource
      And a client has pushed an authorization request for less
      When a client obtains tokens by the pushed request beside more scope
      Then the scoped resource stays closed to them

  @rule:pushed/assertion-audiences @nobody-signs-in
  Rule: The assertion of a client may be for the issuer, the token endpoint or this one

    Scenario: it is for the issuer
      Given the signing client has pushed an authorization request
      When the signing client pushes an authorization request, authenticated for the issuer
      Then the request is kept

    Scenario Outline: it is for <name>
      Given the signing client has pushed an authorization request
      When the signing client pushes an authorization request, authenticated for <name>
      Then the request is kept, or nothing but another name of the server will do

      Examples:
        | name                |
        | the token endpoint  |
        | the endpoint itself |

  @rule:pushed/client-authenticated @nobody-signs-in
  Rule: A client that does not authenticate pushes nothing

    Scenario Outline: the client pushes a request <change>
      Given the sacrificial client has pushed an authorization request
      When the sacrificial client pushes an authorization request <change>
      Then the pushed request is answered as documented

      Examples:
        | change                      |
        | with a wrong client secret  |
        | with an empty client secret |
        | without the client secret   |
        | with an unknown client      |

    @property:basic-challenge
    Scenario: the client pushes a request with a wrong secret in the header
      Given the sacrificial client has pushed an authorization request
      And the sacrificial client may push an authorization request with its credentials in the header
      When the sacrificial client pushes an authorization request with a wrong secret in the header
      Then the pushed request is answered as documented

  @rule:pushed/client-agrees @nobody-signs-in
  Rule: A client pushes its own requests alone

    @needs:client:other
    Scenario: a client names another one
      Given another client is no public client
      And another client has pushed an authorization request
      When another client pushes an authorization request in the name of the client
      Then the pushed request is answered as documented

  @rule:pushed/no-reference @nobody-signs-in
  Rule: A pushed request refers to no other request

    Scenario Outline: the request is pushed <change>
      Given the client has pushed an authorization request
      When the client pushes an authorization request <change>
      Then the pushed request is answered as documented

      Examples:
        | change                                                                           |
        | with request_uri set to "urn:ietf:params:oauth:request_uri:oauthspec-no-request" |
        | with request_uri set to "https://client.example/request.jwt"                     |

    Scenario: the request is pushed with the reference of another one
      Given the client has pushed an authorization request
      When the client pushes an authorization request that refers to the first one
      Then the pushed request is answered as documented

  @rule:pushed/validated
  Rule: What no authorization request can ask for is not to be had by a pushed one

    Scenario Outline: the request is pushed <change>
      Given the client has pushed an authorization request
      And the client's unpushed authorization request <change> is refused
      When the client pushes an authorization request <change>
      Then no code comes of the pushed request

      Examples:
        | change                                             |
        | with the redirect URI on another host              |
        | with the redirect URI extended by a path segment         |
        | with response_type set to "oauthspec"              |
        | with scope set to "oauthspec-unknown"              |
        | with code_challenge_method set to "oauthspec"      |

    @needs:client:public @nobody-signs-in
    Scenario: a public client pushes a redirect URI that is not registered
      Given the public client has pushed an authorization request
      And the public client's unpushed authorization request with the redirect URI on another host is refused
      When the public client pushes an authorization request with the redirect URI on another host
      Then no code comes of the pushed request

  @rule:pushed/changed-since
  Rule: What was taken from the client since the push is not granted

    Scenario: the client gives up the redirect URI that it pushed
      Given a client has registered
      And the client can update its registration
      And the registered client has pushed a request that can be followed
      And the registered client has pushed an authorization request
      And the client has updated its registration with another redirect URI
      When the user follows the pushed request
      Then the client receives no code

  @rule:pushed/refused-early
  Rule: A request that cannot be granted is refused when it is pushed

    Scenario Outline: the request is pushed <change>
      Given the client has pushed an authorization request
      And the client's unpushed authorization request <change> is refused
      When the client pushes an authorization request <change>
      Then the pushed request is answered as documented

      Examples:
        | change                                |
        | with the redirect URI on another host |
        | with response_type set to "oauthspec" |

  @rule:pushed/error-form @nobody-signs-in
  Rule: What is wrong with a pushed request is told to the client in the answer

    Scenario Outline: the request is pushed <change>
      Given the client has pushed an authorization request
      When the client pushes an authorization request <change>
      Then the refusal of the push is a JSON object with an error code

      Examples:
        | change                                                                           |
        | with request_uri set to "urn:ietf:params:oauth:request_uri:oauthspec-no-request" |
        | with the redirect URI on another host                                            |
        | with response_type set to "oauthspec"                                            |

    Scenario: the client secret is wrong
      Given the sacrificial client has pushed an authorization request
      When the sacrificial client pushes an authorization request with a wrong client secret
      Then the refusal has the documented form

  @rule:pushed/post-only @nobody-signs-in
  Rule: Requests are pushed by POST

    Scenario: the request is pushed by GET
      Given the client has pushed an authorization request
      When the client pushes an authorization request by GET
      Then the pushed request is answered as documented

  @rule:pushed/form-charset @nobody-signs-in
  Rule: How the media type of a form is written makes no difference to a pushed request

    Scenario Outline: the request is pushed <change>
      Given the client has pushed an authorization request
      When the client pushes an authorization request <change>
      Then the request is kept

      Examples:
        | change                                            |
        | with a charset in its media type                  |
        | with a charset in its media type, without a space |
        | with its media type in capitals                   |

  @rule:pushed/bound-to-client
  Rule: A reference works for the client that pushed the request

    @needs:client:other
    Scenario: the reference comes with another client
      Given another client's unchanged authorization request yields a code
      And the client has pushed a request that can be followed
      And the client has pushed an authorization request
      When the user follows the pushed request for another client
      Then the client receives no code

    Scenario: the reference comes without a client
      Given the client has pushed a request that can be followed
      And the client has pushed an authorization request
      When the user follows the pushed request without client_id
      Then the client receives no code

  @rule:pushed/single-use
  Rule: A reference works once

    Scenario: the user follows the reference again
      Given the client has pushed an authorization request
      And the user has followed the pushed request
      When the user follows the pushed request again
      Then the client receives no code

  @rule:pushed/expires
  Rule: A reference works no longer than was told

    @waits:expires-in+1s
    Scenario: the reference has expired
      Given the client has pushed a request that can be followed
      And the client has pushed an authorization request
      And the pushed request is 1 second past its lifetime
      When the user follows the pushed request
      Then the client receives no code

  @rule:pushed/unguessable @nobody-signs-in
  Rule: References cannot be guessed

    Scenario: the client pushes 20 requests
      When the client pushes 20 authorization requests
      Then the values cannot be guessed

  @rule:pushed/unknown-reference
  Rule: A reference that the server did not give out is refused

    Scenario Outline: the reference is sent <change>
      Given the client has pushed a request that can be followed
      And the client has pushed an authorization request
      When the user follows the pushed request <change>
      Then the client receives no code

      Examples:
        | change                                                      |
        | with the request_uri altered                                |
        | with the request_uri extended                               |
        | with the request_uri in other case                          |
        | with request_uri set to "https://client.example/request.jwt" |

    Scenario: an unknown reference stands beside an ordinary request
      Given the client's unchanged authorization request yields a code
      And the client has pushed a request that can be followed
      When the user follows the client's authorization request with request_uri set to "urn:ietf:params:oauth:request_uri:oauthspec-no-request"
      Then the client receives no code

  @rule:pushed/required
  Rule: A client that has to push its requests gets no code by others

    @needs:client:pushing
    Scenario: the request is not pushed
      Given the pushing client has pushed a request that can be followed
      When the user follows the pushing client's authorization request
      Then the client receives no code

    Scenario: the request is not pushed, and the metadata say that every client has to push its requests
      Given the metadata say that every client has to push its requests
      And the client has pushed a request that can be followed
      When the user follows the client's unpushed authorization request
      Then the client receives no code

    @needs:registration
    Scenario: a client that registered itself to push its requests does not push
      Given a client has registered with require_pushed_authorization_requests set to true
      And require_pushed_authorization_requests was registered as it was asked for
      And the registered client has pushed a request that can be followed
      When the user follows the registered client's unpushed authorization request
      Then the client receives no code

  @rule:pushed/https-only @nobody-signs-in
  Rule: The endpoint is offered over TLS only

    Scenario: the endpoint is requested without TLS
      Given the push endpoint answers over TLS
      When the push endpoint is requested without TLS
      Then the plain HTTP request is refused or upgraded
