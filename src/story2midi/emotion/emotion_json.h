// Emotions as JSON values. For sources only: no public header includes it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "story2midi/emotion/emotion.h"

namespace s2m {

nlohmann::ordered_json json_of(const ValenceArousal& point);  // valence, arousal, quadrant
nlohmann::ordered_json json_of(const Emotion& emotion);   // and uncertainty and labels, where they are known
nlohmann::ordered_json json_of(const CurvePoint& point);  // and the passage

}  // namespace s2m
