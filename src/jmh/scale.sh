#!/usr/bin/env bash
# The figures of docs/scale.md that are GPUX's own: what a package weighs and how fast it starts, what memory a session
# takes, what a request is on the wire. Prints Markdown.
#
#   src/jmh/scale.sh PACKAGE [ROUNDS]      PACKAGE: a folder that `gpux package` made; 15 rounds
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
PACKAGE=$(cd -- "${1:?the folder that gpux package made}" && pwd)
readonly PACKAGE ROUNDS=${2:-15} PORT=18080
export LC_ALL=C.UTF-8
TIMEFORMAT=%3R
WORK=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf -- "$WORK"' EXIT

median() { sort -n | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }
megabytes() { awk '{ printf "%.1f", $1 / 1e6 }'; }

sizes() {
    echo "| part | MB |"
    echo "| --- | ---: |"
    local part
    for part in jre lib/gpux.jar lib/libonnxruntime.so lib/gpux.aot; do
        echo "| $part | $(du -sb "$PACKAGE/$part" | megabytes) |"
    done
    echo "| the folder | $(du -sb "$PACKAGE" | megabytes) |"
    echo "| tar.gz | $(du -sb "$PACKAGE.tar.gz" | megabytes) |"
    deploy/rootfs.sh "$PACKAGE" "$WORK/root"
    echo "| the image's file system, with the C and C++ libraries | $(du -sb "$WORK/root" | megabytes) |"
}

# y = Softmax(x), x float[1,3], in protobuf's wire format.
write_tiny() {
    printf '\010\010\072\076\012\017\012\001x\022\001y\042\007Softmax\022\001gZ\023\012\001x\022\016\012\014\010\001\022\010'
    printf '\012\002\010\001\012\002\010\003b\023\012\001y\022\016\012\014\010\001\022\010\012\002\010\001\012\002\010\003'
    printf 'B\004\012\000\020\021'
}

# Of the JDK: it has an archive of its own classes, as people's Java has.
run_hello() { "$JAVA_HOME/bin/java" -cp "$WORK" Hello; }
run_packaged_tiny() { env -i "$PACKAGE/gpux" run "$WORK/tiny.onnx" -i 'x=[[1,2,3]]'; }
run_packaged_root_example() { env -i "$PACKAGE/gpux" run GPUXfile; }

cold_start() {
    local what round
    for what in hello packaged_tiny packaged_root_example; do
        "run_$what" >/dev/null 2>&1 || { echo "scale.sh: $what fails:" >&2; "run_$what"; }
    done
    for ((round = 0; round < ROUNDS; round++)); do
        for what in hello packaged_tiny packaged_root_example; do
            { time "run_$what" >/dev/null 2>&1; } 2>>"$WORK/$what.times"
        done
    done
    echo "| process | median, ms | ratio |"
    echo "| --- | ---: | ---: |"
    for what in hello packaged_tiny packaged_root_example; do
        printf '| %s | %.0f | %.2f |\n' "${what//_/ }" "$(awk '{ print $1 * 1000 }' "$WORK/$what.times" | median)" \
            "$(paste "$WORK/$what.times" "$WORK/hello.times" | awk '{ print $1 / $2 }' | median)"
    done
}

start() {
    env -i LC_ALL=C.UTF-8 "$PACKAGE/gpux" serve "$@" --port $PORT --workers 1 --threads 1 2>"$WORK/err" &
    server=$!
    local begin=${EPOCHREALTIME/./}
    until grep -q '^listening' "$WORK/err"; do
        kill -0 $server || { cat "$WORK/err" >&2; exit 1; }
        sleep 0.02
    done
    ready_after=$(((${EPOCHREALTIME/./} - begin) / 1000))
}

stop() {
    kill $server
    wait $server || true
    server=
}

resident() { awk '/^VmRSS/ { printf "%.1f", $2 * 1024 / 1e6 }' "/proc/$server/status"; }

post() { curl -sS -o /dev/null -H 'Content-Type: application/json' -d "$2" "${@:3}" "localhost:$PORT$1"; }

memory() {
    local ones tensor body='' models ready n i
    ones=$(printf '1,%.0s' {1..32}) ones=${ones%,}
    for tensor in input_ids attention_mask token_type_ids; do
        body+=${body:+,}'{"name":"'$tensor'","datatype":"INT64","shape":[1,32],"data":['$ones']}'
    done
    echo "| models (MiniLM int8, 23.0 MB each) | ready after, ms | resident then, MB | after 100 requests each, MB |"
    echo "| ---: | ---: | ---: | ---: |"
    for n in 1 2 4 8; do
        models=$WORK/models-$n
        for ((i = 1; i <= n; i++)); do
            mkdir -p "$models/m$i"
            cp models/all-minilm-l6-v2-q.onnx "$models/m$i/model.onnx"
        done
        start --model-dir "$models"
        ready=$(resident)
        for ((i = 1; i <= n; i++)); do
            for _ in {1..100}; do
                echo "url=localhost:$PORT/v2/models/m$i/infer"
            done >"$WORK/hundred"
            curl -sS -H 'Content-Type: application/json' -d "{\"inputs\":[$body]}" -K "$WORK/hundred" >/dev/null
        done
        echo "| $n | $ready_after | $ready | $(resident) |"
        stop
    done
}

on_the_wire() {
    local shape='%{size_request} %{size_upload} %{size_header} %{size_download}\n'
    echo "| request | sent, bytes | received, bytes |"
    echo "| --- | ---: | ---: |"
    start GPUXfile
    local text='{"text": "the quick brown fox jumps over the lazy dog"}'
    post /predict "$text" -w "$shape" | awk '{ print "| /predict, 43 characters of text, 384 numbers | " $1 " | " $3 + $4 " |" }'
    stop
    start "$WORK/tiny.onnx"
    post /v2/models/tiny/infer '{"inputs":[{"name":"x","datatype":"FP32","shape":[1,3],"data":[1,2,3]}]}' -w "$shape" |
        awk '{ print "| /v2 JSON, 3 numbers, 3 numbers | " $1 " | " $3 + $4 " |" }'
    stop
}

write_tiny >"$WORK/tiny.onnx"
cat >"$WORK/Hello.java" <<'END_JAVA'
class Hello { public static void main(String[] args) { System.out.println("hello"); } }
END_JAVA
"${JAVA_HOME:?a JDK, which compiles the hello world}/bin/javac" -d "$WORK" "$WORK/Hello.java"

sizes
echo
cold_start
echo
memory
echo
on_the_wire
echo
echo "$(uname -sm), $(getconf _NPROCESSORS_ONLN) processors, load $(uptime | sed 's/.*average[s]*: //')"
