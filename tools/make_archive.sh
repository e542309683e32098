#!/usr/bin/env bash
# Makes the relocatable archive of the build folder build/archive in dist/: program, weights, documentation, the libraries
# that a bare Linux lacks and their licences; then tries it where nothing else is. FluidSynth is the system's, for sound.
# Usage: tools/make_archive.sh
set -euo pipefail
cd "$(dirname "$0")/.."
build=build/archive
version=$(sed -n 's/^project(story2midi VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
name=story2midi-$version-linux-$(uname -m)
root=$PWD/$build/root/$name
# Parts of glibc, which are the system's.
system='^(linux-vdso|ld-linux.*|libc|libm|libdl|libpthread|librt|libresolv)\.so'

# Paths of the shared libraries of a program, but for those of the system.
libraries() { ldd "$1" | awk '$3 ~ /^\// {print $1, $3}' | grep -Ev "$system" | cut -d' ' -f2; }

fill() {
  rm -rf "$root"
  cmake --install $build --component runtime --prefix "$root" --strip > /dev/null
  mkdir -p "$root/lib/story2midi"
  libraries $build/bin/story2midi | xargs -I{} cp -L {} "$root/lib/story2midi/"
  tools/copy_licences.sh $build/bin/story2midi "$root/share/doc/story2midi/licences"
  chmod 644 "$root"/lib/story2midi/*
}

# Every library is the archive's own or glibc's, and the bytes are those of the build.
try() {
  local story=(--text "The bells began to ring." --bars 4 --seed 3 -q)
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  tar -xzf "dist/$name.tar.gz" -C "$folder"
  $build/bin/story2midi compose "${story[@]}" -o "$folder/build.mid"
  if libraries "$folder/$name/bin/story2midi" | grep -v "^$folder/"; then
    echo "these libraries are not in the archive"
    return 1
  fi
  (cd / && env -i "$folder/$name/bin/story2midi" compose "${story[@]}" -o "$folder/moved.mid")
  cmp "$folder/build.mid" "$folder/moved.mid"
  [ "$(id -u)" != 0 ] || try_bare "$folder" "${story[@]}"
}

# A system of glibc, /proc and the archive alone; /proc is mounted for as long as the program runs.
try_bare() {
  local folder=$1 loader
  shift
  mkdir "$folder/proc"
  inside() {
    unshare --mount sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' "$folder" "/$name/bin/story2midi" "$@"
  }
  loader=$(ldd "$folder/$name/bin/story2midi" | awk '/ld-linux/ {print $1}')
  ldd "$folder/$name/bin/story2midi" | awk '$3 ~ /^\// {print $1, $3}' | grep -E "$system" | while read -r _ library; do
    install -D "$library" "$folder$library"
  done
  install -D "$loader" "$folder$loader"
  inside compose "$@" -o /bare.mid
  cmp "$folder/build.mid" "$folder/bare.mid"
  # Sound needs FluidSynth: one line says so.
  ! inside compose "$@" -o /bare.wav 2> "$folder/errors" || return 1
  grep -q 'FluidSynth is not installed' "$folder/errors"
  echo "tried on glibc alone: the same bytes"
}

fill
mkdir -p dist
tar -czf "dist/$name.tar.gz" -C "$build/root" --owner=0 --group=0 --sort=name "$name"
try
ls -l "dist/$name.tar.gz"
