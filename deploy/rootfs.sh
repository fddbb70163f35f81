#!/bin/sh
# Makes the whole file system of a container image out of a folder that `gpux package` made: that folder at /opt/gpux, and
# the shared libraries of this system that its programs need (the C library, libstdc++, libgcc_s). No shell, no package
# manager, no users. The Dockerfile runs this, and DeployIT runs it into a chroot.
#
#   rootfs.sh PACKAGE ROOT
set -eu

package=${1:?the folder that gpux package made}
root=${2:?the folder to make}

mkdir -p "$root/opt" "$root/mnt/models" "$root/tmp"
root=$(cd "$root" && pwd -P)
chmod 1777 "$root/tmp"
cp -a "$package" "$root/opt/gpux"

# ldd knows what a program needs and where this system has it. What it does not find must be in the package: the JVM's own
# libraries find each other without the system's loader.
objects=$(find "$root/opt/gpux" -type f \( -path '*/jre/bin/*' -o -name '*.so' \))
# shellcheck disable=SC2086
ldd $objects | awk '$2 == "=>" { print $3 == "not" ? $1 : $3 } NF == 2 && $1 ~ /^\// && $2 ~ /^\(/ { print $1 }' |
    sort -u | while read -r library; do
    case $library in
        "$root"/*) ;;
        /*)
            mkdir -p "$root${library%/*}"
            cp -L "$library" "$root$library"
            ;;
        *)
            [ -n "$(find "$root/opt/gpux" -name "$library")" ] || {
                echo "rootfs.sh: this system has no $library, which the package needs" >&2
                exit 1
            }
            ;;
    esac
done
