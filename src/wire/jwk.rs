//! Keys of clients: the JSON Web Key of RFC 7517 with its thumbprint (RFC 7638), and compact JWS
//! (RFC 7515 §3.1) by ES256, EdDSA and RS256 (RFC 7518 §3.3, §3.4, RFC 8037 §3.1). What a JWS says is for others;
//! malformed ones are written by whoever sends them, from the parts of [`super::jws`].

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RsaKeyPair, RsaPublicKeyComponents,
};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Map, Value, json};

use super::{jwks, jws};

/// Where the private number stands in the PKCS #8 document that ring writes for P-256.
const NUMBER: std::ops::Range<usize> = 36..68;

/// An algorithm of client keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alg {
    /// ECDSA with P-256 and SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

impl Alg {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Es256, Self::EdDsa, Self::Rs256];

    /// Those of keys that [`SigningKey::generate`] makes.
    pub const GENERATED: [Self; 2] = [Self::Es256, Self::EdDsa];

    /// The algorithm of this `alg` value, compared exactly.
    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// Its `alg` value.
    pub fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
            Self::Rs256 => "RS256",
        }
    }
}

/// A key that cannot be used. Says nothing of the key itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "neither a P-256 nor an RSA key in PEM form (`-----BEGIN PRIVATE KEY-----`) without a passphrase"
)]
pub struct BadKey;

enum Pair {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(Box<RsaKeyPair>),
}

/// A private key and its public half.
pub struct SigningKey {
    pair: Pair,
    /// The private member `d` of the key; empty where it is an RSA key.
    private: String,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("public", &self.jwk()).finish_non_exhaustive()
    }
}

impl SigningKey {
    /// A new key for an algorithm. It comes from the operating system: ring makes keys of P-256 from no
    /// other generator, and its signatures by them differ each time anyway.
    ///
    /// # Errors
    /// Where the system gives no random bytes, and for RSA, of which ring makes no keys.
    pub fn generate(alg: Alg) -> Result<Self, BadKey> {
        let random = SystemRandom::new();
        match alg {
            Alg::Es256 => {
                let made = &ECDSA_P256_SHA256_FIXED_SIGNING;
                let document = EcdsaKeyPair::generate_pkcs8(made, &random).map_err(|_| BadKey)?;
                Self::from_pkcs8(document.as_ref())
            }
            Alg::EdDsa => {
                let seed: [u8; 32] = ring::rand::generate(&random).map_err(|_| BadKey)?.expose();
                Self::of_seed(&seed)
            }
            Alg::Rs256 => Err(BadKey),
        }
    }

    /// The Ed25519 key of this seed.
    ///
    /// # Errors
    /// Never for a seed of this length.
    pub fn of_seed(seed: &[u8; 32]) -> Result<Self, BadKey> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| BadKey)?;
        Ok(Self { pair: Pair::Ed25519(pair), private: jws::part(seed) })
    }

    /// The P-256 or RSA key of this PEM (PKCS #8; a P-256 key with its public half, as OpenSSL and ring
    /// write it).
    ///
    /// # Errors
    /// Where the PEM is no such key.
    pub fn from_pem(pem: &str) -> Result<Self, BadKey> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| BadKey)?;
        let document = der.secret_pkcs8_der();
        Self::from_pkcs8(document).or_else(|_| {
            let pair = Box::new(RsaKeyPair::from_pkcs8(document).map_err(|_| BadKey)?);
            Ok(Self { pair: Pair::Rsa(pair), private: String::new() })
        })
    }

    /// A new P-256 key as PEM (PKCS #8).
    ///
    /// # Errors
    /// Where the system gives no random bytes.
    pub fn generate_pem() -> Result<String, BadKey> {
        let made = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(made, &SystemRandom::new());
        let text = STANDARD.encode(document.map_err(|_| BadKey)?.as_ref());
        let lines: Vec<&str> =
            text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        let body = lines.join("\n");
        Ok(format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"))
    }

    fn from_pkcs8(document: &[u8]) -> Result<Self, BadKey> {
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document, &random);
        let pair = pair.map_err(|_| BadKey)?;
        let private = jws::part(document.get(NUMBER).ok_or(BadKey)?);
        Ok(Self { pair: Pair::P256(pair), private })
    }

    /// Its algorithm.
    pub fn alg(&self) -> Alg {
        match self.pair {
            Pair::P256(_) => Alg::Es256,
            Pair::Ed25519(_) => Alg::EdDsa,
            Pair::Rsa(_) => Alg::Rs256,
        }
    }

    /// The public half as a JSON Web Key.
    pub fn jwk(&self) -> Map<String, Value> {
        jws::members(match &self.pair {
            Pair::P256(pair) => {
                // Uncompressed: 4, then both coordinates (RFC 7518 §6.2.1).
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({"kty": "EC", "crv": "P-256", "x": jws::part(x), "y": jws::part(y)})
            }
            Pair::Ed25519(pair) => {
                let x = jws::part(pair.public_key().as_ref());
                json!({"kty": "OKP", "crv": "Ed25519", "x": x})
            }
            Pair::Rsa(pair) => {
                let public: RsaPublicKeyComponents<Vec<u8>> = pair.public().into();
                json!({"kty": "RSA", "n": jws::part(&public.n), "e": jws::part(&public.e)})
            }
        })
    }

    /// The private member `d` (RFC 7518 §6.2.2), which nobody ought to send.
    pub fn private_member(&self) -> &str {
        &self.private
    }

    /// The thumbprint of the public half.
    pub fn thumbprint(&self) -> String {
        thumbprint(&self.jwk()).unwrap_or_default()
    }

    /// The signature over a text.
    ///
    /// # Errors
    /// Where the system gives no random bytes.
    pub fn sign(&self, text: &str) -> Result<Vec<u8>, BadKey> {
        match &self.pair {
            Pair::P256(pair) => {
                let signature = pair.sign(&SystemRandom::new(), text.as_bytes());
                signature.map(|signature| signature.as_ref().to_vec()).map_err(|_| BadKey)
            }
            Pair::Ed25519(pair) => Ok(pair.sign(text.as_bytes()).as_ref().to_vec()),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                let (by, random) = (&RSA_PKCS1_SHA256, SystemRandom::new());
                let made = pair.sign(by, &random, text.as_bytes(), &mut signature);
                made.map(|()| signature).map_err(|_| BadKey)
            }
        }
    }

    /// The compact JWS of a header and its claims, as they are.
    ///
    /// # Errors
    /// Where the system gives no random bytes.
    pub fn compact(
        &self,
        header: &Map<String, Value>,
        claims: &Map<String, Value>,
    ) -> Result<String, BadKey> {
        let text = jws::text(header, claims);
        let signature = self.sign(&text)?;
        Ok(format!("{text}.{}", jws::part(&signature)))
    }
}

/// Whether a signature over a text is by the private half of this JSON Web Key, which is of the kind of the
/// algorithm.
pub fn is_signed(jwk: &Map<String, Value>, alg: Alg, text: &str, signature: &[u8]) -> bool {
    let kind = match alg {
        Alg::Es256 => "EC",
        Alg::EdDsa => "OKP",
        Alg::Rs256 => "RSA",
    };
    let is_of_kind = jwk.get("kty").and_then(Value::as_str) == Some(kind);
    is_of_kind && jwks::is_signed(jwk, alg.name(), text, signature)
}

/// The thumbprint of a JSON Web Key by SHA-256 (RFC 7638 §3); `None` where it is of no known kind, or
/// lacks a member.
pub fn thumbprint(jwk: &Map<String, Value>) -> Option<String> {
    let needed: &[&str] = match jwk.get("kty")?.as_str()? {
        "EC" => &["crv", "kty", "x", "y"],
        "OKP" => &["crv", "kty", "x"],
        "RSA" => &["e", "kty", "n"],
        _ => return None,
    };
    let member = |name: &&str| Some(((*name).to_owned(), json!(jwk.get(*name)?.as_str()?)));
    let members = needed.iter().map(member).collect::<Option<Map<_, _>>>()?;
    Some(jws::hash(&Value::Object(members).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_key_signs_is_verified_by_its_public_half_alone() {
        for alg in Alg::GENERATED {
            let (key, other) = (SigningKey::generate(alg).unwrap(), SigningKey::generate(alg));
            let header = json!({"alg": alg.name()}).as_object().cloned().unwrap();
            let jws = key.compact(&header, &Map::new()).unwrap();
            let parts = jws::read(&jws).unwrap();
            assert_eq!((key.alg(), Alg::read(alg.name())), (alg, Some(alg)));
            assert!(is_signed(&key.jwk(), alg, parts.signed, &parts.signature));
            assert!(!is_signed(&key.jwk(), alg, "a.b", &parts.signature));
            assert!(!is_signed(&key.jwk(), alg, parts.signed, &[0; 64]));
            assert!(!is_signed(&other.unwrap().jwk(), alg, parts.signed, &parts.signature));
            let confused = if alg == Alg::Es256 { Alg::EdDsa } else { Alg::Es256 };
            assert!(!is_signed(&key.jwk(), confused, parts.signed, &parts.signature));
        }
    }

    #[test]
    fn keys_in_files_sign_as_their_public_halves_say() {
        let rsa = include_str!("../../fixtures/keys/stranger.pem").to_owned();
        for (pem, alg) in [(SigningKey::generate_pem().unwrap(), Alg::Es256), (rsa, Alg::Rs256)] {
            let key = SigningKey::from_pem(&pem).unwrap();
            let signature = key.sign("a.b").unwrap();
            assert_eq!(key.alg(), alg);
            assert!(is_signed(&key.jwk(), alg, "a.b", &signature));
            assert!(!is_signed(&key.jwk(), alg, "a.c", &signature));
            assert!(key.jwk().get("d").is_none() && key.thumbprint().len() == 43);
        }
        assert!(SigningKey::from_pem("no key").is_err());
        assert!(SigningKey::generate(Alg::Rs256).is_err());
    }

    #[test]
    fn the_private_member_belongs_to_the_public_half() {
        let key = SigningKey::generate(Alg::Es256).unwrap();
        let Pair::P256(pair) = &key.pair else { panic!("another kind of key") };
        let number = jws::bytes(key.private_member()).unwrap();
        let (made, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let public = pair.public_key().as_ref();
        assert!(
            EcdsaKeyPair::from_private_key_and_public_key(made, &number, public, &random).is_ok()
        );
        assert!(!format!("{key:?}").contains(key.private_member()));
    }

    #[test]
    fn the_thumbprints_are_those_of_rfc_7638_and_rfc_8037() {
        let of = |jwk: Value| thumbprint(jwk.as_object().unwrap());
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tS\
                 oc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65\
                 YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyr\
                 dkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzK\
                 nqDKgw";
        let rsa = json!({"kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"});
        assert_eq!(of(rsa).as_deref(), Some("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"));
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        let okp = json!({"kty": "OKP", "crv": "Ed25519", "x": x});
        assert_eq!(of(okp).as_deref(), Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
        assert_eq!(of(json!({"kty": "oct", "k": "AA"})), None);
        assert_eq!(of(json!({"kty": "EC", "x": "AA"})), None);
    }
}
