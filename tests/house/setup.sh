#!/bin/bash
# setup.sh -- tests/setup on a machine that lacks flex and bison: named under NO_INSTALL, else installed, once; and nothing is
# run where nothing is missing.  apt-get is a stand-in that writes down what it was asked for.
bin=$SCRATCH/bin log=$SCRATCH/log
mkdir "$bin"
for tool in sh env grep sed tr id cc cat uname chmod; do
    ln -s "$(command -v $tool)" "$bin/$tool" || exit 1
done
cat >"$bin/apt-get" <<END
#!/bin/sh
echo "\$*" >>"$log"
case \$1 in install)
    for tool in flex bison; do printf '#!/bin/sh\n' >"$bin/\$tool"; chmod +x "$bin/\$tool"; done
esac
END
printf '#!/bin/sh\nexec "$@"\n' >"$bin/sudo"
chmod +x "$bin/apt-get" "$bin/sudo"

fail() { echo "$*"; exit 1; }
run() { PATH=$bin "$@" >"$SCRATCH/out" 2>&1; }

run env NO_INSTALL=1 tests/setup build && fail "NO_INSTALL=1 with flex missing did not fail"
grep -q 'missing for build: flex bison' "$SCRATCH/out" || fail "what is missing is not named: $(cat "$SCRATCH/out")"
[ ! -e "$log" ] || fail "NO_INSTALL=1 ran apt-get"
run tests/setup build || fail "did not install: $(cat "$SCRATCH/out")"
grep -qx 'install -y --no-install-recommends flex bison' "$log" || fail "apt-get was asked for: $(cat "$log")"
rm "$log"
run tests/setup build || fail "failed where nothing is missing"
[ ! -e "$log" ] && [ ! -s "$SCRATCH/out" ] || fail "did something where nothing is missing: $(cat "$SCRATCH/out")"
rm "$bin/apt-get" "$bin/flex"
run tests/setup build && fail "without apt-get and flex it did not fail"
run tests/setup nonsense
[ $? = 2 ] || fail "a need that it does not know is not refused"
