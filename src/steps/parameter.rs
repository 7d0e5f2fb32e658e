//! What stands in braces in the sentences of the feature files.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Its name, and how it is written.
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) pattern: &'static str,
}

inventory::collect!(Parameter);

/// How each is written, by its name.
pub(super) fn patterns() -> &'static HashMap<&'static str, &'static str> {
    static PATTERNS: LazyLock<HashMap<&str, &str>> =
        LazyLock::new(|| inventory::iter::<Parameter>().map(|it| (it.name, it.pattern)).collect());
    &PATTERNS
}

/// What stands in braces in sentences is a value of this type: `parameter!(Client, "client", r"the client")`.
macro_rules! parameter {
    ($value:ty, $name:literal, $pattern:literal) => {
        inventory::submit! {
            $crate::steps::parameter::Parameter { name: $name, pattern: $pattern }
        }
        const _: fn(&str) -> Result<$value, <$value as std::str::FromStr>::Err> =
            <$value as std::str::FromStr>::from_str;
    };
}

pub(super) use parameter;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_have_names_of_their_own() {
        let names: Vec<&str> = inventory::iter::<Parameter>().map(|it| it.name).collect();
        assert_eq!(patterns().len(), names.len(), "{names:?}");
    }
}
