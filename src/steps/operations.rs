//! What is done at the API and to which thing, by the words of the sentences.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

parameter!(
    Operation,
    "operation",
    r"(?:reads|renames|uploads a file to|uploads a new version of|comments on|creates a task on|invites the admin to|creates a webhook on) the (?:user's|deeper|shared|foreign|external|outside|unknown) (?:folder|file)|reads the folder (?:above|beside)|(?:asks who they are|creates a folder|reads that folder|reads that file|lists the users|views another user|creates a user|creates an app user|disables that user|changes the login of that user|resets the password of that user|changes the role of that user|deletes that user|creates a group|views the group|renames that group|deletes that group|adds a user to the group|views the enterprise|edits the enterprise|lists the device pins|views a device pin|reads the events of the enterprise|reads the events of another user|creates a retention policy|lists the retention policies|lists the legal holds|reads the classifications|lists the webhooks)"
);

/// Something that a person does at the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Name of the operation; `None`: the resource that names the user.
    pub(super) operation: Option<&'static str>,
    /// Role of the thing that it is about.
    pub(super) thing: Option<String>,
}

/// A phrase that says nothing that can be done.
#[derive(Debug, thiserror::Error)]
#[error("unknown API operation \"{0}\"")]
pub struct UnknownOperation(String);

/// What is done to a thing, for folders and for files.
const TO_A_THING: &[(&str, &str, &str)] = &[
    ("reads the ", "read_folder", "read_file"),
    ("renames the ", "rename_folder", ""),
    ("uploads a file to the ", "upload_file", ""),
    ("uploads a new version of the ", "", "upload_version"),
    ("comments on the ", "", "create_comment"),
    ("creates a task on the ", "", "create_task"),
    ("invites the admin to the ", "create_collaboration", ""),
    ("creates a webhook on the ", "create_webhook", ""),
];

parameter!(
    Thing,
    "thing",
    r"the (?:user's|deeper|shared|foreign|external|outside|unknown) (?:folder|file)"
);

/// A thing of the profile by its role: `the user's folder` is `own_folder`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing(pub String);

impl FromStr for Thing {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(thing_role(text.trim_start_matches("the "))))
    }
}

fn thing_role(words: &str) -> String {
    words.replace("user's", "own").replace(' ', "_")
}

/// What is done besides.
const OTHERWISE: &[(&str, &str)] = &[
    ("creates a folder", "create_folder"),
    ("reads that folder", "read_folder"),
    ("reads that file", "read_file"),
    ("lists the users", "list_users"),
    ("views another user", "read_user"),
    ("creates a user", "create_user"),
    ("creates an app user", "create_app_user"),
    ("disables that user", "disable_user"),
    ("changes the login of that user", "change_login"),
    ("resets the password of that user", "reset_password"),
    ("changes the role of that user", "change_role"),
    ("deletes that user", "delete_user"),
    ("creates a group", "create_group"),
    ("views the group", "read_group"),
    ("renames that group", "rename_group"),
    ("deletes that group", "delete_group"),
    ("adds a user to the group", "create_membership"),
    ("views the enterprise", "read_enterprise"),
    ("edits the enterprise", "edit_enterprise"),
    ("lists the device pins", "list_device_pins"),
    ("views a device pin", "read_device_pin"),
    ("reads the events of the enterprise", "read_enterprise_events"),
    ("reads the events of another user", "read_user_events"),
    ("creates a retention policy", "create_retention_policy"),
    ("lists the retention policies", "list_retention_policies"),
    ("lists the legal holds", "list_legal_holds"),
    ("reads the classifications", "read_classifications"),
    ("lists the webhooks", "list_webhooks"),
];

/// The needs of the operations that a sentence names: scenarios declare those that their rule is about,
/// and use others besides.
pub fn needs_of(sentence: &str) -> Vec<String> {
    let mut needs: Vec<String> = OTHERWISE
        .iter()
        .filter(|(phrase, _)| sentence.contains(phrase))
        .map(|(_, operation)| format!("operation:{operation}"))
        .collect();
    for (phrase, folder, file) in TO_A_THING {
        let Some((_, words)) = sentence.split_once(phrase) else { continue };
        let thing = words.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        let thing = thing_role(thing.trim_end_matches(','));
        let operation = if thing.contains("file") { file } else { folder };
        needs.extend([format!("operation:{operation}"), format!("thing:{thing}")]);
    }
    needs
}

impl FromStr for Operation {
    type Err = UnknownOperation;

    fn from_str(text: &str) -> Result<Self, UnknownOperation> {
        if text == "asks who they are" {
            return Ok(Self { operation: None, thing: None });
        }
        let fail = || UnknownOperation(text.to_owned());
        if let Some((_, operation)) = OTHERWISE.iter().find(|(phrase, _)| *phrase == text) {
            return Ok(Self { operation: Some(operation), thing: None });
        }
        let to_thing = TO_A_THING.iter().find_map(|(phrase, folder, file)| {
            let thing = thing_role(text.strip_prefix(phrase)?);
            let operation = if thing.contains("file") { file } else { folder };
            Some(Self { operation: Some(operation), thing: Some(thing) })
        });
        to_thing.filter(|operation| operation.operation != Some("")).ok_or_else(fail)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operation.unwrap_or("the resource that names the user"))?;
        self.thing.as_ref().map_or(Ok(()), |thing| write!(f, " on {thing}"))
    }
}
use super::parameter::parameter;
