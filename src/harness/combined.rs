//! Several variants at once: a server that nobody here wrote differs from the bundled one in many ways
//! at a time, and each of them is legal.

use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::Serialize;

use super::bench::Bench;
use super::listed::Listed;
use super::matrix::{Scope, each, everything};
use super::rows::place;
use super::tally::{Place, harmless};
use crate::testbed::switches::{Switches, Variant};
use crate::verdict::{Failure, Verdict};

/// In a combination one of so many variants is on.
const ONE_IN: u32 = 3;

/// Variants that make a rule fail, or stay open, only together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Combination {
    /// Dialect and document.
    #[serde(flatten)]
    pub place: Place,
    /// Names of the variants, as few as do it.
    pub variants: Vec<&'static str>,
    /// Rules that failed or stayed open, with their verdicts.
    pub rules: BTreeMap<String, Verdict>,
}

/// What came of combining variants.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Combined {
    /// Combinations that were tried.
    pub tried: usize,
    /// Those that were not tolerated, each once.
    pub refused: Vec<Combination>,
}

/// Tries `count` combinations of variants on each bench, drawn from `seed`.
///
/// # Errors
/// None in a released build: the bundled profiles and the catalogue are tested.
pub fn combined(count: usize, seed: u64, scope: Scope<'_>) -> Result<Combined, Failure> {
    let (benches, listed) = scope.benches()?;
    let mut draws = Vec::new();
    for bench in &benches {
        let legal = legal(bench, &listed);
        let mut random = StdRng::seed_from_u64(seed);
        draws.extend((0..count).map(|_| (bench, draw(&legal, &mut random))));
    }
    let results = each(&draws, |(bench, variants)| fewest(bench, variants.clone()))?;
    let mut refused: Vec<Combination> = Vec::new();
    for combination in results.into_iter().flatten() {
        if !refused.contains(&combination) {
            refused.push(combination);
        }
    }
    Ok(Combined { tried: draws.len(), refused })
}

/// The variants of what stands on this bench that its document allows.
fn legal(bench: &Bench, listed: &Listed) -> Vec<&'static Variant> {
    let (_, variants) = everything();
    let allowed = |it: &&Variant| {
        bench.has(it.name)
            && !listed.forbids(&bench.document, it.name)
            && !listed.is_open(&bench.document, it.name)
    };
    variants.into_iter().filter(allowed).collect()
}

fn draw(legal: &[&'static Variant], random: &mut StdRng) -> Vec<&'static Variant> {
    legal.iter().copied().filter(|_| random.random_ratio(1, ONE_IN)).collect()
}

/// The fewest of these variants with which a rule still fails or stays open; none where all pass.
fn fewest(
    bench: &Bench,
    mut variants: Vec<&'static Variant>,
) -> Result<Option<Combination>, Failure> {
    let mut rules = refusing(bench, &variants)?;
    if rules.is_empty() {
        return Ok(None);
    }
    let mut size = variants.len().div_ceil(2);
    loop {
        let mut at = 0;
        while at < variants.len() {
            let mut fewer = variants.clone();
            fewer.drain(at..(at + size).min(fewer.len()));
            let still = refusing(bench, &fewer)?;
            if still.is_empty() {
                at += size;
            } else {
                (variants, rules) = (fewer, still);
            }
        }
        if size == 1 {
            break;
        }
        size = size.div_ceil(2);
    }
    let variants = variants.iter().map(|it| it.name).collect();
    Ok(Some(Combination { place: place(bench), variants, rules }))
}

/// The rules that fail or stay open with these variants.
fn refusing(
    bench: &Bench,
    variants: &[&'static Variant],
) -> Result<BTreeMap<String, Verdict>, Failure> {
    let switches = Switches { variants: variants.to_vec(), ..Switches::default() };
    let record = bench.run("", switches)?;
    let bad = record.rules.into_iter().filter(|rule| !harmless(&rule.verdict));
    Ok(bad.map(|rule| (rule.id, rule.verdict)).collect())
}
