//! Signed assertions: the compact form of RFC 7515 (§3.1, §5) with the algorithms of RFC 7518 that
//! assertions use here. Parts are written and read as they are; what they say is for others.
//!
//! The signatures are those of rcgen, ring and webpki, which come with TLS anyway.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rcgen::{KeyPair, PublicKeyData, SigningKey as _};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{SignatureVerificationAlgorithm, SubjectPublicKeyInfoDer};
use serde_json::{Map, Value};
use webpki::{RawPublicKeyEntity, ring as algorithms};

use super::jwk::{Alg, SigningKey};

/// An algorithm of assertions (RFC 7518 §3.3, §3.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[default]
    #[serde(rename = "RS256")]
    Rs256,
    /// The same with SHA-384.
    #[serde(rename = "RS384")]
    Rs384,
    /// The same with SHA-512.
    #[serde(rename = "RS512")]
    Rs512,
    /// ECDSA with P-256 and SHA-256.
    #[serde(rename = "ES256")]
    Es256,
}

impl Algorithm {
    /// The algorithm of this `alg` value, compared exactly.
    pub fn read(name: &str) -> Option<Self> {
        [Self::Rs256, Self::Rs384, Self::Rs512, Self::Es256]
            .into_iter()
            .find(|known| known.name() == name)
    }

    /// The ordinary algorithm of a private key (PEM, PKCS #8).
    pub fn of_key(private_pem: &str) -> Self {
        match SigningKey::from_pem(private_pem).map(|key| key.alg()) {
            Ok(Alg::Es256) => Self::Es256,
            _ => Self::Rs256,
        }
    }

    /// Its `alg` value.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Es256 => "ES256",
        }
    }

    fn signing(self) -> &'static rcgen::SignatureAlgorithm {
        match self {
            Self::Rs256 => &rcgen::PKCS_RSA_SHA256,
            Self::Rs384 => &rcgen::PKCS_RSA_SHA384,
            Self::Rs512 => &rcgen::PKCS_RSA_SHA512,
            Self::Es256 => &rcgen::PKCS_ECDSA_P256_SHA256,
        }
    }

    /// `None` for ES256, whose signatures in a JWS are no ASN.1 (RFC 7518 §3.4).
    fn verifying(self) -> Option<&'static dyn SignatureVerificationAlgorithm> {
        match self {
            Self::Rs256 => Some(algorithms::RSA_PKCS1_2048_8192_SHA256),
            Self::Rs384 => Some(algorithms::RSA_PKCS1_2048_8192_SHA384),
            Self::Rs512 => Some(algorithms::RSA_PKCS1_2048_8192_SHA512),
            Self::Es256 => None,
        }
    }
}

/// A private key that cannot be used. Says nothing of the key itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a key of the algorithm in PEM form (`-----BEGIN PRIVATE KEY-----`) without a passphrase; \
     `openssl pkcs8 -topk8 -nocrypt -in KEY` writes one"
)]
pub struct BadPrivateKey;

fn key(private_pem: &str, algorithm: Algorithm) -> Result<KeyPair, BadPrivateKey> {
    KeyPair::from_pkcs8_pem_and_sign_algo(private_pem, algorithm.signing())
        .map_err(|_| BadPrivateKey)
}

/// The signature over a text by the private key of this PEM (PKCS #8).
///
/// # Errors
/// Where the PEM is no such key.
pub fn sign(private_pem: &str, algorithm: Algorithm, text: &str) -> Result<Vec<u8>, BadPrivateKey> {
    if algorithm == Algorithm::Es256 {
        let key = SigningKey::from_pem(private_pem).map_err(|_| BadPrivateKey)?;
        let signature = key.sign(text).map_err(|_| BadPrivateKey)?;
        return if key.alg() == Alg::Es256 { Ok(signature) } else { Err(BadPrivateKey) };
    }
    key(private_pem, algorithm)?.sign(text.as_bytes()).map_err(|_| BadPrivateKey)
}

fn of_any_kind(private_pem: &str) -> Result<KeyPair, BadPrivateKey> {
    key(private_pem, Algorithm::Rs256).or_else(|_| key(private_pem, Algorithm::Es256))
}

/// The public half of a private key, as DER (`SubjectPublicKeyInfo`).
///
/// # Errors
/// Where the PEM is no such key.
pub fn public_half(private_pem: &str) -> Result<Vec<u8>, BadPrivateKey> {
    of_any_kind(private_pem).map(|key| key.subject_public_key_info())
}

/// The same as PEM.
///
/// # Errors
/// Where the PEM is no such key.
pub fn public_half_pem(private_pem: &str) -> Result<String, BadPrivateKey> {
    of_any_kind(private_pem).map(|key| key.public_key_pem())
}

/// Whether a signature over a text belongs to the RSA key of this PEM (`SubjectPublicKeyInfo`).
pub fn is_signed(public_pem: &str, algorithm: Algorithm, text: &str, signature: &[u8]) -> bool {
    let Ok(der) = SubjectPublicKeyInfoDer::from_pem_slice(public_pem.as_bytes()) else {
        return false;
    };
    let (key, by) = (RawPublicKeyEntity::try_from(&der), algorithm.verifying());
    key.ok()
        .zip(by)
        .is_some_and(|(key, by)| key.verify_signature(by, text.as_bytes(), signature).is_ok())
}

/// The HMAC of `HS256` (RFC 7518 §3.2): what a verifier is tricked into that takes a public key for
/// a shared secret.
pub fn hs256(secret: &[u8], text: &str) -> Vec<u8> {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
    ring::hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

/// One part in its written form: base64url without padding.
pub fn part(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The SHA-256 hash of a text in the same form: what challenges (RFC 7636 §4.2), thumbprints (RFC 7638 §3)
/// and the `ath` of proofs (RFC 9449 §4.2) consist of.
pub fn hash(text: &str) -> String {
    part(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()).as_ref())
}

/// The members of a JSON object, as headers, claims and keys are; none where it is something else.
pub fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// What is signed of a header and claims (RFC 7515 §5.1).
pub fn text(header: &Map<String, Value>, claims: &Map<String, Value>) -> String {
    let written =
        |members: &Map<String, Value>| part(serde_json::json!(members).to_string().as_bytes());
    format!("{}.{}", written(header), written(claims))
}

/// An assertion taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Parts<'a> {
    /// JOSE header.
    pub header: Map<String, Value>,
    /// Claims.
    pub claims: Map<String, Value>,
    /// What the signature covers: header and claims as they are written.
    pub signed: &'a str,
    /// Signature; empty where there is none.
    pub signature: Vec<u8>,
}

/// The bytes of a part; `None` where it is no base64url without padding (RFC 7515 §2).
pub fn bytes(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).ok()
}

/// Takes an assertion apart; `None` where it is not three parts with JSON objects in the first two.
pub fn read(assertion: &str) -> Option<Parts<'_>> {
    let (signed, signature) = assertion.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.').filter(|(_, claims)| !claims.contains('.'))?;
    let object = |part: &str| serde_json::from_slice(&bytes(part)?).ok();
    Some(Parts {
        header: object(header)?,
        claims: object(claims)?,
        signed,
        signature: bytes(signature)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRIVATE: &str = include_str!("../../fixtures/keys/stranger.pem");

    fn public() -> String {
        public_half_pem(PRIVATE).unwrap()
    }

    #[test]
    fn what_is_signed_is_verified_under_its_own_algorithm_and_text() {
        for algorithm in [Algorithm::Rs256, Algorithm::Rs384, Algorithm::Rs512] {
            let signature = sign(PRIVATE, algorithm, "a.b").unwrap();
            assert!(is_signed(&public(), algorithm, "a.b", &signature));
            assert!(!is_signed(&public(), algorithm, "a.c", &signature));
            assert!(!is_signed(&public(), algorithm, "a.b", b""));
            let other =
                if algorithm == Algorithm::Rs256 { Algorithm::Rs512 } else { Algorithm::Rs256 };
            assert!(!is_signed(&public(), other, "a.b", &signature));
            assert_eq!(Algorithm::read(algorithm.name()), Some(algorithm));
        }
        let es256 = SigningKey::generate_pem().unwrap();
        assert_eq!(sign(&es256, Algorithm::Es256, "a.b").unwrap().len(), 64);
        assert_eq!(sign(PRIVATE, Algorithm::Es256, "a.b"), Err(BadPrivateKey));
        assert_eq!(sign(&es256, Algorithm::Rs256, "a.b"), Err(BadPrivateKey));
        assert_eq!(Algorithm::of_key(&es256), Algorithm::Es256);
        assert_eq!(Algorithm::of_key(PRIVATE), Algorithm::Rs256);
        assert!(public_half_pem(&es256).unwrap().contains("PUBLIC KEY"));
        assert_eq!(sign("no key", Algorithm::Rs256, "a"), Err(BadPrivateKey));
        assert!(!is_signed("no key", Algorithm::Rs256, "a", b"a"));
    }

    #[test]
    fn the_mac_is_that_of_rfc_4231_test_case_2() {
        let mac = hs256(b"Jefe", "what do ya want for nothing?");
        assert_eq!(part(&mac), "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM");
    }

    #[test]
    fn three_parts_and_no_other_number_are_taken_apart() {
        let text = format!("{}.{}.", part(br#"{"alg":"none"}"#), part(br#"{"iss":"a"}"#));
        let parts = read(&text).unwrap();
        assert_eq!((parts.header["alg"].as_str(), parts.signature.len()), (Some("none"), 0));
        assert_eq!(format!("{}.", parts.signed), text);
        for bad in ["", "a", "a.b", "a.b.c", &format!("{text}."), &format!("{text}.x")] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
