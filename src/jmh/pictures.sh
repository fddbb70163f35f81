#!/bin/sh
# What a photograph of 12 megapixels costs on its way into a classifier's tensor, step by step. Some 30 seconds.
# Needs a JDK 25 and target/gpux.jar (./gpux version builds it).
set -eu
cd "$(dirname "$0")/../.."
: "${JAVA_HOME:?set JAVA_HOME to a JDK 25}"
exec "$JAVA_HOME/bin/java" -Djava.awt.headless=true -cp "${GPUX_JAR:-target/gpux.jar}" \
    src/jmh/java/dev/gpux/bench/Pictures.java "$@"
