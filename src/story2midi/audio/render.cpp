#include <fluidsynth.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

#include "story2midi/audio/audio.h"
#include "story2midi/audio/loudness.h"
#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"

namespace s2m {
namespace {

// One gain for all music. The loudest piano pieces just reach the ceiling (docs/reference/formats.md).
constexpr double kGain = 7;
constexpr float kSilence = 1e-4f;  // 80 decibels under it
constexpr double kLeadOut = 0.1;   // seconds of silence after which the tail ends
constexpr std::int64_t kBlock = 1024;

// The high half of a channel message's status byte.
enum Kind { kNoteOff = 0x8, kNoteOn, kKeyPressure, kController, kProgram, kChannelPressure, kPitchBend };
constexpr int kPedal = 64;

struct Event {
  std::int64_t frame = 0;
  int channel = 0;
  Kind kind = kNoteOn;
  int first = 0, second = 0;
};

// What happens to a score at one instant: notes end, pedals go up, pedals go down, notes start.
auto order_of(const Event& event) {
  const int place = event.kind == kNoteOff ? 0 : event.kind == kNoteOn ? 3 : event.second == 0 ? 1 : 2;
  return std::tuple(event.frame, place, event.channel, event.first);
}

using Settings = std::unique_ptr<fluid_settings_t, decltype(&delete_fluid_settings)>;
using Synth = std::unique_ptr<fluid_synth_t, decltype(&delete_fluid_synth)>;

// While any of these lives, FluidSynth writes no log; then its functions stand as before.
class SilentLog {
 public:
  SilentLog() {
    const std::lock_guard lock(mutex());
    if (++count() > 1) return;
    for (std::size_t level = 0; level < kLevels; ++level)
      before()[level] = fluid_set_log_function(static_cast<int>(level), nullptr, nullptr);
  }
  SilentLog(const SilentLog&) = delete;
  SilentLog& operator=(const SilentLog&) = delete;
  ~SilentLog() {
    const std::lock_guard lock(mutex());
    if (--count() > 0) return;
    for (std::size_t level = 0; level < kLevels; ++level)
      fluid_set_log_function(static_cast<int>(level), before()[level], nullptr);
  }

 private:
  static constexpr std::size_t kLevels = LAST_LOG_LEVEL;
  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }
  static int& count() {
    static int users = 0;
    return users;
  }
  static std::array<fluid_log_function_t, kLevels>& before() {
    static std::array<fluid_log_function_t, kLevels> functions{};
    return functions;
  }
};

Settings make_settings(const RenderOptions& options, int tracks) {
  Settings settings(new_fluid_settings(), &delete_fluid_settings);
  fluid_settings_setnum(settings.get(), "synth.sample-rate", options.sample_rate);
  fluid_settings_setnum(settings.get(), "synth.gain", 0.2);
  fluid_settings_setint(settings.get(), "synth.polyphony", 512);
  fluid_settings_setint(settings.get(), "synth.reverb.active", options.reverb ? 1 : 0);
  fluid_settings_setint(settings.get(), "synth.chorus.active", 0);
  fluid_settings_setint(settings.get(), "synth.dynamic-sample-loading", 1);
  fluid_settings_setint(settings.get(), "synth.midi-channels", std::clamp((tracks + 15) / 16, 1, 16) * 16);
  return settings;
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

Synth make_synth(fluid_settings_t* settings, const std::filesystem::path& soundfont) {
  Synth synth(new_fluid_synth(settings), &delete_fluid_synth);
  if (!synth) throw Error(ErrorKind::kSystem, "render", "FluidSynth does not start");
  if (fluid_synth_sfload(synth.get(), soundfont.c_str(), 1) == FLUID_FAILED)
    throw Error(soundfont.string(), "is not a soundfont that can be read");
  return synth;
}

// One channel a track, so that no instruments share one.
void set_instruments(fluid_synth_t* synth, const Score& score) {
  for (int channel = 0; channel < static_cast<int>(score.tracks.size()); ++channel) {
    const auto& track = score.tracks[static_cast<std::size_t>(channel)];
    fluid_synth_set_channel_type(synth, channel, track.is_drums ? CHANNEL_TYPE_DRUM : CHANNEL_TYPE_MELODIC);
    fluid_synth_program_change(synth, channel, track.program);
  }
}

// The frame at which each tick sounds. Throws Error beyond the longest sound.
class FrameMap {
 public:
  FrameMap(const Score& score, int sample_rate) : tempo_map_(score), sample_rate_(sample_rate) {}

  std::int64_t operator()(std::int32_t ticks) const {
    const double seconds = tempo_map_.seconds_at(ticks);
    const auto most = static_cast<double>(limits::kMostFrames) / sample_rate_;
    if (!(seconds <= most))
      throw Error(ErrorKind::kLimit, "render", "the music is too long",
                  fmt::format("at most {:.0f} s at this rate", most), fmt::format("{:.0f} s", seconds));
    return std::lround(seconds * sample_rate_);
  }

 private:
  TempoMap tempo_map_;
  int sample_rate_;
};

void add_notes(const Track& track, int channel, const FrameMap& frame_of, std::vector<Event>& events) {
  std::array<std::int32_t, 128> next_start;
  next_start.fill(INT32_MAX);
  for (auto note = track.notes.rbegin(); note != track.notes.rend(); ++note) {
    auto& next = next_start[note->pitch & 127];
    if (next == note->start_ticks) continue;  // a double
    const auto end =
        std::min<std::int64_t>(std::int64_t{note->start_ticks} + std::max(1, note->length_ticks), next);
    next = note->start_ticks;
    events.push_back({frame_of(note->start_ticks), channel, kNoteOn, note->pitch, note->velocity});
    events.push_back({frame_of(static_cast<std::int32_t>(end)), channel, kNoteOff, note->pitch, 0});
  }
}

std::vector<Event> events_of(const Score& score, int sample_rate) {
  const FrameMap frame_of(score, sample_rate);
  std::vector<Event> events;
  for (int channel = 0; channel < static_cast<int>(score.tracks.size()); ++channel) {
    const auto& track = score.tracks[static_cast<std::size_t>(channel)];
    add_notes(track, channel, frame_of, events);
    if (track.notes.empty()) continue;
    for (const auto& change : track.controls)
      events.push_back({frame_of(change.start_ticks), channel, kController, change.controller, change.value});
    for (const auto& span : track.pedal) {
      events.push_back({frame_of(span.start_ticks), channel, kController, kPedal, 127});
      events.push_back({frame_of(span.end_ticks), channel, kController, kPedal, 0});
    }
  }
  std::ranges::sort(events, {}, order_of);
  return events;
}

std::vector<Event> events_of(const MidiFile& file, int sample_rate) {
  const FrameMap frame_of(file.score, sample_rate);
  std::vector<Event> events;
  for (const ChannelMessage& message : file.messages)
    events.push_back({frame_of(message.start_ticks), message.status & 0x0F,
                      static_cast<Kind>(message.status >> 4), message.first, message.second});
  return events;
}

void play(fluid_synth_t* synth, const Event& event) {
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

void write_frames(fluid_synth_t* synth, std::int64_t frames, std::vector<float>& samples) {
  const auto start = samples.size();
  samples.resize(start + static_cast<std::size_t>(2 * frames));
  float* out = samples.data() + start;
  fluid_synth_write_float(synth, static_cast<int>(frames), out, 0, 2, out, 1, 2);
}

void play_all(fluid_synth_t* synth, const std::vector<Event>& events, const Progress& progress,
              Audio& audio) {
  const auto total = events.back().frame;
  audio.samples.reserve(2 * static_cast<std::size_t>(total));
  std::int64_t now = 0;
  for (const auto& event : events) {
    while (now < event.frame) {
      const auto frames = std::min(kBlock, event.frame - now);
      write_frames(synth, frames, audio.samples);
      now += frames;
      report_progress(progress, static_cast<std::uint64_t>(now), static_cast<std::uint64_t>(total));
    }
    play(synth, event);
  }
}

void ring_out(fluid_synth_t* synth, double tail_seconds, Audio& audio) {
  const auto frames_in = [&](double seconds) {
    return static_cast<std::int64_t>(seconds * audio.sample_rate);
  };
  std::int64_t silent = 0;
  for (auto left = frames_in(tail_seconds); left > 0 && silent < frames_in(kLeadOut);) {
    const auto frames = std::min(kBlock, left);
    write_frames(synth, frames, audio.samples);
    left -= frames;
    const auto loud = [](float sample) { return std::abs(sample) > kSilence; };
    silent = std::any_of(audio.samples.end() - 2 * frames, audio.samples.end(), loud) ? 0 : silent + frames;
  }
}

// A tail cut while it still sounds fades out over its last tenth of a second.
void fade_end(Audio& audio) {
  const auto frames =
      std::min<std::size_t>(audio.samples.size() / 2, static_cast<std::size_t>(audio.sample_rate) / 10);
  const auto start = audio.samples.size() - 2 * frames;
  for (std::size_t frame = 0; frame < frames; ++frame)
    for (std::size_t side = 0; side < 2; ++side)
      audio.samples[start + 2 * frame + side] *= 1 - static_cast<float>(frame) / static_cast<float>(frames);
}

void level(const std::optional<double>& wanted, Audio& audio) {
  const double loudness = wanted ? integrated_loudness(audio) : 0;
  if (!std::isfinite(loudness)) return;  // silence
  set_level(audio, wanted ? std::pow(10, (*wanted - loudness) / 20) : kGain);
}

void check(const RenderOptions& options) {
  if (options.sample_rate < 8000 || options.sample_rate > 96000)
    throw Error("sample_rate", "is out of range", "8000 to 96000", std::to_string(options.sample_rate));
  if (options.loudness && !(*options.loudness >= kSoftestLufs && *options.loudness <= kLoudestLufs))
    throw Error("loudness", "is out of range", fmt::format("{} to {} LUFS", kSoftestLufs, kLoudestLufs),
                fmt::format("{}", *options.loudness));
}

Audio play_to_end(fluid_synth_t* synth, const std::vector<Event>& events, const RenderOptions& options) {
  Audio audio{options.sample_rate, 2, {}};
  if (events.empty()) return audio;
  play_all(synth, events, options.progress, audio);
  ring_out(synth, options.tail_seconds, audio);
  fade_end(audio);
  level(options.loudness, audio);
  return audio;
}

Synth start(fluid_settings_t* settings, const RenderOptions& options) {
  const auto font = options.soundfont.empty() ? find_soundfont() : options.soundfont;
  check_soundfont(font);
  return make_synth(settings, font);
}

}  // namespace

std::filesystem::path find_soundfont() {
  for (const char* file : {"/usr/share/sounds/sf2/FluidR3_GM.sf2", "/usr/share/sounds/sf2/default-GM.sf2",
                           "/usr/share/sounds/sf2/TimGM6mb.sf2", "/usr/share/soundfonts/FluidR3_GM.sf2"})
    if (std::filesystem::exists(file)) return file;
  throw Error(ErrorKind::kNotFound, "render", "no soundfont is installed",
              "one from the package fluid-soundfont-gm or timgm6mb-soundfont");
}

Audio render(const Score& score, const RenderOptions& options) {
  check(options);
  const SilentLog silent;
  const auto settings = make_settings(options, static_cast<int>(score.tracks.size()));
  const auto synth = start(settings.get(), options);
  set_instruments(synth.get(), score);
  return play_to_end(synth.get(), events_of(score, options.sample_rate), options);
}

Audio render(const MidiFile& file, const RenderOptions& options) {
  check(options);
  const SilentLog silent;
  const auto settings = make_settings(options, 16);
  const auto synth = start(settings.get(), options);
  return play_to_end(synth.get(), events_of(file, options.sample_rate), options);
}

}  // namespace s2m
