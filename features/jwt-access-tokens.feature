Feature: Access tokens that a resource reads
  An access token may be a JWT: a text that says who issued it, for whom, to which client and for which
  resource, and that a key of the server has signed (RFC 9068). A resource reads it without asking the server.
  These rules are for servers whose access tokens are of that kind.

  @rule:jwt-access-tokens/typed
  Rule: An access token says that it is one

    Scenario: the access token of a code
      Given the client has obtained tokens
      When a resource reads the access token
      Then the type of the token is that of access tokens

    @needs:refresh
    Scenario: the access token of a refresh
      Given the client has obtained tokens
      And the client has refreshed
      When a resource reads the access token
      Then the type of the token is that of access tokens

  @rule:jwt-access-tokens/signed
  Rule: A published key of the server has signed the access token

    Scenario: the access token of a code
      Given the client has obtained tokens
      When a resource reads the access token
      Then a published key has signed the token

    @nobody-signs-in
    Scenario: the access token of a client itself
      Given a client has obtained a token of its own
      When a resource reads the access token
      Then a published key has signed the token

  @rule:jwt-access-tokens/asymmetric
  Rule: The key of the signature is no shared secret

    Scenario: the algorithm is read
      Given the client has obtained tokens
      When a resource reads the access token
      Then the algorithm of the token is one of public keys

  @rule:jwt-access-tokens/keys-published
  Rule: The metadata say where the keys are

    Scenario: the metadata are read
      Given the client has obtained tokens
      And access tokens are JWTs
      And the server publishes metadata
      When a client reads the server's metadata
      Then the metadata name jwks_uri

  @rule:jwt-access-tokens/metadata-agree
  Rule: The metadata of RFC 8414 and of OpenID Connect agree

    Scenario: both are read
      Given the client has obtained tokens
      And access tokens are JWTs
      When a client reads the metadata at each location
      Then they name one issuer and one place of keys

  @rule:jwt-access-tokens/claims
  Rule: An access token says all that a resource has to know

    Scenario: the access token of a code
      Given the client has obtained tokens
      When a resource reads the access token
      Then the token has each claim of access tokens

    @needs:refresh
    Scenario: the access token of a refresh
      Given the client has obtained tokens
      And the client has refreshed
      When a resource reads the access token
      Then the token has each claim of access tokens

    @nobody-signs-in
    Scenario: the access token of a client itself
      Given a client has obtained a token of its own
      When a resource reads the access token
      Then the token has each claim of access tokens

  @rule:jwt-access-tokens/issuer
  Rule: The issuer of an access token is that of the metadata

    Scenario: both are read
      Given the client has obtained tokens
      When a resource reads the access token
      Then the token names the issuer of the metadata

  @rule:jwt-access-tokens/lifetime
  Rule: An access token expires when the client was told

    Scenario: the times are read
      Given the client has obtained tokens
      When a resource reads the access token
      Then the claims of the token agree with its lifetime

  @rule:jwt-access-tokens/client
  Rule: An access token names the client that asked for it

    Scenario: the access token of a code
      Given the client has obtained tokens
      When a resource reads the access token
      Then the token names its client

    @nobody-signs-in
    Scenario: the access token of a client itself
      Given a client has obtained a token of its own
      When a resource reads the access token
      Then the token names its client

  @rule:jwt-access-tokens/unique
  Rule: Each access token has an identifier of its own

    Scenario: three are issued
      Given the client has obtained tokens
      And the client has obtained tokens
      And the client has obtained tokens
      When a resource reads all the access tokens
      Then each has an identifier of its own

    @needs:refresh
    Scenario: one is issued and refreshed
      Given the client has obtained tokens
      And the client has refreshed
      When a resource reads all the access tokens
      Then each has an identifier of its own

  @rule:jwt-access-tokens/subject
  Rule: The subject of an access token is the user, or the client where there is none

    Scenario: one user
      Given the client has obtained tokens
      And the client has obtained tokens
      When a resource reads all the access tokens
      Then their subject is the same

    @needs:user:second @ends-grants
    Scenario: two users
      Given the client has obtained tokens
      And the second user has granted the client other tokens
      When a resource reads all the access tokens
      Then their subjects differ

    Scenario: a user, and a client
      Given the client has obtained tokens
      And a client has obtained a token of its own
      When a resource reads all the access tokens
      Then their subjects differ

  @rule:jwt-access-tokens/scope
  Rule: An access token says its scope

    Scenario: a scope was granted
      Given the client has obtained tokens
      When a resource reads the access token
      Then the token says the scope that was granted

  @rule:jwt-access-tokens/audiences
  Rule: Access tokens for two resources are for different ones

    Scenario: the client names one after the other
      Given the client has obtained tokens for the resource
      And the client has obtained tokens for another resource
      When a resource reads all the access tokens
      Then they are not for the same

  @rule:jwt-access-tokens/authentication-kept
  Rule: What an access token says of the sign-in stays the same

    Scenario: the token is refreshed
      Given the client has obtained tokens
      And the client has refreshed
      When a resource reads all the access tokens
      Then they tell of one sign-in

  @rule:jwt-access-tokens/type-checked
  Rule: A resource takes no JWT of another kind

    Scenario: the client presents its ID Token
      Given the client has obtained tokens with an ID Token
      And access tokens are JWTs
      And the access token works
      When the client calls the API with the ID Token in place of the access token
      Then the API answers as documented
      And the unchanged call is still served

  @rule:jwt-access-tokens/algorithm-checked
  Rule: A resource takes no token of another algorithm

    Scenario Outline: the access token is <forged>
      Given the client has obtained tokens
      And access tokens are JWTs
      And the access token works
      When the client calls the API with an access token <forged>
      Then the API answers as documented
      And the unchanged call is still served

      Examples:
        | forged                                              |
        | that has no signature, by the algorithm "none"      |
        | that has no signature, by the algorithm "None"      |
        | that has no signature, by the algorithm "nOnE"      |
        | that has no signature, by the algorithm "NONE"      |
        | signed as if the public key in a file were a secret |
        | signed as if the published key were a secret        |

  @rule:jwt-access-tokens/signature-checked
  Rule: A resource checks signatures

    Scenario Outline: the access token is <forged>
      Given the client has obtained tokens
      And access tokens are JWTs
      And the access token works
      When the client calls the API with an access token <forged>
      Then the API answers as documented
      And the unchanged call is still served

      Examples:
        | forged                            |
        | whose subject was changed         |
        | whose expiry was changed          |
        | whose scope was changed           |
        | whose signature is empty          |
        | whose signature is zero           |
        | signed with another key           |
        | of another issuer                 |

  @rule:jwt-access-tokens/key-checked
  Rule: A resource takes no key from the token

    Scenario Outline: the access token is <forged>
      Given the client has obtained tokens
      And access tokens are JWTs
      And the access token works
      When the client calls the API with an access token <forged>
      Then the API answers as documented
      And the unchanged call is still served

      Examples:
        | forged                                |
        | signed with another key that it shows |

  @rule:jwt-access-tokens/refusal
  Rule: A token that is not valid is told as such

    Scenario Outline: the access token is <forged>
      Given the client has obtained tokens
      And access tokens are JWTs
      And the access token works
      When the client calls the API with an access token <forged>
      Then the refusal says that the token is not valid
      And the unchanged call is still served

      Examples:
        | forged                                         |
        | that has no signature, by the algorithm "none" |
        | whose expiry was changed                       |
        | signed with another key                        |
