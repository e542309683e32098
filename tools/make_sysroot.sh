#!/usr/bin/env bash
# Unpacks Debian packages of another architecture, and what they depend on, into a folder to compile and run against.
# This system's packages stay as they are, and no root is needed. What is there already is kept: another list of packages
# makes the folder anew.
# Usage: tools/make_sysroot.sh ARCHITECTURE FOLDER PACKAGE...     (tools/make_sysroot.sh arm64 build/aarch64/sysroot libfmt-dev)
set -euo pipefail
cd "$(dirname "$0")/.."
architecture=$1 folder=$2
shift 2
[ "$(cat "$folder/.packages" 2>/dev/null)" != "$*" ] || exit 0

rm -rf "$folder"
mkdir -p "$folder/.apt/lists/partial" "$folder/.apt/archives/partial"
root=$(realpath "$folder")
: > "$root/.apt/status"  # nothing is installed there yet
own_apt() {
  apt-get -qq -o "APT::Architecture=$architecture" -o "APT::Architectures=$architecture" -o "Dir::State=$root/.apt" \
    -o "Dir::State::status=$root/.apt/status" -o "Dir::Cache=$root/.apt" -o Debug::NoLocking=1 \
    -o "APT::Sandbox::User=$(id -un)" "$@"
}
own_apt update
own_apt install -y --download-only --no-install-recommends "$@" > /dev/null
for package in "$root"/.apt/archives/*.deb; do dpkg-deb --extract "$package" "$root"; done
rm -rf "$root/.apt"
# Links that begin at / would lead out of the folder.
find "$root" -type l -lname '/*' | while read -r link; do
  ln -sfr "$root$(readlink "$link")" "$link"
done
echo "$*" > "$root/.packages"
