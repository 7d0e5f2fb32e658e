//! Whether values can be guessed, judged on a sample.
//!
//! Shannon entropy of a sample is no measure of guessing (it fails random values and passes
//! constants). What a sample can show is weakness: repeats, counters, clocks, a small space. So the
//! constant positions are taken away (a fixed prefix is legal), and what is left has to be large.

use std::collections::BTreeSet;

use super::{Judgement, Mismatch};
use crate::rules::Bits;

/// Judges a sample of values that were issued one after the other: repeats, a space that is too
/// small for the document, and values in order are refused.
pub fn unguessable(values: &[String], least: Option<Bits>) -> Judgement {
    match weakness(values, least.map(|least| least.must)) {
        Err(mismatch) => Judgement::Refused(mismatch),
        Ok(()) => match weakness(values, least.and_then(|least| least.should)) {
            Err(mismatch) => Judgement::Tolerated(mismatch),
            Ok(()) => Judgement::Accepted,
        },
    }
}

/// How many values there are where some are the same as the one before, and none comes back later: a
/// server may hand out a token again that is still alive, and such a sample shows nothing.
pub fn handed_out_again(values: &[String]) -> Option<usize> {
    let mut rows = values.to_vec();
    rows.dedup();
    let distinct: BTreeSet<&String> = rows.iter().collect();
    (rows.len() < values.len() && distinct.len() == rows.len()).then_some(rows.len())
}

fn weakness(values: &[String], least: Option<u32>) -> Result<(), Mismatch> {
    let distinct: BTreeSet<&String> = values.iter().collect();
    if distinct.len() < values.len() {
        return Err(Mismatch::new(
            format!("{} different values", values.len()),
            format!("{} different values", distinct.len()),
        ));
    }
    let varying = varying(values);
    // A letter of the alphabet that the sample happens to lack costs a fraction of a bit.
    let bits = possible_bits(&varying).ceil();
    if let Some(least) = least.filter(|least| bits < f64::from(*least)) {
        return Err(Mismatch::new(
            format!("at least {least} bits in the positions that vary"),
            format!("at most {bits} bits"),
        ));
    }
    match order(&varying) {
        None => Ok(()),
        Some(order) => {
            let actual = format!("each value is {order} than the one before");
            Err(Mismatch::new("values in no order", actual))
        }
    }
}

/// The values without the positions that are the same in all of them. Values of different length
/// are compared as far as the shortest goes.
fn varying(values: &[String]) -> Vec<Vec<u8>> {
    let bytes: Vec<&[u8]> = values.iter().map(|value| value.as_bytes()).collect();
    let shortest = bytes.iter().map(|value| value.len()).min().unwrap_or_default();
    let kept: Vec<usize> =
        (0..shortest).filter(|at| bytes.iter().any(|value| value[*at] != bytes[0][*at])).collect();
    bytes.iter().map(|value| kept.iter().map(|at| value[*at]).collect()).collect()
}

/// Alphabets that tokens are written in, the smallest first: digits, hexadecimal, base32, lower-case
/// letters and digits, letters and digits, base64url, base64.
const ALPHABETS: [&[u8]; 8] = [
    b"0123456789",
    b"0123456789abcdef",
    b"0123456789ABCDEF",
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    b"abcdefghijklmnopqrstuvwxyz0123456789",
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_",
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/",
];

/// How many characters the alphabet of a sample has: those that were seen, or those of the smallest known
/// alphabet that has them all where a few are missing, as in a small sample.
fn alphabet_size(seen: &BTreeSet<u8>) -> usize {
    let whole = |known: &&[u8]| seen.iter().all(|one| known.contains(one));
    match ALPHABETS.iter().copied().find(whole).map(<[u8]>::len) {
        Some(size) if seen.len() * 5 >= size * 4 => size,
        _ => seen.len(),
    }
}

/// Bits that positions and their alphabets allow: for each position the number of different bytes
/// seen there, scaled up from the sample by the alphabet of the whole.
fn possible_bits(values: &[Vec<u8>]) -> f64 {
    let Some(first) = values.first() else { return 0.0 };
    let size = as_f64(alphabet_size(&values.iter().flatten().copied().collect()));
    // In a small sample chance alone leaves much of an alphabet out.
    let share = if values.len() < 16 { 3.0 } else { 2.0 };
    (0..first.len())
        .map(|at| {
            let seen: BTreeSet<u8> = values.iter().map(|value| value[at]).collect();
            let seen = as_f64(seen.len());
            // A position that uses a small part of the alphabet is a digit of a counter or a clock.
            let expected = size * (1.0 - (1.0 - 1.0 / size).powf(as_f64(values.len())));
            if seen * share >= expected { size.log2() } else { seen.log2() }
        })
        .sum()
}

/// So many values are in order by chance once in 3 thousand million samples: two of their 13! orders are. Of 8
/// values, once in 20 thousand.
const ORDERED: usize = 13;

/// How each value differs from the one before, where all do alike and not by chance.
fn order(values: &[Vec<u8>]) -> Option<&'static str> {
    let rising = values.windows(2).all(|pair| pair[0] < pair[1]);
    let falling = values.windows(2).all(|pair| pair[0] > pair[1]);
    match values.len() >= ORDERED {
        true if rising => Some("greater"),
        true if falling => Some("smaller"),
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a sample are small")]
fn as_f64(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use Judgement::{Accepted, Refused, Tolerated};
    use rand::{Rng, SeedableRng, distr::Alphanumeric, rngs::StdRng};

    fn random(seed: u64, length: usize) -> Vec<String> {
        let mut rng = StdRng::seed_from_u64(seed);
        (0..32)
            .map(|_| (0..length).map(|_| char::from(rng.sample(Alphanumeric))).collect())
            .collect()
    }

    /// 16 random bytes in base64url have 128 bits, however few of them are looked at.
    #[test]
    fn a_small_sample_lacks_some_of_its_alphabet() {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        let least = Some(Bits { must: 120, should: Some(126) });
        for (seed, count) in (0..200).flat_map(|seed| [(seed, 8), (seed, ORDERED)]) {
            let mut rng = StdRng::seed_from_u64(seed);
            let values: Vec<String> =
                (0..count).map(|_| URL_SAFE_NO_PAD.encode(rng.random::<[u8; 16]>())).collect();
            assert_eq!(super::unguessable(&values, least), Accepted, "{values:?}");
            // A UUID, but for what is constant in it.
            let hex: Vec<String> =
                (0..count).map(|_| format!("{:030x}", rng.random::<u128>() >> 8)).collect();
            let least = Some(Bits { must: 118, should: None });
            assert_eq!(super::unguessable(&hex, least), Accepted, "{hex:?}");
        }
    }

    const LEAST: Option<Bits> = Some(Bits { must: 120, should: None });

    #[test]
    fn a_token_that_is_handed_out_again_is_no_repeat() {
        let again = |values: &[&str]| {
            handed_out_again(&values.iter().map(|&it| it.to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(again(&["a", "a", "b"]), Some(2));
        assert_eq!(again(&["a", "a", "b", "a"]), None);
        assert_eq!(again(&["a", "b"]), None);
    }

    fn unguessable(values: &[String]) -> Result<(), Judgement> {
        match super::unguessable(values, LEAST) {
            Accepted => Ok(()),
            other => Err(other),
        }
    }

    #[test]
    fn a_few_values_are_in_order_by_chance() {
        let mut values = random(1, 32);
        values.sort();
        assert_eq!(unguessable(&values[..8]), Ok(()));
        let actual = |values: &[String]| match unguessable(values) {
            Err(Refused(mismatch)) => mismatch.actual,
            other => panic!("{other:?}"),
        };
        assert_eq!(actual(&values[..13]), "each value is greater than the one before");
        values.reverse();
        assert_eq!(actual(&values[..13]), "each value is smaller than the one before");
    }

    /// Identifiers of version 4 (RFC 9562 §5.4), whose six fixed bits give nothing away.
    #[test]
    fn each_document_has_its_own_threshold() {
        let mut rng = StdRng::seed_from_u64(9);
        let uuids: Vec<String> = (0..64)
            .map(|_| {
                let bits = rng.random::<u128>();
                let hex = format!("{bits:032x}");
                let variant = ["8", "9", "a", "b"][rng.random_range(0..4)];
                let parts =
                    (&hex[..8], &hex[8..12], &hex[13..16], variant, &hex[17..20], &hex[20..]);
                format!("{}-{}-4{}-{}{}-{}", parts.0, parts.1, parts.2, parts.3, parts.4, parts.5)
            })
            .collect();
        let by = |must, should| super::unguessable(&uuids, Some(Bits { must, should }));
        assert_eq!(by(122, None), Accepted);
        assert!(matches!(by(123, None), Refused(_)));
        assert!(matches!(by(120, Some(123)), Tolerated(_)));
        assert!(matches!(by(128, Some(160)), Refused(_)));
        let counter: Vec<String> = (0..32).map(|n| format!("{n:064}")).collect();
        assert!(matches!(super::unguessable(&counter, None), Refused(_)));
    }

    #[test]
    fn random_values_pass_whatever_the_seed() {
        for seed in 0..200 {
            assert_eq!(unguessable(&random(seed, 32)), Ok(()), "seed {seed}");
            let hex: Vec<String> = random(seed, 32)
                .iter()
                .map(|value| value.bytes().map(|b| format!("{:x}", b % 16)).collect())
                .collect();
            assert_eq!(unguessable(&hex), Ok(()), "hex, seed {seed}");
        }
    }

    #[test]
    fn weak_values_are_told() {
        let counter: Vec<String> = (0..32).map(|n| format!("{n:064}")).collect();
        assert!(unguessable(&counter).is_err());
        let short = random(1, 12);
        assert!(unguessable(&short).is_err());
        let mut repeated = random(2, 32);
        repeated[7] = repeated[3].clone();
        assert!(unguessable(&repeated).is_err());
        let prefixed: Vec<String> =
            random(3, 32).iter().map(|value| format!("token-v1-{value}")).collect();
        assert_eq!(unguessable(&prefixed), Ok(()));
        let ordered: Vec<String> =
            random(4, 32).iter().enumerate().map(|(n, v)| format!("{n:04}{v}")).collect();
        assert!(unguessable(&ordered).is_err());
    }
}
