Feature: Narrowing access tokens
  Who holds an access token can exchange it for one that can do less.

  @rule:downscope/narrows
  Rule: A narrowed access token can do what was asked for, and no more

    Scenario: the access token is narrowed to a scope
      Given the client has obtained tokens
      When the client narrows the access token
      Then the client receives tokens
      And the response says what the access token is narrowed to
      And the access token is a new one

    Scenario: the access token is narrowed by a client that sends its credentials, too
      Given the client has obtained tokens
      When the client narrows the access token and sends its credentials
      Then the client receives tokens

    @needs:operation:read_folder @needs:thing:own_folder
    Scenario: the narrowed access token reads
      Given the client has obtained tokens
      And the client has narrowed the access token
      When the client calls "read_folder" about the own_folder
      Then the API serves the request

    @needs:operation:read_folder @needs:operation:rename_folder @needs:thing:own_folder
    Scenario: the narrowed access token writes
      Given the client has obtained tokens
      And "rename_folder" about the own_folder works
      And the client has narrowed the access token
      And "read_folder" about the own_folder works
      When the client calls "rename_folder" about the own_folder
      Then the API answers as documented

    @needs:operation:rename_folder @needs:operation:upload_file @needs:operation:create_collaboration @needs:thing:own_folder @needs:thing:shared_folder
    Scenario Outline: the access token that is narrowed to one change makes it: <change>
      Given the client has obtained tokens
      And the client has narrowed the access token to what "<operation>" needs
      When the client calls "<operation>" about the <thing>
      Then the API serves the request

      Examples:
        | change             | operation            | thing         |
        | another name       | rename_folder        | own_folder    |
        | a new file         | upload_file          | own_folder    |
        | somebody is let in | create_collaboration | shared_folder |

    @needs:operation:rename_folder @needs:operation:upload_file @needs:thing:own_folder
    Scenario Outline: the access token that is narrowed to one change makes another: <change>
      Given the client has obtained tokens
      And "<operation>" about the own_folder works
      And the client has narrowed the access token to what "<other>" needs
      When the client calls "<operation>" about the own_folder
      Then the API answers as documented

      Examples:
        | change       | operation     | other                |
        | another name | rename_folder | create_collaboration |
        | a new file   | upload_file   | rename_folder        |

    @needs:operation:read_folder @needs:thing:own_folder
    Scenario: the access token is narrowed to a folder
      Given the client has obtained tokens
      When the client narrows the access token to the own_folder
      Then the client receives tokens
      And the response says that the access token is narrowed to the own_folder

    @needs:operation:read_file @needs:thing:own_file
    Scenario: the access token is narrowed to a file
      Given the client has obtained tokens
      When the client narrows the access token to the own_file
      Then the client receives tokens
      And the response says that the access token is narrowed to the own_file

    @needs:operation:read_file @needs:thing:own_folder @needs:thing:own_file
    Scenario: the access token that is narrowed to a folder reads what is in it
      Given the client has obtained tokens
      And the client has narrowed the access token to the own_folder
      When the client calls "read_file" about the own_file
      Then the API serves the request

    @needs:operation:read_folder @needs:thing:own_folder @needs:thing:shared_folder
    Scenario: the access token that is narrowed to a folder reads another one
      Given the client has obtained tokens
      And "read_folder" about the shared_folder works
      And the client has narrowed the access token to the own_folder
      And "read_folder" about the own_folder works
      When the client calls "read_folder" about the shared_folder
      Then the API answers as documented

  @rule:downscope/never-widens
  Rule: An access token cannot be exchanged for one that can do more

    Scenario: a scope is asked for that the access token lacks
      Given the client has obtained tokens
      And the client has narrowed the access token
      When the client asks to exchange the first access token for the wider scope
      Then the token request is answered as documented
      And the first access token can still be narrowed

    Scenario: a scope is asked for besides that the access token lacks
      Given the client has obtained tokens
      And the client has narrowed the access token
      When the client asks to exchange the first access token for the wider scope besides
      Then the token request is answered as documented
      And the first access token can still be narrowed

    Scenario: a narrowed access token is exchanged for the scope that it had
      Given the client has obtained tokens
      And the client has narrowed the access token
      When the client asks to exchange the access token for its first scope
      Then the token request is answered as documented
      And the first access token can still be narrowed

    @needs:operation:read_folder @needs:thing:own_folder @needs:thing:shared_folder
    Scenario: an access token that is narrowed to a folder is narrowed again without one
      Given the client has obtained tokens
      And "read_folder" about the shared_folder works
      And the client has narrowed the access token to the own_folder
      When the client narrows the access token
      Then no access token came of it that opens "read_folder" about the shared_folder
      And the first access token can still be narrowed

    @needs:client:narrow
    Scenario: a scope for content is asked for that the access token lacks
      Given the client has obtained tokens
      And the client has narrowed the access token
      And the narrow client has obtained tokens
      And the access token works
      When the client narrows the access token
      Then the token request is answered as documented
      And the first access token can still be narrowed

    @needs:thing:unknown_folder
    Scenario: a folder is asked for that nobody knows
      Given the client has obtained tokens
      When the client narrows the access token to the unknown_folder
      Then the token request is answered as documented
      And the first access token can still be narrowed

    @needs:thing:foreign_folder
    Scenario: a folder is asked for that the user cannot reach
      Given the client has obtained tokens
      When the client narrows the access token to the foreign_folder
      Then the token request is answered as documented
      And the first access token can still be narrowed

    @needs:thing:own_folder @needs:thing:shared_folder
    Scenario: an access token that is narrowed to a folder is exchanged for another one
      Given the client has obtained tokens
      And the client has narrowed the access token to the shared_folder
      And the client has narrowed the first access token to the own_folder
      When the client narrows the access token to the shared_folder
      Then the token request is answered as documented
      And the first access token can still be narrowed

    @needs:revocation
    Scenario: the access token has been revoked
      Given the client has obtained tokens
      And the client has narrowed the access token
      And the client has revoked the first access token
      When the client asks to exchange the first access token for the narrower scope
      Then the token request is answered as documented
      And a fresh access token can still be narrowed

  @rule:downscope/no-refresh
  Rule: A narrowed access token dies with its hour and cannot be renewed

    Scenario: the access token is narrowed
      Given the client has obtained tokens
      And the client has narrowed the access token
      Then no refresh token came with it

    @needs:clock @needs:resource
    Scenario: the narrowed access token has expired
      Given the client has obtained tokens
      And the client has narrowed the access token
      And the access token works
      And the access token is 30 seconds past its expires_in
      Then the access token no longer works
      And a fresh access token can still be narrowed
