#!/bin/bash
# memory.sh -- where memory runs out a command says so; it neither aborts nor leaves a file half written.
case $BUILD in */asan) echo "the sanitizers need more address space than there is to limit"; exit 77 ;; esac
cd "${SCRATCH:?}" || exit 1
awk 'BEGIN { printf "param x = 0.5\nloss 1"; for (i = 0; i < 20000; i++) printf " + sin(x*%d.5)", i; print "" }' >long.ad
passed=0 failed=0
# says_so WANTED-STATUS ARGUMENTS...
says_so() {
    local want=$1 status
    shift
    (ulimit -v 30000 && exec adc "$@") >out 2>&1
    status=$?
    if [ $status = "$want" ] && grep -q 'out of memory$' out && [ ! -e long.c ]; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "adc $*: status $status"
        cat out
    fi
}
says_so 3 long.ad -o long.c
says_so 1 eval long.ad
says_so 1 check long.ad
echo "$passed passed, $failed failed"
[ $failed = 0 ]
