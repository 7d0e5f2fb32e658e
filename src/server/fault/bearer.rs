//! Mistakes about the rules `bearer/…`.

faults! {}
