#!/bin/bash
# hvp.sh -- the Hessian of mlp.ad times a direction costs at most 3 gradients, by the operations that its header counts, and needs no array
# larger than a gradient.
cd "${SCRATCH:?}" || exit 1
adc "$ADC_ROOT/tests/models/mlp.ad" -D N=100 --emit hvp --prefix m -o m.c || exit 1
# the number behind "hvp: " in the part of the comment that begins with $1
number() { sed -n "/$1/,/^ \*\$/p" m.h | sed -n "s/^ \*  *$2: *(*\([0-9]*\).*/\1/p" | head -n 1; }
grad=$(number 'Operations on reals' grad) hvp=$(number 'Operations on reals' hvp) bytes=$(number 'Work memory' hvp)
params=$((200 * 784 + 200 + 10 * 200 + 10))
[ "${hvp:-0}" -gt "${grad:-0}" ] && [ "$grad" -gt 0 ] && [ "$hvp" -le $((3 * grad)) ] || { echo "operations: grad $grad, hvp $hvp"; exit 1; }
[ "${bytes:-0}" -gt 0 ] && [ "$bytes" -le $((8 * params)) ] || { echo "work memory of hvp: $bytes bytes"; exit 1; }
