Feature: Metadata of protected resources
  A protected resource says of itself whose tokens open it (RFC 9728), so that a client that knows its URL
  alone finds the way.

  @rule:resource-metadata/announced @nobody-signs-in
  Rule: The challenge says where the metadata are

    Scenario: there is no token
      Given the resource refuses a call without a token
      When the client calls the API without a token
      Then the challenge names the metadata of the resource

  @rule:resource-metadata/announced-there @nobody-signs-in
  Rule: Metadata that a challenge names are there

    Scenario: the challenge is followed
      Given the resource names its metadata where a call has no token
      When a client follows the challenge
      Then there are metadata

    Scenario: the challenge is read
      Given the resource names its metadata where a call has no token
      When the client calls the API without a token
      Then the challenge names the metadata by one absolute URL

  @rule:resource-metadata/published @nobody-signs-in
  Rule: The metadata are at the location made of the resource's URL

    Scenario: a client looks there
      When a client reads the metadata of the resource at the location made of its URL
      Then there are metadata

  @rule:resource-metadata/found @nobody-signs-in
  Rule: The metadata are found, by the challenge or at the location made of the resource's URL

    Scenario: a client looks for them
      When a client looks for the metadata of the resource
      Then there are metadata

  @rule:resource-metadata/form @nobody-signs-in
  Rule: The metadata are a JSON object without empty lists

    Scenario: its media type
      Given the resource has metadata
      When a client looks for the metadata of the resource
      Then the metadata are a JSON object with the media type of JSON

    Scenario: its lists
      Given the resource has metadata
      When a client looks for the metadata of the resource
      Then no member of the metadata is an empty list

  @rule:resource-metadata/names-itself @nobody-signs-in
  Rule: The metadata are those of the resource that led to them

    Scenario: the resource is read
      Given the resource has metadata
      When a client looks for the metadata of the resource
      Then they name the resource that was called

  @rule:resource-metadata/names-servers @nobody-signs-in
  Rule: The metadata name an authorization server

    Scenario: the servers are read
      Given the resource has metadata
      When a client looks for the metadata of the resource
      Then they name an authorization server

  @rule:resource-metadata/no-offline-access @nobody-signs-in
  Rule: A resource does not ask for refresh tokens

    Scenario: the scopes are read
      Given the resource has metadata
      When a client looks for the metadata of the resource
      Then neither they nor the challenge ask for offline_access

  @rule:resource-metadata/identical @nobody-signs-in
  Rule: The resource is named in its metadata as in their location

    Scenario: the resource is compared
      Given the resource has metadata at the location made of its URL
      When a client reads the metadata of the resource at the location made of its URL
      Then they name the resource that led to them

  @rule:resource-metadata/identifier-url @nobody-signs-in
  Rule: The resource is named by an https URL without fragment

    Scenario: its scheme
      Given the resource has metadata
      When a client looks for the metadata of the resource
      Then the resource in the metadata is an https URL

    Scenario: its fragment
      Given the resource has metadata
      When a client looks for the metadata of the resource
      Then the resource in the metadata has no fragment

  @rule:resource-metadata/outside-host @nobody-signs-in
  Rule: A host that somebody else names does not come into the metadata

    Scenario: the request says that it came by way of another host
      Given the resource has metadata at the location made of its URL
      When a client reads the metadata of the resource by way of another host
      Then they name nothing at that host

    Scenario: a call without a token says that it came by way of another host
      Given the resource names its metadata where a call has no token
      When a client calls the resource without a token by way of another host
      Then the challenge names no metadata at that host

  @rule:resource-metadata/member-types @nobody-signs-in
  Rule: Members of the metadata have their types

    Scenario: the types of what is defined
      Given the resource has metadata
      When a client looks for the metadata of the resource
      Then each member of the metadata has the type that is defined for it

  @rule:resource-metadata/scopes-named @nobody-signs-in
  Rule: The metadata name scopes

    Scenario: the member scopes_supported
      Given the resource has metadata
      When a client looks for the metadata of the resource
      Then the metadata name scopes_supported

  @rule:resource-metadata/resource-named @nobody-signs-in
  Rule: The metadata name the resource for people

    Scenario: the member resource_name
      Given the resource has metadata
      When a client looks for the metadata of the resource
      Then the metadata name resource_name

  @rule:resource-metadata/signatures @nobody-signs-in
  Rule: Keys of the resource are at an https URL, and none of its algorithms is "none"

    Scenario: the members about signatures
      Given the resource has metadata
      When a client looks for the metadata of the resource
      Then their keys are at an https URL, and none of their algorithms is "none"

  @rule:resource-metadata/servers-agree @nobody-signs-in
  Rule: Authorization servers that the metadata name say the same

    Scenario: the metadata of each are read
      Given the resource has metadata
      When a client looks for the metadata of the resource
      Then the metadata of each authorization server name it as the issuer

    Scenario: the resources of each are read
      Given the resource has metadata
      When a client looks for the metadata of the resource
      Then each authorization server that lists protected resources lists this one

  @rule:resource-metadata/bearer-methods
  Rule: Tokens are taken where the metadata say

    Scenario: each place that they name
      Given the resource has metadata
      And the client has obtained tokens
      And the access token works
      When a client looks for the metadata of the resource
      Then a token is served in each place that they name

  @rule:resource-metadata/unknown-resource @nobody-signs-in
  Rule: There are no metadata of a resource that there is not

    Scenario: a client asks for them
      Given the resource has metadata at the location made of its URL
      When a client reads the metadata of a resource that there is not
      Then there are no metadata

  @rule:resource-metadata/agree @nobody-signs-in
  Rule: The metadata are the same at each location

    Scenario: the challenge, the location made of the URL, and that of the host
      Given the resource has metadata
      When a client looks for the metadata of the resource
      Then the same is said of the resource at each other location
