//! Public RSA keys for signed assertions (RFC 7518 §3.3), as developers bring them along.

use rustls::pki_types::SubjectPublicKeyInfoDer;
use rustls::pki_types::pem::PemObject;

/// Lengths of the keys that are taken, in bits: no other verifies a signature (`wire::jws`).
const BITS: std::ops::RangeInclusive<usize> = 2048..=8192;
/// `rsaEncryption` (RFC 8017, appendix A.1).
const RSA: [u64; 7] = [1, 2, 840, 113_549, 1, 1, 1];

const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";

/// A public key (`SubjectPublicKeyInfo` as PEM) in the form in which it is kept; `None` where it
/// cannot be used.
pub(super) fn public_pem(pem: &str) -> Option<String> {
    let lines: Vec<&str> = pem.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let end = lines.iter().position(|line| *line == END)?;
    if lines.first() != Some(&BEGIN) || end + 1 < lines.len() {
        return None;
    }
    let pem = lines.join("\n") + "\n";
    let key = SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes()).ok()?;
    BITS.contains(&bits(&modulus(&key)?)).then_some(pem)
}

fn bits(number: &[u8]) -> usize {
    let unused = number.iter().take_while(|byte| **byte == 0).count();
    let significant = &number[unused..];
    8 * significant.len() - significant.first().map_or(0, |byte| byte.leading_zeros() as usize)
}

/// The modulus of an RSA key (RFC 5280 §4.1.2.7, RFC 8017 appendix A.1.1), big-endian.
fn modulus(key: &[u8]) -> Option<Vec<u8>> {
    let (algorithm, key) = yasna::parse_der(key, |reader| {
        reader.read_sequence(|reader| {
            let algorithm = reader.next().read_sequence(|reader| {
                let id = reader.next().read_oid()?;
                reader.next().read_null()?;
                Ok(id)
            })?;
            Ok((algorithm, reader.next().read_bitvec_bytes()?.0))
        })
    })
    .ok()?;
    let (modulus, positive) = yasna::parse_der(&key, |reader| {
        reader.read_sequence(|reader| {
            let modulus = reader.next().read_bigint_bytes()?;
            reader.next().read_bigint_bytes()?;
            Ok(modulus)
        })
    })
    .ok()?;
    (algorithm.components() == &RSA && positive).then_some(modulus)
}
