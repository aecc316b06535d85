#!/bin/bash
# max_work.sh -- --max-work: work memory grows with the root of the number of steps, the gradient stays; what does not fit is refused.
cd "${SCRATCH:?}" || exit 1
cat >steps.ad <<'END'
const T = 100
param w0[5] = 1
param eta[T] = 0.01
scan t: T with w[i: 5] = w0[i] {
  next w[i] = w[i] - eta[t] * sin(w[i]) * (i + 1)
}
loss sum(w^2)
END
bytes() { adc bench steps.ad --json "$@" | sed 's/.*"work_bytes": *\([0-9]*\).*/\1/'; }
all100=$(bytes) all10000=$(bytes -D T=10000) few100=$(bytes --max-work 1M) few10000=$(bytes -D T=10000 --max-work 1M)
[ "$all10000" -gt $((90 * all100)) ] || { echo "$all100 bytes for 100 steps, $all10000 for 10,000"; exit 1; }
[ "$few10000" -lt $((12 * few100)) ] && [ "$few100" -lt "$all100" ] || { echo "few: $few100 bytes for 100 steps, $few10000 for 10,000"; exit 1; }
adc eval steps.ad --grad --json >all.json && adc eval steps.ad --grad --json --max-work 1M >few.json && cmp all.json few.json || exit 1
adc steps.ad -D T=1000000 --max-work 4K -o x.c 2>error
[ $? = 1 ] && [ ! -e x.c ] && grep -q 'max-work 4096: grad needs [0-9]* bytes' error || { cat error; exit 1; }
adc steps.ad --max-work 3Q -o x.c 2>error
[ $? = 2 ] && grep -q 'expected a number of bytes' error
