#!/bin/bash -eu
# Builds every fuzz target for ClusterFuzzLite and for OSS-Fuzz: the image gives $SRC, $OUT and a
# nightly compiler with cargo-fuzz, whose own sanitizer, AddressSanitizer, is the one that both support
# for Rust. Corpora, past findings and the dictionary go beside the targets, under the names that the
# services look for.

cd "${SRC:?}/oauthspec"
# The image says which nightly it has; without a word, rust-toolchain.toml would choose stable.
export RUSTUP_TOOLCHAIN=${RUSTUP_TOOLCHAIN:-nightly}
cargo fuzz build --release --debug-assertions

built=0
for target in $(cargo fuzz list); do
  cp "${CARGO_TARGET_DIR:-fuzz/target}/x86_64-unknown-linux-gnu/release/$target" "${OUT:?}/"
  seeds=()
  for folder in "corpus/$target" "regressions/$target"; do
    [ -d "fuzz/$folder" ] && seeds+=("$folder")
  done
  if [ ${#seeds[@]} -gt 0 ]; then
    (cd fuzz && zip -q -j -r "$OUT/${target}_seed_corpus.zip" "${seeds[@]}")
  fi
  cp fuzz/oauth.dict "$OUT/$target.dict"
  built=$((built + 1))
done
[ "$built" -gt 0 ]
