//! Mistakes about the rules `revoke/…`.

faults! {}
