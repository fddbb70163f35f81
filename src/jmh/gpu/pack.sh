#!/usr/bin/env bash
# Packs what measure.sh needs besides a Java 25 and a CUDA build of ONNX Runtime into a folder that can be copied to a
# machine with an NVIDIA GPU: GPUX, its libraries, the tests that need a GPU, the benchmark, a small model, the scripts.
#
#   pack.sh FOLDER          after 'mvn test-compile'; TESTS says where else the test classes are
#
# There: GPUX_CLASSPATH="FOLDER/libs/*" JAVA=… GPUX_ORT_DIR=… bash FOLDER/scripts/measure.sh FOLDER/models
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
readonly root=$here/../../..
readonly out=${1:?usage: pack.sh FOLDER}
readonly classes=$root/target/classes tests=${TESTS:-$root/target/test-classes} repository=${M2:-$HOME/.m2/repository}
: "${JAVA_HOME:?set JAVA_HOME to a JDK 25}"

mkdir -p "$out/libs" "$out/models" "$out/scripts"
"$JAVA_HOME/bin/jar" --create --file "$out/libs/gpux.jar" -C "$classes" .
"$JAVA_HOME/bin/jar" --create --file "$out/libs/gpux-tests.jar" -C "$tests" dev/gpux/provider/cuda
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
"$JAVA_HOME/bin/javac" --release 25 -cp "$classes" -d "$work" "$here/DeviceBench.java" \
    "$here/ServeLoad.java"
"$JAVA_HOME/bin/jar" --create --file "$out/libs/gpux-bench.jar" -C "$work" .
while read -r name; do
    find "$repository" -name "$name" -exec cp {} "$out/libs/" \;
done <<'END'
snakeyaml-2.4.jar
picocli-4.7.7.jar
jackson-core-2.19.2.jar
junit-platform-console-standalone-1.13.4.jar
END
cp "$root/models/cnn_mnist.onnx" "$out/models/"
cp "$here/measure.sh" "$here/resnet50.py" "$here/tiny.py" "$out/scripts/"
du -sh "$out"
