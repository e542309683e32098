#include "story2midi/plan/motif.h"

#include <array>

namespace s2m {
namespace {

constexpr std::array<std::string_view, kThemeFormCount> kNames{"statement", "sequence",     "inversion",
                                                               "fragment",  "augmentation", "close"};

}  // namespace

std::string_view name_of(ThemeForm form) { return kNames[static_cast<std::size_t>(form)]; }

std::optional<ThemeForm> theme_form_of_name(std::string_view name) {
  for (int i = 0; i < kThemeFormCount; ++i)
    if (kNames[static_cast<std::size_t>(i)] == name) return static_cast<ThemeForm>(i);
  return {};
}

}  // namespace s2m
