//! Tests of cases.

use super::*;

#[test]
fn what_was_needed_is_found_again() {
    let exchange = |code| {
        let request = Base::Exchange { client: "default".into(), code };
        Step::Send(Shot { request, edits: Vec::new() })
    };
    let case = Case { steps: vec![Step::Wait(1), Step::Wait(2), exchange(Some(1))] };
    assert_eq!(case.without(0).steps, [Step::Wait(2), exchange(Some(0))]);
    assert_eq!(case.without(1).steps, [Step::Wait(1), exchange(None)]);
    assert_eq!(case.without(2).steps, [Step::Wait(1), Step::Wait(2)]);
}
