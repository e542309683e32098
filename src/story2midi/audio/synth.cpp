#include "story2midi/audio/synth.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <fstream>
#include <mutex>
#include <string_view>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr std::size_t kLogLevels = LAST_LOG_LEVEL;

// How many want silence, and the functions that stood before.
struct LogState {
  std::mutex mutex;
  int users = 0;
  std::array<fluid_log_function_t, kLogLevels> before{};
};
LogState& log_state() {
  static LogState state;
  return state;
}

std::uint32_t little_endian(const char* bytes) {
  std::uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  return value;
}

// FluidSynth's other loaders complain on standard error of what is none. A soundfont's three lists lie within its file
// (SoundFont 2.04, section 4).
bool is_soundfont(const std::filesystem::path& path) {
  constexpr int kLists = 3;
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  std::array<char, 12> head{};
  std::ifstream file(path, std::ios::binary);
  if (error || !file.read(head.data(), head.size())) return false;
  if (std::string_view(head.data(), 4) != "RIFF" || std::string_view(head.data() + 8, 4) != "sfbk")
    return false;
  std::uintmax_t end = head.size();
  for (int i = 0; i < kLists; ++i) {
    if (!file.seekg(static_cast<std::streamoff>(end)) || !file.read(head.data(), 8)) return false;
    end += 8 + std::uintmax_t{little_endian(head.data() + 4)};
    if (std::string_view(head.data(), 4) != "LIST" || end > size) return false;
    end += end % 2;
  }
  return true;
}

void check_soundfont(const std::filesystem::path& file) {
  if (!is_soundfont(file)) throw Error(file.string(), "is not a soundfont that can be read");
}

fluid_settings_t* make_settings(const RenderOptions& options, int channels, int parts) {
  auto* const settings = new_fluid_settings();
  fluid_settings_setnum(settings, "synth.sample-rate", options.sample_rate);
  fluid_settings_setnum(settings, "synth.gain", 0.2);
  fluid_settings_setint(settings, "synth.polyphony", 512);
  fluid_settings_setint(settings, "synth.reverb.active", options.reverb ? 1 : 0);
  fluid_settings_setint(settings, "synth.chorus.active", 0);
  fluid_settings_setint(settings, "synth.dynamic-sample-loading", 1);
  fluid_settings_setint(settings, "synth.midi-channels", std::clamp((channels + 15) / 16, 1, 16) * 16);
  for (const char* groups : {"synth.audio-channels", "synth.audio-groups", "synth.effects-groups"})
    fluid_settings_setint(settings, groups, parts);
  return settings;
}

int parts_of(int channels, SynthOutput output) {
  if (output == SynthOutput::kMix) return 1;
  if (channels > kMostParts)
    throw Error(ErrorKind::kLimit, "render", "too many tracks to play each by itself",
                fmt::format("at most {}", kMostParts), fmt::format("{}", channels));
  return std::max(1, channels);
}

}  // namespace

SilentLog::SilentLog() {
  auto& [mutex, users, before] = log_state();
  const std::lock_guard lock(mutex);
  if (++users > 1) return;
  for (std::size_t level = 0; level < kLogLevels; ++level)
    before[level] = fluid_set_log_function(static_cast<int>(level), nullptr, nullptr);
}

SilentLog::~SilentLog() {
  auto& [mutex, users, before] = log_state();
  const std::lock_guard lock(mutex);
  if (--users > 0) return;
  for (std::size_t level = 0; level < kLogLevels; ++level)
    fluid_set_log_function(static_cast<int>(level), before[level], nullptr);
}

std::filesystem::path find_soundfont() {
  for (const char* file : {"/usr/share/sounds/sf2/FluidR3_GM.sf2", "/usr/share/sounds/sf2/default-GM.sf2",
                           "/usr/share/sounds/sf2/TimGM6mb.sf2", "/usr/share/soundfonts/FluidR3_GM.sf2"})
    if (std::filesystem::exists(file)) return file;
  throw Error(ErrorKind::kNotFound, "render", "no soundfont is installed",
              "one from the package fluid-soundfont-gm or timgm6mb-soundfont");
}

Synth::Synth(const RenderOptions& options, int channels, SynthOutput output)
    : parts_(parts_of(channels, output)),
      settings_(make_settings(options, channels, parts_), &delete_fluid_settings),
      synth_(nullptr, &delete_fluid_synth) {
  const auto font = options.soundfont.empty() ? find_soundfont() : options.soundfont;
  check_soundfont(font);
  synth_.reset(new_fluid_synth(settings_.get()));
  if (!synth_) throw Error(ErrorKind::kSystem, "render", "FluidSynth does not start");
  if (fluid_synth_sfload(synth_.get(), font.c_str(), 1) == FLUID_FAILED)
    throw Error(font.string(), "is not a soundfont that can be read");
}

Synth::Synth(const MidiFile&, const RenderOptions& options, SynthOutput output)
    : Synth(options, 16, output) {}

Synth::Synth(const Score& score, const RenderOptions& options, SynthOutput output)
    : Synth(options, static_cast<int>(score.tracks.size()), output) {
  for (int channel = 0; channel < static_cast<int>(score.tracks.size()); ++channel) {
    const auto& track = score.tracks[static_cast<std::size_t>(channel)];
    fluid_synth_set_channel_type(synth_.get(), channel,
                                 track.is_drums ? CHANNEL_TYPE_DRUM : CHANNEL_TYPE_MELODIC);
    fluid_synth_program_change(synth_.get(), channel, track.program);
  }
}

void Synth::play(const ChannelEvent& event) {
  auto* const synth = synth_.get();
  const auto& [frame, channel, kind, first, second] = event;
  switch (kind) {
    case kNoteOff:
      fluid_synth_noteoff(synth, channel, first);
      break;
    case kNoteOn:
      fluid_synth_noteon(synth, channel, first, second);
      break;
    case kKeyPressure:
      fluid_synth_key_pressure(synth, channel, first, second);
      break;
    case kController:
      fluid_synth_cc(synth, channel, first, second);
      break;
    case kProgram:
      fluid_synth_program_change(synth, channel, first);
      break;
    case kChannelPressure:
      fluid_synth_channel_pressure(synth, channel, first);
      break;
    case kPitchBend:
      fluid_synth_pitch_bend(synth, channel, second << 7 | first);
      break;
  }
}

void Synth::write_frames(std::int64_t frames, std::vector<float>& samples) {
  const auto start = samples.size();
  samples.resize(start + static_cast<std::size_t>(2 * frames));
  float* out = samples.data() + start;
  fluid_synth_write_float(synth_.get(), static_cast<int>(frames), out, 0, 2, out, 1, 2);
}

// FluidSynth adds what it plays to its outputs. The effects of a group are reverberation and chorus, each with two sides.
void Synth::write_parts(std::int64_t frames, std::vector<std::vector<float>>& sides) {
  sides.resize(2 * static_cast<std::size_t>(parts_));
  std::vector<float*> dry, effects;
  for (auto& side : sides) side.assign(static_cast<std::size_t>(frames), 0.0f), dry.push_back(side.data());
  for (std::size_t part = 0; part < sides.size(); part += 2)
    effects.insert(effects.end(), {dry[part], dry[part + 1], dry[part], dry[part + 1]});
  fluid_synth_process(synth_.get(), static_cast<int>(frames), static_cast<int>(effects.size()),
                      effects.data(), static_cast<int>(dry.size()), dry.data());
}

}  // namespace s2m
