#!/bin/bash
# The derivatives of traces are those of the compiled model: the adjoints of all params, and the tangent of the loss along a direction,
# here each param's elements 0.5, -0.25, 0.75, 0.5, ...
set -u
failed=0 passed=0 folder=$ADC_ROOT/tests/oracle

# all numbers of a JSON object, without the names in it
numbers() { sed 's/"[^"]*"://g' | grep -oE '"-?(nan|inf)"|-?[0-9][-+.e0-9]*' | tr -d '"'; }

# the direction as a JSON value of the same form as $1
along() { awk -v json="$1" 'BEGIN {
    split("0.5 -0.25 0.75", v, " ")
    while (match(json, /-?[0-9][-+.e0-9]*/)) {
        printf "%s%s", substr(json, 1, RSTART - 1), v[i++ % 3 + 1]
        json = substr(json, RSTART + RLENGTH)
    }
    print json }'; }

# agree MODEL OPTION...: are they the same, to 15 digits of the largest?
agree() {
    local model=$1 name value
    shift
    adc eval "$model" --grad --json "$@" | sed 's/.*"grad": {//; s/}}$//' >"$SCRATCH/grad"
    numbers <"$SCRATCH/grad" | grep -vx 0 >"$SCRATCH/wanted" # some are of elements that the loss does not read
    adc trace "$model" --json --limit 5000 "$@" | grep -oE '"formula": null[^}]*"adjoint": [^,}]*' | sed 's/.*"adjoint": //' |
        grep -vx 0 >"$SCRATCH/got"
    sed -E 's/, "([A-Za-z_0-9]+)": /\n\1=/g; s/^"([A-Za-z_0-9]+)": /\1=/' "$SCRATCH/grad" >"$SCRATCH/params"
    echo >>"$SCRATCH/params"
    local direction=()
    while IFS== read -r name value; do
        [ -z "$name" ] || direction+=(--jvp "$name=$(along "$value")")
    done <"$SCRATCH/params"
    adc eval "$model" --json "$@" "${direction[@]}" | sed 's/.*"jvp": {"loss": //; s/[,}].*//' >>"$SCRATCH/wanted"
    adc trace "$model" --json --limit 5000 "$@" "${direction[@]}" | sed 's/.*"name": "loss"//' | grep -oE '"tangent": [^,}]*' | sed 's/.*: //' >>"$SCRATCH/got"
    if paste "$SCRATCH/wanted" "$SCRATCH/got" | awk '
        function size(x) { return x < 0 ? -x : x }
        NF != 2 || $1 != $1 + 0 || $2 != $2 + 0 { bad = 1 }
        { a[NR] = $1; b[NR] = $2; if (size($1) > most) most = size($1) }
        END { for (i = 1; i <= NR; i++) if (size(a[i] - b[i]) > 5e-15 * (1 + most)) bad = 1; exit bad || NR < 2 }'; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$model $*: wanted, and got:"
        paste "$SCRATCH/wanted" "$SCRATCH/got"
    fi
}

for model in elementary powers reductions rosenbrock softmax windows gammas; do
    agree "$folder/$model.ad" --seed 3
done
agree "$folder/branches.ad" --set 'x=[0.4,-0.5,1.2,0.2,-0.1,0.7]'
agree "$folder/mixture.ad" --set 'x=[[0.1,1,-1],[0.5,0.2,0.3],[1,-1,2],[0.4,0.6,-0.2],[-2,0.3,1],[0.9,0.8,0.7]]'
agree "$folder/network.ad" --set 'X=[[1,2,-1],[0.5,0,1],[0.3,0.2,0.1],[-1,1,0.4]]' --set 'y=[[1,0],[0,1],[0.5,0.5],[-1,2]]'
agree "$folder/lookups.ad" --set 'label=[0,3,1,2,1,0,3]' --set 'power=[2,0,1,3,-1,2,3]' --set 'ptr=[0,2,3,3,6,9,10]' \
    --set 'X=[[1,2,3,4],[0.1,0.2,0.3,0.4],[1,0,1,0],[2,1,0,1],[0.5,0.5,1,1],[1,2,1,2],[0,0,1,0.3]]'
for model in tests/models/beale.ad tests/trace/griewank.ad tests/trace/baydin.ad tests/trace/scan.ad tests/trace/while.ad tests/trace/matrix.ad; do
    agree "$model"
done
agree tests/trace/matrix_size.ad -D N=4
echo "$passed passed, $failed failed"
[ $failed = 0 ]
