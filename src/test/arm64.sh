#!/usr/bin/env bash
# Runs GPUX once on 64-bit ARM Linux, on an x86-64 machine: Debian's JDK 25 for arm64 under qemu's user emulation, and the
# ONNX Runtime for linux-aarch64 that GPUX's jar carries. Downloads about 55 MB into a folder outside the repository;
# installs qemu-user if it is not there. Prints what the root example answers.
# Usage: src/test/arm64.sh [CLASS-PATH]   (default: target/gpux.jar)
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

# The Debian release that has JDK 25; the machine's own may be older.
readonly RELEASE=trixie
folder=${XDG_CACHE_HOME:-$HOME/.cache}/gpux-ci/arm64
class_path=${1:-$PWD/target/gpux.jar}
java=$folder/root/usr/lib/jvm/java-25-openjdk-arm64/bin/java

command -v qemu-aarch64 >/dev/null || apt-get install -y -qq --no-install-recommends qemu-user

if [ ! -x "$java" ]; then
    # An apt of its own: another release and architecture than the machine's, whose settings stay as they are.
    mkdir -p "$folder"/{state/lists/partial,cache/archives/partial,debs,root}
    # shellcheck disable=SC2016  # apt fills it in.
    mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -m 1 '/debian$')
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $RELEASE main" >"$folder/sources.list"
    : >"$folder/status"
    apt=(-qq -o "Dir::State=$folder/state" -o "Dir::State::status=$folder/status" -o "Dir::Cache=$folder/cache"
        -o "Dir::Etc::sourcelist=$folder/sources.list" -o Dir::Etc::sourceparts=/nonexistent
        -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User=root)
    apt-get "${apt[@]}" update
    (cd "$folder/debs" && apt-get "${apt[@]}" download openjdk-25-jre-headless libc6 zlib1g libstdc++6 libgcc-s1)
    for package in "$folder"/debs/*.deb; do
        dpkg-deb -x "$package" "$folder/root"
    done
    # Its settings are links into /etc, which the machine's own /etc does not have.
    find "$folder/root/usr/lib/jvm" -type l -lname '/etc/*' | while read -r link; do
        settings=$folder/root$(readlink "$link")
        [ ! -e "$settings" ] || ln -sfn "$settings" "$link"
    done
    # ONNX Runtime asks /proc for the kind of ARM it is on, and qemu of Debian 12 would show it the machine's own.
    mkdir -p "$folder/root/proc"
    for ((i = 0; i < $(nproc); i++)); do
        printf 'processor\t: %d\nBogoMIPS\t: 100.00\nFeatures\t: fp asimd aes pmull sha1 sha2 crc32\n' "$i"
        printf 'CPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x1\nCPU part\t: 0xd07\n'
        printf 'CPU revision\t: 0\n\n'
    done >"$folder/root/proc/cpuinfo"
    # What a merged /usr has.
    ln -sfn usr/lib "$folder/root/lib"
fi

# No compiler of a higher tier: emulated, it costs more than it saves.
exec qemu-aarch64 -cpu cortex-a57 -L "$folder/root" "$java" -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED \
    -cp "$class_path" dev.gpux.cli.Main run -i 'text=hello world' --json
