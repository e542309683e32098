// The reader of stories: a trained encoder and its emotion heads.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "story2midi/base/progress.h"
#include "story2midi/emotion/emotion.h"
#include "story2midi/reading/windows.h"
#include "story2midi/stories/passages.h"

namespace s2m {

class ModelFile;

// What the encoder makes of a text's first window: the mean of its states, and the projection of it that contrastive
// training shaped (of length one; empty where the encoder has no emotion heads).
struct TextEmbedding {
  std::vector<float> pooled;
  std::vector<float> projection;
};

// Const after construction: may be used from many threads. Results are the same at any number of threads.
class EmotionReader {
 public:
  // A model file with encoder configuration, vocabulary and weights; `threads` 0: one for each core. Throws Error.
  explicit EmotionReader(const std::filesystem::path& encoder_file, int threads = 0);
  explicit EmotionReader(const ModelFile& encoder, int threads = 0);  // of an opened file
  // encoder.safetensors of a folder, checked against its manifest.
  static EmotionReader of_models(const std::filesystem::path& folder, int threads = 0);

  // An imported encoder has none until emotion training: then memory() and embed_each() work, and what reads
  // emotions throws Error.
  bool has_heads() const;

  // The same reader (its file shared) on another scale, where it knows it.
  EmotionReader on(ReadingScale scale) const;

  // A text by itself. A text of several windows has the mean of its parts, weighted by their tokens. Throws Error for text
  // that is empty or not UTF-8.
  Emotion read(std::string_view text) const;
  std::vector<Emotion> read_each(std::span<const std::string> texts, const Progress& progress = {}) const;

  // Passages of one story, in order: windows of several passages are encoded at once (windows.h), and in stories of fewer
  // than 1,500 passages each is read by itself too.
  EmotionCurve read_curve(std::vector<Passage> passages, const Progress& progress = {}) const;

  // Each text by itself. Throws Error as read_each does.
  std::vector<TextEmbedding> embed_each(std::span<const std::string> texts,
                                        const Progress& progress = {}) const;

  // For the decoder: the token states of the text's first window and, where emotions are read, a last row that says the
  // emotion (docs/research/emotion-scales.md).
  StoryMemory memory(std::string_view text) const;

 private:
  struct Impl;
  explicit EmotionReader(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace s2m
