//! Actions of the profile on the target, from outside: an HTTP call, or a command.

use serde_json::Value;
use url::Url;

use super::Unmet;
use super::command::{self, Place};
use super::journal::Journal;
use super::placeholders::Values;
use crate::profile::{Action, HttpCall, UrlError};
use crate::wire::{Origin, Request, Response, Transport};

/// How an action reaches what is under test.
pub(super) struct Reach<'a> {
    pub(super) journal: &'a mut Journal,
    pub(super) transport: &'a dyn Transport,
    /// Resolves a URL against that of the target.
    pub(super) resolve: &'a (dyn Fn(&str) -> Result<Url, UrlError> + Sync),
    /// Where commands run.
    pub(super) place: Place<'a>,
}

impl Reach<'_> {
    /// Does it, and gives back what it yields.
    pub(super) async fn act(
        &mut self,
        label: &str,
        action: &Action,
        values: &Values,
    ) -> Result<Option<String>, Unmet> {
        match action {
            Action::Http(call) => self.call(label, call, values).await,
            Action::Command(command) => {
                let words: Vec<String> = command.iter().map(|word| values.fill(word)).collect();
                let written = command::run(&words, &[], self.place).await;
                let written = written.map_err(|text| Unmet::Failed(format!("{label}: {text}")))?;
                Ok(Some(written).filter(|text| !text.is_empty()))
            }
        }
    }

    async fn call(
        &mut self,
        label: &str,
        call: &HttpCall,
        values: &Values,
    ) -> Result<Option<String>, Unmet> {
        let fail = |text: String| Unmet::Failed(format!("{label}: {text}"));
        let values = &values.in_words(&call.words);
        let url = values.fill(&call.url);
        let url = (self.resolve)(&url).map_err(|error| fail(error.to_string()))?;
        let origin = Origin::of(&url).ok_or_else(|| fail(format!("{url} is not http")))?;
        let target = url[url::Position::BeforePath..].to_owned();
        let mut request = Request::new(call.method.as_deref().unwrap_or("POST"), origin, &target);
        for (name, value) in &call.headers {
            self.journal.secret("hook header", value);
            request.headers.push(name, value.as_bytes());
        }
        if let Some(json) = &call.json {
            request.headers.push("Content-Type", "application/json");
            request.body = values.fill_json(json).to_string().into();
        }
        match self.journal.send(self.transport, label, &request).await {
            Ok(response) if response.status < 400 => {
                yielded(call, &response).map_err(|text| fail(text.to_owned()))
            }
            Ok(response) => Err(fail(format!("the target answered {}", response.status))),
            Err(error) => Err(fail(error.to_string())),
        }
    }
}

/// What an action yields by its `result`.
fn yielded(call: &HttpCall, response: &Response) -> Result<Option<String>, &'static str> {
    let Some(pointer) = &call.result else { return Ok(None) };
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    match body.pointer(pointer) {
        Some(Value::String(text)) => Ok(Some(text.clone())),
        _ => Err("the answer has no text at the pointer that `result` names"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    #[test]
    fn a_target_has_words_and_lists_of_its_own() {
        let values = Values::default().with("scopes", "read write").with("seconds", "5");
        let words = BTreeMap::from([("read".to_owned(), "R".to_owned())]);
        let asked = json!({"all": "{scopes:list}", "text": "<{scopes}>", "n": "{seconds}"});
        let filled = values.in_words(&words).fill_json(&asked);
        assert_eq!(filled, json!({"all": ["R", "write"], "text": "<R write>", "n": 5}));
        assert_eq!(values.fill_json(&json!("{other:list}")), json!("{other:list}"));
    }
}
