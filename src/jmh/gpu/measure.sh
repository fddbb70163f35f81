#!/usr/bin/env bash
# Runs GPUX on an NVIDIA GPU: does CUDA agree with the CPU, where do the nodes run, how fast is it. Prints Markdown.
#
#   measure.sh MODELS       a folder with tiny.onnx, cnn_mnist.onnx, all-minilm-l6-v2-q.onnx; ResNet-50 is made in it
#
# Needs JAVA (a Java 25), GPUX_CLASSPATH (gpux.jar, or the thin jar and its libraries), GPUX_ORT_DIR (a folder with a
# CUDA build of ONNX Runtime; its CUDA and cuDNN on LD_LIBRARY_PATH), and Python with torch and onnx for ResNet-50.
set -euo pipefail
readonly MODELS=${1:?usage: measure.sh MODELS}
readonly HERE=${BASH_SOURCE[0]%/*}

gpux() {
    "$JAVA" --enable-native-access=ALL-UNNAMED -Xlog:disable -cp "$GPUX_CLASSPATH" dev.gpux.cli.Main "$@" --ort "$GPUX_ORT_DIR"
}

section() {
    printf '\n## %s\n\n' "$*"
}

code() {
    printf '```\n$ gpux %s\n' "$*"
    gpux "$@" 2>&1 || printf 'exit code %d\n' $?
    printf '```\n'
}

section "Machine"
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
gpux version

section "Where it runs"
code run "$MODELS/tiny.onnx" -i 'x=[[1,2,3,4,5,6,7,8,9,10]]' -p cuda -v
code run "$MODELS/tiny.onnx" -i 'x=[[1,2,3,4,5,6,7,8,9,10]]' --require gpu
code run "$MODELS/tiny.onnx" -i 'x=[[1,2,3,4,5,6,7,8,9,10]]' -p cuda --strict

section "Does CUDA agree with the CPU?"
python3 "$HERE/resnet50.py" "$MODELS/resnet50.onnx" >/dev/null 2>&1
python3 - "$MODELS/picture.npy" <<'END'
import sys
import numpy
numpy.save(sys.argv[1], numpy.random.default_rng(0).random((1, 3, 224, 224), dtype=numpy.float32))
END
for tf32 in 1 0; do
    printf 'model: %s\nruntime: {options: {cuda: {use_tf32: %s}}}\n' "$MODELS/resnet50.onnx" $tf32 >"$MODELS/tf32-$tf32.GPUXfile"
    gpux run "$MODELS/tf32-$tf32.GPUXfile" -i "x=@$MODELS/picture.npy" -p cuda -o "$MODELS/cuda-$tf32.npy" -q
done
gpux run "$MODELS/resnet50.onnx" -i "x=@$MODELS/picture.npy" -p cpu -o "$MODELS/cpu.npy" -q
python3 - "$MODELS" <<'END'
import sys
import numpy
cpu = numpy.load(sys.argv[1] + "/cpu.npy")
for tf32, words in ((1, "with TF32"), (0, "without TF32")):
    cuda = numpy.load(f"{sys.argv[1]}/cuda-{tf32}.npy")
    print(f"- ResNet-50 {words}: largest difference relative to the largest output {abs(cuda - cpu).max() / abs(cpu).max():.2e}")
END

section "How fast"
code bench "$MODELS/tiny.onnx" -p cpu,cuda --duration 3s
code bench "$MODELS/cnn_mnist.onnx" -p cpu,cuda --batch 1,64 --duration 3s
for batch in 1 8 32; do
    code bench "$MODELS/resnet50.onnx" -p cuda --shape "x=$batch,3,224,224" --duration 5s
done
code bench "$MODELS/resnet50.onnx" -p cpu --shape x=1,3,224,224 --duration 5s
