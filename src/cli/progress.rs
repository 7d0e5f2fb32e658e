//! What is seen while a run goes on: a bar on a terminal, plain lines elsewhere.

use std::io::IsTerminal;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::report::{Style, console};
use crate::runner::Progress;
use crate::verdict::{ScenarioRecord, Verdict};

/// Every so many scenarios a line is printed where there is no terminal.
const EVERY: u64 = 50;

/// The progress of `total` scenarios, and the bar that has to be cleared at the end.
pub(super) fn start(total: usize) -> (Progress, ProgressBar) {
    let terminal = std::io::stderr().is_terminal();
    let target = if terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(total as u64), target);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed} {msg}") {
        bar.set_style(style);
    }
    let shown = bar.clone();
    let progress: Progress = Arc::new(move |record: &ScenarioRecord| {
        shown.inc(1);
        let line = told(record.verdict)
            .then(|| console::line(&record.rule, &record.name, record.verdict, Style::default()));
        if terminal {
            shown.set_message(record.rule.clone());
            if let Some(line) = line {
                shown.println(line.trim_end());
            }
        } else {
            if let Some(line) = line {
                eprintln!("{}", line.trim_end());
            }
            if shown.position().is_multiple_of(EVERY) {
                eprintln!("{} of {total} scenarios", shown.position());
            }
        }
    });
    (progress, bar)
}

/// Verdicts that are worth a line of their own while the run goes on.
fn told(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Fail | Verdict::Error)
}
