Feature: Scopes
  A token opens the calls that its scopes are for, whoever holds it, and leaves it to the permissions
  of its user what comes of them.

  @rule:scope/root-readwrite
  Rule: The scope root_readwrite allows access to content and to the enterprise's profile

    Scenario Outline: the user <deed>
      Given the user has a token with every scope except root_readwrite
      When the user <deed>
      Then the API answers as documented
      And the same call succeeds with only root_readwrite

      Examples:
        | deed                                     |
        | reads the user's folder                  |
        | reads the user's file                    |
        | creates a folder                         |
        | uploads a file to the user's folder      |
        | uploads a new version of the user's file |
        | invites the admin to the user's folder   |
        | creates a task on the user's file        |
        | comments on the user's file              |

    Scenario: the user views the enterprise
      Given the user has a token with every scope except root_readwrite and manage_enterprise and manage_enterprise_properties
      When the user views the enterprise
      Then the API answers as documented
      And the same call succeeds with only root_readwrite

  @rule:scope/manage-managed-users
  Rule: The scope manage_managed_users allows access to the users of the enterprise

    Scenario Outline: the admin <deed>
      Given the admin has a token with every scope except manage_managed_users and manage_enterprise
      When the admin <deed>
      Then the API answers as documented
      And the same call succeeds with only manage_managed_users

      Examples:
        | deed               |
        | lists the users    |
        | views another user |
        | creates a user     |

    Scenario Outline: the admin <deed> with the scope
      Given there is a user to manage
      And the admin has a token with every scope except manage_managed_users and manage_enterprise
      When the admin <deed>
      Then the API answers as documented
      And the same call succeeds with only manage_managed_users

      Examples:
        | deed                             |
        | disables that user               |
        | changes the login of that user   |
        | resets the password of that user |
        | changes the role of that user    |
        | deletes that user                |

  @rule:scope/manage-groups
  Rule: The scope manage_groups allows access to groups and memberships

    Scenario Outline: the admin <deed>
      Given the admin has a token with every scope except manage_groups and manage_enterprise
      When the admin <deed>
      Then the API answers as documented
      And the same call succeeds with only manage_groups

      Examples:
        | deed                     |
        | views the group          |
        | creates a group          |
        | adds a user to the group |

    Scenario Outline: the admin <deed> with the scope
      Given there is a group to manage
      And the admin has a token with every scope except manage_groups and manage_enterprise
      When the admin <deed>
      Then the API answers as documented
      And the same call succeeds with only manage_groups

      Examples:
        | deed               |
        | renames that group |
        | deletes that group |

  @rule:scope/manage-enterprise-properties
  Rule: The scope manage_enterprise_properties allows access to the enterprise's attributes, reports and device pins

    Scenario Outline: the admin <deed>
      Given the admin has a token with every scope except manage_enterprise_properties and manage_enterprise
      When the admin <deed>
      Then the API answers as documented
      And the same call succeeds with only manage_enterprise_properties

      Examples:
        | deed                               |
        | edits the enterprise               |
        | reads the events of the enterprise |
        | lists the device pins              |
        | views a device pin                 |

  @rule:scope/manage-enterprise
  Rule: The scope manage_enterprise includes users, groups and enterprise properties

    Scenario Outline: the admin <deed>
      Given the admin has a token with every scope except manage_enterprise and <part>
      When the admin <deed>
      Then the API answers as documented
      And the same call succeeds with only manage_enterprise

      Examples:
        | deed                               | part                         |
        | creates a user                     | manage_managed_users         |
        | creates a group                    | manage_groups                |
        | adds a user to the group           | manage_groups                |
        | edits the enterprise               | manage_enterprise_properties |
        | reads the events of the enterprise | manage_enterprise_properties |

  @rule:scope/manage-data-retention
  Rule: The scope manage_data_retention allows access to retention policies

    Scenario Outline: the admin <deed>
      Given the admin has a token with every scope except manage_data_retention and manage_enterprise
      When the admin <deed>
      Then the API answers as documented
      And the same call succeeds with only manage_data_retention

      Examples:
        | deed                         |
        | creates a retention policy   |
        | lists the retention policies |

  @rule:scope/manage-app-users @nobody-signs-in
  Rule: The scope manage_app_users allows access to the application's app users

    Scenario: the application has the scope
      Given the server client has a token for the enterprise
      When the service account creates an app user
      Then the scope allows the call

    @needs:client:no-app-users
    Scenario: the application has every other scope
      Given the server client has a token for the enterprise
      And the service account creates an app user successfully
      And the no-app-users client has a token for the enterprise
      When the service account creates an app user
      Then the API answers as documented

  @rule:scope/manage-webhook
  Rule: The scope manage_webhook allows access to webhooks

    Scenario: the user creates a webhook on the user's folder
      Given the user has a token with every scope except manage_webhook
      When the user creates a webhook on the user's folder
      Then the API answers as documented
      And the same call succeeds with only manage_webhook and root_readwrite

  @rule:scope/users-and-groups-only
  Rule: A token for users and groups allows access to no folder

    Scenario: the user reads the user's folder
      Given the user has a token with only manage_managed_users and manage_groups
      When the user reads the user's folder
      Then the API answers as documented
      And the same call succeeds with every scope

    Scenario Outline: the admin <deed>
      Given the admin has a token with only manage_managed_users and manage_groups
      When the admin <deed>
      Then the scope allows the call

      Examples:
        | deed            |
        | creates a user  |
        | creates a group |

  @rule:scope/scope-before-existence
  Rule: A token without the scope does not reveal whether content exists

    Scenario: the folder exists
      Given the user has a token with every scope except root_readwrite
      When the user reads the user's folder
      Then the API answers as documented
      And the same call succeeds with only root_readwrite

    Scenario: the folder does not exist
      Given the user has a token with every scope except root_readwrite
      When the user reads the unknown folder
      Then the API answers as documented
      And the same call finds nothing with only root_readwrite

  @rule:scope/adds-no-permission
  Rule: A scope does not extend a user's permissions

    Scenario Outline: <person> <deed> with <scope> and may not
      Given <person> has a token with only <scope>
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
  Rule: With the global content manager permission administrators can read all content of the enterprise

    Scenario Outline: <person> reads the content of another user
      Given <person> has a token issued to the content-manager client
      And the second user reads the foreign folder successfully
      When <person> reads the foreign folder
      Then the API serves the request

      Examples:
        | person       |
        | the admin    |
        | the co-admin |

    Scenario: the admin uses an application without the permission
      Given the admin has a token issued to the content-manager client
      And the admin reads the foreign folder successfully
      And the admin has a token issued to the client
      When the admin reads the foreign folder
      Then the API answers as documented

    Scenario: the user reads content that the admin may read
      Given the admin has a token issued to the content-manager client
      And the admin reads the foreign folder successfully
      When the user reads the foreign folder
      Then the API answers as documented

    Scenario: the admin reads shared content of an external user
      Given the admin has a token issued to the client
      And the admin reads the external folder successfully
      And the admin has a token issued to the content-manager client
      When the admin reads the external folder
      Then the API answers as documented

    @needs:user:other-admin @needs:thing:outside_folder
    Scenario: the admin reads content of another enterprise
      Given the admin has a token issued to the content-manager client
      And the other admin reads the outside folder successfully
      When the admin reads the outside folder
      Then the API answers as documented

  @rule:scope/special-permissions
  Rule: Special permissions take effect only when support has approved them

    @needs:client:content-manager @needs:thing:foreign_folder @needs:operation:read_folder
    Scenario: the developer requests access to all content
      Given the admin has a token issued to the content-manager client
      And the admin reads the foreign folder successfully
      And the developer has requested the permission "global-content-manager" for the client
      And the admin has a token issued to the client
      When the admin reads the foreign folder
      Then the API answers as documented

    @needs:client:as-user @needs:user-id:default @needs:resource
    Scenario: the developer requests to act as users
      Given the admin has a token issued to the as-user client
      And the admin asks who they are as the user successfully
      And the developer has requested the permission "as-user" for the client
      And the admin has a token issued to the client
      When the admin asks who they are as the user
      Then the API answers as documented

    @needs:action:count_mail @needs:operation:create_comment @needs:thing:shared_file @needs:user:second
    Scenario: the developer requests to suppress e-mail
      Given the developer has requested the permission "suppress-notifications" for the client
      And the user has a token issued to the client
      And the user comments on the shared file, and the second user gets an e-mail
      When the user comments on the shared file with notifications off
      Then the call is refused or the second user gets an e-mail

  @rule:scope/suppress-notifications
  Rule: Only a permitted application can suppress e-mail notifications

    Scenario: the application has the permission
      Given the user has a token issued to the quiet client
      And the user comments on the shared file, and the second user gets an e-mail
      When the user comments on the shared file with notifications off
      Then the call succeeds and nobody gets an e-mail

    Scenario: the application lacks the permission
      Given the user has a token issued to the client
      And the user comments on the shared file, and the second user gets an e-mail
      When the user comments on the shared file with notifications off
      Then the call is refused or the second user gets an e-mail

  @rule:scope/default
  Rule: A request without a scope gets the server's choice, or is one with an invalid scope

    Scenario: the client asks for no scope
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request without scope
      Then the authorization request is answered as documented
      And the client's unchanged authorization request still yields a code

  @rule:scope/order
  Rule: The order of scopes makes no difference

    Scenario: the client asks for its scopes in reverse order
      Given the client's unchanged authorization request yields a code
      When the user follows the client's authorization request for its scopes in reverse order
      Then the authorization request is answered as documented

  @rule:scope/unknown
  Rule: A scope that a client cannot have is refused, or left out by name

    Scenario Outline: the client asks the user for <excess>
      Given the client's unchanged authorization request yields a code
      When the client asks the user for <excess>
      Then the scope is refused, or the token response does not name it
      And the client can still obtain tokens

      Examples:
        | excess                                  |
        | an unknown scope                        |
        | its scope and an unknown one            |
        | its scope and one with a quotation mark |
        | its scope in capital letters            |

    @needs:refresh
    Scenario Outline: the client refreshes for <excess>
      Given the client has obtained tokens
      When the client refreshes for <excess>
      Then the scope is refused, or the token response does not name it
      And the client can still obtain tokens

      Examples:
        | excess                       |
        | an unknown scope             |
        | its scope and an unknown one |
        | its scope in capital letters |

    @needs:client:narrow @needs:scoped-resource
    Scenario: the client asks the user for the scope of another client
      Given the narrow client's unchanged authorization request yields a code
      When the narrow client asks the user for the scope of another client
      Then the scope is refused, or the token response does not name it
      And the narrow client can still obtain tokens

    @needs:credentials:server @needs:thing:enterprise @nobody-signs-in
    Scenario Outline: the server client asks for <excess> by client credentials
      Given the server client has a token for the enterprise by client credentials
      When the server client asks for <excess> by client credentials
      Then the scope is refused, or the token response does not name it
      And the server client still gets a token for the enterprise by client credentials

      Examples:
        | excess                       |
        | an unknown scope             |
        | its scope and an unknown one |
        | the scope of another client  |

    @needs:grant:client_credentials @nobody-signs-in
    Scenario Outline: a client asks for <excess> by the client credentials grant
      Given a client with the client credentials grant has a token
      When that client requests a token by the client credentials grant for <excess>
      Then the scope is refused, or the token response does not name it
      And a client with the client credentials grant still gets a token

      Examples:
        | excess                       |
        | an unknown scope             |
        | its scope and an unknown one |
        | its scope in capital letters |

    @property:password-grant @needs:grant:password @nobody-signs-in
    Scenario Outline: a client asks for <excess> by the password grant
      Given a client with the password grant has a token
      When that client requests a token by the password grant for <excess>
      Then the scope is refused, or the token response does not name it
      And a client with the password grant still gets a token

      Examples:
        | excess                       |
        | an unknown scope             |
        | its scope and an unknown one |
