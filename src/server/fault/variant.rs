//! What another correct server does: no rule may fail for it.

/// One choice that documents leave to the server.
#[derive(Debug, PartialEq, Eq)]
pub struct Variant {
    /// Name on the command line.
    pub name: &'static str,
    /// What the server does, in one sentence.
    pub choice: &'static str,
}

macro_rules! variants {
    ($($id:ident = $name:literal: $choice:literal;)*) => {
        $(
            #[doc = $choice]
            pub static $id: Variant = Variant { name: $name, choice: $choice };
        )*

        /// Every variant.
        pub static ALL: &[&Variant] = &[$(&$id),*];
    };
}

variants! {
    REDIRECT_303 = "redirect-303": "The user is sent back to the client with status 303.";
}

/// The variant of this name.
pub fn find(name: &str) -> Option<&'static Variant> {
    ALL.iter().find(|variant| variant.name == name).copied()
}
