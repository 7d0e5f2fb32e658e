//! Mistakes about the rules `consent/…`.

faults! {}
