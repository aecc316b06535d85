#!/bin/bash
# Optimisers of other libraries: their results, bounds, ends, what they save; refusals; and what is said where they are not there.
set -u
cd "$SCRATCH"
passed=0 failed=0 skipped=0
verdict() { if [ $? = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "failed: $1" && cat out err; fi; }
run() { adc run "$@" >out 2>err; } # model, options
ends() { grep -qE "^$1\$" out; }     # a line of the report
refused() { run "${@:2}"; [ $? != 0 ] && grep -qF -- "$1" err; verdict "refused: $1"; } # message, model, options

cat >beale.ad <<'M'
param x = 0.7, y = 1.4
loss (1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2
M
cat >box.ad <<'M'
param k > 0 = 1, p in (0, 1) = 0.5, q < 4 = 1
loss log(k) + 10*k + 1/k + (p - 2)^2 + (q - 9)^2
M
cat >wells.ad <<'M'
param x in (-3, 3) = 2
loss x^4 - 4*x^2 + x
M
cat >line.ad <<'M'
dim N, D
data X[N, D], y[N]
param w[D] = 0, b = 0
loss mean[n] (sum[d] w[d] * X[n, d] + b - y[n])^2
M
printf '10,5\n20,15\n30,25\n' >xy.csv
cat >hole.ad <<'M'
param x = 1
loss x - log(x)
M

if [ -e "$BUILD/adc_nlopt.so" ]; then
    for algorithm in lbfgs LD_SLSQP neldermead tnewton-precond-restart; do
        run beale.ad --optimizer nlopt:$algorithm && ends "x = 3" && ends "y = 0.5" && ends ".* stopped by: converged"
        verdict "nlopt:$algorithm"
    done
    run box.ad --optimizer nlopt:lbfgs && ends "k = 0.27015.*" && ends "p = 1" && ends "q = 4"
    verdict "bounds"
    for k in 1 2; do run wells.ad --optimizer nlopt:crs2-lm --steps 500 --seed 7 --json; sed 's/"seconds": [^,]*,//' out >crs$k; done
    cmp -s crs1 crs2 && grep -q '"x": -1.47' crs1 && grep -q '"steps": 500, "evaluations": 500, "reason": "steps"' crs1
    verdict "a global algorithm finds the lower well, and the seed decides its way"
    run hole.ad --optimizer nlopt:lbfgs && ends "x = 1"
    verdict "it may try points without a value"
    run beale.ad --optimizer nlopt:lbfgs --tol 0.1 && ends ".* stopped by: tol"
    verdict "tol"
    run beale.ad --optimizer nlopt:lbfgs --steps 3 --history h.csv --save p.npz && ends "3 steps, stopped by: steps" && [ "$(cut -d, -f1 h.csv | tr '\n' ' ')" = "step 0 1 2 3 " ]
    verdict "every evaluation is a step"
    [ "$(awk -F, 'NR > 1 && (m == "" || $3 + 0 < m) { m = $3 + 0 } END { print m }' h.csv)" = "$(tail -n 1 h.csv | awk -F, '{ print $3 + 0 }')" ]
    verdict "the end is the best point"
    adc eval beale.ad --load p.npz | sed 's/loss = //' >out && [ "$(awk '{ print $0 + 0 }' out)" = "$(tail -n 1 h.csv | awk -F, '{ print $3 + 0 }')" ]
    verdict "which is what is saved"
    run line.ad --data X=xy.csv:1 --data y=xy.csv:2 --standardize X --optimizer nlopt:lbfgs --save q.npz && ends "w = \[8.164.*" &&
        adc eval line.ad --data X=xy.csv:1 --data y=xy.csv:2 --load q.npz >out 2>err && ends "loss = [0-9.]*e-[23].*"
    verdict "a common scale of data is saved too"
    refused "nlopt:lbfgs cannot be resumed; --load begins at the parameters that it saved." beale.ad --optimizer nlopt:lbfgs --save p.npz --resume
    refused "NLopt has no algorithm lbgfs; its local ones are LBFGS" beale.ad --optimizer nlopt:lbgfs
    refused "nlopt needs the name of an algorithm, as in nlopt:lbfgs" beale.ad --optimizer nlopt
    refused "GN_DIRECT searches between bounds, and k has none above" box.ad --optimizer nlopt:direct
    refused "--lr: nlopt:lbfgs takes none" beale.ad --optimizer nlopt:lbfgs --lr 0.1
    refused "nlopt:lbfgs finds its own step size: it takes no schedule." beale.ad --optimizer nlopt:lbfgs --schedule cosine
else
    skipped=$((skipped + 1)) && echo "skipped: NLopt is not installed"
fi

if [ -e "$BUILD/adc_ipopt.so" ]; then
    for algorithm in ipopt ipopt:exact ipopt:lbfgs; do
        run beale.ad --optimizer $algorithm && ends "x = 3" && ends "y = 0.5" && ends ".* stopped by: converged"
        verdict "$algorithm"
        run box.ad --optimizer $algorithm && ends "k = 0.27015.*" && ends "p = 1" && ends "q = 4"
        verdict "$algorithm within bounds"
    done
    run beale.ad --optimizer ipopt --tol 0.1 && ends ".* stopped by: tol"
    verdict "ipopt: tol"
    run beale.ad --optimizer ipopt --steps 3 && ends "3 steps, stopped by: steps"
    verdict "ipopt: steps"
    refused "ipopt:foo: expected ipopt, ipopt:exact or ipopt:lbfgs." beale.ad --optimizer ipopt:foo
else
    skipped=$((skipped + 1)) && echo "skipped: Ipopt is not installed"
fi

# a program that stands alone
mkdir alone && cp "$BUILD/adc" alone && PATH=$SCRATCH/alone:$PATH
refused "There is no adc_nlopt.so, neither beside the program nor in the folders of libraries: install libnlopt-dev and make adc again." beale.ad --optimizer nlopt:lbfgs
refused "install coinor-libipopt-dev and make adc again." beale.ad --optimizer ipopt
mkdir lib && echo nothing >lib/adc_nlopt.so
refused "Cannot load" beale.ad --optimizer nlopt:lbfgs
refused "--optimizer: there is no nlop: did you mean nlopt?" beale.ad --optimizer nlop
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
