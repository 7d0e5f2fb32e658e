Feature: Narrowing access tokens
  Who holds an access token can exchange it for one that can do less.

  @rule:downscope/narrows
  Rule: A narrowed access token allows what was requested, and no more

    Scenario: the access token is narrowed to a scope
      Given the client has obtained tokens
      When the client narrows the access token
      Then the client receives tokens
      And the response names the narrowed scope
      And the access token is new

    Scenario: the client also sends its credentials
      Given the client has obtained tokens
      When the client narrows the access token and sends its credentials
      Then the client receives tokens

    @needs:operation:read_folder @needs:thing:own_folder
    Scenario: the narrowed access token reads
      Given the client has obtained tokens
      And the client reads the user's folder successfully
      And the client has narrowed the access token
      When the client reads the user's folder with the access token
      Then the API serves the request

    @needs:operation:read_folder @needs:operation:rename_folder @needs:thing:own_folder
    Scenario: the narrowed access token writes
      Given the client has obtained tokens
      And the client renames the user's folder successfully
      And the client has narrowed the access token
      And the client reads the user's folder successfully
      When the client renames the user's folder with the access token
      Then the API answers as documented

    Scenario Outline: the access token that is narrowed to one operation <deed>
      Given the client has obtained tokens
      And the client <deed> successfully
      And what was made is taken back
      And the client has narrowed the access token to the scope of "<operation>"
      When the client <deed> with the access token
      Then the API serves the request

      @needs:operation:rename_folder @needs:thing:own_folder
      Examples:
        | deed                      | operation     |
        | renames the user's folder | rename_folder |

      @needs:operation:upload_file @needs:thing:own_folder
      Examples:
        | deed                                | operation   |
        | uploads a file to the user's folder | upload_file |

      @needs:operation:create_collaboration @needs:thing:shared_folder
      Examples:
        | deed                                   | operation            |
        | invites the admin to the shared folder | create_collaboration |

    Scenario Outline: the access token that is narrowed to another operation <deed>
      Given the client has obtained tokens
      And the client <deed> successfully
      And the client has narrowed the access token to the scope of "<other>"
      When the client <deed> with the access token
      Then the API answers as documented

      @needs:operation:rename_folder @needs:thing:own_folder
      Examples:
        | deed                      | other                |
        | renames the user's folder | create_collaboration |

      @needs:operation:upload_file @needs:thing:own_folder
      Examples:
        | deed                                | other         |
        | uploads a file to the user's folder | rename_folder |

    @needs:operation:read_folder @needs:thing:own_folder
    Scenario: the access token is narrowed to a folder
      Given the client has obtained tokens
      And the client reads the user's folder successfully
      When the client narrows the access token to the user's folder
      Then the client receives tokens
      And the response restricts the access token to the user's folder

    @needs:operation:read_file @needs:thing:own_file
    Scenario: the access token is narrowed to a file
      Given the client has obtained tokens
      And the client reads the user's file successfully
      When the client narrows the access token to the user's file
      Then the client receives tokens
      And the response restricts the access token to the user's file

    @needs:operation:read_file @needs:thing:own_folder @needs:thing:own_file
    Scenario: the access token that is narrowed to a folder reads a file in it
      Given the client has obtained tokens
      And the client reads the user's file successfully
      And the client has narrowed the access token to the user's folder
      When the client reads the user's file with the access token
      Then the API serves the request

    @needs:operation:read_folder @needs:operation:read_file @needs:thing:own_folder @needs:thing:deeper_file
    Scenario: the access token that is narrowed to a folder reads a file further down
      Given the client has obtained tokens
      And the client reads the deeper file successfully
      And the client has narrowed the access token to the user's folder
      And the client reads the user's folder successfully
      When the client reads the deeper file with the access token
      Then the API serves the request

    @needs:operation:read_folder @needs:thing:own_folder @needs:thing:deeper_folder
    Scenario: the access token that is narrowed to a folder reads the folder above it
      Given the client has obtained tokens
      And the client reads the user's folder successfully
      And the client has narrowed the access token to the deeper folder
      And the client reads the deeper folder successfully
      When the client reads the user's folder with the access token
      Then the API answers as documented

    @needs:operation:read_folder @needs:thing:own_folder @needs:thing:shared_folder
    Scenario: the access token that is narrowed to a folder reads another folder
      Given the client has obtained tokens
      And the client reads the shared folder successfully
      And the client has narrowed the access token to the user's folder
      And the client reads the user's folder successfully
      When the client reads the shared folder with the access token
      Then the API answers as documented

  @rule:downscope/never-widens
  Rule: An access token cannot be exchanged for one that allows more

    Scenario: a scope is requested that the access token lacks
      Given the client has obtained tokens
      And the client has narrowed the access token
      When the client exchanges the original access token for the wider scope
      Then the token request is answered as documented
      And the original access token can still be narrowed

    Scenario: a scope is requested in addition that the access token lacks
      Given the client has obtained tokens
      And the client has narrowed the access token
      When the client exchanges the original access token for the wider scope as well
      Then the token request is answered as documented
      And the original access token can still be narrowed

    Scenario: a narrowed access token is exchanged for its original scope
      Given the client has obtained tokens
      And the client has narrowed the access token
      When the client exchanges the access token for its original scope
      Then the token request is answered as documented
      And the original access token can still be narrowed

    @needs:operation:read_folder @needs:thing:own_folder @needs:thing:shared_folder
    Scenario: an access token that is narrowed to a folder is narrowed again without a folder
      Given the client has obtained tokens
      And the client reads the shared folder successfully
      And the client has narrowed the access token to the user's folder
      When the client narrows the access token
      Then no access token is issued that reads the shared folder
      And the original access token can still be narrowed

    @needs:client:narrow
    Scenario: a scope for content is requested that the access token lacks
      Given the client has obtained tokens
      And the client has narrowed the access token
      And the narrow client has obtained tokens
      And the access token works
      When the client narrows the access token
      Then the token request is answered as documented
      And the original access token can still be narrowed

    @needs:thing:unknown_folder
    Scenario: an unknown folder is requested
      Given the client has obtained tokens
      When the client narrows the access token to the unknown folder
      Then the token request is answered as documented
      And the original access token can still be narrowed

    @needs:thing:foreign_folder
    Scenario: a folder is requested that the user cannot access
      Given the client has obtained tokens
      When the client narrows the access token to the foreign folder
      Then the token request is answered as documented
      And the original access token can still be narrowed

    @needs:thing:own_folder @needs:thing:shared_folder
    Scenario: an access token that is narrowed to a folder is exchanged for another folder
      Given the client has obtained tokens
      And the client has narrowed the access token to the shared folder
      And the client has narrowed the original access token to the user's folder
      When the client narrows the access token to the shared folder
      Then the token request is answered as documented
      And the original access token can still be narrowed

    @needs:revocation @ends-grants
    Scenario: the access token has been revoked
      Given the client has obtained tokens
      And the client has narrowed the access token
      And the client has revoked the original access token
      When the client exchanges the original access token for the narrower scope
      Then the token request is answered as documented
      And a new access token can be narrowed

    @needs:clock @waits:expires-in+30s
    Scenario: the access token has expired
      Given the client has obtained tokens
      And the client has narrowed the access token
      And the access token is 30 seconds past its expires_in
      When the client exchanges the original access token for the narrower scope
      Then the token request is answered as documented
      And a new access token can be narrowed

    Scenario Outline: the access token is <spoilt>
      Given the client has obtained tokens
      And the client has narrowed the access token
      When the client narrows the original access token <spoilt>
      Then the token request is answered as documented
      And the original access token can still be narrowed

      Examples:
        | spoilt        |
        | altered       |
        | truncated     |
        | extended      |
        | in other case |

  @rule:downscope/no-refresh
  Rule: A narrowed access token expires and cannot be renewed

    Scenario: the access token is narrowed
      Given the client has obtained tokens
      And the client has narrowed the access token
      Then the token response carries no refresh token

    @needs:resource @waits:expires-in+30s
    Scenario: the narrowed access token has expired
      Given the client has obtained tokens
      And the client has narrowed the access token
      And the access token works
      And the access token is 30 seconds past its expires_in
      Then the access token no longer works
      And a new access token can be narrowed
