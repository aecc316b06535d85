#!/bin/bash
# The top level has the folders and files of the project and nothing else, and nothing points out of it; what is not in git does not count.
cd "$ADC_ROOT" || exit 1
entries=$(git ls-files 2>/dev/null | cut -d/ -f1 | sort -u | grep -v '^\.') || exit 77
[ "$entries" = "$(printf '%s\n' LICENSE Makefile README.md compiler docs examples runtime tests)" ] || {
    echo "the top level has"
    echo "$entries"
    exit 1
}
links=$(git ls-files -s | sed -n 's/^120000 .*\t//p')
[ -z "$links" ] || {
    echo "symbolic links: $links"
    exit 1
}
