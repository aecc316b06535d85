#!/bin/bash
# The top level has the folders and files of the project and nothing else; what is not in git does not count.
cd "$ADC_ROOT" || exit 1
entries=$(git ls-files 2>/dev/null | cut -d/ -f1 | sort -u | grep -v '^\.') || exit 77
[ "$entries" = "$(printf '%s\n' LICENSE Makefile README.md compiler docs examples runtime tests)" ] || {
    echo "the top level has"
    echo "$entries"
    exit 1
}
