#include <fluidsynth.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

#include "story2midi/audio/audio.h"
#include "story2midi/base/error.h"

namespace s2m {
namespace {

constexpr double kLongestSeconds = 3 * 3600;
constexpr float kPeak = 0.891f;    // one decibel under full scale
constexpr float kSilence = 1e-4f;  // 80 decibels under it
constexpr double kLeadOut = 0.1;   // seconds of silence after which the tail ends
constexpr std::int64_t kBlock = 1024;

// What happens at one instant, in this order.
enum class Act { kNoteOff, kPedalUp, kPedalDown, kNoteOn };

struct Event {
  std::int64_t frame;
  Act act;
  int channel;
  int key = 0;
  int velocity = 0;
  bool operator<(const Event& other) const {
    return std::tie(frame, act, channel, key) < std::tie(other.frame, other.act, other.channel, other.key);
  }
};

using Settings = std::unique_ptr<fluid_settings_t, decltype(&delete_fluid_settings)>;
using Synth = std::unique_ptr<fluid_synth_t, decltype(&delete_fluid_synth)>;

void silence_log() {
  static std::once_flag once;
  std::call_once(once, [] {
    for (const int level : {FLUID_PANIC, FLUID_ERR, FLUID_WARN, FLUID_INFO, FLUID_DBG})
      fluid_set_log_function(level, nullptr, nullptr);
  });
}

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

// FluidSynth's other loaders complain on standard error of what is none.
void check_soundfont(const std::filesystem::path& file) {
  std::array<char, 12> head{};
  std::ifstream(file, std::ios::binary).read(head.data(), head.size());
  if (std::string_view(head.data(), 4) != "RIFF" || std::string_view(head.data() + 8, 4) != "sfbk")
    throw Error(file.string(), "is not a soundfont that can be read");
}

// One channel a track, so that no instruments share one.
Synth make_synth(fluid_settings_t* settings, const Score& score, const std::filesystem::path& soundfont) {
  Synth synth(new_fluid_synth(settings), &delete_fluid_synth);
  if (!synth) throw Error(ErrorKind::kSystem, "render", "FluidSynth does not start");
  const int font = fluid_synth_sfload(synth.get(), soundfont.c_str(), 1);
  if (font == FLUID_FAILED) throw Error(soundfont.string(), "is not a soundfont that can be read");
  for (int channel = 0; channel < static_cast<int>(score.tracks.size()); ++channel) {
    const auto& track = score.tracks[static_cast<std::size_t>(channel)];
    fluid_synth_set_channel_type(synth.get(), channel,
                                 track.is_drums ? CHANNEL_TYPE_DRUM : CHANNEL_TYPE_MELODIC);
    fluid_synth_program_select(synth.get(), channel, font, track.is_drums ? 128 : 0, track.program);
  }
  return synth;
}

void add_notes(const Track& track, int channel, const auto& frame_of, std::vector<Event>& events) {
  std::array<std::int32_t, 128> next_start;
  next_start.fill(INT32_MAX);
  for (auto note = track.notes.rbegin(); note != track.notes.rend(); ++note) {
    auto& next = next_start[note->pitch & 127];
    if (next == note->start_ticks) continue;  // a double
    const auto end =
        std::min<std::int64_t>(std::int64_t{note->start_ticks} + std::max(1, note->length_ticks), next);
    next = note->start_ticks;
    events.push_back({frame_of(note->start_ticks), Act::kNoteOn, channel, note->pitch, note->velocity});
    events.push_back({frame_of(static_cast<std::int32_t>(end)), Act::kNoteOff, channel, note->pitch, 0});
  }
}

std::vector<Event> events_of(const Score& score, int sample_rate) {
  const TempoMap map(score);
  const auto frame_of = [&](std::int32_t ticks) {
    const double seconds = map.seconds_at(ticks);
    if (!(seconds <= kLongestSeconds))
      throw Error(ErrorKind::kLimit, "render", "the score is too long", "at most three hours",
                  std::to_string(seconds) + " s");
    return static_cast<std::int64_t>(std::lround(seconds * sample_rate));
  };
  std::vector<Event> events;
  for (int channel = 0; channel < static_cast<int>(score.tracks.size()); ++channel) {
    const auto& track = score.tracks[static_cast<std::size_t>(channel)];
    add_notes(track, channel, frame_of, events);
    if (track.notes.empty()) continue;
    for (const auto& span : track.pedal) {
      events.push_back({frame_of(span.start_ticks), Act::kPedalDown, channel});
      events.push_back({frame_of(span.end_ticks), Act::kPedalUp, channel});
    }
  }
  std::sort(events.begin(), events.end());
  return events;
}

void play(fluid_synth_t* synth, const Event& event) {
  switch (event.act) {
    case Act::kNoteOn:
      fluid_synth_noteon(synth, event.channel, event.key, event.velocity);
      break;
    case Act::kNoteOff:
      fluid_synth_noteoff(synth, event.channel, event.key);
      break;
    case Act::kPedalDown:
      fluid_synth_cc(synth, event.channel, 64, 127);
      break;
    case Act::kPedalUp:
      fluid_synth_cc(synth, event.channel, 64, 0);
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

void normalise(std::vector<float>& samples) {
  float peak = 0;
  for (const float sample : samples) peak = std::max(peak, std::abs(sample));
  if (peak < kSilence) return;
  for (auto& sample : samples) sample *= kPeak / peak;
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
  if (options.sample_rate < 8000 || options.sample_rate > 96000)
    throw Error("sample_rate", "is out of range", "8000 to 96000", std::to_string(options.sample_rate));
  silence_log();
  const auto settings = make_settings(options, static_cast<int>(score.tracks.size()));
  const auto font = options.soundfont.empty() ? find_soundfont() : options.soundfont;
  check_soundfont(font);
  const auto synth = make_synth(settings.get(), score, font);
  Audio audio{options.sample_rate, 2, {}};
  const auto events = events_of(score, options.sample_rate);
  if (events.empty()) return audio;
  play_all(synth.get(), events, options.progress, audio);
  ring_out(synth.get(), options.tail_seconds, audio);
  fade_end(audio);
  normalise(audio.samples);
  return audio;
}

}  // namespace s2m
