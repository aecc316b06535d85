#!/bin/bash
# options.sh -- every option that --help offers (but for those that are not there yet) stands in docs/cli.md and in the man page,
# and these name no option that --help does not know.
known() {
    for command in model.ad eval run check trace graph bench fmt plot; do
        adc $command --help | sed -nE '/not yet/d; s/^ +(-[^ ,]+)(, (--[a-z]+))?( .*)?$/\1 \3/p'
    done | tr ' ' '\n' | grep . | sort -u
}
adc --help >/dev/null && known >"$SCRATCH/known" && [ -s "$SCRATCH/known" ] || exit 1
printf -- "--version\n" >>"$SCRATCH/known"
failed=0
for doc in docs/cli.md docs/adc.1; do
    sed 's/\\-/-/g; s/--name[ =]value//g' "$doc" | grep -oE -- '(^|[^A-Za-z0-9-])(--[a-z][a-z0-9-]*|-[A-Za-z])\b' | grep -oE -- '--?[A-Za-z].*' | sort -u >"$SCRATCH/named"
    while read -r option; do
        grep -qx -e "$option" "$SCRATCH/named" || { echo "$doc does not mention $option"; failed=1; }
    done <"$SCRATCH/known"
    grep -- '^--' "$SCRATCH/named" | while read -r option; do
        grep -qx -e "$option" "$SCRATCH/known" || echo "$doc mentions $option, which --help does not know"
    done >"$SCRATCH/unknown"
    [ ! -s "$SCRATCH/unknown" ] || { cat "$SCRATCH/unknown"; failed=1; }
done
exit $failed
