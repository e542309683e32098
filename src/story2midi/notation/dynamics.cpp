#include "story2midi/notation/dynamics.h"

#include <array>
#include <utility>

namespace s2m::musicxml {
namespace {

using Level = DynamicLevel;
constexpr std::array kNamed{
    std::pair{std::string_view("pppppp"), Dynamic{Level::kPpp}},
    std::pair{std::string_view("ppppp"), Dynamic{Level::kPpp}},
    std::pair{std::string_view("pppp"), Dynamic{Level::kPpp}},
    std::pair{std::string_view("ppp"), Dynamic{Level::kPpp}},
    std::pair{std::string_view("pp"), Dynamic{Level::kPp}},
    std::pair{std::string_view("p"), Dynamic{Level::kP}},
    std::pair{std::string_view("mp"), Dynamic{Level::kMp}},
    std::pair{std::string_view("mf"), Dynamic{Level::kMf}},
    std::pair{std::string_view("f"), Dynamic{Level::kF}},
    std::pair{std::string_view("ff"), Dynamic{Level::kFf}},
    std::pair{std::string_view("fff"), Dynamic{Level::kFff}},
    std::pair{std::string_view("ffff"), Dynamic{Level::kFff}},
    std::pair{std::string_view("fffff"), Dynamic{Level::kFff}},
    std::pair{std::string_view("ffffff"), Dynamic{Level::kFff}},
    std::pair{std::string_view("fp"), Dynamic{Level::kP, true}},
    std::pair{std::string_view("pf"), Dynamic{Level::kF}},
    std::pair{std::string_view("sfp"), Dynamic{Level::kP, true}},
    std::pair{std::string_view("sfpp"), Dynamic{Level::kPp, true}},
    std::pair{std::string_view("sf"), Dynamic{std::nullopt, true}},
    std::pair{std::string_view("sfz"), Dynamic{std::nullopt, true}},
    std::pair{std::string_view("sffz"), Dynamic{std::nullopt, true}},
    std::pair{std::string_view("sfzp"), Dynamic{Level::kP, true}},
    std::pair{std::string_view("fz"), Dynamic{std::nullopt, true}},
    std::pair{std::string_view("rf"), Dynamic{std::nullopt, true}},
    std::pair{std::string_view("rfz"), Dynamic{std::nullopt, true}},
};

}  // namespace

int velocity_of(DynamicLevel level) {
  constexpr std::array kVelocities{16, 33, 49, 64, 80, 96, 112, 126};
  return kVelocities[static_cast<std::size_t>(level)];
}

Dynamic dynamic_of(std::string_view element) {
  for (const auto& [name, dynamic] : kNamed)
    if (name == element) return dynamic;
  return {};
}

}  // namespace s2m::musicxml
