#!/bin/bash
# commands.sh -- runs what the README, the manual and the examples' READMEs show, and compares what they say comes out.
#
# In a document, in order of its text:
#   ```ad model.ad        (any language, a second word)  the block is the file of that name
#   ```sh                 a block whose first line starts with "$ ": each "$ " line is run, the lines after it are what it prints
#   ```sh fails           the same, and each command's exit status is not 0
# "..." stands for any text in a line, alone on a line for any lines; a command with nothing after it only has to succeed.
# A command goes on in the next line after a backslash.  Each document has a scratch folder, an example's a copy of its folder
# beside the other examples, the README one with the examples in it.
# Commands that read $ADC_DATA are skipped where there is none.
set -u
passed=0 failed=0 skipped=0
if [ -n "${SANITIZE:-}" ]; then # what is linked with our libraries needs what they were made with
    mkdir "$SCRATCH/bin"
    printf '#!/bin/sh\nexec %s %s "$@"\n' "$(command -v cc)" "$SANITIZE" >"$SCRATCH/bin/cc"
    chmod +x "$SCRATCH/bin/cc"
    PATH=$SCRATCH/bin:$PATH
fi

# matches WANT GOT: do the lines of GOT fit the lines of WANT?
matches() {
    awk '
        function fits(line, want,   part, n, i, at) {   # "..." in want stands for any text
            n = split(want, part, /\.\.\./)
            if (n < 2) return line == want
            if (substr(line, 1, length(part[1])) != part[1]) return 0
            line = substr(line, length(part[1]) + 1)
            for (i = 2; i < n; i++) {
                if (part[i] != "" && !(at = index(line, part[i]))) return 0
                if (part[i] != "") line = substr(line, at + length(part[i]))
            }
            return length(line) >= length(part[n]) && substr(line, length(line) - length(part[n]) + 1) == part[n]
        }
        { sub(/[ \t]+$/, "") }
        FNR == NR { want[++w] = $0; next }
        { got[++g] = $0 }
        END {
            for (i = j = 1; i <= w; i++) {
                if (want[i] == "...") {
                    if (i == w) exit 0
                    while (j <= g && !fits(got[j], want[i + 1])) j++
                } else if (j > g || !fits(got[j++], want[i])) exit 1
            }
            exit j <= g
        }' "$1" "$2"
}

# command DOCUMENT LINE: runs $dir.command in the folder $dir; what is wanted is in $dir.want
command_run() {
    local status
    if grep -qF "\$ADC_DATA" "$dir.command" && [ ! -d "$ADC_DATA" ]; then
        skipped=$((skipped + 1))
        echo "skipped $1:$2: there is no ADC_DATA"
        return
    fi
    (cd "$dir" && timeout -k 5 "${TEST_TIMEOUT:-120}" bash -c "$(cat "$dir.command")") >"$dir.got" 2>&1 </dev/null
    status=$?
    if { [ "$fails" = 0 ] && [ $status != 0 ]; } || { [ "$fails" = 1 ] && [ $status = 0 ]; }; then
        echo "$1:$2: exit $status: $(cat "$dir.command")"
        cat "$dir.got"
    elif [ -s "$dir.want" ] && ! matches "$dir.want" "$dir.got"; then
        echo "$1:$2: prints something else: $(cat "$dir.command")"
        diff -u --label "$1" --label "what came" "$dir.want" "$dir.got"
    else
        passed=$((passed + 1))
        return
    fi
    failed=$((failed + 1))
}

document() {
    local doc=$1 line number=0 kind=text start=0 pending=0 more=0
    dir=$(mktemp -d "$SCRATCH/doc-XXXXXX")
    case $doc in
    examples/*)
        line=$(basename "$(dirname "$doc")")
        ln -s "$PWD"/examples/* "$dir" && rm "$dir/$line" && cp -r "examples/$line" "$dir" && dir=$dir/$line ;;
    README.md) ln -s "$PWD/examples" "$dir/examples" ;;
    esac
    while IFS= read -r line || [ -n "$line" ]; do
        number=$((number + 1))
        case $kind in
        text)
            case $line in
            '```sh' | '```sh fails') kind=sh first=1 fails=0; [ "$line" = '```sh' ] || fails=1 ;;
            '```'*' '*) kind=file file=${line#* }; : >"$dir/$file" ;;
            '```'?*) kind=other ;;
            '```') kind=other ;;
            esac ;;
        *)
            if [ "$line" = '```' ]; then
                [ $pending = 0 ] || command_run "$doc" $start
                pending=0 kind=text
                continue
            fi
            case $kind in
            file) printf '%s\n' "$line" >>"$dir/$file" ;;
            sh)
                if [ $first = 1 ] && [ "${line#\$ }" = "$line" ]; then kind=other; continue; fi
                first=0
                if [ $more = 1 ]; then
                    printf '%s\n' "$line" >>"$dir.command"
                elif [ "${line#\$ }" != "$line" ]; then
                    [ $pending = 0 ] || command_run "$doc" $start
                    pending=1 start=$number
                    printf '%s\n' "${line#\$ }" >"$dir.command"
                    : >"$dir.want"
                else
                    printf '%s\n' "$line" >>"$dir.want"
                fi
                case $line in *\\) [ -s "$dir.want" ] || more=1 ;; *) more=0 ;; esac ;;
            esac ;;
        esac
    done <"$doc"
    [ $kind = text ] || { echo "$doc: a block is not closed"; failed=$((failed + 1)); }
}

for doc in README.md docs/*.md examples/*/README.md; do
    [ ! -e "$doc" ] || document "$doc"
done
if [ $skipped = 0 ]; then echo "$passed passed, $failed failed"; else echo "$passed passed, $failed failed, $skipped skipped"; fi
[ $failed = 0 ]
