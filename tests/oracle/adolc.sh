#!/bin/bash
# The models of this folder as C, and as templates that ADOL-C records: the gradients agree.
set -eu
cd "$(dirname "$0")"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
echo '#include <adolc/adolc.h>' | ${CXX:-g++} -fsyntax-only -x c++ - 2>"$out/why" || { echo "skipped: no ADOL-C"; exit 77; }
for model in *.ad; do
    adc "$model" -o "$out/${model%.ad}.c"
    ${CC:-cc} -std=c99 -O1 -c -o "$out/${model%.ad}.o" "$out/${model%.ad}.c"
done
${CXX:-g++} -O1 -Wall -I"$ADC_ROOT/runtime" -o "$out/oracle" oracle.cpp "$out"/*.o -ladolc -lm
"$out/oracle"
