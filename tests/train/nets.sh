#!/bin/bash
# nets.sh -- what the READMEs of the networks run, on 40 images and for some steps: the loss falls, and the pictures are drawn.
#
# Of a README the first block of commands without "$ " before them is taken, with the data cut down.
set -u
[ -e "$ADC_DATA/mnist/train-images-idx3-ubyte.gz" ] && [ -e "$ADC_DATA/cifar10/data_batch_1.bin.gz" ] || { echo "skipped: no MNIST or CIFAR-10 in $ADC_DATA"; exit 77; }
command -v gnuplot >/dev/null || { echo "gnuplot is not installed"; exit 77; }
data=$SCRATCH/data
passed=0 failed=0
mkdir -p "$data/mnist" "$data/cifar10"
cut_idx() { # file, its header in 40 rows, bytes of the header, bytes of a row
    { printf "$2"; zcat "$ADC_DATA/mnist/$1" | tail -c +$(($3 + 1)) | head -c $((40 * $4)); } >"$data/mnist/$1"
}
for set in train t10k; do
    cut_idx $set-images-idx3-ubyte.gz '\0\0\10\3\0\0\0\50\0\0\0\34\0\0\0\34' 16 784
    cut_idx $set-labels-idx1-ubyte.gz '\0\0\10\1\0\0\0\50' 8 1
done
for file in "$ADC_DATA"/cifar10/*; do zcat "$file" | head -c $((40 * 3073)) >"$data/cifar10/$(basename "$file")"; done

net() { # example, how much of the first batch's loss may be left, further options
    local folder=$SCRATCH/$1 left
    cp -r "examples/$1" "$folder"
    awk '/^```/ { if (inside) exit; fresh = /^```sh$/; next } fresh && /^adc run/ { inside = 1 } { fresh = 0 } inside' "$folder/README.md" |
        sed -E "s/--jit cc/${*:3}/; s/--batch [0-9]+/--batch 20/; s/--epochs [0-9]+/--epochs 10/; s/u8\[[0-9]+,/u8[40,/" >"$folder/commands"
    rm -f "$folder"/*.svg "$folder"/*.png
    (cd "$folder" && ADC_DATA=$data bash -e commands) >"$folder/out" 2>&1 || { cat "$folder/out"; failed=$((failed + 1)); return; }
    left=$(awk -F, 'NR == 2 { first = $3 } END { if (NR > 2 && first > 0) print $3 / first }' "$folder/$1.csv")
    for picture in $(grep -oE '[a-z]+\.(svg|png)' "$folder/commands"); do [ -s "$folder/$picture" ] || left=; done
    if awk -v x="${left:-9}" -v most="$2" 'BEGIN { exit !(x < most) }'; then passed=$((passed + 1)); else
        echo "$1: ${left:-nothing} is left of the loss, or a picture is not there"
        failed=$((failed + 1))
    fi
}
net softmax 0.7
net mlp 0.6
net relu 0.2
net deep 0.2
net convnet 0.65
net cifar 0.9 -D F1=4 -D F2=8 -D F3=8 --lr 0.01 --epochs 20
echo "$passed passed, $failed failed"
[ $failed = 0 ]
