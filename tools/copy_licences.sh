#!/usr/bin/env bash
# Copies the copyright file of each Debian package whose shared libraries a program needs, but for glibc's.
# Usage: tools/copy_licences.sh PROGRAM FOLDER
set -euo pipefail
mkdir -p "$2"
ldd "$1" | awk '$3 ~ /^\// {print $3}' | while read -r library; do
  file=$(realpath "$library")
  package=$(dpkg -S "$file" 2> /dev/null || dpkg -S "*/$(basename "$file")")
  package=${package%%:*}
  [[ $package == libc6* ]] || cp "/usr/share/doc/$package/copyright" "$2/$package"
done
