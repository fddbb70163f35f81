#!/usr/bin/env bash
# Regenerates the bindings in src/generated/java/dev/gpux/ffi from the pinned ONNX Runtime headers.
# native-headers/README.md is the manual.
set -euo pipefail
export LC_ALL=C

readonly ORT_VERSION=1.29.0
readonly ARCHIVE=onnxruntime-linux-x64-$ORT_VERSION.tgz
readonly ARCHIVE_URL=https://github.com/microsoft/onnxruntime/releases/download/v$ORT_VERSION/$ARCHIVE
readonly NPM_PACKAGE=com.github.asus4.onnxruntime@0.4.9
readonly NPM_HEADERS='package/Plugins/iOS~/onnxruntime.xcframework/ios-arm64/onnxruntime.framework/Headers'

readonly PACKAGE=dev.gpux.ffi
readonly HEADER_CLASS=OnnxRuntime

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
readonly ROOT
readonly HEADERS=$ROOT/native-headers
readonly UPSTREAM=$HEADERS/upstream
readonly SUMS=$HEADERS/SHA256SUMS
readonly GENERATED=$ROOT/src/generated/java/${PACKAGE//.//}

usage() {
    cat <<EOF
Usage: ./jextract.sh [--fetch | --check] [--from-npm | --headers DIR]

  (nothing)      fetch the ONNX Runtime $ORT_VERSION headers if they are not here yet, regenerate the bindings
  --fetch        only fetch the headers into native-headers/upstream and check them
  --check        regenerate into a temporary folder and compare; exit code 1 if the committed bindings differ

  Where the headers come from; each file must match native-headers/SHA256SUMS:
  (nothing)      native-headers/upstream if it is there, else the official release archive, through curl
  --from-npm     the npm package $NPM_PACKAGE, through npm pack
  --headers DIR  a folder, for instance include/ of an unpacked release archive

The environment variable JEXTRACT names the jextract executable; without it, the one on PATH is used.
EOF
}

fail() {
    echo "jextract.sh: $*" >&2
    exit 2
}

need() {
    command -v "$1" >/dev/null 2>&1 || fail "$1 is not installed; $2"
}

sha256() {
    if command -v sha256sum >/dev/null 2>&1; then
        sha256sum "$1" | cut -d ' ' -f 1
    else
        need shasum "it (or sha256sum) checks the headers"
        shasum -a 256 "$1" | cut -d ' ' -f 1
    fi
}

pinned_names() {
    awk '{ print $2 }' "$SUMS"
}

# Every pinned header is in the folder with the pinned hash.
verify() {
    local expected name actual
    while read -r expected name; do
        [ -f "$1/$name" ] || fail "$1 has no $name; expected the headers of ONNX Runtime $ORT_VERSION"
        actual=$(sha256 "$1/$name")
        [ "$actual" = "$expected" ] || fail "$1/$name is not the pinned file of ONNX Runtime $ORT_VERSION
  expected SHA-256 $expected
  found            $actual
  To move to another version see native-headers/README.md."
    done <"$SUMS"
}

# The upstream folder is on the include path, so a file there that no hash pins could change the output.
refuse_unpinned() {
    local file
    for file in "$UPSTREAM"/* "$UPSTREAM"/.[!.]*; do
        [ -e "$file" ] || continue
        pinned_names | grep -qxF -- "$(basename -- "$file")" ||
            fail "$file is not listed in native-headers/SHA256SUMS; remove it"
    done
}

have_all() {
    local name
    for name in $(pinned_names); do
        [ -f "$UPSTREAM/$name" ] || return 1
    done
}

from_archive() {
    need curl "or use --from-npm or --headers DIR"
    curl -fsSL --retry 2 -o "$TEMP/$ARCHIVE" "$ARCHIVE_URL" ||
        fail "cannot fetch $ARCHIVE_URL; use --from-npm or --headers DIR"
    mkdir "$TEMP/archive"
    tar -xzf "$TEMP/$ARCHIVE" -C "$TEMP/archive"
    SOURCE=$(find "$TEMP/archive" -type d -name include | head -n 1)
    [ -n "$SOURCE" ] || fail "$ARCHIVE_URL has no folder include"
}

from_npm() {
    need npm "or use --headers DIR"
    (cd "$TEMP" && npm pack --silent "$NPM_PACKAGE" >/dev/null) || fail "npm pack $NPM_PACKAGE failed"
    tar -xzf "$TEMP"/*.tgz -C "$TEMP" "$NPM_HEADERS"
    SOURCE=$TEMP/$NPM_HEADERS
}

fetch() {
    local name
    case $1 in
        archive) from_archive ;;
        npm) from_npm ;;
        *) SOURCE=$1 ;;
    esac
    verify "$SOURCE"
    mkdir -p "$UPSTREAM"
    for name in $(pinned_names); do
        cp -- "$SOURCE/$name" "$UPSTREAM/$name"
    done
}

find_jextract() {
    JEXTRACT=${JEXTRACT:-$(command -v jextract || true)}
    [ -n "$JEXTRACT" ] || fail "jextract is not on PATH and JEXTRACT is not set.
  Get it from https://jdk.java.net/jextract and set JEXTRACT to the path of its executable."
    [ -x "$JEXTRACT" ] || fail "JEXTRACT=$JEXTRACT is not an executable file"
    local version
    version=$("$JEXTRACT" --version 2>&1) || fail "$JEXTRACT --version failed: $version"
    case $version in
        *"clang version 13."*) ;;
        *) echo "jextract.sh: warning: the bindings were made with libclang 13, this is: ${version##*$'\n'}" >&2 ;;
    esac
}

# jextract declares C_LONG in every header class by a cast that fails on Windows, where C's long has 32 bits. Nothing
# uses it, because the stub headers define all 64-bit types through long long; so the line goes, and if something
# did use it the output would not be portable.
drop_c_long() {
    local shared=$1/$HEADER_CLASS\$shared.java
    grep -v 'ValueLayout\.Of[A-Za-z]* C_LONG = ' "$shared" >"$TEMP/shared" && cat "$TEMP/shared" >"$shared"
    if grep -nw C_LONG "$1"/*.java >&2; then
        fail "the lines above depend on the size of C's long, which is not the same on every platform"
    fi
}

generate() {
    (cd "$HEADERS" && "$JEXTRACT" -I stubs -I upstream --target-package "$PACKAGE" \
        --header-class-name "$HEADER_CLASS" --output "$TEMP/generated" @includes.txt gpux_ort.h)
    drop_c_long "$TEMP/generated/${PACKAGE//.//}"
}

action=generate
source=
while [ $# -gt 0 ]; do
    case $1 in
        --fetch) action=fetch ;;
        --check) action=check ;;
        --from-npm) source=npm ;;
        --headers)
            [ -d "${2:-}" ] || fail "--headers needs a folder that exists"
            source=$(cd -- "$2" && pwd)
            shift
            ;;
        -h | --help)
            usage
            exit 0
            ;;
        *)
            usage >&2
            exit 2
            ;;
    esac
    shift
done

TEMP=$(mktemp -d)
readonly TEMP
trap 'rm -rf -- "$TEMP"' EXIT

if [ -n "$source" ] || ! have_all; then
    fetch "${source:-archive}"
fi
refuse_unpinned
verify "$UPSTREAM"
[ "$action" != fetch ] || exit 0

find_jextract
generate
fresh=$TEMP/generated/${PACKAGE//.//}
if [ "$action" = check ]; then
    diff -r "$GENERATED" "$fresh" || {
        echo "jextract.sh: the committed bindings are not what jextract makes of these headers; run ./jextract.sh" >&2
        exit 1
    }
else
    rm -rf -- "$GENERATED"
    mkdir -p "$(dirname -- "$GENERATED")"
    cp -R -- "$fresh" "$GENERATED"
    echo "jextract.sh: wrote $(find "$GENERATED" -name '*.java' | wc -l | tr -d ' ') files to ${GENERATED#"$ROOT"/}"
fi
