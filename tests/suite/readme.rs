//! The README says what is true.

const README: &str = include_str!("../../README.md");

fn root() -> &'static std::path::Path {
    env!("CARGO_MANIFEST_DIR").as_ref()
}

#[test]
fn the_two_commands_come_first() {
    let first = README.split("```sh").nth(1).unwrap().split("```").next().unwrap();
    let commands: Vec<&str> = first
        .lines()
        .filter_map(|line| line.split('#').next())
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    assert_eq!(commands, ["cargo run --release", "cargo test"]);
}

#[test]
fn every_file_that_it_names_is_there() {
    for word in README.split('`') {
        let path = word.split_whitespace().next().unwrap_or_default();
        let ours = ["features/", "fixtures/", "src/", "fuzz/"].iter().any(|p| path.starts_with(p));
        if ours && !path.contains('<') {
            assert!(root().join(path).exists(), "{path}");
        }
    }
}

#[test]
fn every_command_and_option_that_it_names_is_known() {
    let help = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_oauthspec"))
            .args(arguments)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let known =
        [vec!["run", "--help"], vec!["list", "--help"], vec!["serve", "--help"], vec!["--help"]]
            .iter()
            .map(|arguments| help(arguments))
            .collect::<String>();
    for word in README.split([' ', '`', '\n', '[', ']', '(', ')', ':', ',']) {
        let option = word.starts_with("--") && word.chars().any(|c| c.is_ascii_lowercase());
        if option && !["--release", "--test"].contains(&word) {
            assert!(known.contains(word), "{word}");
        }
    }
    for code in ["2", "3", "4", "70"] {
        assert!(README.contains(code), "exit code {code}");
    }
}

#[test]
fn it_names_every_verdict_and_document() {
    for verdict in oauthspec::verdict::Verdict::ALL {
        assert!(README.contains(&format!("| {verdict} |")), "{verdict}");
    }
    for document in oauthspec::rules::DOCUMENTS {
        let rfc = document.name.replace("rfc", "RFC ");
        assert!(README.contains(&format!("`{}`", document.name)) || README.contains(&rfc));
    }
}

#[test]
fn it_counts_faults_and_variants() {
    let (faults, variants) = oauthspec::cli::matrix::everything();
    assert!(README.contains(&format!("make {} mistakes", faults.len())), "{} faults", faults.len());
    let tolerated = format!("and {} other choices", variants.len());
    assert!(README.contains(&tolerated), "{} variants", variants.len());
}
