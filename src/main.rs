//! The `oauthspec` command.

#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    oauthspec::cli::main()
}
