#include "story2midi/notation/drum_staff.h"

#include <utility>

namespace s2m {

DrumLine drum_place(int midi_key) {
  constexpr std::pair<int, DrumLine> kPlaces[] = {
      {35, {'F', 4, false}}, {36, {'F', 4, false}}, {37, {'C', 5, true}},  {38, {'C', 5, false}},
      {40, {'C', 5, false}}, {41, {'G', 4, false}}, {42, {'G', 5, true}},  {43, {'A', 4, false}},
      {44, {'D', 4, true}},  {45, {'A', 4, false}}, {46, {'G', 5, true}},  {47, {'D', 5, false}},
      {48, {'E', 5, false}}, {49, {'A', 5, true}},  {50, {'E', 5, false}}, {51, {'F', 5, true}},
      {52, {'A', 5, true}},  {53, {'F', 5, true}},  {55, {'A', 5, true}},  {57, {'A', 5, true}},
      {59, {'F', 5, true}},  {70, {'E', 5, true}},  {39, {'E', 5, true}},  {54, {'E', 5, true}}};
  for (const auto& [key, place] : kPlaces)
    if (key == midi_key) return place;
  return {'C', 5, false};
}

}  // namespace s2m
