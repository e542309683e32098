#!/usr/bin/env bash
# Builds a program of another's against story2midi and composes with it.
# Usage: run.sh find_package|pkg_config|add_subdirectory SOURCE_DIR BUILD_DIR WORK_DIR
set -euo pipefail
way=$1 source=$2 build=$3 work=$4
rm -rf "$work"
mkdir -p "$work"
launcher=$(command -v ccache || true)
jobs=$(nproc)

cmake_consumer() {
  cmake -G Ninja -S "$source/tests/consumer" -B "$work/build" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_CXX_COMPILER_LAUNCHER="$launcher" "$@" > "$work/log" || { cat "$work/log"; exit 1; }
  cmake --build "$work/build" -j "$jobs" >> "$work/log" || { cat "$work/log"; exit 1; }
}

# Installed below a prefix that was not known when it was built.
install_it() { cmake --install "$build" --prefix "$work/prefix" > "$work/log"; }

case $way in
  find_package)
    install_it
    cmake_consumer -DCMAKE_PREFIX_PATH="$work/prefix"
    "$work/build/consumer" "$work/prefix/share/story2midi/models/base" "$work/piece.mid"
    env -u S2M_MODELS "$work/prefix/bin/story2midi" compose --text "The bells began to ring for joy." --bars 4 \
      --seed 7 -o "$work/program.mid" ;;
  pkg_config)
    install_it
    PKG_CONFIG_PATH=$(dirname "$(find "$work/prefix" -name story2midi.pc)")
    export PKG_CONFIG_PATH
    # shellcheck disable=SC2046
    ${launcher:-} "${CXX:-c++}" -std=c++20 $(pkg-config --cflags story2midi) \
      -c "$source/tests/consumer/consumer.cpp" -o "$work/consumer.o"
    # shellcheck disable=SC2046
    "${CXX:-c++}" "$work/consumer.o" -o "$work/consumer" $(pkg-config --libs story2midi)
    "$work/consumer" "$(pkg-config --variable=models story2midi)/base" "$work/piece.mid" ;;
  add_subdirectory)
    # With warnings, as in the build folder: the compiler cache then knows most of it.
    cmake_consumer -DSOURCE="$source" -DS2M_WARNINGS=ON
    "$work/build/consumer" "$source/models/base" "$work/piece.mid" silent ;;
esac
test -s "$work/piece.mid"
