#!/bin/sh
# Builds and runs the benchmarks: GPUX and the official Java wrapper against a C program, interleaved. The defaults take
# some eight minutes on two cores.
#   src/jmh/benchmark.sh [ROUNDS [MILLISECONDS [PART-OF-A-SERIES...]]]     the comparison; writes target/jmh/benchmark.{md,json}
#   src/jmh/benchmark.sh soak                                             resident memory over 10 million runs
#   src/jmh/benchmark.sh agreement [ROUNDS]                               what gpux bench and JMH say of the same run
#   src/jmh/benchmark.sh tokenizers                                       MB of text a second, and where the time goes
# Needs a JDK 25, Maven and a C compiler.
set -eu
cd "$(dirname "$0")/../.."
: "${JAVA_HOME:?set JAVA_HOME to a JDK 25}"
mkdir -p target/jmh
${CC:-cc} -O2 -Wall -o target/jmh/floor src/jmh/c/floor.c -ldl -lpthread
mvn -q -B -Pjmh test-compile dependency:build-classpath -Dmdep.outputFile=target/jmh/classpath \
    -Dmdep.includeScope=test >&2

bench() {
    main=$1
    shift
    ORT_DISABLE_TELEMETRY=1 "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED \
        -Dbench.models=target/jmh -Dgpux.models=models \
        -cp "target/test-classes:target/classes:$(cat target/jmh/classpath)" "dev.gpux.$main" "$@"
}

case ${1:-} in
    soak) bench bench.Soak ;;
    agreement) shift && bench bench.Agreement "$@" ;;
    tokenizers) bench pipeline.text.TokenizerSpeed ;;
    *)
        rounds=${1:-3} milliseconds=${2:-150}
        shift $(($# < 2 ? $# : 2))
        bench bench.Comparison "$rounds" "$milliseconds" "$@" ;;
esac
