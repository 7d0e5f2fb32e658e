//! What cucumber is handed, and what it must not print.

use cucumber::gherkin::{Feature, Scenario};
use cucumber::{Event, Parser, Writer, cli, event, parser, writer};
use futures::stream;

use crate::steps::World;

/// Kind of the tag that says which scenario of the plan cucumber plays: one that is played for
/// several documents apart stands in the plan several times.
const NUMBER: &str = "number";

pub(super) fn numbered(scenario: &Scenario, number: usize) -> Scenario {
    let mut scenario = scenario.clone();
    scenario.tags.push(format!("{NUMBER}:{number}"));
    scenario
}

pub(super) fn number(scenario: &Scenario) -> Option<usize> {
    let tag = scenario.tags.last()?.strip_prefix(NUMBER)?;
    tag.strip_prefix(':')?.parse().ok()
}

/// Hands the reduced features to cucumber.
pub(super) struct Reduced(pub(super) Vec<Feature>);

impl Parser<&'static str> for Reduced {
    type Cli = cli::Empty;
    type Output = stream::Iter<std::vec::IntoIter<parser::Result<Feature>>>;

    fn parse(self, _: &'static str, _: cli::Empty) -> Self::Output {
        stream::iter(self.0.into_iter().map(Ok).collect::<Vec<_>>())
    }
}

/// Cucumber's own output is not ours: the record is.
pub(super) struct Silent;

impl Writer<World> for Silent {
    type Cli = cli::Empty;

    async fn handle_event(
        &mut self,
        _: parser::Result<Event<event::Cucumber<World>>>,
        _: &Self::Cli,
    ) {
    }
}

impl writer::Normalized for Silent {}
