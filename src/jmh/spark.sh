#!/usr/bin/env bash
# Rows a second of Spark executors of one core beside `gpux run` with one thread, over the same NDJSON, in turn: on one
# processor, then on two. Prints Markdown tables. "Bound" is what two processes of gpux run, one a processor, reach on
# this machine. Steady state: gpux run counts from its 1,000th answer on; of Spark, an application is started once, three
# jobs over all rows go before the first that counts, and a job counts from its first task's launch to its last one's end.
# What is pinned: gpux run and each executor, to a processor each.
#
#   src/jmh/spark.sh [ROUNDS [ROWS [BATCH]]]      default 3, 6000, 32
#
# Needs taskset, and first: mvn install -DskipTests && mvn -f integrations/spark/pom.xml package
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
readonly ROUNDS=${1:-3} ROWS=${2:-6000} BATCH=${3:-32}
readonly JAVA=${JAVA_HOME:+$JAVA_HOME/bin/}java JAR=integrations/spark/target/gpux-spark.jar
export SPARK_HOME=$PWD/integrations/spark/target/spark SPARK_SCALA_VERSION=2.13 SPARK_LOCAL_IP=127.0.0.1 LC_ALL=C.UTF-8
for needed in target/gpux.jar "$JAR" "$SPARK_HOME/jars"; do
    [ -e "$needed" ] || { echo "spark.sh: $needed is missing; see the top of this script" >&2; exit 1; }
done

WORK=$(mktemp -d)
readonly WORK
jobs_started=()
finish() {
    local job
    for job in "${jobs_started[@]}"; do
        pkill -P "$job" || true
        kill "$job" 2>/dev/null || true
    done
    rm -rf -- "$WORK"
}
trap finish EXIT

# Sentences of 3 to 11 words.
awk -v rows="$ROWS" 'BEGIN {
    srand(7)
    n = split("the cat dog sat ran quickly on under mat house river blue green old new stone bird sings loud when rain " \
        "falls and wind blows across fields of golden wheat", word, " ")
    for (i = 0; i < rows; i++) {
        text = word[1 + int(rand() * n)]
        for (k = 2 + i % 9; k > 0; k--) text = text " " word[1 + int(rand() * n)]
        printf "{\"text\":\"%s\"}\n", text
    }
}' >"$WORK/rows.ndjson"

"$JAVA" -cp "$SPARK_HOME/jars/*" src/jmh/spark/Opens.java >"$WORK/opens"
read -ra opens <"$WORK/opens"
mkdir "$WORK/classes"
"${JAVA%java}javac" -cp "$JAR:$SPARK_HOME/jars/*" -Xlint:-classfile -d "$WORK/classes" src/jmh/spark/{Job,Steady}.java

# gpux_run PROCESSOR: rows a second.
gpux_run() {
    taskset -c "$1" "$JAVA" --enable-native-access=ALL-UNNAMED -jar target/gpux.jar run GPUXfile -i - --threads 1 \
        --batch "$BATCH" -q <"$WORK/rows.ndjson" | "$JAVA" -cp "$WORK/classes" Steady 1000
}

two_gpux_runs() {
    gpux_run 0 >"$WORK/a" &
    local other=$!
    gpux_run 1 >"$WORK/b"
    wait "$other"
    echo $(($(<"$WORK/a") + $(<"$WORK/b")))
}

# start_job EXECUTORS: an application, with a named pipe for its orders and one for its answers.
start_job() {
    local n=$1
    mkfifo "$WORK/orders$n" "$WORK/answers$n"
    "$JAVA" "${opens[@]}" --enable-native-access=ALL-UNNAMED -cp "$WORK/classes:$JAR:$SPARK_HOME/jars/*" \
        Job "$n" GPUXfile "$WORK/rows.ndjson" "$WORK/out$n.parquet" "$ROWS" "$BATCH" "$PWD/$JAR" \
        <"$WORK/orders$n" >"$WORK/answers$n" 2>"$WORK/job$n.log" &
    jobs_started+=($!)
    exec {order}>"$WORK/orders$n" {answer}<"$WORK/answers$n"
    orders[n]=$order
    answers[n]=$answer
    job_pid[n]=$!
    run_job "$n" >"$WORK/first"
    # The executors are there now: to a processor each, with all their threads.
    local cpu=0 executor
    for executor in $(pgrep -P "${job_pid[n]}" -f CoarseGrainedExecutorBackend); do
        taskset -a -p -c "$cpu" "$executor" >>"$WORK/pinned"
        cpu=$((cpu + 1))
    done
    [ "$cpu" = "$n" ] || { cat "$WORK/job$n.log" >&2; exit 1; }
}
orders=() answers=() job_pid=()

# run_job EXECUTORS: rows a second; what the driver took of a processor meanwhile goes to a file.
run_job() {
    local line before start
    before=$(cpu_ms "${job_pid[$1]}")
    start=$(date +%s%3N)
    echo go >&"${orders[$1]}"
    read -r line <&"${answers[$1]}"
    echo $((100 * ($(cpu_ms "${job_pid[$1]}") - before) / ($(date +%s%3N) - start))) >>"$WORK/driver$1"
    echo "$line"
}

cpu_ms() { awk -v hz="$(getconf CLK_TCK)" '{ print int(1000 * ($14 + $15) / hz) }' "/proc/$1/stat"; }

median() { sort -n | awk '{ v[NR] = $1 } END { printf "%.0f", (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }
ratio() { paste "$WORK/$1" "$WORK/$2" | awk '{ print 1000 * $1 / $2 }' | median | awk '{ printf "%.2f", $1 / 1000 }'; }

start_job 1
start_job 2
for job in 1 2 1 2; do
    run_job $job >>"$WORK/first"
done
for ((round = 0; round < ROUNDS; round++)); do
    gpux_run 0 >>"$WORK/run1"
    run_job 1 >>"$WORK/spark1"
    two_gpux_runs >>"$WORK/run2"
    run_job 2 >>"$WORK/spark2"
done

echo "| | rows/s | each round |"
echo "| --- | ---: | --- |"
while read -r name what; do
    echo "| $what | $(median <"$WORK/$name") | $(paste -sd ' ' "$WORK/$name") |"
done <<END
run1 \`gpux run --threads 1\`, one process
spark1 Spark, one executor with one core
run2 \`gpux run --threads 1\`, two processes
spark2 Spark, two executors with one core each
END
echo
echo "| ratio, median of the rounds | goal | measured |"
echo "| --- | --- | ---: |"
echo "| one executor / one process | ≥ 0.8 | $(ratio spark1 run1) |"
echo "| two executors / one | ≥ 1.7 | $(ratio spark2 spark1) |"
echo "| two processes / one: the bound | | $(ratio run2 run1) |"
echo "| two executors / two processes | | $(ratio spark2 run2) |"
echo
echo "The driver took $(tail -n "$ROUNDS" "$WORK/driver1" | median) % of a processor beside one executor," \
    "$(tail -n "$ROUNDS" "$WORK/driver2" | median) % beside two."
echo
echo "$ROUNDS rounds of $ROWS rows, batches of $BATCH, $(uname -sm), load $(uptime | sed 's/.*average[s]*: //')"
