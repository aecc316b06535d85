#!/bin/bash
# map.sh -- a binary file of the model's own type is used where it lies: a fit takes no memory for it, gives what a fit on the
# same numbers in memory gives, and finds the NaN that it comes upon.
cd "$SCRATCH" || exit 1
failed=0
wrong() { echo "$*"; failed=1; }
cat >m.ad <<'M'
dim N
data X[N, 3]
data y[N]
param w[3] = 0
loss mean[n] (sum[d] w[d] * X[n, d] - y[n])^2
M
# doubles from 1 to 2, in an order of no pattern
for ((i = 0; i < 200; i++)); do printf "\\\\0\\\\0\\\\0\\\\0\\\\0\\\\x%02x\\\\xf%x\\\\x3f" $((i * i * 37 % 251)) $((i * 7 % 16)); done >escapes
printf "$(cat escapes)" >all.bin
head -c 1200 all.bin >X.bin
tail -c 400 all.bin >y.bin
gzip -nk X.bin
fit() { adc run m.ad --data "X=$1:f64[50,3]" --data "y=$2:f64[50]" --batch 7 --epochs 3 --seed 5 --json "${@:3}"; }
for more in "" "--dev 0.2" "--standardize X,y" "--dev 0.3 --scale X"; do
    fit X.bin y.bin $more | sed 's/"seconds": [^,]*//' >mapped
    fit X.bin.gz y.bin $more | sed 's/"seconds": [^,]*//' >read
    [ -s mapped ] && cmp mapped read || wrong "not the same: $more"
done

# NaN in row 31: found by the batch that has it, and at once where there are no batches
cp X.bin nan.bin
printf '\0\0\0\0\0\0\xf8\x7f' | dd of=nan.bin bs=8 seek=94 conv=notrunc status=none
for more in "--batch 7" "" "--batch 7 --dev 0.2" "--batch 7 --standardize X"; do
    adc run m.ad --data 'X=nan.bin:f64[50,3]' --data 'y=y.bin:f64[50]' $more >out 2>err && wrong "NaN went through: $more"
    grep -qF 'nan.bin:f64[50,3]: entry 1 of row 31 (from 0) is NaN.' err || wrong "$(cat err)"
done
# a row that is missing elsewhere goes from what is mapped, too
{ echo 1; echo; yes 1 | head -n 48; } >y.csv
adc run m.ad --data 'X=X.bin:f64[50,3]' --data y=y.csv --missing drop --steps 1 --json >/dev/null || failed=1

# differences move the data that the gradient is by
adc check m.ad --wrt X,w --data 'X=X.bin:f64[50,3]' --data 'y=y.bin:f64[50]' >out 2>err || wrong "$(cat out err)"

# a file of another length is refused before anything else
head -c 1190 X.bin >cut.bin
fit cut.bin y.bin >out 2>err && wrong "a file that is cut off went through"
grep -qF 'cut.bin is cut off: it should hold 50 rows of 24 bytes, and ends in row 50.' err || wrong "$(cat err)"
fit all.bin y.bin >out 2>err && wrong "a file that is too long went through"
grep -qF 'all.bin holds more than its 50 rows of 24 bytes.' err || wrong "$(cat err)"

# 96 MB where 60 are allowed; a sanitizer has its own idea of memory
[ -n "${SANITIZE:-}" ] && exit $failed
sed 's/3\]/1000]/g' m.ad >wide.ad
truncate -s 96000000 wide.bin
yes 1 | head -n 12000 >ones.csv
ulimit -d 60000
wide() { adc run wide.ad --data "X=wide.bin:f64[12000,1000]$1" --data y=ones.csv --batch 20 --steps 5 >out 2>err; }
wide || wrong "$(cat err)"
wide :1-1000 && wrong "96 MB were read: the limit does not hold"
exit $failed
