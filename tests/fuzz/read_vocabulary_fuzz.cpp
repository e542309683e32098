// libFuzzer target: vocab.json and merges.txt, parted by a NUL; what can be read must come back as it was
// written.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "story2midi/base/error.h"
#include "story2midi/tokenizers/bpe.h"

namespace {

// Few inputs hold all 256 bytes, so merges are tried on a vocabulary that does.
const std::string& vocabulary() {
  static const std::string text = s2m::train_bpe([](std::string&) { return false; }, 261).vocab_json();
  return text;
}

void read(std::string_view vocab_json, std::string_view merges_txt) {
  try {
    const s2m::BytePairEncoder once(vocab_json, merges_txt);
    const s2m::BytePairEncoder twice(once.vocab_json(), once.merges_txt());
    if (twice.vocab_json() != once.vocab_json() || twice.merges_txt() != once.merges_txt()) __builtin_trap();
    if (once.decode(once.encode(merges_txt)) != merges_txt) __builtin_trap();
  } catch (const s2m::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto part = std::min(bytes.find('\0'), size);
  const auto merges = bytes.substr(std::min(part + 1, size));
  read(bytes.substr(0, part), merges);
  read(vocabulary(), merges);
  return 0;
}
