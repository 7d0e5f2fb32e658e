Feature: Clients that are described by documents
  A client without a registration has a URL as its identifier, and the server reads there who the client is
  (OAuth Client ID Metadata Document).

  @rule:client-document/advertised @nobody-signs-in
  Rule: The metadata say that clients may be described by documents

    Scenario: the member client_id_metadata_document_supported
      Given the server publishes metadata
      When a client reads the server's metadata
      Then the metadata say yes to client_id_metadata_document_supported

  @rule:client-document/works
  Rule: A client that is described by a document works

    Scenario: it asks the user
      Given a client is described by a document
      When the user follows the registered client's authorization request
      Then the client receives a code

    Scenario: it redeems the code
      Given a client is described by a document
      And the registered client holds an authorization code
      When the registered client redeems the code
      Then the client receives tokens

  @rule:client-document/mismatch-refused
  Rule: A document that names another client is refused

    Scenario Outline: the document is <changed>
      Given a client is described by a document
      And the registered client's unchanged authorization request yields a code
      And a further client is described by a document <changed>
      When the user follows the registered client's authorization request
      Then the authorization request is answered as documented

      Examples:
        | changed                                                  |
        | with client_id set to "https://client.example/client.json" |
        | with client_id set to "{url}/"                           |
        | with client_id set to "{url}?"                           |
        | without client_id                                        |

  @rule:client-document/redirect-bound
  Rule: A described client is sent to no redirect URI but its own

    Scenario: another redirect URI is asked for
      Given a client is described by a document
      And the registered client's unchanged authorization request yields a code
      When the user follows the registered client's authorization request with the redirect URI on another host
      Then the authorization request is answered as documented

    Scenario Outline: the redirect URI is asked for <moved>
      Given a client is described by a document
      And the registered client's unchanged authorization request yields a code
      When the user follows the registered client's authorization request with the redirect URI <moved>
      Then the authorization request is answered as documented

      Examples:
        | moved                                       |
        | on a host that ends like the registered one |
        | extended by a path segment                  |
        | extended by a query                         |

  @rule:client-document/incomplete-refused
  Rule: A document that does not describe a client is refused

    Scenario Outline: the document is <changed>
      Given a client is described by a document
      And the registered client's unchanged authorization request yields a code
      And a further client is described by a document <changed>
      When the user follows the registered client's authorization request
      Then the authorization request is answered as documented

      Examples:
        | changed                      |
        | without client_name          |
        | without redirect_uris        |
        | with redirect_uris set to [] |

    Scenario Outline: the document is the text <text>
      Given a client is described by a document
      And the registered client's unchanged authorization request yields a code
      And a further client's document is <text>
      When the user follows the registered client's authorization request
      Then the authorization request is answered as documented

      Examples:
        | text            |
        | "not a document" |
        | "[]"            |

  @rule:client-document/secret-methods-refused
  Rule: A document with a secret is refused

    Scenario Outline: the document is <changed>
      Given a client is described by a document
      And the registered client's unchanged authorization request yields a code
      And a further client is described by a document <changed>
      When the user follows the registered client's authorization request
      Then the authorization request is answered as documented

      Examples:
        | changed                                                    |
        | with token_endpoint_auth_method set to "client_secret_post" |
        | with token_endpoint_auth_method set to "client_secret_basic" |
        | with client_secret set to "oauthspec"                      |

  @rule:client-document/failure-aborts
  Rule: Without its document a client is unknown, until the document is there

    Scenario Outline: the document is answered with status <status>
      Given a client is described by a document
      And the registered client's unchanged authorization request yields a code
      And a further client's document is answered with status <status>
      When the user follows the registered client's authorization request
      Then the authorization request is answered as documented

      Examples:
        | status |
        | 404    |
        | 500    |

    Scenario: the document is there again
      Given a client is described by a document
      And the registered client's unchanged authorization request yields a code
      And a further client's document is answered with status 404
      When the user follows the registered client's authorization request
      And the document is there again
      And the user follows the registered client's authorization request
      Then the client receives a code

  @rule:client-document/redirect-not-followed
  Rule: A redirect in place of a document is not followed

    Scenario: the answer redirects
      Given a client is described by a document
      And the registered client's unchanged authorization request yields a code
      And a further client's document is at another place, to which the answer redirects
      When the user follows the registered client's authorization request
      Then the authorization request is answered as documented
