#!/usr/bin/env bash
# clang-tidy's short list (.clang-tidy) over the library, the programs and the tests' subjects, without LibTorch.
# Usage: tools/check_tidy.sh [FILE...]   (default: every source of src/, lab/ and apps/)
set -euo pipefail
cd "$(dirname "$0")/.."
cmake --preset release >/dev/null
files=("$@")
[ ${#files[@]} -gt 0 ] || mapfile -t files < <(git ls-files 'src/*.cpp' 'lab/*.cpp' 'apps/*.cpp')
printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -n 4 clang-tidy -p build/release --quiet 2>/dev/null
echo "tidy: clean"
