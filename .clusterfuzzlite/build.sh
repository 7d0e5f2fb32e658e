#!/bin/bash -eu
# Builds every fuzz target for ClusterFuzzLite and for OSS-Fuzz: the image gives $SRC, $OUT and a
# nightly compiler with cargo-fuzz. Corpora, past findings and the dictionary go beside the targets.

cd "${SRC:?}/oauthspec"
cargo fuzz build --release --debug-assertions

built=0
for target in $(cargo fuzz list); do
  cp "fuzz/target/x86_64-unknown-linux-gnu/release/$target" "${OUT:?}/"
  (cd fuzz && zip -q -j -r "$OUT/${target}_seed_corpus.zip" "corpus/$target" "regressions/$target")
  cp fuzz/oauth.dict "$OUT/$target.dict"
  built=$((built + 1))
done
[ "$built" -gt 0 ]
