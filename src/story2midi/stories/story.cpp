#include "story2midi/stories/story.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/limits.h"
#include "story2midi/stories/formats.h"
#include "story2midi/stories/normalise.h"
#include "story2midi/stories/plain_text.h"

namespace s2m {
namespace {

void check_size(std::string_view bytes, std::size_t most, std::string_view name) {
  if (bytes.size() > most)
    throw Error(ErrorKind::kLimit, std::string(name), "too large", fmt::format("at most {} bytes", most),
                std::to_string(bytes.size()));
}

// Passages of the text, with their places in the source. Two passages may share a run of the source that says nothing
// of single bytes (damaged HTML): then the first takes it, and the next begins at its end.
std::vector<Passage> passages_of(const MappedText& text) {
  auto passages = split_passages(text.text());
  std::size_t taken = 0;
  for (auto& passage : passages) {
    const auto [start, end] = text.source_of(passage.start_byte, passage.end_byte);
    passage.start_byte = std::max(start, taken);
    passage.end_byte = taken = std::max(end, passage.start_byte);
  }
  return passages;
}

void add_part(Story& story, DraftHeading heading) {
  const auto holds = std::ranges::find_if(
      story.passages, [&](const Passage& passage) { return passage.end_byte > heading.range.start; });
  if (holds == story.passages.end()) return;
  story.parts.push_back({heading.kind, heading.text, heading.range.start,
                         static_cast<std::size_t>(holds - story.passages.begin())});
  holds->starts = PassageStart::kPart;
  if (!heading.text.empty()) holds->heading = std::move(heading.text);
}

void add_speech(const DraftSpeech& speech, Passage& passage) {
  if (speech.start_seconds && (!passage.start_seconds || *speech.start_seconds < *passage.start_seconds))
    passage.start_seconds = speech.start_seconds;
  if (speech.end_seconds && (!passage.end_seconds || *speech.end_seconds > *passage.end_seconds))
    passage.end_seconds = speech.end_seconds;
  constexpr std::size_t kMostNames = 200;  // bytes
  const bool is_known =
      (", " + passage.speaker + ", ").find(", " + speech.speaker + ", ") != std::string::npos;
  if (speech.speaker.empty() || is_known || passage.speaker.size() > kMostNames) return;
  passage.speaker += (passage.speaker.empty() ? "" : ", ") + speech.speaker;
}

// Both stand in the order of the source.
void add_speeches(Story& story, const std::vector<DraftSpeech>& speeches) {
  std::size_t first = 0;
  for (const auto& speech : speeches) {
    while (first < story.passages.size() && story.passages[first].end_byte <= speech.range.start) ++first;
    for (std::size_t i = first; i < story.passages.size() && story.passages[i].start_byte < speech.range.end;
         ++i)
      add_speech(speech, story.passages[i]);
  }
}

StoryFormat format_within(std::string_view bytes, StoryFormat asked) {
  return looks_like_epub(bytes) ? StoryFormat::kEpub : asked;
}

}  // namespace

StoryFormat story_format_of(const std::filesystem::path& file) {
  return format_of_ending(file.extension().string()).value_or(StoryFormat::kText);
}

Story story_of(std::string source, StoryFormat asked, std::string_view name) {
  const auto format = format_within(source, asked);
  if (format != StoryFormat::kEpub) refuse_other_kinds(source, name);
  check_size(source, format == StoryFormat::kEpub ? limits::kMostBookBytes : limits::kMostStoryBytes, name);
  auto draft = reader_of(format).read({source, name});
  leave_out_gutenberg(draft);
  const auto text = normalise(draft.text);
  check_story(text.text(), name);
  Story story;
  story.passages = passages_of(text);
  story.title = normal_text(draft.title);
  story.source = draft.source ? std::move(*draft.source) : std::move(source);
  for (auto& heading : draft.headings) add_part(story, std::move(heading));
  add_speeches(story, draft.speeches);
  story.notes = std::move(draft.notes);
  return story;
}

Story read_story(const std::filesystem::path& file) {
  // What a large file is can be told by its first bytes.
  std::string head(4096, '\0');
  if (std::filesystem::is_regular_file(file)) {
    std::ifstream in(file, std::ios::binary);
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(in.gcount()));
    const bool may_be_epub =
        format_of_ending(file.extension().string()) == StoryFormat::kEpub || looks_like_epub(head);
    if (!may_be_epub) refuse_other_kinds(head, file.string());
    if (may_be_epub)
      return story_of(read_text(file, limits::kMostBookBytes), StoryFormat::kEpub, file.string());
  }
  return story_of(read_text(file, limits::kMostStoryBytes), story_format_of(file), file.string());
}

}  // namespace s2m
