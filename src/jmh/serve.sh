#!/usr/bin/env bash
# What gpux serve costs beside servers and programs that do less. All sides of a comparison run at the same time, are warmed up
# for WARM_SECONDS and then until their compilers are idle (at most two minutes, each side), and are then measured in turns, so
# that a disturbance meets each of them; medians of the rounds.
#   small    small JSON, beside the JDK's own server that answers as many bytes; one processor for the servers, one for wrk
#   binary   602,112 bytes, beside the JDK's own server that merely reads them; likewise
#   batches  MiniLM for 32 connections, with batches and without, beside the same batches in one process; all processors
# Usage: src/jmh/serve.sh [-j GPUX_JAR] [-w WARM_SECONDS] [-s SECONDS] [-r ROUNDS] small|binary|batches…
# Needs wrk, curl and taskset; two processors or more. Each part takes two to four minutes.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
jar=$root/target/gpux.jar
tools=${JAVA_HOME:+$JAVA_HOME/bin/}
java=${tools}java
jvm=()
warm=20
seconds=4
rounds=5
while getopts j:w:s:r: option; do
    case $option in
        j) jar=$OPTARG ;;
        w) warm=$OPTARG ;;
        s) seconds=$OPTARG ;;
        r) rounds=$OPTARG ;;
        *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
work=$(mktemp -d)
started=()
port=18200

stop() {
    local process
    for process in "${started[@]}"; do
        kill "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
    done
    started=()
}
trap 'stop; rm -rf "$work"' EXIT

# Starts a server on $port and the processors $cpus, and waits until it is ready; the bare one says so to every question.
start() {
    taskset -c "$cpus" "$@" >"$work/log" 2>&1 &
    started+=($!)
    for _ in $(seq 300); do
        if curl -sf -o "$work/ready" "http://127.0.0.1:$port/v2/health/ready"; then
            return
        fi
        sleep 0.1
    done
    cat "$work/log" >&2
    exit 1
}

bare() {
    port=$((port + 1))
    start "$java" -Dsun.net.httpserver.nodelay=true "$root/src/jmh/serve/Bare.java" "$port" "$1"
}

serve() {
    port=$((port + 1))
    start "$java" "${jvm[@]}" -Xlog:disable --enable-native-access=ALL-UNNAMED -jar "$jar" serve "$@" --port "$port"
}

# side ROW LOAD CONNECTIONS SCRIPT PATH: the row measures the server that was started last.
side() {
    how[$1]="$2 $3 $4 $port $5"
    who[$1]=${started[-1]}
}

# load SECONDS CONNECTIONS SCRIPT PORT PATH: requests/s, p50 ms, p99 ms and errors; wrk's own processor time goes to a file.
load() {
    local TIMEFORMAT='%R %U %S'
    { time taskset -c "$client" wrk -t1 -c"$2" -d"$1" -s "$work/$3.lua" "http://127.0.0.1:$4$5"; } 2>>"$work/wrk" |
        sed -n 's/^RESULT //p'
}

# Like load; and notes the sizes of the batches that the server made, by its own JFR events.
load_and_record() {
    load "$@"
    rm -f "$work/batches.jfr"
    "${tools}jcmd" "${who[together]}" JFR.dump name=batches begin="-$1s" filename="$work/batches.jfr" >/dev/null
    "${tools}jfr" print --events dev.gpux.Run "$work/batches.jfr" >"$work/events"
    awk '/requests =/ {print $3}' "$work/events" >"$work/sizes"
}

# The same batches in one process: of the sizes that the server made just before, in their order, on as many threads as it has
# workers.
in_process() {
    echo "$1 $workers $(tr '\n' ' ' <"$work/sizes")" >&"${process[1]}"
    local answer
    read -r answer <&"${process[0]}"
    echo "$answer - - 0"
}

# turn SECONDS ROW: measures what ${how[ROW]} says.
turn() {
    local words
    read -ra words <<<"${how[$2]}"
    "${words[0]}" "$1" "${words[@]:1}"
}

# How many milliseconds the JIT compilers of a process have worked.
compiled() {
    "${tools}jstat" -compiler "$1" | awk 'NR == 2 {printf "%d", $4 * 1000}'
}

# warm_up ROW: until its process compiles for less than 2 % of the time. A method is compiled for good when it has been called
# some thousand times: with batches of a few hundred requests a second, that goes on for most of a minute.
warm_up() {
    local before now slice=5 until=$((SECONDS + 120))
    turn "$warm" "$1" >/dev/null
    now=$(compiled "${who[$1]}")
    while
        before=$now
        turn "$slice" "$1" >/dev/null
        now=$(compiled "${who[$1]}")
        [ $((now - before)) -gt $((slice * 20)) ] && [ "$SECONDS" -lt "$until" ]
    do :; done
}

# turns ROW…: warms them up and measures them in turns.
turns() {
    local row round
    for row in "$@"; do
        warm_up "$row"
    done
    : >"$work/results"
    : >"$work/wrk"
    for ((round = 0; round < rounds; round++)); do
        for row in "$@"; do
            echo "$row $(turn "$seconds" "$row")" >>"$work/results"
        done
    done
}

head_of_table() {
    printf '\n| %s | %s | p50 ms | p99 ms | errors | %s |\n| --- | --- | --- | --- | --- | --- |\n' "$@"
}

median() {
    sort -g | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'
}

# line NAME ROW REFERENCE: a row's medians, and the median of what it did in the same round as the reference.
line() {
    local number
    printf '| %s |' "$1"
    for number in 2 3 4 5; do
        printf ' %s |' "$(awk -v row="$2" -v n="$number" '$1 == row {print $n}' "$work/results" | median)"
    done
    printf ' %.2f |\n' "$(awk -v row="$2" -v other="$3" '
        $1 == row {mine[++m] = $2}
        $1 == other {others[++o] = $2}
        END {for (i = 1; i <= m; i++) print mine[i] / others[i]}' "$work/results" | median)"
}

small() {
    cpus=1 client=0
    bare 210
    side bare load 8 tiny /
    serve "$work/tiny.onnx"
    side gpux load 8 tiny /v2/models/tiny/infer
    turns bare gpux
    head_of_table 'small JSON, 8 connections' 'requests/s' 'of bare'
    line 'bare: jdk.httpserver' bare bare
    line 'gpux serve, the tiny model' gpux bare
}

binary() {
    cpus=1 client=0
    bare 150
    side bare load 8 picture /
    serve "$work/shape.onnx"
    side shape load 8 picture /v2/models/shape/infer
    serve "$work/picture.onnx"
    side picture load 8 picture /v2/models/picture/infer
    turns bare shape picture
    head_of_table '602,112 bytes, 8 connections' 'requests/s' 'of bare'
    line 'bare: jdk.httpserver reads them' bare bare
    line 'gpux serve, a model that does not look at them' shape bare
    line 'gpux serve, a model that reads them all' picture bare
}

batches() {
    cpus=0-$(($(nproc) - 1)) client=$cpus
    sed "s|models/|$root/models/|" "$root/GPUXfile" >"$work/GPUXfile"
    mkdir "$work/alone"
    grep -v 'batching:' "$work/GPUXfile" >"$work/alone/GPUXfile"
    serve "$work/alone/GPUXfile"
    side alone load 32 text /predict
    jvm=(-XX:StartFlightRecording:"name=batches,settings=none,+dev.gpux.Run#enabled=true")
    serve "$work/GPUXfile"
    side together load_and_record 32 text /predict
    workers=$(curl -s "http://127.0.0.1:$port/metrics" | awk '/^gpux_workers/ {print $2}')
    coproc process {
        exec "$java" --enable-native-access=ALL-UNNAMED -cp "$jar" "$root/src/jmh/serve/InProcess.java" "$work/GPUXfile"
    }
    how[process]=in_process who[process]=$!
    turns alone together process
    head_of_table 'MiniLM, 32 connections' 'texts/s' 'of one process'
    line 'gpux serve, each text alone' alone process
    line 'gpux serve, batches of up to 32' together process
    line "one process, the same batches, $workers threads" process process
    printf '\nThe last batches, size × how many: %s\n' \
        "$(sort -n "$work/sizes" | uniq -c | awk '{printf "%s%d × %d", (NR > 1 ? ", " : ""), $2, $1}')"
    awk '/duration =/ {print $3 * ($4 == "s" ? 1000 : $4 == "us" ? 0.001 : 1)}' "$work/events" | sort -g |
        awk '{v[NR] = $1} END {printf "They took p50 %.0f ms, p99 %.0f ms.\n", v[int((NR + 1) / 2)], v[int(NR * 0.99)]}'
    awk '{real += $1; used += $2 + $3} END {printf "wrk took %.1f %% of one processor.\n", 100 * used / real}' "$work/wrk"
    eval "exec ${process[1]}>&-"
}

declare -A how who
"$java" -cp "$jar" "$root/src/jmh/serve/Models.java" "$work"
if [ $# -eq 0 ]; then
    set -- small binary batches
fi
for part in "$@"; do
    case $part in
        small) small ;;
        binary) binary ;;
        batches) batches ;;
        *)
            sed -n '2,8s/^# //p' "$0" >&2
            exit 2
            ;;
    esac
    stop
done
