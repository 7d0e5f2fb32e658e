Feature: Permissions
  A token reaches what its user reaches, and nothing else: what they own, what they were let into,
  and, for administrators, the administration.

  @rule:permission/owner
  Rule: Users can read the content that they own

    @needs:operation:create_folder
    Scenario: the user reads a folder of their own
      Given the user has a token with every scope
      And the user creates a folder successfully
      When the user reads that folder
      Then the API serves the request

    @needs:operation:upload_file @needs:operation:read_file @needs:thing:own_folder
    Scenario: the user reads a file of their own
      Given the user has a token with every scope
      And the user uploads a file to the user's folder successfully
      When the user reads that file
      Then the API serves the request

  @rule:permission/collaborator
  Rule: Users can read the content that was shared with them

    Scenario: the user reads a folder that somebody shared with them
      Given the user has a token with every scope
      And the second user reads the shared folder successfully
      When the user reads the shared folder
      Then the API serves the request

  @rule:permission/stranger
  Rule: Content that a user neither owns nor shares is not visible to them

    Scenario Outline: the user reads the foreign <item>
      Given the user has a token with every scope
      And the second user reads the foreign <item> successfully
      When the user reads the foreign <item>
      Then the API answers as documented

      Examples:
        | item   |
        | folder |
        | file   |

    @needs:user:admin
    Scenario: the admin reads the foreign folder
      Given the admin has a token with every scope
      And the second user reads the foreign folder successfully
      When the admin reads the foreign folder
      Then the API answers as documented

  @rule:permission/waterfall-down
  Rule: A collaborator of a folder can access everything in it

    Scenario: the user reads a file in a subfolder of the shared folder
      Given the user has a token with every scope
      And the user reads the shared folder successfully
      And the second user reads the shared file successfully
      When the user reads the shared file
      Then the API serves the request

  @rule:permission/waterfall-up
  Rule: A collaborator of a folder can access nothing above or beside it

    Scenario Outline: the user reads the folder <place>
      Given the user has a token with every scope
      And the user reads the shared folder successfully
      And the second user reads the folder <place> successfully
      When the user reads the folder <place>
      Then the API answers as documented

      Examples:
        | place  |
        | above  |
        | beside |

  @rule:permission/no-bypass
  Rule: A scope for writing does not extend the user's permissions

    Scenario Outline: the user <deed>
      Given the user has a token with only root_readwrite
      When the user <deed>
      Then the API answers as documented
      And the second user <deed> successfully

      Examples:
        | deed                                      |
        | renames the foreign folder                |
        | uploads a file to the foreign folder      |
        | uploads a new version of the foreign file |
        | comments on the foreign file              |

  @rule:permission/admin-users
  Rule: Only administrators with that privilege can view and change users

    Scenario Outline: <person> <deed> and may not
      Given <person> has a token with every scope
      When <person> <deed>
      Then the API answers as documented
      And the admin <deed> successfully

      Examples:
        | person             | deed               |
        | the user           | creates a user     |
        | the plain co-admin | creates a user     |
        | the user           | views another user |
        | the plain co-admin | views another user |

    Scenario Outline: the user <deed> and may not
      Given there is a user to manage
      And the user has a token with every scope
      When the user <deed>
      Then the API answers as documented
      And the admin <deed> successfully

      Examples:
        | deed               |
        | disables that user |
        | deletes that user  |

    Scenario Outline: <person> creates a user
      Given <person> has a token with every scope
      When <person> creates a user
      Then the permission allows the call

      Examples:
        | person       |
        | the admin    |
        | the co-admin |

    @needs:resource
    Scenario: the user asks who they are with a token for another scope
      Given the user has a token with only manage_groups
      When the user asks who they are
      Then the API serves the request

  @rule:permission/admin-groups
  Rule: Only administrators with that privilege can create, change and delete groups

    Scenario Outline: <person> creates a group and may not
      Given <person> has a token with every scope
      When <person> creates a group
      Then the API answers as documented
      And the admin creates a group successfully

      Examples:
        | person             |
        | the user           |
        | the plain co-admin |

    Scenario Outline: the user <deed> and may not
      Given there is a group to manage
      And the user has a token with every scope
      When the user <deed>
      Then the API answers as documented
      And the admin <deed> successfully

      Examples:
        | deed               |
        | renames that group |
        | deletes that group |

    Scenario: the co-admin creates a group
      Given the co-admin has a token with every scope
      When the co-admin creates a group
      Then the permission allows the call

  @rule:permission/admin-events
  Rule: Only administrators with that privilege can read the events of others

    Scenario Outline: <person> <deed> and may not
      Given <person> has a token with every scope
      When <person> <deed>
      Then the API answers as documented
      And the admin <deed> successfully

      Examples:
        | person             | deed                               |
        | the user           | reads the events of the enterprise |
        | the plain co-admin | reads the events of the enterprise |
        | the user           | reads the events of another user   |

    Scenario: the co-admin reads the events of the enterprise
      Given the co-admin has a token with every scope
      When the co-admin reads the events of the enterprise
      Then the permission allows the call

  @rule:permission/add-on
  Rule: Add-on features are available to administrators of enterprises that have the add-on

    Scenario Outline: <person> <deed> and may not
      Given <person> has a token with every scope
      When <person> <deed>
      Then the API answers as documented
      And the admin <deed> successfully

      Examples:
        | person          | deed                         |
        | the other admin | lists the retention policies |
        | the user        | lists the retention policies |
        | the other admin | lists the legal holds        |
        | the other admin | reads the classifications    |
        | the user        | reads the classifications    |

    Scenario Outline: the admin <deed>
      Given the admin has a token with every scope
      When the admin <deed>
      Then the permission allows the call

      Examples:
        | deed                         |
        | lists the retention policies |
        | reads the classifications    |
