#include "story2midi/formats/stems.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "story2midi/audio/sound_loop.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/formats/player_parts.h"
#include "story2midi/midi/midi.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

const char* ending_of(SoundFormat format) {
  return format == SoundFormat::kFlac ? ".flac" : format == SoundFormat::kOggVorbis ? ".ogg" : ".wav";
}

using Bytes = std::vector<std::uint8_t>;

// What is written as stems: by the number of each track or channel its name, its MIDI file, and how all are played.
struct StemSource {
  const Score& score;
  std::map<std::size_t, std::string> names;
  std::function<Bytes(std::size_t)> midi;
  std::function<Audio(const KeepStem&)> play;
  bool has_narration;
};

bool has_narration(const RenderOptions& sound) { return sound.narration && sound.narration->is_mixed; }

std::vector<SavedStem> stems_of(const StemSource& source, const fs::path& folder, SoundFormat format) {
  std::vector<SavedStem> stems;
  for (const auto& [number, name] : source.names) {
    const auto stem = folder / fmt::format("{:02}-{}", stems.size() + 1, part_file_name(name));
    stems.push_back({name, stem.string() + ".mid", stem.string() + ending_of(format)});
  }
  if (source.has_narration)
    stems.push_back({"Narration", {}, folder / fmt::format("narration{}", ending_of(format))});
  return stems;
}

// The entries of an earlier run's index.
Json former_parts(const fs::path& folder) {
  const auto index = folder / kStemIndex;
  if (!fs::exists(index)) return Json::array();
  auto json = Json::parse(read_text(index), nullptr, false);
  if (!json.is_object() || !json.contains("parts") || !json["parts"].is_array())
    throw Error(index.string(), "is no index of stems", "an object with parts");
  return json["parts"];
}

// Plain names alone: nothing outside the folder is an earlier run's.
std::set<std::string> files_of(const Json& parts) {
  std::set<std::string> files;
  for (const auto& part : parts)
    for (const char* kind : {"midi", "sound"})
      if (part.is_object() && part.contains(kind) && part[kind].is_string()) {
        const fs::path file = part[kind].get<std::string>();
        if (file == file.filename()) files.insert(file.string());
      }
  return files;
}

void refuse_foreign(const std::vector<SavedStem>& stems, const std::set<std::string>& own) {
  for (const SavedStem& stem : stems)
    for (const fs::path& file : {stem.midi, stem.sound})
      if (!file.empty() && fs::exists(fs::symlink_status(file)) && !own.contains(file.filename().string()))
        throw Error(file.string(), "is there already and was not written as a stem",
                    fmt::format("another folder, or files that its {} names", kStemIndex),
                    "a file of another");
}

void remove_former(const fs::path& folder, const std::vector<SavedStem>& stems, std::set<std::string> own) {
  for (const SavedStem& stem : stems)
    own.erase(stem.midi.filename().string()), own.erase(stem.sound.filename().string());
  std::error_code ignored;
  for (const auto& file : own) fs::remove(folder / file, ignored);
}

// One track under the whole piece's maps and texts.
Score only(const Score& score, const Track& track) {
  Score one = score;
  one.tracks = {track};
  return one;
}

Json parts_of(const std::vector<SavedStem>& stems) {
  Json parts = Json::array();
  for (const auto& [name, midi, sound] : stems) {
    Json part{{"name", name}, {"sound", sound.filename().string()}};
    if (!midi.empty()) part["midi"] = midi.filename().string();
    parts.push_back(std::move(part));
  }
  return parts;
}

void write_index(const fs::path& folder, const Json& index) {
  write_text(folder / kStemIndex, index.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

SavedStems save_all(const StemSource& source, const fs::path& folder, SoundFormat format) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!fs::is_directory(folder)) throw Error(folder.string(), "is no folder and cannot be made one");
  SavedStems saved{{}, stems_of(source, folder, format)};
  const Json parts = parts_of(saved.parts);
  Json all = former_parts(folder);
  const auto former = files_of(all);
  refuse_foreign(saved.parts, former);
  all.insert(all.end(), parts.begin(), parts.end());
  const auto& title = source.score.title;
  write_index(folder, {{"title", title}, {"parts", all}});  // so that a run that breaks can be repeated
  auto stem = saved.parts.begin();
  saved.mix = source.play([&](std::size_t number, const Audio& part) {
    if (number != kNarrationStem) write_bytes(stem->midi, source.midi(number));
    auto bytes = write_sound(part, format, SampleDepth::kFine);
    if (const auto loop = sound_loop(source.score, part.sample_rate))
      bytes = with_loop_points(std::move(bytes), format, *loop);
    write_bytes(stem->sound, bytes);
    ++stem;
  });
  write_index(folder, {{"title", title},
                       {"sample_rate", saved.mix.sample_rate},
                       {"frames", saved.mix.samples.size() / 2},
                       {"parts", parts}});
  remove_former(folder, saved.parts, former);
  return saved;
}

// Of each channel that strikes notes: its tracks' names, each once.
std::map<std::size_t, std::string> names_of_channels(const MidiFile& file) {
  std::map<std::size_t, std::string> names;
  for (const ChannelMessage& message : file.messages)
    if (message.status >> 4 == 0x9 && message.second > 0) names[message.status & 0x0F];
  std::set<std::pair<std::size_t, std::string>> seen;
  for (std::size_t track = 0; track < file.channels.size(); ++track) {
    const auto channel = static_cast<std::size_t>(file.channels[track]);
    const std::string& name = file.score.tracks[track].name;
    const auto found = names.find(channel);
    if (found == names.end() || name.empty() || !seen.insert({channel, name}).second) continue;
    found->second += (found->second.empty() ? "" : ", ") + name;
  }
  for (auto& [channel, name] : names)
    if (name.empty()) name = fmt::format("Channel {}", channel + 1);
  return names;
}

}  // namespace

SoundFormat stem_format(const std::vector<PieceFormat>& formats) {
  const auto first = std::ranges::find_if(formats, is_sound);
  if (first == formats.end()) return SoundFormat::kWav;
  return *first == PieceFormat::kFlac  ? SoundFormat::kFlac
         : *first == PieceFormat::kOgg ? SoundFormat::kOggVorbis
                                       : SoundFormat::kWav;
}

SavedStems save_stems(const Score& score, const fs::path& folder, SoundFormat format,
                      const RenderOptions& sound) {
  std::map<std::size_t, std::string> names;
  for (std::size_t track = 0; track < score.tracks.size(); ++track)
    if (!score.tracks[track].notes.empty()) names[track] = score.tracks[track].name;
  return save_all(
      {score, std::move(names),
       [&](std::size_t track) { return write_midi(only(score, score.tracks[track])); },
       [&](const KeepStem& keep) { return render_stems(score, sound, keep); }, has_narration(sound)},
      folder, format);
}

SavedStems save_stems(const MidiFile& file, const fs::path& folder, SoundFormat format,
                      const RenderOptions& sound) {
  const auto names = names_of_channels(file);
  return save_all(
      {file.score, names,
       [&](std::size_t channel) { return write_channel(file, static_cast<int>(channel), names.at(channel)); },
       [&](const KeepStem& keep) { return render_stems(file, sound, keep); }, has_narration(sound)},
      folder, format);
}

}  // namespace s2m
