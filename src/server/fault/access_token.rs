//! Mistakes about the rules `access-token/…`.

faults! {}
