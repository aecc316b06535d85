#!/bin/bash
# A run with --save that is killed at any moment goes on, with --resume, to the same bits as one that is not disturbed; KILLS times.
# Its history, too, has every step once.
set -u
cd "$SCRATCH"
kills=${KILLS:-12} passed=0 failed=0
verdict() { if [ $? = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "failed: $1"; fi; }
cat >m.ad <<'M'
# a network of two layers on made-up rows
dim N
data x[N, 3], y[N]
param W[8, 3] ~ normal(0, 1), v[8] ~ normal(0, 1), 0 < s = 1
let h[n, j] = tanh(sum[d] W[j, d] * x[n, d])
output r[n] = (sum[j] v[j] * h[n, j] - y[n]) / s
loss sum[n] r[n]^2 / 2 + N * log(s)
metric largest = max[n] abs(r[n])
M
sed -i 's/, 0 < s = 1$/, s > 0 = 1/' m.ad
awk 'BEGIN { print "a,b,c,y"; for (n = 0; n < 500; n++) print n * 37 % 101 / 50 - 1 "," n * 53 % 89 / 44 - 1 "," n % 7 / 3 - 1 "," n * 29 % 31 / 15 - 1 }' >d.csv
fit() { adc run m.ad --data x=d.csv:a,b,c --data y=d.csv:y --json "$@" | sed -E 's/"(seconds|evaluations)": [^,]*, //g'; }
disturb() { # options: the same run, killed again and again, then let go on to its end
    rm -f p.npz h.csv
    fit "$@" --history whole.csv >whole
    for ((k = 0; k < kills; k++)); do
        adc run m.ad --data x=d.csv:a,b,c --data y=d.csv:y --save p.npz --save-every 7 --resume --history h.csv "$@" >/dev/null 2>&1 &
        sleep 0.0$((RANDOM % 90 + 10))
        kill -9 $! 2>/dev/null
        wait $! 2>/dev/null
        [ ! -e p.npz ] || adc eval m.ad --data x=d.csv:a,b,c --data y=d.csv:y --load p.npz >/dev/null || return 1
    done
    fit "$@" --save p.npz --resume --history h.csv | cmp -s - whole && cmp -s h.csv whole.csv
}
disturb --optimizer adam --lr 0.01 --batch 60 --epochs 300
verdict "adam in batches"
disturb --optimizer sgd --lr 1e-5 --momentum 0.9 --steps 4000
verdict "sgd"
disturb --optimizer lbfgs --steps 300
verdict "lbfgs"
cat >curve.ad <<'M'
# a curve whose loss is a multiple of the squares
dim N
data x[N, 3], y[N]
param a = 1, b = -0.3, c = 0.2
output r[n] = a * exp(b * x[n, 0]) + c - y[n]
loss 0.3 / N * sum[n] r[n]^2
M
fit_curve() { adc run curve.ad --optimizer lm --data x=d.csv:a,b,c --data y=d.csv:y --json "$@" | sed -E 's/"(seconds|evaluations)": [^,]*, //g'; }
fit_curve --save end.npz >whole
for k in 1 2 3 4 5 6; do
    rm -f c.npz
    fit_curve --steps $k --save c.npz >/dev/null
    fit_curve --save c.npz --resume | cmp -s - whole
    verdict "lm from step $k"
done
fit_curve --load end.npz | grep -q '"converged"'
verdict "lm from an optimum"
adc run m.ad --data x=d.csv:a,b,c --data y=d.csv:y --steps 30 --json --jit tcc >plain
cannot_save() { # as on a disk that is full
    trap '' XFSZ
    ulimit -f 0
    adc run m.ad --data x=d.csv:a,b,c --data y=d.csv:y --steps 30 --json --save full.npz --jit tcc
    echo "status $?"
}
diff <(sed 's/"seconds[^,]*,//' plain; echo "status 3") <(cannot_save 2>/dev/null | cat | sed 's/"seconds[^,]*,//')
verdict "a result that cannot be saved is told"
head -n 60 d.csv >dev.csv
disturb --optimizer adam --lr 0.05 --batch 60 --epochs 300 --schedule plateau:3,0.5 --warmup 20 --clip 1 --dev x=dev.csv:a,b,c --dev y=dev.csv:y --patience 30
verdict "a schedule, clipping and early stopping"
fit --optimizer adam --steps 5 --save a.npz >/dev/null
cp a.npz b.npz
refused() { fit --save b.npz --resume "${@:2}" >out 2>err; grep -q "$1" err && [ ! -s out ]; verdict "refused: $1"; }
refused "b.npz is of a fit by adam, not sgd." --optimizer sgd
refused "b.npz was saved with seed 0; this run has 1." --seed 1
refused "b.npz was saved with batches of 0; this run has 50." --batch 50
sed -i 's/N \* log/1.5 * N * log/' m.ad
refused "b.npz is of another version of m: its source, its sizes or the rows that it is fitted to were changed since."
sed -i 's/1.5 \* N/N/' m.ad
head -c 2000 a.npz >b.npz
refused "Cannot read b.npz: Not a zip archive."
cp a.npz b.npz && printf X | dd of=b.npz bs=1 seek=700 conv=notrunc 2>/dev/null
refused "b.npz is damaged"
echo no >b.npz
refused "b.npz"
fit --optimizer gd --lr 1e300 --steps 50 --save a.npz >/dev/null 2>err
adc eval m.ad --data x=d.csv:a,b,c --data y=d.csv:y --load a.npz >/dev/null
verdict "what diverges leaves the file as it was"
adc run m.ad --resume 2>err
grep -q -- "--resume needs --save, which names the file" err
verdict "--resume alone"
/usr/bin/python3 -c 'import numpy' 2>/dev/null && { /usr/bin/python3 -c 'import numpy; z = numpy.load("a.npz"); assert z["W"].shape == (8, 3) and z["s"].shape == ()' && adc eval m.ad --data x=d.csv:a,b,c --data y=d.csv:y --load a.npz --json | grep -q loss; verdict "NumPy reads it"; }
echo "$passed passed, $failed failed"
[ $failed = 0 ]
