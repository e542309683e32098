#!/usr/bin/env bash
# Builds tests for 64-bit ARM and runs them under qemu-user, the kernels on a processor without dot products too.
# Usage: tools/check_aarch64.sh     (after tools/make_sysroot.sh; BUILD_JOBS)
set -euo pipefail
cd "$(dirname "$0")/.."
build=build/aarch64
tests=(nn base)
cmake --preset aarch64 > /dev/null
cmake --build --preset aarch64 -j "${BUILD_JOBS:-$(nproc)}" --target "${tests[@]/#/test_}"

# under PROCESSOR PROGRAM ARGUMENT...: `max` has all that qemu knows.
under() {
  local processor=$1
  shift
  qemu-aarch64 -cpu "$processor" -L $build/sysroot "$@" 2>&1 | grep -v -e Skipped -e 'does not run'
}

for name in "${tests[@]}"; do
  echo "== test_$name on max"
  under max $build/bin/test_"$name" --gtest_brief=1
done
echo "== the kernels on cortex-a57, which has no dot products"
under cortex-a57 $build/bin/test_nn --gtest_brief=1 --gtest_filter='*Kernels*'
