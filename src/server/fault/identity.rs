//! Mistakes about the rules `identity/…`.

faults! {}
