#!/usr/bin/env bash
# Searches each of GPUX's parsers, guided by what its code does with an input (Jazzer, which Maven fetches), for one that
# ends in something else than an answer or the parser's own exception.
# Usage: src/test/fuzz.sh [RUNS [PARSER...]]   (default: 1,000,000 inputs for each parser of dev.gpux.fuzz.Parser)
# Build first: mvn -q test-compile. Inputs that are worth keeping and findings go to target/fuzz.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

readonly JAZZER=0.30.0
runs=${1:-1000000}
shift || true
parsers=("$@")
[ ${#parsers[@]} -gt 0 ] ||
    parsers=(ONNX NPY NPZ PB JSON GPUXFILE TOKENIZER STORE_ARCHIVE LIBRARY_TAR LIBRARY_ZIP WAV PICTURE HTTP)
java=${JAVA_HOME:?the JDK 25 that runs the tests}/bin/java
out=$PWD/target/fuzz
mkdir -p "$out"
# Some parsers read files: in memory, where there is such a place, and gone in the end.
scratch=$(mktemp -d -p "$(if [ -d /dev/shm ]; then echo /dev/shm; else echo "${TMPDIR:-/tmp}"; fi)")
trap 'rm -rf "$scratch"' EXIT

# FUZZ_CLASS_PATH: what is compiled already, in place of Maven's.
if [ -z "${FUZZ_CLASS_PATH:-}" ]; then
    mvn -B -ntp -q dependency:build-classpath -DincludeScope=test -Dmdep.outputFile="$out/class-path"
    FUZZ_CLASS_PATH=target/test-classes:target/classes:$(cat "$out/class-path")
fi
if [ ! -f "$out/jazzer-$JAZZER.jar" ]; then
    for artifact in jazzer jazzer-api; do
        # Outside the project, whose pom sends what is copied into models/.
        (cd "$scratch" && mvn -B -ntp -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
            -Dartifact=com.code-intelligence:$artifact:$JAZZER -DoutputDirectory="$out")
    done
fi

failed=0
for parser in "${parsers[@]}"; do
    folder=$out/$parser
    mkdir -p "$folder/seeds" "$folder/corpus"
    "$java" --enable-native-access=ALL-UNNAMED -Djava.io.tmpdir="$scratch" -Dgpux.fuzz.parser="$parser" \
        -cp "$FUZZ_CLASS_PATH" dev.gpux.fuzz.JazzerTarget "$folder/seeds"
    # A tokenizer.json has regular expressions of its own by right: Jazzer would call each that is refused an injection.
    # 10 s and 1 GiB for one input; a tokenizer or an archive of 64 KB has room for everything there is.
    if "$java" --enable-native-access=ALL-UNNAMED -Xmx1g -Djava.io.tmpdir="$scratch" -Dgpux.fuzz.parser="$parser" \
        -cp "$out/jazzer-$JAZZER.jar:$out/jazzer-api-$JAZZER.jar:$FUZZ_CLASS_PATH" \
        com.code_intelligence.jazzer.Jazzer --target_class=dev.gpux.fuzz.JazzerTarget \
        --instrumentation_includes='dev.gpux.**' --instrumentation_excludes='dev.gpux.ffi.**' \
        --disabled_hooks=com.code_intelligence.jazzer.sanitizers.RegexInjection \
        --reproducer_path="$folder" -artifact_prefix="$folder/" -runs="$runs" -timeout=10 -rss_limit_mb=4096 \
        -max_len=65536 -print_final_stats=1 "$folder/corpus" "$folder/seeds" >"$folder/log.txt" 2>&1; then
        verdict="no finding"
    elif ! grep -q '^INFO: Seed' "$folder/log.txt"; then
        echo "fuzz.sh: Jazzer did not start, see $folder/log.txt" >&2
        exit 1
    else
        verdict="FINDING, see $folder/log.txt"
        failed=1
    fi
    printf '%-14s %s inputs, %s covered, %s\n' "$parser" \
        "$(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/log.txt")" \
        "$(sed -n 's/.* cov: \([0-9]*\).*/\1/p' "$folder/log.txt" | tail -1)" "$verdict"
done
exit "$failed"
