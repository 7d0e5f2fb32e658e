//! Calls of the target's API that the profile names.

use serde_json::Value;

use super::flow::Driver;
use super::placeholders::Values;
use super::{Draft, Unmet};
use crate::observe::observed::json;
use crate::profile::Operation;
use crate::wire::{Response, Secret};

impl Driver {
    /// The profile's entry of an operation.
    ///
    /// # Errors
    /// Where the profile defines no such operation.
    pub fn operation(&self, name: &str) -> Result<Operation, Unmet> {
        let operations = &self.site.profile.operations;
        operations
            .get(name)
            .cloned()
            .ok_or_else(|| Unmet::Lacking(format!("the profile defines no operation `{name}`")))
    }

    /// An operation with a token in the header.
    ///
    /// # Errors
    /// Where the profile defines no such operation, or its URL is none once it is filled in.
    pub fn operate(&self, name: &str, token: &str, values: &Values) -> Result<Draft, Unmet> {
        let operation = self.operation(name)?;
        let url = values.fill(&operation.url);
        let url = self.site.profile.endpoint(&url).map_err(|error| {
            Unmet::Lacking(format!("the URL of the operation `{name}` {error}"))
        })?;
        let mut draft = Draft::new(name, operation.method.as_deref().unwrap_or("GET"), &url);
        draft.headers.push("Authorization", format!("Bearer {token}"));
        draft.json = operation.json.as_ref().map(|json| values.fill_json(json));
        Ok(draft)
    }

    /// Takes back what operations made, the latest first: each by an operation, with a token and what
    /// it is filled in with. What cannot be taken back stays.
    pub async fn take_back(&mut self, made: Vec<(String, Secret, Values)>) {
        for (name, token, values) in made.into_iter().rev() {
            if let Ok(draft) = self.operate(&name, &token, &values) {
                let _ = self.submit(&draft).await;
            }
        }
    }
}

/// The identifier of what an operation made.
pub fn made(operation: &Operation, response: &Response) -> Option<String> {
    match json(response)?.pointer(operation.id.as_deref()?)? {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}
