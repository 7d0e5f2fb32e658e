//! Shell completions and manual pages. What reads them is asked where it is installed.

use std::io::Write as _;
use std::process::{Command, Stdio};

use clap::CommandFactory as _;

use crate::command::{fine, refused};

fn commands() -> Vec<String> {
    let all = oauthspec::cli::Args::command();
    all.get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

/// What a program says of this input; none where it is not installed.
fn said(program: &str, args: &[&str], input: &str) -> Option<String> {
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let complaints = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && complaints.is_empty(), "{program}: {complaints}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn bash_completes_commands_and_options() {
    let script = fine(&["completions", "bash"]);
    let completed = |words: &str| {
        let asks = format!(
            "{script}\nCOMP_WORDS=({words}) COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n\
             _oauthspec oauthspec \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"\n\
             printf '%s\\n' \"${{COMPREPLY[@]}}\"\n"
        );
        said("bash", &["--norc", "-s"], &asks)
    };
    let Some(replies) = completed("oauthspec comp") else { return };
    assert_eq!(replies, "compare\ncompletions\n");
    assert_eq!(completed("oauthspec run --jun").unwrap(), "--junit\n");
    assert_eq!(completed("oauthspec completions z").unwrap(), "zsh\n");
}

#[test]
fn every_shell_gets_a_script_that_knows_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = fine(&["completions", shell]);
        for command in commands() {
            assert!(script.contains(&command), "{shell}: {command}");
        }
    }
    refused(&["completions", "csh"], &["csh", "possible values: bash"]);
}

#[test]
fn every_command_has_a_manual_page() {
    let whole = fine(&["man"]);
    for command in commands() {
        assert!(whole.contains(&format!("oauthspec\\-{command}(1)")), "{command}\n{whole}");
        let page = fine(&["man", &command]);
        assert!(page.contains(&format!(".TH oauthspec-{command} 1")), "{page}");
        if let Some(text) = said("groff", &["-man", "-Tascii", "-P-cbou", "-ww"], &page) {
            assert!(text.contains("SYNOPSIS") && text.contains("OPTIONS"), "{text}");
        }
    }
    assert!(fine(&["man", "run"]).contains("junit"));
    refused(&["man", "rum"], &["`rum` is not a command; did you mean `run`?"]);
}
