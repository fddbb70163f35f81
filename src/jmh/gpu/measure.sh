#!/usr/bin/env bash
# Runs GPUX on an NVIDIA GPU: the tests that need one, where the nodes run, how fast it is. Prints Markdown.
#
#   measure.sh MODELS [PART…]     a folder with cnn_mnist.onnx; the other models are made in it. Parts: machine,
#                                 doctor, tests, where, plain, recorded, tune, serve, device; all if none is named.
#                                 MILLIS is the time of one row.
#
# Needs JAVA (a Java 25), GPUX_CLASSPATH (gpux.jar, or the thin jar and its libraries; for the tests and the rows of
# 'device' what pack.sh makes), GPUX_ORT_DIR (a folder with a CUDA build of ONNX Runtime; its CUDA and cuDNN on
# LD_LIBRARY_PATH), and Python with torch and onnx for the models.
set -euo pipefail
readonly MODELS=${1:?usage: measure.sh MODELS [PART…]}
readonly HERE=${BASH_SOURCE[0]%/*}
readonly MILLIS=${MILLIS:-2000}
shift
[ $# -gt 0 ] || set -- machine doctor tests where plain recorded tune serve device
readonly PORT=18080
readonly RECORDED=cuda.enable_cuda_graph=true NHWC=cuda.prefer_nhwc=true

java() {
    GPUX_ORT=$GPUX_ORT_DIR "$JAVA" --enable-native-access=ALL-UNNAMED -Xlog:disable -cp "$GPUX_CLASSPATH" "$@"
}

gpux() {
    java dev.gpux.cli.Main "$@" --ort "$GPUX_ORT_DIR"
}

section() {
    printf '\n## %s\n\n' "$*"
}

code() {
    printf '```\n$ gpux %s\n' "$*"
    gpux "$@" 2>&1 || printf 'exit code %d\n' $?
    printf '```\n'
}

machine() {
    section "Machine"
    nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
    gpux version
}

# What is said of the machine, and of one without cuDNN: the loader must have it from LD_LIBRARY_PATH alone.
doctor() {
    section "What 'gpux doctor' says"
    code doctor
    code providers
    section "Without cuDNN"
    if ldconfig -p | grep -q libcudnn; then
        echo "Not shown: this machine has cuDNN where every program finds it."
        return
    fi
    local run=(run "$MODELS/tiny.onnx" -i 'x=[[1,2,3,4,5,6,7,8,9,10]]') path cache
    path=$(tr : '\n' <<<"$LD_LIBRARY_PATH" | grep -v cudnn | paste -sd :)
    cache=$(mktemp -d)
    LD_LIBRARY_PATH=$path XDG_CACHE_HOME=$cache code "${run[@]}" -p cuda
    LD_LIBRARY_PATH=$path XDG_CACHE_HOME=$cache code "${run[@]}" --require gpu
    LD_LIBRARY_PATH=$path XDG_CACHE_HOME=$cache code "${run[@]}"
    rm -rf -- "$cache"
}

# Fails where a test fails, also for want of a GPU.
tests() {
    section "Tests"
    printf '```\n'
    # A heap that is there from the beginning does not look like a leak.
    GPUX_REQUIRE_GPU=1 java -Xms512m -Xmx512m -XX:+AlwaysPreTouch -Dgpux.models="$MODELS" org.junit.platform.console.ConsoleLauncher execute --disable-banner \
        --disable-ansi-colors --details="${DETAILS:-tree}" --fail-if-no-tests --select-package=dev.gpux.provider.cuda \
        --include-classname='.*GpuTest' 2>&1 || printf 'exit code %d\n' $?
    printf '```\n'
}

where() {
    section "Where it runs"
    code run "$MODELS/tiny.onnx" -i 'x=[[1,2,3,4,5,6,7,8,9,10]]' -p cuda -v
    code run "$MODELS/tiny.onnx" -i 'x=[[1,2,3,4,5,6,7,8,9,10]]' --require gpu
    code run "$MODELS/tiny.onnx" -i 'x=[[1,2,3,4,5,6,7,8,9,10]]' -p cuda --strict
}

device() {
    section "How fast, by what is bound where"
    java DeviceBench "$MILLIS" "$MODELS/tiny.onnx=x:1,10" "$MODELS/cnn_mnist.onnx=input_image:64,1,28,28" \
        "$MODELS/resnet50.onnx=x:1,3,224,224" "$MODELS/resnet50.onnx=x:8,3,224,224" \
        "$MODELS/resnet50.onnx=x:32,3,224,224" 2>&1 || printf 'exit code %d\n' $?
}

plain() {
    section "How fast, as the command line runs it"
    code bench "$MODELS/tiny.onnx" -p cpu,cuda --duration 2s
    code bench "$MODELS/cnn_mnist.onnx" -p cpu,cuda --batch 1,64 --duration 2s
    for batch in 1 8 32; do
        code bench "$MODELS/resnet50.onnx" -p cuda --shape "x=$batch,3,224,224" --duration 3s
    done
    code bench "$MODELS/resnet50.onnx" -p cpu --shape x=1,3,224,224 --duration 3s
}

recorded() {
    section "How fast, recorded: \`--provider-option $RECORDED\`"
    code run "$MODELS/tiny.onnx" -i 'x=[[1,2,3,4,5,6,7,8,9,10]]' -p cuda --provider-option "$RECORDED" -v
    code bench "$MODELS/tiny.onnx" -p cuda --provider-option "$RECORDED" --duration 2s
    code bench "$MODELS/cnn_mnist.onnx" -p cuda --provider-option "$RECORDED" --batch 1,64 --duration 2s
    for batch in 1 8 32; do
        code bench "$MODELS/resnet50.onnx" -p cuda --provider-option "$RECORDED" --shape "x=$batch,3,224,224" \
            --duration 2s
        code bench "$MODELS/resnet50.onnx" -p cuda --provider-option "$RECORDED" --provider-option "$NHWC" \
            --shape "x=$batch,3,224,224" --duration 2s
    done
    section "… with steps before and after, and on several threads"
    code bench "$MODELS/resnet50.onnx" -p cuda --shape x=1,3,224,224 --end-to-end --concurrency 1,4 --duration 2s
    code bench "$MODELS/resnet50.onnx" -p cuda --provider-option "$RECORDED" --shape x=1,3,224,224 --end-to-end \
        --concurrency 1,4 --duration 2s
}

# Each in a folder of its own, where its lock file is.
tune() {
    section "What 'gpux tune' chooses"
    local name folder
    for name in tiny cnn_mnist resnet50; do
        folder=$(mktemp -d)
        ln -s "$(realpath -- "$MODELS/$name.onnx")" "$folder/$name.onnx"
        code tune "$folder/$name.onnx" --budget 15s
        code bench "$folder/$name.onnx" --duration 2s
        rm -rf -- "$folder"
    done
}

serve() {
    section "How fast 'gpux serve' answers"
    local model
    for model in "cnn_mnist input_image 1,28,28" "resnet50 x 3,224,224"; do
        # shellcheck disable=SC2086 # three words
        serving $model --workers 16
        # shellcheck disable=SC2086
        serving $model --workers 2
        # shellcheck disable=SC2086
        serving $model --provider-option "$RECORDED"
    done
}

# MODEL INPUT SHAPE [OPTION…]: requests of one input each, on 1 and on 32 connections, with batches of up to 16.
serving() {
    local model=$1 input=$2 shape=$3 folder server
    shift 3
    folder=$(mktemp -d)
    cat >"$folder/GPUXfile" <<END
name: $model
version: 1.0.0
model: {source: $(realpath -- "$MODELS/$model.onnx")}
serve: {batching: {max_size: 16, max_delay_ms: 1}}
END
    printf '```\n$ gpux serve %s\n' "$*"
    (exec env GPUX_ORT="$GPUX_ORT_DIR" "$JAVA" --enable-native-access=ALL-UNNAMED -Xlog:disable -cp "$GPUX_CLASSPATH" \
        dev.gpux.cli.Main serve "$folder" --port "$PORT" "$@") >"$folder/log" 2>&1 &
    server=$!
    for _ in {1..600}; do
        grep -q "$PORT" "$folder/log" && break
        kill -0 "$server" || break
        sleep 0.1
    done
    cat "$folder/log"
    java ServeLoad "http://localhost:$PORT" "$model" "$input" "$shape" 1 2 2>&1 || true
    java ServeLoad "http://localhost:$PORT" "$model" "$input" "$shape" 32 3 2>&1 || true
    kill "$server" || true
    wait "$server" || true
    printf '```\n'
    rm -rf -- "$folder"
}

[ -e "$MODELS/tiny.onnx" ] || python3 "$HERE/tiny.py" "$MODELS/tiny.onnx"
[ -e "$MODELS/resnet50.onnx" ] || python3 "$HERE/resnet50.py" "$MODELS/resnet50.onnx" >/dev/null 2>&1
for part in "$@"; do
    "$part"
done
