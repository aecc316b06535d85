#!/bin/bash
# runner.sh -- tests/run on a small suite of its own: what passes, fails, is skipped, times out, is blessed.
mkdir -p "$SCRATCH/tests/a" "$SCRATCH/tests/b" "$SCRATCH/build" && cp tests/run "$SCRATCH/tests/" && cd "$SCRATCH/tests" || exit 1
printf '# cmd: cat %%s >&2\n# cmd: echo %%d; printf x; exit 3\nbody\n' >a/streams.ad
printf 'exit 3\n--- stdout\n%%d\nx\n--- (no newline at the end)\n--- stderr\n' >a/streams.want
cat a/streams.ad >>a/streams.want
printf '# cmd: echo one\n' >a/wrong.ad
printf 'exit 0\n--- stdout\ntwo\n' >a/wrong.want
printf '# cmd: echo new\n' >a/without.ad
printf '# no case\n' >a/data.ad
printf '#!/bin/sh\necho "skipped this: no that"; echo "3 passed, 0 failed, 2 skipped"\n' >b/count.sh
printf '#!/bin/sh\necho no clang; exit 77\n' >b/skip.sh
printf '#!/bin/sh\nsleep 9\n' >b/slow.sh
printf '#!/bin/sh\necho "1 passed, 0 failed"; exit 1\n' >b/untrue.sh
chmod +x b/*.sh

fail() { echo "$*"; cat out; exit 1; }
run() { env -u BUILD TEST_TIMEOUT=1 ./run "$@" >out 2>&1; }
last() { [ "$(tail -n 1 out)" = "$1" ] || fail "wanted as the last line: $1"; }

run && fail "failures, and exit status 0"
last "5 passed, 4 failed, 3 skipped"
[ "$(grep '^FAILED' out | tr '\n' ' ')" = "FAILED tests/a/without.ad FAILED tests/a/wrong.ad FAILED tests/b/slow.sh FAILED tests/b/untrue.sh " ] ||
    fail "the failures are not named in order"
grep -qx -- '-two' out && grep -qx -- '+one' out || fail "no difference is shown"
run a/streams || fail "a case that holds failed"
last "1 passed, 0 failed"
BLESS=1 run tests/a/ || fail "blessing failed"
run a/ || fail "blessed, and failing"
last "3 passed, 0 failed"
run nowhere && fail "nothing ran, and exit status 0"
exit 0
