#!/usr/bin/env bash
# Builds tests for 64-bit ARM and runs them under qemu-user, the kernels on a processor without dot products too; then
# compares the states of the text encoder and a composition with those of this machine's build, byte by byte.
# Usage: tools/check_aarch64.sh     (after tools/make_sysroot.sh; BUILD_JOBS)
set -euo pipefail
cd "$(dirname "$0")/.."
build=build/aarch64
tests=(nn base midi music events stories plan compose formats)
both=(print_states example_story_to_midi)
for preset in test aarch64; do cmake --preset $preset > /dev/null; done
cmake --build --preset aarch64 -j "${BUILD_JOBS:-$(nproc)}" --target "${tests[@]/#/test_}" "${both[@]}"
cmake --build --preset test -j "${BUILD_JOBS:-$(nproc)}" --target "${both[@]}"

# under PROCESSOR PROGRAM ARGUMENT...: `max` has all that qemu knows.
under() {
  local processor=$1
  shift
  qemu-aarch64 -cpu "$processor" -L $build/sysroot "$@"
}
run_tests() { under "$@" --gtest_brief=1 2>&1 | grep -v -e Skipped -e 'does not run'; }

# A bound of five seconds, which qemu exceeds, and a video, which needs the PNG that this build leaves out.
left_out=Passages.TakeTimeInProportionToTheText:Video.IsAnMp4File
for name in "${tests[@]}"; do
  echo "== test_$name on max"
  GTEST_FILTER=-$left_out run_tests max $build/bin/test_"$name"
done
echo "== the kernels on cortex-a57, which has no dot products"
GTEST_FILTER='*Kernels*' run_tests cortex-a57 $build/bin/test_nn

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
texts='["The last ship had gone, and the harbour lay silent in the rain.", "All the bells of the town began to ring for joy."]'
build/test/bin/print_states models/base/encoder.safetensors <<< "$texts" > "$folder/here.json"
build/test/bin/example_story_to_midi models/base docs/samples/harbour.txt "$folder/here.mid"
for processor in max cortex-a57; do
  under $processor $build/bin/print_states models/base/encoder.safetensors <<< "$texts" > "$folder/$processor.json"
  cmp "$folder/here.json" "$folder/$processor.json"
  under $processor $build/bin/example_story_to_midi models/base docs/samples/harbour.txt "$folder/$processor.mid"
  cmp "$folder/here.mid" "$folder/$processor.mid"
  echo "$processor: the bytes of this machine's build, of states ($(stat -c %s "$folder/here.json")) and MIDI ($(stat -c %s "$folder/here.mid"))"
done
