#!/bin/bash
# Softmax regression on all of MNIST, an epoch of batches of 100: sgd with momentum brings the error on the test images below 9 %.
images=$ADC_DATA/mnist
[ -e "$images/train-images-idx3-ubyte.gz" ] || { echo "skipped: no MNIST in $ADC_DATA"; exit 77; }
error() { # options: the share of the test images that is classed wrongly
    adc run "$ADC_ROOT/examples/softmax/softmax.ad" --batch 100 --epochs 1 --json "$@" \
        --data X="$images/train-images-idx3-ubyte.gz:/255" --data label="$images/train-labels-idx1-ubyte.gz" \
        --dev X="$images/t10k-images-idx3-ubyte.gz:/255" --dev label="$images/t10k-labels-idx1-ubyte.gz" |
        sed -nE 's/.*"dev": .*"error": ([0-9.e-]+).*/\1/p'
}
e=$(error --optimizer sgd --lr 0.1 --momentum 0.9)
awk -v e="${e:-1}" 'BEGIN { exit !(e < 0.09) }' || { echo "error $e"; exit 1; }
