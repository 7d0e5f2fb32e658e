//! Mistakes about the rules `refresh/…`.

faults! {}
