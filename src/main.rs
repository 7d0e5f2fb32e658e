//! The `oauthspec` command.

#![forbid(unsafe_code)]

/// Scenarios and cases are made of many small texts: this one makes them faster than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    oauthspec::cli::main()
}
