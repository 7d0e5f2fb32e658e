//! Everything that is tested from outside the library, in one binary: linking is what a newcomer
//! waits for.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

/// As in the command: see `src/main.rs`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod again;
mod applications;
mod architecture;
mod baselines;
mod basic_form;
mod chosen;
mod cli;
mod clock;
mod codeless;
mod command;
mod commanded;
mod connections;
mod consoles;
mod contradictions;
mod corpus;
mod declared;
mod dependencies;
mod dialects;
mod discovery;
mod disturbed;
mod documented;
mod documents;
mod dropped;
mod faults;
mod findings;
mod fuzz;
mod hostile;
mod hostile_answers;
mod hostile_files;
mod hostile_hooks;
mod init;
mod inner_order;
mod lawful;
mod layers;
mod library;
mod logins;
mod manual;
mod mcp;
mod mistakes;
mod parts;
mod persons;
mod preflight;
mod premises;
mod protected;
mod races;
mod readme;
mod registrations;
mod remembered;
mod reported;
mod reports;
mod rig;
mod schema;
mod script_pages;
mod secrets;
mod sentences;
mod trace;
mod transport;
mod treated;
mod treated_by_fuzzer;
mod twins;
mod unpublished;
mod words;
