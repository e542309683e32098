// Running text as packed token ids on disk: "S2MTEXT1", the count of ids (64 bits), then 16 bits an id, all
// little-endian. Each paragraph ends with </s>.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "story2midi/base/files.h"
#include "story2midi/base/progress.h"
#include "story2midi/tokenizers/bpe.h"

namespace s2m::train {

inline constexpr std::uint16_t kTextStart = 0;  // <s>, </s> as byte-pair encoders here number them
inline constexpr std::uint16_t kTextEnd = 2;

class TextShard {
 public:
  // Maps the file. Throws Error when it is none of ours or cut short.
  explicit TextShard(const std::filesystem::path& path);
  std::span<const std::uint16_t> ids() const;

 private:
  MappedFile file_;
};

struct TextShardCounts {
  std::uint64_t lines = 0;
  std::uint64_t train_ids = 0;
  std::uint64_t valid_ids = 0;
};

// Reads UTF-8 text, a paragraph a line, and writes train.text and valid.text into `folder`. Every hundredth
// block of 500 lines is held out. Of the texts `beside` it none is. Progress counts bytes. Throws Error;
// 65,536 tokens are the most a vocabulary may have.
TextShardCounts build_text_shards(const std::filesystem::path& text, const BytePairEncoder& encoder,
                                  const std::filesystem::path& folder,
                                  std::span<const std::string> beside = {}, const Progress& progress = {});

}  // namespace s2m::train
