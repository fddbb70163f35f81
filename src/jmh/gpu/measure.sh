#!/usr/bin/env bash
# Runs GPUX on an NVIDIA GPU: the tests that need one, where the nodes run, how fast it is. Prints Markdown.
#
#   measure.sh MODELS [PART…]     a folder with cnn_mnist.onnx; the other models are made in it. Parts: machine, tests,
#                                 where, device, plain; all of them if none is named. MILLIS is the time of one row.
#
# Needs JAVA (a Java 25), GPUX_CLASSPATH (gpux.jar, or the thin jar and its libraries; for the tests and the rows of
# 'device' what pack.sh makes), GPUX_ORT_DIR (a folder with a CUDA build of ONNX Runtime; its CUDA and cuDNN on
# LD_LIBRARY_PATH), and Python with torch and onnx for the models.
set -euo pipefail
readonly MODELS=${1:?usage: measure.sh MODELS [PART…]}
readonly HERE=${BASH_SOURCE[0]%/*}
readonly MILLIS=${MILLIS:-2000}
shift
[ $# -gt 0 ] || set -- machine tests where device plain

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

[ -e "$MODELS/tiny.onnx" ] || python3 "$HERE/tiny.py" "$MODELS/tiny.onnx"
[ -e "$MODELS/resnet50.onnx" ] || python3 "$HERE/resnet50.py" "$MODELS/resnet50.onnx" >/dev/null 2>&1
for part in "$@"; do
    "$part"
done
