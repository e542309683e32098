// A story along an axis: its emotion curve, and where each passage begins, in bytes of text or in seconds.
#pragma once

#include <vector>

#include "story2midi/emotion/emotion.h"
#include "story2midi/plan/plan.h"

namespace s2m {

struct Course {
  EmotionCurve curve;
  std::vector<double> at;  // ascending: where each passage begins, and the end
  double length() const { return at.back() - at.front(); }
};

// Whether times are kept: a reading speed or cues are asked, or the passages have times and no number of bars is asked.
bool keeps_times(const EmotionCurve& curve, const PlanOptions& options);

// In bytes of the passages' texts. Expects a curve that is not empty.
Course course_in_bytes(EmotionCurve curve);

// In seconds, from 0 to the length of the piece. A passage begins when the reading speed says, at its own time, or at the
// time of the cue whose text it contains; those between share the time by their bytes. Passages beyond the end are left
// out. Throws Error where the length is not known, or a cue lies beyond it.
Course course_in_seconds(EmotionCurve curve, const PlanOptions& options);

// The passages whose middles lie in [begin, end), at least the one that covers its middle; the axis is cut there.
// `first`: the index of its first passage.
Course part_of(const Course& course, double begin, double end, std::size_t& first);

}  // namespace s2m
