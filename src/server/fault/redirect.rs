//! Mistakes about the rules `redirect/…`.

faults! {}
