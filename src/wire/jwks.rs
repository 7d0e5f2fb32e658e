//! Keys that servers publish: JSON Web Keys (RFC 7517 §5) as a verifier uses them, with the algorithms that
//! ring has. Clients' own keys are [`super::jwk`].

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};
use serde_json::{Map, Value};

use super::jws;

/// What verifies a signature.
enum Verifier {
    Rsa(&'static RsaParameters),
    /// The curve by its name, and whether its points have a second coordinate.
    Curve(&'static str, bool, &'static dyn VerificationAlgorithm),
}

fn verifier(alg: &str) -> Option<Verifier> {
    Some(match alg {
        "RS256" => Verifier::Rsa(&RSA_PKCS1_2048_8192_SHA256),
        "RS384" => Verifier::Rsa(&RSA_PKCS1_2048_8192_SHA384),
        "RS512" => Verifier::Rsa(&RSA_PKCS1_2048_8192_SHA512),
        "PS256" => Verifier::Rsa(&RSA_PSS_2048_8192_SHA256),
        "PS384" => Verifier::Rsa(&RSA_PSS_2048_8192_SHA384),
        "PS512" => Verifier::Rsa(&RSA_PSS_2048_8192_SHA512),
        "ES256" => Verifier::Curve("P-256", true, &ECDSA_P256_SHA256_FIXED),
        "ES384" => Verifier::Curve("P-384", true, &ECDSA_P384_SHA384_FIXED),
        "EdDSA" | "Ed25519" => Verifier::Curve("Ed25519", false, &ED25519),
        _ => return None,
    })
}

/// Whether a signature by this algorithm can be verified here.
pub fn is_verifiable(alg: &str) -> bool {
    verifier(alg).is_some()
}

/// Whether a signature over a text is by the private half of this key.
pub fn is_signed(jwk: &Map<String, Value>, alg: &str, text: &str, signature: &[u8]) -> bool {
    let number = |name: &str| jws::bytes(jwk.get(name)?.as_str()?);
    let is = |name: &str, value: &str| jwk.get(name).and_then(Value::as_str) == Some(value);
    match verifier(alg) {
        Some(Verifier::Rsa(by)) if is("kty", "RSA") => {
            number("n").zip(number("e")).is_some_and(|(n, e)| {
                let key = RsaPublicKeyComponents { n, e };
                key.verify(by, text.as_bytes(), signature).is_ok()
            })
        }
        Some(Verifier::Curve(curve, pair, by)) if is("crv", curve) => {
            let point = match pair {
                true => number("x").zip(number("y")).map(|(x, y)| [vec![4], x, y].concat()),
                false => number("x"),
            };
            let verify =
                |key| UnparsedPublicKey::new(by, key).verify(text.as_bytes(), signature).is_ok();
            point.is_some_and(verify)
        }
        _ => false,
    }
}

/// The keys of a set; none where it is no set.
pub fn read(set: &Value) -> Option<Vec<Map<String, Value>>> {
    let keys = set.get("keys")?.as_array()?;
    Some(keys.iter().filter_map(Value::as_object).cloned().collect())
}

/// One element in DER (X.690 §8.1).
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let len = content.len().to_be_bytes();
    let significant = &len[len.iter().position(|byte| *byte != 0).unwrap_or(len.len() - 1)..];
    let mut element = vec![tag];
    if content.len() < 128 {
        element.extend_from_slice(significant);
    } else {
        // A length has eight bytes at most.
        element.push(0x80 | u8::try_from(significant.len()).unwrap_or_default());
        element.extend_from_slice(significant);
    }
    element.extend_from_slice(content);
    element
}

/// A key as files have it: `SubjectPublicKeyInfo` (RFC 5280 §4.1) in PEM form, without the last line break;
/// `None` where it is neither an RSA key nor one of P-256.
pub fn pem(jwk: &Map<String, Value>) -> Option<String> {
    const RSA: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
    const P256: &[u8] =
        &[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
    let number = |name: &str| jws::bytes(jwk.get(name)?.as_str()?);
    // One that begins with a set bit would be negative.
    let unsigned = |number: Vec<u8>| match number.first() {
        Some(128..) => der(2, &[vec![0], number].concat()),
        _ => der(2, &number),
    };
    let (algorithm, key) = match jwk.get("kty")?.as_str()? {
        "RSA" => (RSA, der(0x30, &[unsigned(number("n")?), unsigned(number("e")?)].concat())),
        "EC" if jwk.get("crv")? == "P-256" => {
            (P256, [vec![4], number("x")?, number("y")?].concat())
        }
        _ => return None,
    };
    let key = der(3, &[vec![0], key].concat());
    let written = STANDARD.encode(der(0x30, &[der(0x30, algorithm), key].concat()));
    let lines: Vec<&str> =
        (0..written.len()).step_by(64).map(|at| &written[at..written.len().min(at + 64)]).collect();
    Some(format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", lines.join("\n")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::wire::jwk::{Alg, SigningKey};
    use crate::wire::jws::Algorithm;

    const RSA: &str = include_str!("../../fixtures/keys/stranger.pem");

    #[test]
    fn a_signature_is_verified_by_the_key_and_the_algorithm_that_made_it() {
        let rsa = SigningKey::from_pem(RSA).unwrap().jwk();
        let by_rsa = jws::sign(RSA, Algorithm::Rs384, "a.b").unwrap();
        assert!(is_signed(&rsa, "RS384", "a.b", &by_rsa));
        assert!(!is_signed(&rsa, "RS256", "a.b", &by_rsa));
        assert!(!is_signed(&rsa, "RS384", "a.c", &by_rsa));
        for alg in Alg::GENERATED {
            let key = SigningKey::generate(alg).unwrap();
            let by_key = key.sign("a.b").unwrap();
            assert!(is_signed(&key.jwk(), alg.name(), "a.b", &by_key));
            assert!(!is_signed(&rsa, alg.name(), "a.b", &by_key));
            assert!(!is_signed(&key.jwk(), alg.name(), "a.b", &by_rsa));
        }
        assert!(!is_verifiable("none") && !is_verifiable("HS256") && is_verifiable("PS256"));
    }

    #[test]
    fn a_key_is_written_as_files_have_it() {
        let written = pem(&SigningKey::from_pem(RSA).unwrap().jwk()).unwrap();
        let known = jws::public_half_pem(RSA).unwrap();
        assert_eq!(written, known.replace('\r', "").trim_end());
        let key = SigningKey::generate(Alg::Es256).unwrap();
        assert!(pem(&key.jwk()).unwrap().contains("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"));
        assert_eq!(pem(&SigningKey::generate(Alg::EdDsa).unwrap().jwk()), None);
    }

    #[test]
    fn a_set_is_a_list_of_objects() {
        let set = json!({"keys": [{"kty": "EC"}, 1]});
        assert_eq!(read(&set).map(|keys| keys.len()), Some(1));
        assert_eq!(read(&json!([])), None);
    }
}
