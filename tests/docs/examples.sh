#!/bin/bash
# examples.sh -- every example has a README and a row in examples/README.md, which names no other; the pictures that READMEs show are there.
cd "$ADC_ROOT/examples" || exit 1
diff <(printf '%s\n' */README.md | cut -d/ -f1 | sort) <(sed -nE 's/^\| \[([a-z]+)\]\(\1\) .*/\1/p' README.md | sort) || exit 1
diff <(printf '%s\n' */ | tr -d / | sort) <(printf '%s\n' */README.md | cut -d/ -f1 | sort) || exit 1
missing=$(grep -oHE '!\[[^]]*\]\([^)]*\)' ./*/README.md | sed -E 's|README.md:.*\((.*)\)|\1|' | while read -r picture; do [ -s "$picture" ] || echo "$picture"; done)
[ -z "$missing" ] || { echo "not there: $missing"; exit 1; }
