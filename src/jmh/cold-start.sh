#!/usr/bin/env bash
# How long a person waits: whole processes, from exec to exit, of ./gpux and of a Java hello world, in turn (so that
# whatever else the machine does hits all alike). Prints a Markdown table; "ratio" is the median over the rounds of
# this process's time divided by the hello world's of the same round.
#
#   src/jmh/cold-start.sh [ROUNDS]      default 20; files are warm, the AOT cache is made first
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
readonly ROUNDS=${1:-20}
export LC_ALL=C.UTF-8
TIMEFORMAT='%3R %3U %3S'

WORK=$(mktemp -d)
readonly WORK
trap 'rm -rf -- "$WORK"' EXIT

# y = Softmax(x), x float[1,3], in protobuf's wire format.
printf '\010\010\072\076\012\017\012\001x\022\001y\042\007Softmax\022\001gZ\023\012\001x\022\016\012\014\010\001\022\010' \
    >"$WORK/tiny.onnx"
printf '\012\002\010\001\012\002\010\003b\023\012\001y\022\016\012\014\010\001\022\010\012\002\010\001\012\002\010\003' \
    >>"$WORK/tiny.onnx"
printf 'B\004\012\000\020\021' >>"$WORK/tiny.onnx"

# As it is installed: beside its jar, and not in a checkout, where each start first looks for sources that have changed.
./gpux version >/dev/null
mkdir "$WORK/gpux"
cp gpux GPUXfile target/gpux.jar "$WORK/gpux"
ln -s "$PWD/models" "$WORK/gpux/models"
readonly GPUX=$WORK/gpux/gpux
export GPUX_CACHE=$WORK/cache

# The launcher says which Java it takes.
GPUX_AOT=now "$GPUX" version >"$WORK/version"
GPUX_AOT=now ./gpux version >/dev/null
cat "$WORK/version"
JAVA=$(GPUX_JAVA_OPTS=-XshowSettings:properties "$GPUX" version 2>&1 | sed -n 's/^ *java.home = //p')
readonly JAVA
mkdir "$WORK/hello"
cat >"$WORK/hello/Hello.java" <<END
class Hello { public static void main(String[] args) { System.out.println("hello"); } }
END
"$JAVA/bin/javac" -d "$WORK/hello" "$WORK/hello/Hello.java"

run_hello() { "$JAVA/bin/java" -cp "$WORK/hello" Hello; }
run_version() { "$GPUX" version; }
run_tiny() { "$GPUX" run "$WORK/tiny.onnx" -i 'x=[[1,2,3]]'; }
run_tiny_without_aot() { GPUX_AOT=off "$GPUX" run "$WORK/tiny.onnx" -i 'x=[[1,2,3]]'; }
run_root_example() { "$GPUX" run; }
run_tiny_in_checkout() { ./gpux run "$WORK/tiny.onnx" -i 'x=[[1,2,3]]'; }
readonly WHAT=(hello version tiny tiny_in_checkout tiny_without_aot root_example)

for what in "${WHAT[@]}"; do
    "run_$what" >/dev/null 2>&1 || { echo "cold-start.sh: $what fails:" >&2; "run_$what"; }
done
for ((round = 0; round < ROUNDS; round++)); do
    for what in "${WHAT[@]}"; do
        { time "run_$what" >/dev/null 2>&1; } 2>>"$WORK/$what.times"
    done
done

median() { sort -n | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }

echo
echo "| process | least, ms | median, ms | CPU, ms | ratio |"
echo "| --- | ---: | ---: | ---: | ---: |"
for what in "${WHAT[@]}"; do
    times=$WORK/$what.times
    printf '| %s | %.0f | %.0f | %.0f | %.2f |\n' "${what//_/ }" \
        "$(awk '{ print $1 * 1000 }' "$times" | sort -n | head -n 1)" \
        "$(awk '{ print $1 * 1000 }' "$times" | median)" \
        "$(awk '{ print ($2 + $3) * 1000 }' "$times" | median)" \
        "$(paste "$times" "$WORK/hello.times" | awk '{ print $1 / $4 }' | median)"
done
echo
echo "$ROUNDS rounds, $(uname -sm), $(getconf _NPROCESSORS_ONLN) processors, load $(uptime | sed 's/.*average[s]*: //')"
