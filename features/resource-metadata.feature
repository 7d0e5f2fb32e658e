Feature: Metadata of protected resources
  A protected resource says of itself whose tokens open it (RFC 9728), so that a client that knows its URL
  alone finds the way.

  @rule:resource-metadata/announced
  Rule: The challenge says where the metadata are

    Scenario: there is no token
      Given the resource refuses a call without a token
      When the client calls the API without a token
      Then the challenge names the metadata of the resource

  @rule:resource-metadata/published
  Rule: The metadata are at the location made of the resource's URL

    Scenario: a client looks there
      When a client reads the metadata of the resource at the location made of its URL
      Then there are metadata

  @rule:resource-metadata/found
  Rule: The metadata are found, by the challenge or at the location made of the resource's URL

    Scenario: a client looks for them
      When a client looks for the metadata of the resource
      Then there are metadata

  @rule:resource-metadata/form
  Rule: The metadata are a JSON object without empty lists

    Scenario: its media type
      Given the resource has metadata
      When a client looks for the metadata of the resource
      Then the metadata are a JSON object with the media type of JSON

    Scenario: its lists
      Given the resource has metadata
      When a client looks for the metadata of the resource
      Then no member of the metadata is an empty list

  @rule:resource-metadata/names-itself
  Rule: The metadata are those of the resource that led to them

    Scenario: the resource is read
      Given the resource has metadata
      When a client looks for the metadata of the resource
      Then they name the resource that was called

  @rule:resource-metadata/names-servers
  Rule: The metadata name an authorization server

    Scenario: the servers are read
      Given the resource has metadata
      When a client looks for the metadata of the resource
      Then they name an authorization server

  @rule:resource-metadata/no-offline-access
  Rule: A resource does not ask for refresh tokens

    Scenario: the scopes are read
      Given the resource has metadata
      When a client looks for the metadata of the resource
      Then neither they nor the challenge ask for offline_access
