#!/bin/bash -eu
# Builds the harnesses into $OUT, each with its seed corpus, dictionary and options.
# Runs in $SRC/swapstorm, in the image that the Dockerfile beside it makes.

pip3 install --constraint constraints.txt .

# Targets are found by entry points, which no tool that packs programs sees: hence the metadata.
packed=(--copy-metadata swapstorm --collect-all fuzz --collect-all targets)

for harness in fuzz/fuzz_*.py; do
    target=$(basename -s .py "$harness")
    target=${target#fuzz_}
    compile_python_fuzzer "$PWD/$harness" "${packed[@]}"
    python3 -m fuzz.people.libfuzzer "$target" --corpus "corpus/$target" --out "$OUT"
done
