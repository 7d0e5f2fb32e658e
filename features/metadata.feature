Feature: Metadata
  A client that knows nothing but the issuer of a server reads there what the server is like
  (RFC 8414). A server that publishes nothing is judged by the documents that demand it alone.

  @rule:metadata/published
  Rule: The metadata are at a well-known location of the issuer

    Scenario: a client looks for them
      Given the client has obtained tokens
      When a client reads the server's metadata
      Then there are metadata

  @rule:metadata/form @nobody-signs-in
  Rule: The metadata are one JSON object

    Scenario: the whole of them
      Given the server publishes metadata
      When a client reads the server's metadata
      Then the metadata are a JSON object with the media type of JSON

    Scenario: what the server does not have
      Given the server publishes metadata
      When a client reads the server's metadata
      Then no member of the metadata is an empty list

    Scenario: the types of what is defined
      Given the server publishes metadata
      When a client reads the server's metadata
      Then each member of the metadata has the type that is defined for it

  @rule:metadata/members
  Rule: The metadata name what a client cannot do without

    @nobody-signs-in
    Scenario Outline: the member <member>
      Given the server publishes metadata
      When a client reads the server's metadata
      Then the metadata name <member>

      Examples:
        | member                   |
        | issuer                   |
        | authorization_endpoint   |
        | token_endpoint           |
        | response_types_supported |

    Scenario: the response type of codes
      Given the client's unchanged authorization request yields a code
      And the server publishes metadata
      When a client reads the server's metadata
      Then the metadata list "code" among response_types_supported

  @rule:metadata/scopes-named @nobody-signs-in
  Rule: The metadata name scopes

    Scenario: the member scopes_supported
      Given the server publishes metadata
      When a client reads the server's metadata
      Then the metadata name scopes_supported

  @rule:metadata/issuer-identical @nobody-signs-in
  Rule: The metadata are those of the issuer that led to them

    Scenario: the issuer is compared
      Given the server publishes metadata
      When a client reads the server's metadata
      Then the issuer in the metadata is the one that led to them

  @rule:metadata/issuer-url @nobody-signs-in
  Rule: The issuer is an https URL without query and fragment

    Scenario: the issuer is read
      Given the server publishes metadata
      When a client reads the server's metadata
      Then the issuer in the metadata is a URL as an issuer has

  @rule:metadata/endpoints-https @nobody-signs-in
  Rule: Endpoints are named by https URLs

    Scenario Outline: the <endpoint>
      Given the server publishes metadata
      When a client reads the server's metadata
      Then the <endpoint> in the metadata is an https URL

      Examples:
        | endpoint               |
        | authorization_endpoint |
        | token_endpoint         |
        | registration_endpoint  |

  @rule:metadata/endpoint-fragments @nobody-signs-in
  Rule: Endpoints are named without fragments

    Scenario Outline: the <endpoint>
      Given the server publishes metadata
      When a client reads the server's metadata
      Then the <endpoint> in the metadata has no fragment

      Examples:
        | endpoint               |
        | authorization_endpoint |
        | token_endpoint         |

  @rule:metadata/revocation-endpoint @nobody-signs-in
  Rule: The revocation endpoint is named by an https URL without fragment

    Scenario: its scheme
      Given the server publishes metadata
      When a client reads the server's metadata
      Then the revocation_endpoint in the metadata is an https URL

    Scenario: its fragment
      Given the server publishes metadata
      When a client reads the server's metadata
      Then the revocation_endpoint in the metadata has no fragment

  @rule:metadata/endpoints-there @nobody-signs-in
  Rule: Endpoints that the metadata name are there

    Scenario Outline: the <endpoint>
      Given the server publishes metadata
      When a client asks at the <endpoint> that they name
      Then something answers there

      Examples:
        | endpoint                      |
        | authorization_endpoint        |
        | token_endpoint                |
        | revocation_endpoint           |
        | introspection_endpoint        |
        | device_authorization_endpoint |
        | registration_endpoint         |
        | userinfo_endpoint             |
        | jwks_uri                      |

  @rule:metadata/grants-known @nobody-signs-in
  Rule: Grants that the metadata name are known

    Scenario Outline: tokens are asked for by the grant <grant>
      Given the server publishes metadata
      When a client asks for tokens by the grant "<grant>" that they name
      Then the server knows the grant

      Examples:
        | grant                                           |
        | authorization_code                              |
        | refresh_token                                   |
        | client_credentials                              |
        | password                                        |
        | urn:ietf:params:oauth:grant-type:device_code    |
        | urn:ietf:params:oauth:grant-type:jwt-bearer     |
        | urn:ietf:params:oauth:grant-type:token-exchange |

  @rule:metadata/proof-keys-work
  Rule: A client gets a code by each method of proof keys that the metadata name

    Scenario Outline: a code is asked for by the method <method>
      Given the client's unchanged authorization request yields a code
      And the metadata list "<method>" among code_challenge_methods_supported, or else nothing is promised
      When the user agrees to a request of the client by the method "<method>"
      Then the authorization request is answered as documented

      Examples:
        | method |
        | S256   |
        | plain  |

  @rule:metadata/response-modes-work
  Rule: A response comes in each mode that the metadata name

    Scenario Outline: a code is asked for in the mode <mode>
      Given the client's unchanged authorization request yields a code
      And the metadata list "<mode>" among response_modes_supported, or else nothing is promised
      When the user follows the client's authorization request in that mode "<mode>"
      Then the response comes in that mode "<mode>"

      Examples:
        | mode      |
        | query     |
        | form_post |

  @rule:metadata/auth-methods-work
  Rule: A client gets in by each way of authentication that the metadata name

    Scenario Outline: a client of <method> requests tokens
      Given the metadata name <method> as a way of authentication at the token_endpoint
      And a client has registered
      And the registered client has obtained tokens
      And a second client has registered for <method>, if the server lets it
      When the second client requests tokens
      Then the client is let in

      Examples:
        | method              |
        | client_secret_basic |
        | client_secret_post  |
        | private_key_jwt     |

    @needs:revocation @needs:resource @ends-grants
    Scenario Outline: a client of <method> revokes a token
      Given the metadata name <method> as a way of authentication at the revocation_endpoint
      And a client has registered
      And the registered client can revoke a token
      And a second client has registered for <method>, if the server lets it
      And the second client has obtained tokens
      When the second client revokes the access token
      Then the client is let in

      Examples:
        | method              |
        | client_secret_basic |
        | client_secret_post  |
        | private_key_jwt     |

    @needs:introspection
    Scenario Outline: a client of <method> introspects a token
      Given the metadata name <method> as a way of authentication at the introspection_endpoint
      And a client has registered
      And the registered client can introspect its own token, or one that registers for another way can
      And a second client has registered for <method>, if the server lets it
      And the second client has obtained tokens
      When the second client introspects the access token
      Then the client is let in

      Examples:
        | method              |
        | client_secret_basic |
        | client_secret_post  |
        | private_key_jwt     |

    @needs:pushed
    Scenario Outline: a client of <method> pushes a request
      Given the metadata name <method> as a way of authentication at the token_endpoint
      And a client has registered
      And the registered client has pushed an authorization request
      And a second client has registered for <method>, if the server lets it
      And the second client has obtained tokens
      When the second client pushes an authorization request
      Then the client is let in

      Examples:
        | method              |
        | client_secret_basic |
        | client_secret_post  |
        | private_key_jwt     |

  @rule:metadata/names-what-works
  Rule: What works is in the lists of the metadata

    Scenario: the client has got tokens by a code
      Given the client holds an authorization code
      And the client has redeemed the code
      And the server publishes metadata
      When a client reads the server's metadata
      Then the metadata list "authorization_code" among grant_types_supported, if they have such a list

    @needs:refresh
    Scenario: the client has refreshed
      Given the client has obtained tokens
      And the client has refreshed
      And the server publishes metadata
      When a client reads the server's metadata
      Then the metadata list "refresh_token" among grant_types_supported, if they have such a list

    Scenario: the client has authenticated at the token endpoint
      Given the client has obtained tokens
      And the server publishes metadata
      When a client reads the server's metadata
      Then the metadata list the client's way of authentication, if they have such a list

    @needs:registration
    Scenario: a client that registered has authenticated at the token endpoint
      Given a client has registered
      And the registered client has obtained tokens
      And the server publishes metadata
      When a client reads the server's metadata
      Then the metadata list the registered client's way of authentication, if they have such a list

  @rule:metadata/signing-algorithms @nobody-signs-in
  Rule: Signed assertions have algorithms

    Scenario: the members of each endpoint at which clients authenticate
      Given the server publishes metadata
      When a client reads the server's metadata
      Then signed assertions have algorithms, and none of them is "none"

  @rule:metadata/unknown-issuer @nobody-signs-in
  Rule: There are no metadata of an issuer that the server is not

    Scenario: a client asks for them
      Given the server publishes metadata
      When a client reads the metadata of an issuer that the server is not
      Then there are no metadata

  @rule:metadata/outside-host @nobody-signs-in
  Rule: The metadata name no host that the request is said to have come by

    Scenario: the request says that it came by way of another host
      Given the server publishes metadata
      When a client reads the server's metadata by way of another host
      Then they name nothing at that host
