//! A file that is new under `features/` is embedded by the next build.

fn main() {
    println!("cargo::rerun-if-changed=features");
}
