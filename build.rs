//! A file that is new in one of these folders is embedded by the next build.

fn main() {
    for folder in ["features", "fixtures/dialects", "fixtures/profiles", "fixtures/worlds"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
