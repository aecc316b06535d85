#!/bin/bash
# demo.sh -- what make demo shows: Iris within 0.3 of the optimum from near 900, Beale at its minimum, two pictures.
examples/demo "$SCRATCH" >"$SCRATCH/out" 2>&1 || { cat "$SCRATCH/out"; exit 1; }
passed=0 failed=0
check() {
    if awk -v x="${2:-nan}" "BEGIN { exit !(x + 0 == x && ($3)) }"; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "$1: $2"
    fi
}
# the value of column COLUMN in a row of a history
value() { awk -F, -v name="$2" -v row="$3" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next } row == "last" || NR == row { x = $c }
    END { print x }' "$1"; }
check "the first loss of Iris" "$(value "$SCRATCH/iris.csv" loss 2)" "x > 600 && x < 1200"
check "the last loss of Iris" "$(value "$SCRATCH/iris.csv" loss last)" "x > 15.2045 && x < 15.5046"
check "the last loss of Beale" "$(value "$SCRATCH/beale.csv" loss last)" "x >= 0 && x < 1e-6"
check "x where it ends" "$(value "$SCRATCH/beale.csv" x last)" "x > 2.999 && x < 3.001"
check "y where it ends" "$(value "$SCRATCH/beale.csv" y last)" "x > 0.499 && x < 0.501"
for picture in iris.svg beale.svg; do
    check "the size of $picture" "$(wc -c <"$SCRATCH/$picture")" "x > 5000"
    check "the end of $picture" "$(grep -c '</svg>' "$SCRATCH/$picture")" "x == 1"
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
