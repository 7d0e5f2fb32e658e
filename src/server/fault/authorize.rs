//! Mistakes about the rules `authorize/…`.

faults! {}
