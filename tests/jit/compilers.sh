#!/bin/bash
# compilers.sh -- compilers that are missing, fail, are stopped; caches that are damaged, shared, not to be used.
passed=0 failed=0
# verdict NAME: what stands before it succeeded
verdict() {
    if [ $? = 0 ]; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "wrong: $1"
        cat out err 2>/dev/null
    fi
}
adc=$(command -v adc)
cd "${SCRATCH:?}" || exit 1
printf 'param x = 3\nloss x^2 + exp(x/10)\n' >m.ad
adc eval m.ad --grad --json >want
# evaluated [OPTIONS]: the numbers are there, up to rounding
evaluated() {
    "$adc" eval m.ad --grad --json "$@" >out 2>err || return 1
    /usr/bin/awk 'BEGIN { RS = "[ ,}{]+" } NR == FNR { want[FNR] = $0; next }
        { d = want[FNR] - $0; if (want[FNR] != $0 && !(d * d < 1e-24)) bad = 1 } END { exit bad || FNR < 4 }' want out
}
objects() { ls "$XDG_CACHE_HOME/adc" | wc -l; }
reset() { rm -rf "$XDG_CACHE_HOME"; }

# none
mkdir none
(PATH=none; evaluated --jit auto && [ ! -s err ]); verdict "auto without a compiler says something"
(PATH=none; "$adc" eval m.ad --jit cc >out 2>err; [ $? = 1 ] && [ "$(<err)" = "m.ad: error: --jit cc: there is no compiler: cc is not found (CC names another)" ]); verdict "cc without a compiler"
(CC=no-such-compiler; export CC; evaluated --jit auto && [ ! -s err ]); verdict "auto with CC that is not there"
(CC="cc -DUNUSED"; export CC; PATH=none; evaluated --jit tcc && [ ! -s err ]); verdict "tcc asks for no compiler"

# one that fails
printf '#!/bin/sh\ncase $1 in --version) echo bad 1; exit;; esac\necho "this is not for me: $1"\nexit 3\n' >bad-cc
printf '#!/bin/sh\nexit 1\n' >mute-cc
chmod +x bad-cc mute-cc
export CC="$SCRATCH/bad-cc --first"
adc eval m.ad --jit cc >out 2>err; [ $? = 1 ] && [ "$(<err)" = "m.ad: error: --jit cc: $CC says
this is not for me: --first" ]; verdict "cc with one that fails"
adc bench m.ad --jit auto --json >out 2>err && [ "$(<err)" = "adc: --jit: $CC says
this is not for me: --first" ] && grep -q '"backend": "tcc"' out && ! grep -q '"backend": "cc"' out; verdict "auto with one that fails"
CC=$SCRATCH/mute-cc
! adc eval m.ad --jit cc >out 2>err && grep -q "mute-cc failed and says nothing" err; verdict "one that says nothing"
[ "$(objects)" = 0 ]; verdict "one that fails leaves something"
unset CC

# the cache
reset
evaluated --jit cc && [ "$(objects)" = 1 ]; verdict "an object is kept"
object=$(echo "$XDG_CACHE_HOME"/adc/*.so)
cp "$object" good
evaluated --jit cc && [ "$(objects)" = 1 ] && [ ! -s err ]; verdict "it is used again"
inode=$(stat -c %i "$object")
(CC=$(command -v cc); export CC; evaluated --jit cc && [ "$(stat -c %i "$object")" = "$inode" ] && [ "$(objects)" = 2 ]); verdict "another compiler, another object"
(export ADC_CFLAGS=' -O1  -g0 '; evaluated --jit cc && [ "$(objects)" = 3 ]); verdict "other flags, another object"
(export ADC_CFLAGS=-no-such-flag; "$adc" eval m.ad --jit cc >out 2>err; [ $? = 1 ] && grep -q "no-such-flag" err); verdict "flags that are wrong"
(export ADC_JIT=cc ADC_CFLAGS=-O1; evaluated && [ "$(objects)" = 4 ] && evaluated --jit tcc && [ "$(objects)" = 4 ]); verdict "ADC_JIT where --jit is not given"
(export ADC_JIT=gcc; "$adc" eval m.ad >out 2>err; [ $? = 2 ] && [ "$(head -1 err)" = "adc: ADC_JIT=gcc: expected tcc, cc or auto" ]); verdict "ADC_JIT that is wrong"
for damage in "head -c 5000 good" "head -c 0 good" "echo foreign" "sed s/exp/xep/ good" "tail -c +2 good"; do
    $damage >"$object"
    evaluated --jit cc && [ ! -s err ] && cmp -s "$object" good; verdict "after: $damage"
done
rm -f "$object" && mkdir "$object"
"$adc" eval m.ad --jit cc >out 2>err; [ $? = 1 ] && grep -q "Is a directory" err; verdict "a folder in its place"
rmdir "$object"
reset
for k in 1 2 3 4 5 6 7 8; do adc eval m.ad --grad --json --jit cc >out.$k 2>&1 & done
wait
sort -u out.? >out && [ "$(wc -l <out)" = 1 ] && [ "$(objects)" = 1 ] && evaluated --jit cc; verdict "eight at once"
reset
mkdir home
(unset XDG_CACHE_HOME; export HOME=$SCRATCH/home; evaluated --jit cc && [ "$(ls home/.cache/adc | wc -l)" = 1 ]); verdict "without XDG_CACHE_HOME"
mkdir tmp
export TMPDIR=$SCRATCH/tmp
(export XDG_CACHE_HOME=$SCRATCH/m.ad; evaluated --jit cc && grep -q '^adc: --jit: the compiled model is not kept: .*/m.ad/adc: Not a directory$' err); verdict "no folder can be made"
(unset XDG_CACHE_HOME HOME; evaluated --jit cc && grep -q 'not kept: neither XDG_CACHE_HOME nor HOME' err); verdict "no home"
mkdir "$XDG_CACHE_HOME" "$XDG_CACHE_HOME/adc" && chmod 777 "$XDG_CACHE_HOME/adc"
evaluated --jit cc && grep -q 'not kept: others may write to ' err && [ "$(objects)" = 0 ]; verdict "a folder of all"
[ -z "$(ls tmp)" ]; verdict "left in TMPDIR: $(ls tmp)"
reset

# Ctrl-C, as a terminal sends it: to all of the group; and as kill does, to adc alone
cat >slow-cc <<'C'
#!/bin/bash
[ "$1" = --version ] && { echo slow; exit; }
bash -c 'echo $PPID $$ >"$SCRATCH/slow.new"; mv "$SCRATCH/slow.new" "$SCRATCH/slow"; exec sleep 1000'
exit 1
C
chmod +x slow-cc
ended() { # the processes that the file names
    for k in $(seq 100); do
        alive=0
        for process in $(cat slow); do [ -z "$(tr -d '\0' 2>/dev/null <"/proc/$process/cmdline")" ] || alive=1; done
        [ $alive = 0 ] && return 0
        sleep 0.05
    done
    return 1
}
interrupt() { # TARGET-PREFIX COMMAND...: SIGINT when the compiler is at work; the status in $status
    rm -f slow
    local group=$1
    shift
    CC=$SCRATCH/slow-cc setsid /usr/bin/env --default-signal=INT "$@" >out 2>err </dev/null &
    local child=$!
    for k in $(seq 200); do [ -e slow ] && break; sleep 0.05; done
    [ -e slow ] || return 1
    kill -INT -- $group$child
    wait $child
    status=$?
    ended
}
interrupt - adc eval m.ad --jit cc && [ $status -gt 128 ]; verdict "Ctrl-C while cc is waited for"
interrupt - adc run m.ad --jit auto --steps 1000000000 && [ $status = 130 ] && [ ! -s err ] && grep -q 'stopped by: interrupt' out; verdict "Ctrl-C in a run with auto"
interrupt "" adc run m.ad --jit auto --steps 1000000000 && [ $status = 130 ] && [ ! -s err ] && grep -q 'stopped by: interrupt' out; verdict "SIGINT to a run with auto"
[ -z "$(ls tmp)" ]; verdict "left in TMPDIR: $(ls tmp)"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
