#!/bin/bash
# bar.sh -- a file that takes its time shows a bar on a terminal, and nothing where standard error is none.
command -v script >/dev/null || { echo "skipped: no script"; exit 77; }
cd "$SCRATCH" || exit 1
printf 'dim N\ndata x[N]\nloss mean[n] x[n]\n' >m.ad
mkfifo slow.csv
fill() { { printf '1\n%s' "$(yes 2 | head -n 40000)"; sleep 0.15; printf '\n3\n'; } >slow.csv; }
fill &
adc eval m.ad --data x=slow.csv >out 2>err || exit 1
[ ! -s err ] || { cat err; exit 1; }
wait
fill &
script -qec "adc eval m.ad --data x=slow.csv" typescript >/dev/null </dev/null || exit 1
wait
grep -q 'reading slow.csv, 0 MB' typescript && grep -q "$(cat out)" typescript || { cat -v typescript; exit 1; }
