#!/bin/bash
# Softmax regression on MNIST, one image a step (examples/online, cut short): the error on the test images is looked at every 500 steps, and falls.
images=$ADC_DATA/mnist
[ -e "$images/train-images-idx3-ubyte.gz" ] || { echo "skipped: no MNIST in $ADC_DATA"; exit 77; }
adc run "$ADC_ROOT/examples/softmax/softmax.ad" --optimizer sgd --lr 0.01 --batch 1 --steps 1000 --dev-every 0.00833 --history "$SCRATCH/h.csv" \
    --data X="$images/train-images-idx3-ubyte.gz:/255" --data label="$images/train-labels-idx1-ubyte.gz" \
    --dev X="$images/t10k-images-idx3-ubyte.gz:/255" --dev label="$images/t10k-labels-idx1-ubyte.gz" >/dev/null || exit 1
awk -F, '$6 != "" { print $1, $6 }' "$SCRATCH/h.csv" >"$SCRATCH/looks"
awk 'NR == 2 && !($1 == 0 && $2 > 0.8) || NR == 3 && !($1 == 500 && $2 < 0.25) || NR == 4 && !($1 == 1000 && $2 < 0.22) { exit bad = 1 }
    END { exit bad || NR != 4 }' "$SCRATCH/looks" || { cat "$SCRATCH/looks"; exit 1; }
