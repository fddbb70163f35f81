#!/usr/bin/env bash
# What gpux serve costs beside a server that does nothing, on one processor each for the server and for wrk.
# Then MiniLM at 32 connections on all processors, with batches and without, beside the same batches in one process.
# Usage: src/jmh/serve.sh [GPUX_JAR] [SECONDS]     (needs wrk, curl and taskset; two processors or more)
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
jar=${1:-$root/target/gpux.jar}
seconds=${2:-6}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
work=$(mktemp -d)
server=
port=18200

finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

"$java" -cp "$jar" "$root/src/jmh/serve/Models.java" "$work"

# Starts a server on the processors $cpus and waits until it answers.
cpus=1
start() {
    port=$((port + 1))
    taskset -c "$cpus" "$@" >"$work/log" 2>&1 &
    server=$!
    for _ in $(seq 200); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            sleep 0.5
            return
        fi
        sleep 0.1
    done
    cat "$work/log" >&2
    exit 1
}

stop() {
    kill "$server"
    wait "$server" 2>/dev/null || true
    server=
}

# measure SCRIPT PATH [CONNECTIONS]: warms up, then requests/s, p50 ms, p99 ms and errors.
measure() {
    taskset -c 0 wrk -t1 -c"${3:-8}" -d"$seconds" -s "$work/$1.lua" "http://127.0.0.1:$port$2" >/dev/null
    taskset -c 0 wrk -t1 -c"${3:-8}" -d"$seconds" -s "$work/$1.lua" "http://127.0.0.1:$port$2" | sed -n 's/^RESULT //p'
}

row() {
    local numbers
    read -ra numbers <<<"$2"
    printf '| %s | %s | %s | %s | %s |\n' "$1" "${numbers[@]}"
}

serve() {
    start "$java" -Xlog:disable --enable-native-access=ALL-UNNAMED -jar "$jar" serve "$@" --port "$((port + 1))"
}

bare() {
    start "$java" -Dsun.net.httpserver.nodelay=true "$root/src/jmh/serve/Bare.java" "$((port + 1))" "$1"
}

echo '| 8 connections | requests/s | p50 ms | p99 ms | errors |'
echo '| --- | --- | --- | --- | --- |'
bare 210
row 'small JSON: bare jdk.httpserver' "$(measure tiny /)"
stop
serve "$work/tiny.onnx"
row 'small JSON: gpux serve, the tiny model' "$(measure tiny /v2/models/tiny/infer)"
stop
bare 150
row '602,112 bytes: bare jdk.httpserver reads them' "$(measure picture /)"
stop
serve "$work/shape.onnx"
row '602,112 bytes: gpux serve, a model that does not look at them' "$(measure picture /v2/models/shape/infer)"
stop
serve "$work/picture.onnx"
row '602,112 bytes: gpux serve, a model that reads them all' "$(measure picture /v2/models/picture/infer)"
stop

cpus=0-$(($(nproc) - 1))
sed "s|models/|$root/models/|" "$root/GPUXfile" >"$work/GPUXfile"
mkdir "$work/alone"
grep -v 'batching:' "$work/GPUXfile" >"$work/alone/GPUXfile"
echo
echo '| MiniLM, 32 connections | texts/s | p50 ms | p99 ms | errors |'
echo '| --- | --- | --- | --- | --- |'
serve "$work/alone/GPUXfile"
row 'gpux serve, each text alone' "$(measure text /predict 32)"
stop
serve "$work/GPUXfile"
row 'gpux serve, batches of up to 32' "$(measure text /predict 32)"
size=$(curl -s "http://127.0.0.1:$port/metrics" |
    awk '/^gpux_batch_size_sum/ {sum = $2} /^gpux_batch_size_count/ {printf "%.0f", sum / $2}')
workers=$(curl -s "http://127.0.0.1:$port/metrics" | awk '/^gpux_workers/ {print $2}')
stop
texts=$("$java" --enable-native-access=ALL-UNNAMED -cp "$jar" "$root/src/jmh/serve/InProcess.java" "$work/GPUXfile" "$size" \
    "$workers" "$seconds")
row "in one process, $workers threads, batches of $size" "$texts - - 0"
