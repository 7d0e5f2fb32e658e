//! The README says what is true.

use std::path::Path;

const README: &str = include_str!("../../README.md");
const CLIENTS: &str = include_str!("../../docs/clients.md");

fn root() -> &'static Path {
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
    assert_eq!(commands, ["cargo run", "cargo test"]);
}

#[test]
fn every_file_that_it_names_is_there() {
    for (name, page) in pages() {
        for word in page.split('`') {
            let path = word.split_whitespace().next().unwrap_or_default();
            let ours =
                ["features/", "fixtures/", "src/", "fuzz/"].iter().any(|p| path.starts_with(p));
            if ours && !path.contains('<') {
                assert!(root().join(path).exists(), "{name}: {path}");
            }
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
    let known = [
        vec!["run", "--help"],
        vec!["init", "--help"],
        vec!["list", "--help"],
        vec!["serve", "--help"],
        vec!["fuzz", "--help"],
        vec!["prove", "--help"],
        vec!["--help"],
    ]
    .iter()
    .map(|arguments| help(arguments))
    .collect::<String>();
    let pages: Vec<String> = pages().into_iter().map(|(_, page)| page).collect();
    for word in pages.concat().split([' ', '`', '\n', '[', ']', '(', ')', ':', ',', ';']) {
        let option = word.starts_with("--") && word.chars().any(|c| c.is_ascii_lowercase());
        // Those of cargo.
        if option && !["--test", "--locked", "--path"].contains(&word) {
            assert!(known.contains(word), "{word}");
        }
    }
    for code in ["2", "3", "4", "70"] {
        assert!(README.contains(code), "exit code {code}");
    }
}

/// The README and every page of `docs/` that was written by hand or as Markdown, with their names.
pub(crate) fn pages() -> Vec<(String, String)> {
    let docs = std::fs::read_dir(root().join("docs")).unwrap();
    let docs = docs.map(|entry| entry.unwrap().path());
    let docs = docs.filter(|path| path.extension().is_some_and(|it| it == "md"));
    let pages = docs.chain([root().join("README.md")]);
    pages.map(|path| (path.display().to_string(), std::fs::read_to_string(path).unwrap())).collect()
}

/// The commands of this program in the `sh` blocks of a page, each as its arguments.
fn commands(page: &str) -> Vec<Vec<&str>> {
    let blocks = page.split("```sh").skip(1).filter_map(|rest| rest.split("```").next());
    let lines = blocks.flat_map(str::lines).filter_map(|line| line.split('#').next());
    let ours = lines.filter_map(|line| {
        let line = line.trim();
        line.strip_prefix("oauthspec ").or_else(|| line.strip_prefix("cargo run -- "))
    });
    let words = |line| str::split_whitespace(line).take_while(|word| *word != ">");
    ours.map(|line| std::iter::once("oauthspec").chain(words(line)).collect()).collect()
}

#[test]
fn every_command_is_one() {
    use clap::Parser as _;
    let mut seen = 0;
    for (name, page) in pages() {
        for command in commands(&page) {
            let parsed = oauthspec::cli::Args::try_parse_from(&command);
            assert!(parsed.is_ok(), "{name}: {command:?}: {}", parsed.err().unwrap());
            seen += 1;
        }
    }
    assert!(seen >= 20, "{seen} commands");
}

#[test]
fn every_link_leads_somewhere_and_every_page_is_linked() {
    for (name, page) in pages() {
        let folder = Path::new(&name).parent().unwrap().to_owned();
        let links = page.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.contains("://")) {
            let file = link.split('#').next().unwrap();
            assert!(file.is_empty() || folder.join(file).exists(), "{name}: {link}");
        }
        let (page, linked) = (Path::new(&name), format!("](docs/{}", base(&name)));
        assert!(page.ends_with("README.md") || README.contains(&linked), "{linked}");
    }
}

fn base(path: &str) -> &str {
    Path::new(path).file_name().unwrap().to_str().unwrap()
}

#[test]
fn the_pages_about_documents_and_rules_are_true() {
    let documents = include_str!("../../docs/documents.md");
    for document in oauthspec::rules::Catalogue::embedded().unwrap().documents().iter() {
        assert!(documents.contains(&format!("| `{}` |", document.id)), "{}", document.id);
    }
    let rules = include_str!("../../docs/rules.md");
    let shown = rules.split("```gherkin\n").nth(1).unwrap().split("```").next().unwrap();
    let feature = include_str!("../../features/code.feature");
    let lines = |text: &str| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
    assert!(lines(feature).join("\n").contains(lines(shown).join("\n").trim()), "{shown}");
}

#[test]
fn it_names_every_verdict_and_document() {
    for verdict in oauthspec::verdict::Verdict::ALL {
        assert!(README.contains(&format!("| {verdict} |")), "{verdict}");
    }
    // The first paragraph has each document once.
    let (first, _) = README.split_once("```").unwrap();
    let catalogue = oauthspec::rules::Catalogue::embedded().unwrap();
    for document in catalogue.documents().iter() {
        let rfc = document.id.replace("rfc", "RFC ");
        let named = first.matches(&format!("`{}`", document.id)).count();
        let told = if rfc == document.id { 0 } else { first.matches(&rfc).count() };
        assert_eq!(named + told, 1, "{}", document.id);
    }
}

#[test]
fn its_profile_and_its_workflow_are_those_that_are_tested() {
    let minimal = include_str!("../../fixtures/profiles/minimal.yaml");
    let keys: Vec<&str> = minimal.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(README.contains(&format!("```yaml\n{}\n```", keys.join("\n"))));
    let ci = include_str!("../../docs/ci.md");
    let workflow = ci.split("```yaml").nth(1).and_then(|rest| rest.split("```").next());
    assert!(README.contains(workflow.unwrap()));
}

#[test]
fn it_counts_faults_and_variants() {
    let (faults, variants) = oauthspec::harness::matrix::everything();
    assert!(README.contains(&format!("has {} faults", faults.len())), "{} faults", faults.len());
    let tolerated = format!("and {} conforming variants", variants.len());
    assert!(README.contains(&tolerated), "{} variants", variants.len());
}

/// The cells of the dialect's table of clients, row by row.
fn table_of_clients(dialect: &str) -> Vec<Vec<&'static str>> {
    let section = CLIENTS.split("\n## ").find(|it| it.starts_with(&format!("`{dialect}`\n")));
    let rows = section.unwrap_or_else(|| panic!("no table of clients of {dialect}")).lines();
    let rows = rows.filter(|line| line.starts_with('|') && !line.starts_with("| ---"));
    rows.map(|row| row.trim_matches('|').split('|').map(|c| c.trim().trim_matches('`')).collect())
        .collect()
}

/// The clients with a script, and the dialects that each is run against.
fn clients() -> Vec<(String, String)> {
    let scripts = std::fs::read_dir(root().join("fixtures/clients")).unwrap().map(Result::unwrap);
    let mut clients = Vec::new();
    for client in scripts.filter(|entry| entry.path().join("play.sh").exists()) {
        let name = client.file_name().into_string().unwrap();
        let dialects = std::fs::read_to_string(client.path().join("dialects")).unwrap();
        clients.extend(dialects.lines().map(|dialect| (name.clone(), dialect.to_owned())));
    }
    clients
}

// What the cells say is checked by each client's run.
#[test]
fn the_tables_of_clients_have_every_client_and_behaviour() {
    for dialect in ["box", "oauth", "mcp"] {
        let of_folder = clients().into_iter().filter(|(_, of)| of == dialect);
        let of_folder: std::collections::BTreeSet<String> = of_folder.map(|it| it.0).collect();
        let table = table_of_clients(dialect);
        let of_table = table[0][1..].iter().map(ToString::to_string).collect();
        assert_eq!(of_folder, of_table, "{dialect}");
        let behaviours = root().join(format!("fixtures/clients/behaviours/{dialect}.txt"));
        let behaviours = std::fs::read_to_string(behaviours).unwrap();
        let rows: Vec<&str> = table[1..].iter().map(|row| row[0]).collect();
        assert_eq!(behaviours.lines().collect::<Vec<_>>(), rows, "{dialect}");
    }
    let ci = std::fs::read_to_string(root().join(".ci/run")).unwrap();
    for (client, _) in clients() {
        assert!(ci.contains(client.as_str()), "{client} is run by no step");
    }
}

/// `fixtures/mutants/measured.yaml`.
#[derive(serde::Deserialize)]
struct Measured {
    commit: String,
    mutants: usize,
    measured: usize,
    protocol: Mutants,
    beside: Mutants,
}

#[derive(serde::Deserialize)]
struct Mutants {
    viable: usize,
    killed: usize,
    equivalent: usize,
    survivors: Vec<String>,
}

impl Mutants {
    /// What is said of them: `K of V viable mutants (S %)`.
    fn share(&self) -> String {
        assert_eq!(self.killed + self.equivalent + self.survivors.len(), self.viable);
        share(self.killed, self.viable)
    }
}

fn share(killed: usize, viable: usize) -> String {
    let per_mille = (killed * 1000 + viable / 2) / viable;
    let (whole, part) = (per_mille / 10, per_mille % 10);
    format!("{killed} of {viable} viable mutants ({whole}.{part} %)")
}

#[test]
fn it_quotes_the_measured_mutants() {
    let path = root().join("fixtures/mutants/measured.yaml");
    let found: Measured = serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let (protocol, beside) = (&found.protocol, &found.beside);
    assert!(protocol.viable + beside.viable <= found.measured, "{} measured", found.measured);
    assert_eq!(found.measured, found.mutants);
    assert!(protocol.killed * 10 >= protocol.viable * 9, "{}", protocol.share());
    assert!(protocol.equivalent * 20 <= protocol.viable, "{} equivalent", protocol.equivalent);
    let readme = README.split_whitespace().collect::<Vec<_>>().join(" ");
    let all = share(protocol.killed + beside.killed, protocol.viable + beside.viable);
    for words in [protocol.share(), beside.share(), all, format!("measured at `{}`", found.commit)]
    {
        assert!(readme.contains(&words), "{words}");
    }
}
