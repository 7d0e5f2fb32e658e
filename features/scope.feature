Feature: What scopes open
  A token opens the calls that its scopes are for, whoever holds it, and leaves it to the permissions
  of its user what comes of them.

  @rule:scope/root-readwrite
  Rule: One scope opens content, what is done with it, and the profile of the enterprise

    Scenario Outline: the user <deed>
      Given the user has a token that carries every scope but root_readwrite
      When the user <deed>
      Then the API answers as documented
      And the same call goes through with a token that carries only root_readwrite

      Examples:
        | deed                                  |
        | reads the own folder                  |
        | reads the own file                    |
        | creates a folder                      |
        | uploads a file to the own folder      |
        | uploads a new version of the own file |
        | invites the admin to the own folder   |
        | sets a task about the own file        |
        | comments on the own file              |

    Scenario: the user looks at the enterprise
      Given the user has a token that carries every scope but root_readwrite and manage_enterprise and manage_enterprise_properties
      When the user looks at the enterprise
      Then the API answers as documented
      And the same call goes through with a token that carries only root_readwrite

  @rule:scope/manage-managed-users
  Rule: One scope opens the users of the enterprise

    Scenario Outline: the admin <deed>
      Given the admin has a token that carries every scope but manage_managed_users and manage_enterprise
      When the admin <deed>
      Then the API answers as documented
      And the same call goes through with a token that carries only manage_managed_users

      Examples:
        | deed                  |
        | lists the users       |
        | looks at another user |
        | creates a user        |

    Scenario Outline: the admin <deed> who was there
      Given there is a user to manage
      And the admin has a token that carries every scope but manage_managed_users and manage_enterprise
      When the admin <deed>
      Then the API answers as documented
      And the same call goes through with a token that carries only manage_managed_users

      Examples:
        | deed                             |
        | disables that user               |
        | changes the login of that user   |
        | resets the password of that user |
        | changes the role of that user    |
        | deletes that user                |

  @rule:scope/manage-groups
  Rule: One scope opens groups and who is in them

    Scenario Outline: the admin <deed>
      Given the admin has a token that carries every scope but manage_groups and manage_enterprise
      When the admin <deed>
      Then the API answers as documented
      And the same call goes through with a token that carries only manage_groups

      Examples:
        | deed                       |
        | looks at the group         |
        | creates a group            |
        | puts a user into the group |

    Scenario Outline: the admin <deed> that was there
      Given there is a group to manage
      And the admin has a token that carries every scope but manage_groups and manage_enterprise
      When the admin <deed>
      Then the API answers as documented
      And the same call goes through with a token that carries only manage_groups

      Examples:
        | deed               |
        | renames that group |
        | deletes that group |

  @rule:scope/manage-enterprise-properties
  Rule: One scope opens the attributes of the enterprise, its reports and its device pins

    Scenario Outline: the admin <deed>
      Given the admin has a token that carries every scope but manage_enterprise_properties and manage_enterprise
      When the admin <deed>
      Then the API answers as documented
      And the same call goes through with a token that carries only manage_enterprise_properties

      Examples:
        | deed                               |
        | edits the enterprise               |
        | reads the events of the enterprise |
        | lists the device pins              |
        | looks at a device pin              |

  @rule:scope/manage-enterprise
  Rule: One scope opens all that its three parts open

    Scenario Outline: the admin <deed>
      Given the admin has a token that carries every scope but manage_enterprise and <part>
      When the admin <deed>
      Then the API answers as documented
      And the same call goes through with a token that carries only manage_enterprise

      Examples:
        | deed                               | part                         |
        | creates a user                     | manage_managed_users         |
        | creates a group                    | manage_groups                |
        | puts a user into the group         | manage_groups                |
        | edits the enterprise               | manage_enterprise_properties |
        | reads the events of the enterprise | manage_enterprise_properties |

  @rule:scope/manage-data-retention
  Rule: One scope opens retention policies

    Scenario Outline: the admin <deed>
      Given the admin has a token that carries every scope but manage_data_retention and manage_enterprise
      When the admin <deed>
      Then the API answers as documented
      And the same call goes through with a token that carries only manage_data_retention

      Examples:
        | deed                         |
        | creates a retention policy   |
        | lists the retention policies |

  @rule:scope/manage-app-users
  Rule: One scope opens the application's own users

    Scenario: the application carries the scope
      Given the server client has a token by client credentials about the enterprise
      When the service account creates an app user
      Then the scope opens the call

    @needs:client:no-app-users
    Scenario: the application carries every other scope
      Given the server client has a token by client credentials about the enterprise
      And the service account creates an app user successfully
      And the no-app-users client has a token by client credentials about the enterprise
      When the service account creates an app user
      Then the API answers as documented

  @rule:scope/manage-webhook
  Rule: One scope opens webhooks

    Scenario: the user sets a webhook on the own folder
      Given the user has a token that carries every scope but manage_webhook
      When the user sets a webhook on the own folder
      Then the API answers as documented
      And the same call goes through with a token that carries only manage_webhook and root_readwrite

  @rule:scope/users-and-groups-only
  Rule: A token for users and groups opens no folder, not even to its owner

    Scenario: the user reads the own folder
      Given the user has a token that carries only manage_managed_users and manage_groups
      When the user reads the own folder
      Then the API answers as documented
      And the same call goes through with a token that carries every scope

    Scenario Outline: the admin <deed>
      Given the admin has a token that carries only manage_managed_users and manage_groups
      When the admin <deed>
      Then the scope opens the call

      Examples:
        | deed            |
        | creates a user  |
        | creates a group |

  @rule:scope/scope-before-existence
  Rule: Whoever lacks the scope does not learn what is there

    Scenario: the folder is there
      Given the user has a token that carries every scope but root_readwrite
      When the user reads the own folder
      Then the API answers as documented
      And the same call goes through with a token that carries only root_readwrite

    Scenario: the folder is not there
      Given the user has a token that carries every scope but root_readwrite
      When the user reads the unknown folder
      Then the API answers as documented
      And the same call finds nothing with a token that carries only root_readwrite

  @rule:scope/adds-no-permission
  Rule: A scope gives nobody a permission that they lack

    Scenario Outline: <person> <deed> with <scope> and may not
      Given <person> has a token that carries only <scope>
      When <person> <deed>
      Then the API answers as documented
      And <other> <deed> successfully

      Examples:
        | person             | deed                     | scope                | other           |
        | the user           | creates a user           | manage_managed_users | the admin       |
        | the user           | creates a group          | manage_enterprise    | the admin       |
        | the plain co-admin | creates a group          | manage_groups        | the admin       |
        | the user           | reads the foreign folder | root_readwrite       | the second user |

  @rule:scope/global-content-manager
  Rule: With an application for it administrators reach all content of the enterprise, and no other

    Scenario Outline: <person> reads what somebody else owns
      Given <person> has a token of the content-manager client
      When <person> reads the foreign folder
      Then the API serves the request

      Examples:
        | person       |
        | the admin    |
        | the co-admin |

    Scenario: the admin reads it with another application
      Given the admin has a token of the content-manager client
      And the admin reads the foreign folder successfully
      And the admin has a token of the client
      When the admin reads the foreign folder
      Then the API answers as documented

    Scenario: the user reads what the admin may read
      Given the admin has a token of the content-manager client
      And the admin reads the foreign folder successfully
      When the user reads the foreign folder
      Then the API answers as documented

    Scenario: the admin reads what belongs to somebody outside and was shared
      Given the admin has a token of the client
      And the admin reads the external folder successfully
      And the admin has a token of the content-manager client
      When the admin reads the external folder
      Then the API answers as documented

    @needs:user:other-admin @needs:thing:outside_folder
    Scenario: the admin reads what belongs to another enterprise
      Given the admin has a token of the content-manager client
      And the other admin reads the outside folder successfully
      When the admin reads the outside folder
      Then the API answers as documented

  @rule:scope/special-permissions
  Rule: A developer alone switches on nothing that support has to approve

    @needs:client:content-manager @needs:thing:foreign_folder @needs:operation:read_folder
    Scenario: the developer asks for all content of the enterprise
      Given the admin has a token of the content-manager client
      And the admin reads the foreign folder successfully
      And the developer has asked for "global-content-manager" for the client
      And the admin has a token of the client
      When the admin reads the foreign folder
      Then the API answers as documented

    @needs:client:as-user @needs:user-id:default @needs:resource
    Scenario: the developer asks for acting as users
      Given the admin has a token of the as-user client
      And the admin asks who they are as the user successfully
      And the developer has asked for "as-user" for the client
      And the admin has a token of the client
      When the admin asks who they are as the user
      Then the API answers as documented

    @needs:action:count_mail @needs:operation:create_comment @needs:thing:shared_file @needs:user:second
    Scenario: the developer asks for calls without e-mail
      Given the developer has asked for "suppress-notifications" for the client
      And the user has a token of the client
      And the user comments on the shared file, and the second user gets an e-mail
      When the user comments on the shared file with notifications off
      Then the call is refused or the second user gets an e-mail

  @rule:scope/suppress-notifications
  Rule: Only an application that was permitted to keeps calls from sending e-mail

    Scenario: the application was permitted to
      Given the user has a token of the quiet client
      And the user comments on the shared file, and the second user gets an e-mail
      When the user comments on the shared file with notifications off
      Then the call goes through and nobody gets an e-mail

    Scenario: the application was not permitted to
      Given the user has a token of the client
      And the user comments on the shared file, and the second user gets an e-mail
      When the user comments on the shared file with notifications off
      Then the call is refused or the second user gets an e-mail
