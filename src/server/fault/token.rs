//! Mistakes about the rules `token/…`.

faults! {}
