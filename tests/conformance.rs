//! The suite as a test: against the bundled server, or against the profile that `OAUTHSPEC_TARGET`
//! names. It is the same code as `oauthspec run`.
//!
//! ```text
//! OAUTHSPEC_TARGET=my-server.yaml cargo test --test conformance
//! ```

#![expect(clippy::expect_used, reason = "a test")]

use futures::FutureExt;
use oauthspec::cli::{Run, execute};
use oauthspec::report::{Style, console};
use oauthspec::verdict::{ExitCode, Verdict};

const NAME: &str = "conformance";

fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        let ignored = arguments.iter().any(|argument| argument == "--ignored");
        print!("{}", if ignored { String::new() } else { format!("{NAME}: test\n") });
        return std::process::ExitCode::SUCCESS;
    }
    // `cargo test NAME` hands its filter to every test binary.
    let filtered = arguments.iter().any(|argument| {
        !argument.starts_with('-') && !NAME.contains(argument.as_str()) && !argument.contains('/')
    });
    if filtered {
        println!("\ntest result: ok. 0 passed; 0 failed; 1 filtered out");
        return std::process::ExitCode::SUCCESS;
    }
    let words = std::env::var("OAUTHSPEC_TARGET").into_iter().collect();
    let run = Run { words, ..Run::default() };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    match runtime.block_on(execute(&run, std::future::pending().boxed())) {
        Ok(finished) => {
            print!("{}", console::render(&finished.record, Style::default()));
            let totals = finished.record.totals();
            let failed = finished.code != ExitCode::Conformant;
            println!(
                "\ntest result: {}. {} passed; {} failed; {} ignored",
                if failed { "FAILED" } else { "ok" },
                totals.get(Verdict::Pass) + totals.get(Verdict::Warn),
                totals.get(Verdict::Fail)
                    + totals.get(Verdict::Inconclusive)
                    + totals.get(Verdict::Error),
                totals.get(Verdict::NotApplicable) + totals.get(Verdict::Waived),
            );
            (finished.code as u8).into()
        }
        Err(failure) => {
            eprintln!("oauthspec: {failure}");
            (failure.code as u8).into()
        }
    }
}
