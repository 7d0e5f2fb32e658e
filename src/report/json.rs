//! The machine-readable report. Its members are the fields of [`RunView`].

use serde_json::Value;

use super::printable::printable;
use super::view::RunView;
use crate::verdict::RunRecord;

/// The report as JSON, one line.
///
/// # Errors
/// None that a view could cause; the signature is the serialiser's.
pub fn render(run: &RunRecord) -> Result<String, serde_json::Error> {
    write(&RunView::of(run))
}

/// The same of a view.
///
/// # Errors
/// As [`render`].
pub fn write(run: &RunView) -> Result<String, serde_json::Error> {
    serde_json::to_string(run).map(|text| text + "\n")
}

/// Reads a report back.
///
/// # Errors
/// Where the text is not a report of this schema.
pub fn read(text: &str) -> Result<RunView, serde_json::Error> {
    use serde::de::Error as _;

    let mut value: Value = serde_json::from_str(text)?;
    clean(&mut value);
    let run: RunView = serde_json::from_value(value)?;
    if run.schema != super::view::SCHEMA {
        return Err(serde_json::Error::custom(format!("the schema is `{}`", run.schema)));
    }
    Ok(run)
}

/// A file may come from anywhere: what a terminal would obey is made visible, as in a run's own view.
fn clean(value: &mut Value) {
    match value {
        Value::String(text) => *text = printable(text),
        Value::Array(items) => items.iter_mut().for_each(clean),
        Value::Object(members) => members.values_mut().for_each(clean),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
