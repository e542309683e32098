#!/usr/bin/env bash
# Passes the Python package's tests against a build folder's libraries and program. Its module is compiled here without
# CMake, so that nothing else is built anew, and with nanobind's own checks, which a Release build leaves out: a reference
# that is counted without the GIL ends the test. `make wheel` tries the wheel itself. Exit code 77 (skipped) without PyPI.
# Usage: tools/test_python.sh BUILD
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
venv=$build/python/venv package=$build/python/package/story2midi objects=$build/python/objects
python=$venv/bin/python

if [ ! -e "$venv/ready" ]; then
  /usr/bin/python3 -m venv "$venv"
  "$python" -m pip install -q --retries 1 --timeout 20 nanobind numpy pytest pyarrow 2> "$venv/log" ||
    { echo "skipped: PyPI is not reached: $(tail -1 "$venv/log")"; exit 77; }
  touch "$venv/ready"
fi

mkdir -p "$package/bin" "$package/share/story2midi" "$objects"
ln -sf "$PWD"/python/story2midi/* "$package/"
ln -sfn "$PWD/models" "$package/share/story2midi/models"
ln -sf "$(realpath "$build/bin/story2midi")" "$package/bin/story2midi"

nanobind=$("$python" -c 'import nanobind; print(nanobind.include_dir())')
headers=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
compiler="$(command -v ccache || true) c++"
compile() {  # SOURCE: an object beside the others, optimised as little as the tests
  $compiler -std=c++20 -O1 -fPIC -fvisibility=hidden -fno-strict-aliasing -Isrc -I. -isystem "$nanobind" \
    -isystem "$nanobind/../ext/robin_map/include" -isystem "$headers" -c "$1" -o "$objects/$(basename "$1" .cpp).o"
}
export -f compile
export compiler nanobind headers objects
printf '%s\0' python/bindings/*.cpp "$nanobind/../src/nb_combined.cpp" | xargs -0 -P 2 -n 1 bash -c 'compile "$0"'

suffix=$("$python" -c 'import sysconfig; print(sysconfig.get_config_var("EXT_SUFFIX"))')
# shellcheck disable=SC2046  # many words are meant
c++ -shared -o "$package/_core$suffix" "$objects"/*.o -Wl,--exclude-libs,ALL -Wl,--start-group \
  "$build"/src/story2midi/libs2m_*.a "$build"/lab/libs2m_lab_*.a -Wl,--end-group -pthread \
  $(pkg-config --libs fmt libutf8proc libxml-2.0 md4c libzip pugixml librsvg-2.0 fluidsynth sndfile libebur128 ogg samplerate)
PYTHONPATH=$build/python/package "$python" -m pytest -q -p no:cacheprovider python/tests
