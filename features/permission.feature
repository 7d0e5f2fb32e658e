Feature: What users may touch
  A token reaches what its user reaches, and nothing else: what they own, what they were let into,
  and, for administrators, the administration.

  @rule:permission/owner
  Rule: What a user owns is readable to them

    Scenario: the user reads a folder of their own
      Given the user has a token that carries every scope
      When the user reads the own folder
      Then the API serves the request

    Scenario: the user reads a file in a folder of their own
      Given the user has a token that carries every scope
      When the user reads the own file
      Then the API serves the request

  @rule:permission/collaborator
  Rule: What was shared with a user is readable to them

    Scenario: the user reads a folder that somebody shared with them
      Given the user has a token that carries every scope
      When the user reads the shared folder
      Then the API serves the request

  @rule:permission/stranger
  Rule: What a user neither owns nor shares is not there for them

    Scenario Outline: the user reads the foreign <item>
      Given the user has a token that carries every scope
      And the second user reads the foreign <item> successfully
      When the user reads the foreign <item>
      Then the API answers as documented

      Examples:
        | item   |
        | folder |
        | file   |

    @needs:user:admin
    Scenario: the admin reads the foreign folder
      Given the admin has a token that carries every scope
      And the second user reads the foreign folder successfully
      When the admin reads the foreign folder
      Then the API answers as documented

  @rule:permission/waterfall-down
  Rule: Whoever was let into a folder reaches everything in it

    Scenario: the user reads a file in a folder in the shared one
      Given the user has a token that carries every scope
      And the user reads the shared folder successfully
      When the user reads the shared file
      Then the API serves the request

  @rule:permission/waterfall-up
  Rule: Whoever was let into a folder reaches nothing above and beside it

    Scenario Outline: the user reads the folder <place>
      Given the user has a token that carries every scope
      And the user reads the shared folder successfully
      And the second user reads the folder <place> successfully
      When the user reads the folder <place>
      Then the API answers as documented

      Examples:
        | place  |
        | above  |
        | beside |

  @rule:permission/no-bypass
  Rule: A scope for writing opens nothing that the user may not touch

    Scenario Outline: the user <deed>
      Given the user has a token that carries only root_readwrite
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
  Rule: Only administrators who were granted it look at users and change them

    Scenario Outline: <person> <deed> and may not
      Given <person> has a token that carries every scope
      When <person> <deed>
      Then the API answers as documented
      And the admin <deed> successfully

      Examples:
        | person             | deed                  |
        | the user           | creates a user        |
        | the plain co-admin | creates a user        |
        | the user           | looks at another user |
        | the plain co-admin | looks at another user |

    Scenario Outline: the user <deed> and may not
      Given there is a user to manage
      And the user has a token that carries every scope
      When the user <deed>
      Then the API answers as documented
      And the admin <deed> successfully

      Examples:
        | deed                |
        | disables that user  |
        | deletes that user   |

    Scenario Outline: <person> creates a user
      Given <person> has a token that carries every scope
      When <person> creates a user
      Then the API serves the request

      Examples:
        | person       |
        | the admin    |
        | the co-admin |

    @needs:resource
    Scenario: the user asks who they are with a token for something else
      Given the user has a token that carries only manage_groups
      When the user asks who they are
      Then the API serves the request

  @rule:permission/admin-groups
  Rule: Only administrators who were granted it create, change and delete groups

    Scenario Outline: <person> creates a group and may not
      Given <person> has a token that carries every scope
      When <person> creates a group
      Then the API answers as documented
      And the admin creates a group successfully

      Examples:
        | person             |
        | the user           |
        | the plain co-admin |

    Scenario Outline: the user <deed> and may not
      Given there is a group to manage
      And the user has a token that carries every scope
      When the user <deed>
      Then the API answers as documented
      And the admin <deed> successfully

      Examples:
        | deed               |
        | renames that group |
        | deletes that group |

    Scenario: the co-admin creates a group
      Given the co-admin has a token that carries every scope
      When the co-admin creates a group
      Then the API serves the request

  @rule:permission/admin-events
  Rule: Only administrators who were granted it read what others did

    Scenario Outline: <person> <deed> and may not
      Given <person> has a token that carries every scope
      When <person> <deed>
      Then the API answers as documented
      And the admin <deed> successfully

      Examples:
        | person             | deed                                |
        | the user           | reads the events of the enterprise  |
        | the plain co-admin | reads the events of the enterprise  |
        | the user           | reads the events of another user    |

    Scenario: the co-admin reads the events of the enterprise
      Given the co-admin has a token that carries every scope
      When the co-admin reads the events of the enterprise
      Then the API serves the request

  @rule:permission/add-on
  Rule: What comes with a product is for administrators of enterprises that have it

    Scenario Outline: <person> <deed> and may not
      Given <person> has a token that carries every scope
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
      Given the admin has a token that carries every scope
      When the admin <deed>
      Then the API serves the request

      Examples:
        | deed                         |
        | lists the retention policies |
        | reads the classifications    |
