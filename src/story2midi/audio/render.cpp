#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "story2midi/audio/audio.h"
#include "story2midi/audio/channel_events.h"
#include "story2midi/audio/duck.h"
#include "story2midi/audio/loudness.h"
#include "story2midi/audio/sound_loop.h"
#include "story2midi/audio/synth.h"
#include "story2midi/base/error.h"

namespace s2m {
namespace {

// One gain for all music. The loudest piano pieces just reach the ceiling (docs/reference/formats.md).
constexpr double kGain = 7;
constexpr float kSilence = 1e-4f;   // 80 decibels under it
constexpr double kLeadOut = 0.1;    // seconds of silence after which the tail ends
constexpr double kCutFade = 0.1;    // seconds in which a tail that is cut fades out
constexpr double kLoopFade = 0.05;  // seconds in which a loop's end becomes what sounds before its start
constexpr std::int64_t kBlock = 1024;

// What is played. Of a loop the body's beginning follows again, up to the loop's end.
struct Programme {
  std::vector<ChannelEvent> events;
  std::optional<LoopFrames> loop;
  std::int64_t end() const { return loop ? loop->end : events.back().frame; }
};

Programme programme_of(std::vector<ChannelEvent> events, const Score& score, int sample_rate) {
  const auto body = loop_body(score, sample_rate), loop = sound_loop(score, sample_rate);
  if (!body || events.empty()) return {std::move(events), {}};
  std::erase_if(events, [&](const ChannelEvent& event) { return event.frame > body->end; });
  const auto count = events.size();
  for (std::size_t i = 0; i < count; ++i) {
    auto event = events[i];
    if (event.frame < body->start || event.frame >= loop->start) continue;
    event.frame += body->end - body->start;
    events.push_back(event);
  }
  return {std::move(events), loop};
}

Programme programme_of(const Score& score, int sample_rate) {
  return programme_of(events_of(score, sample_rate), score, sample_rate);
}
Programme programme_of(const MidiFile& file, int sample_rate) {
  return programme_of(events_of(file, sample_rate), file.score, sample_rate);
}

using WriteFrames = std::function<void(std::int64_t frames)>;

// Plays into samples of two channels; what a block of `frames` is, `write` says.
void play_all(Synth& synth, const Programme& programme, const RenderOptions& options,
              const WriteFrames& write) {
  const auto total = programme.end();
  std::int64_t now = 0;
  const auto run_to = [&](std::int64_t frame) {
    while (now < frame) {
      const auto frames = std::min(kBlock, frame - now);
      write(frames);
      now += frames;
      report_progress(options.progress, static_cast<std::uint64_t>(now), static_cast<std::uint64_t>(total));
    }
  };
  for (const auto& event : programme.events) {
    run_to(event.frame);
    synth.play(event);
  }
  run_to(total);
}

// On until the last of `samples` are silent.
void ring_out(const RenderOptions& options, const WriteFrames& write, const std::vector<float>& samples) {
  const auto frames_in = [&](double seconds) {
    return static_cast<std::int64_t>(seconds * options.sample_rate);
  };
  std::int64_t silent = 0;
  for (auto left = frames_in(options.tail_seconds); left > 0 && silent < frames_in(kLeadOut);) {
    const auto frames = std::min(kBlock, left);
    write(frames);
    left -= frames;
    const auto loud = [](float sample) { return std::abs(sample) > kSilence; };
    silent = std::any_of(samples.end() - 2 * frames, samples.end(), loud) ? 0 : silent + frames;
  }
}

// To silence over the last `seconds`.
void fade_end(double seconds, Audio& audio) {
  const auto frames =
      std::min(audio.samples.size() / 2, static_cast<std::size_t>(seconds * audio.sample_rate));
  const auto start = audio.samples.size() - 2 * frames;
  for (std::size_t frame = 0; frame < frames; ++frame)
    for (std::size_t side = 0; side < 2; ++side)
      audio.samples[start + 2 * frame + side] *= 1 - static_cast<float>(frame) / static_cast<float>(frames);
}

// Nothing where the sound is silent and a loudness is asked.
std::optional<double> gain_of(const std::optional<double>& wanted, const Audio& audio) {
  if (!wanted) return kGain;
  const double loudness = integrated_loudness(audio);
  if (!std::isfinite(loudness)) return {};
  return std::pow(10, (*wanted - loudness) / 20);
}

void check(const RenderOptions& options) {
  if (options.sample_rate < 8000 || options.sample_rate > 96000)
    throw Error("sample_rate", "is out of range", "8000 to 96000", std::to_string(options.sample_rate));
  if (options.loudness && !(*options.loudness >= kSoftestLufs && *options.loudness <= kLoudestLufs))
    throw Error("loudness", "is out of range", fmt::format("{} to {} LUFS", kSoftestLufs, kLoudestLufs),
                fmt::format("{}", *options.loudness));
  if (options.narration && (options.narration->speech.sample_rate != options.sample_rate ||
                            options.narration->speech.channels != 2))
    throw Error(
        "narration", "is not as it must be", fmt::format("2 channels at {} Hz", options.sample_rate),
        fmt::format("{} at {}", options.narration->speech.channels, options.narration->speech.sample_rate));
  for (const auto& [name, seconds] :
       {std::pair("tail", options.tail_seconds), {"fade", options.fade_seconds}})
    if (!(seconds >= 0 && seconds <= kLongestEndSeconds))
      throw Error(name, "is out of range", fmt::format("0 to {} seconds", kLongestEndSeconds),
                  fmt::format("{}", seconds));
}

// The loop's end becomes what sounds before its start, so that the jump is heard as nothing.
void close_loop(LoopFrames loop, Audio& audio) {
  const auto length = loop.end - loop.start;
  const auto frames =
      std::min<std::int64_t>(loop.start, static_cast<std::int64_t>(kLoopFade * audio.sample_rate));
  for (std::int64_t frame = 0; frame < frames; ++frame) {
    const auto share = static_cast<float>(frame + 1) / static_cast<float>(frames);
    for (int side = 0; side < 2; ++side) {
      const auto at = 2 * (loop.end - frames + frame) + side;
      auto& sample = audio.samples[static_cast<std::size_t>(at)];
      sample += share * (audio.samples[static_cast<std::size_t>(at - 2 * length)] - sample);
    }
  }
}

void end(const std::optional<LoopFrames>& loop, const RenderOptions& options, Audio& audio) {
  loop ? close_loop(*loop, audio) : fade_end(std::max(kCutFade, options.fade_seconds), audio);
}

// As the synthesiser gives it, from the first frame to where the tail or the loop ends.
template <class Music>
Audio play(const Music& music, const RenderOptions& options) {
  check(options);
  Audio audio{options.sample_rate, 2, {}};
  Synth synth(music, options);
  const auto programme = programme_of(music, options.sample_rate);
  if (programme.events.empty()) return audio;
  const auto write = [&](std::int64_t frames) { synth.write_frames(frames, audio.samples); };
  audio.samples.reserve(2 * static_cast<std::size_t>(programme.end()));
  play_all(synth, programme, options, write);
  if (!programme.loop) ring_out(options, write, audio.samples);
  end(programme.loop, options, audio);
  return audio;
}

void multiply(double gain, Audio& audio) {
  for (float& sample : audio.samples) sample *= static_cast<float>(gain);
}

// What music goes through behind the synthesiser: its gain, and the narration over it.
class Finish {
 public:
  // `mix`: faded.
  Finish(const RenderOptions& options, const Audio& mix)
      : narration_(options.narration), gain_(gain_of(options.loudness, mix).value_or(1)) {
    samples_ = mix.samples.size();
    if (!narration_) return;
    ducks_ = duck_gains(narration_->speech, samples_ / 2, narration_->duck);
    if (narration_->is_mixed) samples_ = std::max(samples_, narration_->speech.samples.size());
  }

  // The music alone, the mix or a part of it, as long as the output.
  void apply(Audio& music) const {
    multiply(gain_, music);
    for (std::size_t i = 0; i < ducks_.size(); ++i)
      music.samples[2 * i] *= ducks_[i], music.samples[2 * i + 1] *= ducks_[i];
    music.samples.resize(samples_);
  }

  // Nothing where none is mixed in.
  std::optional<Audio> speech() const {
    if (!narration_ || !narration_->is_mixed) return {};
    Audio speech = narration_->speech;
    speech.samples.resize(samples_);
    return speech;
  }

  // What apply() made, with the speech.
  void add_speech(Audio& music) const {
    if (!narration_ || !narration_->is_mixed) return;
    const auto& speech = narration_->speech.samples;
    for (std::size_t i = 0; i < speech.size(); ++i) music.samples[i] += speech[i];
  }

 private:
  const std::optional<Narration>& narration_;
  double gain_;
  std::vector<float> ducks_;  // by frame
  std::size_t samples_;
};

template <class Music>
Audio render_music(const Music& music, const RenderOptions& options) {
  auto audio = play(music, options);
  const Finish finish(options, audio);
  finish.apply(audio);
  finish.add_speech(audio);
  limit(audio);
  return audio;
}

// Samples in a temporary file without a name.
class Spool {
 public:
  Spool() : file_(std::tmpfile(), &std::fclose) {
    if (!file_) throw Error(ErrorKind::kSystem, "stems", "no temporary file can be made");
  }
  void write(const std::vector<float>& samples) {
    if (std::fwrite(samples.data(), sizeof(float), samples.size(), file_.get()) != samples.size())
      throw Error(ErrorKind::kSystem, "stems", "the temporary folder is full");
  }
  std::vector<float> read(std::size_t count) const {
    std::vector<float> samples(count);
    std::rewind(file_.get());
    if (std::fread(samples.data(), sizeof(float), count, file_.get()) != count)
      throw Error(ErrorKind::kSystem, "stems", "a temporary file cannot be read");
    return samples;
  }

 private:
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

// Plays the channels that strike notes, each into a spool of its own, and their sum. One synthesiser plays all: in one that
// plays a channel alone a voice does not sound the same to the last bit, since FluidSynth's voices keep some state of the note before.
class PartsRecorder {
 public:
  PartsRecorder(Synth& synth, const std::vector<ChannelEvent>& events) : synth_(synth) {
    for (const auto& event : events)
      if (event.kind == kNoteOn && event.second > 0) spools_.try_emplace(event.channel);
  }

  void write(std::int64_t frames) {
    synth_.write_parts(frames, sides_);
    const auto count = 2 * static_cast<std::size_t>(frames);
    std::vector<double> sum(count);
    std::vector<float> part(count);
    for (auto& [channel, spool] : spools_) {
      for (std::size_t i = 0; i < count; ++i) {
        part[i] = sides_[2 * static_cast<std::size_t>(channel) + i % 2][i / 2];
        sum[i] += double(part[i]);
      }
      spool.write(part);
    }
    mix_.insert(mix_.end(), sum.begin(), sum.end());
  }

  std::vector<float>& mix() { return mix_; }
  const std::map<int, Spool>& spools() const { return spools_; }

 private:
  Synth& synth_;
  std::vector<std::vector<float>> sides_;
  std::map<int, Spool> spools_;  // by channel
  std::vector<float> mix_;
};

float peak_of(const Audio& audio) {
  float peak = 0;
  for (const float sample : audio.samples) peak = std::max(peak, std::abs(sample));
  return peak;
}

template <class Music>
Audio render_each(const Music& music, const RenderOptions& options, const KeepStem& keep) {
  check(options);
  Audio mix{options.sample_rate, 2, {}};
  Synth synth(music, options, SynthOutput::kParts);
  const auto programme = programme_of(music, options.sample_rate);
  if (programme.events.empty()) return mix;
  PartsRecorder recorder(synth, programme.events);
  const auto write = [&](std::int64_t frames) { recorder.write(frames); };
  play_all(synth, programme, options, write);
  if (!programme.loop) ring_out(options, write, recorder.mix());
  mix.samples = std::move(recorder.mix());
  end(programme.loop, options, mix);
  const auto count = mix.samples.size();
  const Finish finish(options, mix);
  finish.apply(mix);
  finish.add_speech(mix);
  const double highest = peak_of(mix), gain = highest > kCeiling ? kCeiling / highest : 1;
  multiply(gain, mix);
  for (const auto& [channel, spool] : recorder.spools()) {
    Audio part{options.sample_rate, 2, spool.read(count)};
    end(programme.loop, options, part);
    finish.apply(part);
    multiply(gain, part);
    keep(static_cast<std::size_t>(channel), part);
  }
  if (auto speech = finish.speech()) {
    multiply(gain, *speech);
    keep(kNarrationStem, *speech);
  }
  return mix;
}

}  // namespace

Audio render(const Score& score, const RenderOptions& options) { return render_music(score, options); }
Audio render(const MidiFile& file, const RenderOptions& options) { return render_music(file, options); }

Audio render_stems(const Score& score, const RenderOptions& options, const KeepStem& keep) {
  return render_each(score, options, keep);
}
Audio render_stems(const MidiFile& file, const RenderOptions& options, const KeepStem& keep) {
  return render_each(file, options, keep);
}

}  // namespace s2m
