#include "story2midi/compose/learnt_style.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "story2midi/base/error.h"
#include "story2midi/nn/manifest.h"

namespace s2m {
namespace {

constexpr const char* kKind = "style";
constexpr const char* kKnown = "known_runs";
constexpr int kMostRank = 64;
constexpr int kMostPieces = 1'000'000;
constexpr std::size_t kLongestText = 400;  // bytes

std::string text_of(const ModelFile& file, const char* key) {
  const auto& text = file.metadata(key);
  const bool is_line = std::ranges::none_of(text, [](char c) { return c >= 0 && c < ' '; });
  if (text.size() > kLongestText || !is_line)
    throw Error(file.path().string() + ": metadata " + key, "no short line",
                fmt::format("at most {} bytes", kLongestText), fmt::format("{} bytes", text.size()));
  return text;
}

template <class Number>
Number number_of(const ModelFile& file, const char* key, Number most) {
  const auto& text = file.metadata(key);
  Number value{};
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size() || !(value >= 0 && value <= most))
    throw Error(file.path().string() + ": metadata " + key, "bad number", fmt::format("0 to {}", most),
                text.substr(0, kLongestText));
  return value;
}

LearntStyle parse(const ModelFile& file) {
  if (file.metadata("kind") != kKind)
    throw Error(file.path().string(), "is no style", "a file of `story2midi-train style`",
                text_of(file, "kind"));
  LearntStyle style{.name = text_of(file, "name"),
                    .licence = text_of(file, "licence"),
                    .decoder = text_of(file, "decoder"),
                    .pieces = number_of(file, "pieces", kMostPieces),
                    .held_out = number_of(file, "held_out", kMostPieces),
                    .loss_before = number_of(file, "loss_before", 1e6),
                    .loss_after = number_of(file, "loss_after", 1e6),
                    .most_copied = number_of(file, "most_copied", kMostPieces),
                    .changes = read_changes(file, kMostRank),
                    .known = {},
                    .fingerprint = fingerprint_of(file)};
  const auto known = file.tensors().find(kKnown);
  if (known == file.tensors().end() || known->second.type != DataType::kI4 ||
      known->second.bytes.size() > kMostStyleBytes)
    throw Error(file.path().string() + ": " + kKnown, "is missing or no list of bytes");
  style.known = KnownRuns({known->second.bytes.begin(), known->second.bytes.end()});
  if (file.tensors().size() != 2 * style.changes.size() + 1)
    throw Error(file.path().string(), "holds tensors that are no part of a style");
  return style;
}

}  // namespace

LearntStyle style_of(const ModelFile& file) {
  return as_kind(ErrorKind::kBrokenModel, [&] { return parse(file); });
}

LearntStyle load_style(const std::filesystem::path& path) { return style_of(ModelFile(path)); }

void save_style(const LearntStyle& style, const std::filesystem::path& path) {
  save_model(path,
             {{"kind", kKind},
              {"name", style.name},
              {"licence", style.licence},
              {"decoder", style.decoder},
              {"pieces", std::to_string(style.pieces)},
              {"held_out", std::to_string(style.held_out)},
              {"loss_before", fmt::format("{:.6f}", style.loss_before)},
              {"loss_after", fmt::format("{:.6f}", style.loss_after)},
              {"most_copied", std::to_string(style.most_copied)}},
             tensors_of(style.changes), {{kKnown, style.known.bits()}}, DataType::kBF16);
  const auto bytes = std::filesystem::file_size(path);
  if (bytes > kMostStyleBytes)
    throw Error(path.string(), "is larger than a style may be", fmt::format("{} bytes", kMostStyleBytes),
                std::to_string(bytes));
}

}  // namespace s2m
