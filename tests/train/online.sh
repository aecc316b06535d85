#!/bin/bash
# examples/online cut down to 400 images: softmax regression with a step for each, looked at every 100 steps.
images=$ADC_DATA/mnist
[ -e "$images/t10k-images-idx3-ubyte.gz" ] || { echo "skipped: no MNIST in $ADC_DATA"; exit 77; }
cut_idx() { # file, its header in 400 rows, bytes of the header, bytes of a row
    printf "$2"
    zcat "$images/$1" 2>/dev/null | tail -c +$(($3 + 1)) | head -c $((400 * $4))
}
cut_idx t10k-images-idx3-ubyte.gz '\0\0\10\3\0\0\1\220\0\0\0\34\0\0\0\34' 16 784 >"$SCRATCH/images-idx3-ubyte"
cut_idx t10k-labels-idx1-ubyte.gz '\0\0\10\1\0\0\1\220' 8 1 >"$SCRATCH/labels-idx1-ubyte"
cd "$SCRATCH" || exit 1
adc run "$ADC_ROOT/examples/softmax/softmax.ad" --optimizer sgd --lr 0.01 --batch 1 --epochs 1 --dev-every 0.25 --history one.csv \
    --data X=images-idx3-ubyte:/255 --data label=labels-idx1-ubyte --dev X=images-idx3-ubyte:/255 --dev label=labels-idx1-ubyte >/dev/null || exit 1
awk -F, '$6 != "" { print $1, $6 }' one.csv >looks
awk 'NR == 1 { next } $1 != 100 * (NR - 2) || (NR == 2 && $2 < 0.8) || (NR == 6 && $2 > 0.3) { exit bad = 1 } END { exit bad || NR != 6 }' looks || { cat looks; exit 1; }
