#include "lab/analysis/music_features.h"

#include <variant>

namespace s2m {
namespace {

// One value, or one for each degree, step of the scale or interval class.
using Member = std::variant<double MusicFeatures::*, std::array<double, 12> MusicFeatures::*,
                            std::array<double, 7> MusicFeatures::*>;
struct Row {
  const char* name;
  Member member;
};

// In the order of the struct.
constexpr Row kRows[]{
    {"major_share", &MusicFeatures::major_share},
    {"major_evidence", &MusicFeatures::major_evidence},
    {"local_major", &MusicFeatures::local_major},
    {"key_confidence", &MusicFeatures::key_confidence},
    {"keys_heard", &MusicFeatures::keys_heard},
    {"degrees", &MusicFeatures::degrees},
    {"scale", &MusicFeatures::scale},
    {"chromatic_share", &MusicFeatures::chromatic_share},
    {"pitch_class_entropy", &MusicFeatures::pitch_class_entropy},
    {"major_chords", &MusicFeatures::major_chords},
    {"minor_chords", &MusicFeatures::minor_chords},
    {"diminished_chords", &MusicFeatures::diminished_chords},
    {"suspended_chords", &MusicFeatures::suspended_chords},
    {"unclear_chords", &MusicFeatures::unclear_chords},
    {"intervals", &MusicFeatures::intervals},
    {"dissonance", &MusicFeatures::dissonance},
    {"tempo_bpm", &MusicFeatures::tempo_bpm},
    {"found_tempo_bpm", &MusicFeatures::found_tempo_bpm},
    {"notes_per_beat", &MusicFeatures::notes_per_beat},
    {"notes_per_found_beat", &MusicFeatures::notes_per_found_beat},
    {"notes_per_second", &MusicFeatures::notes_per_second},
    {"onsets_per_second", &MusicFeatures::onsets_per_second},
    {"notes_per_onset", &MusicFeatures::notes_per_onset},
    {"polyphony", &MusicFeatures::polyphony},
    {"silence_share", &MusicFeatures::silence_share},
    {"short_steps", &MusicFeatures::short_steps},
    {"long_steps", &MusicFeatures::long_steps},
    {"rhythm_variety", &MusicFeatures::rhythm_variety},
    {"rhythm_change", &MusicFeatures::rhythm_change},
    {"density_variety", &MusicFeatures::density_variety},
    {"length_seconds", &MusicFeatures::length_seconds},
    {"length_beats", &MusicFeatures::length_beats},
    {"legato", &MusicFeatures::legato},
    {"detached_share", &MusicFeatures::detached_share},
    {"pedal_share", &MusicFeatures::pedal_share},
    {"velocity", &MusicFeatures::velocity},
    {"velocity_deviation", &MusicFeatures::velocity_deviation},
    {"velocity_swell", &MusicFeatures::velocity_swell},
    {"melody_prominence", &MusicFeatures::melody_prominence},
    {"pitch", &MusicFeatures::pitch},
    {"pitch_deviation", &MusicFeatures::pitch_deviation},
    {"melody_pitch", &MusicFeatures::melody_pitch},
    {"bass_pitch", &MusicFeatures::bass_pitch},
    {"low_share", &MusicFeatures::low_share},
    {"high_share", &MusicFeatures::high_share},
    {"melody_step", &MusicFeatures::melody_step},
    {"melody_leap", &MusicFeatures::melody_leap},
    {"melody_repeat", &MusicFeatures::melody_repeat},
    {"melody_interval", &MusicFeatures::melody_interval},
};

void add(std::vector<NamedFeature>& all, const std::string& name, double value) {
  all.push_back({name, value});
}

template <std::size_t size>
void add(std::vector<NamedFeature>& all, const std::string& name, const std::array<double, size>& values) {
  for (std::size_t i = 0; i < size; ++i) all.push_back({name + "_" + std::to_string(i), values[i]});
}

}  // namespace

std::vector<NamedFeature> named(const MusicFeatures& features) {
  std::vector<NamedFeature> all;
  for (const auto& [name, member] : kRows)
    std::visit([&, &feature = name](auto value) { add(all, feature, features.*value); }, member);
  return all;
}

}  // namespace s2m
