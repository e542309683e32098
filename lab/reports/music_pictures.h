// The charts of a music report, as inline SVG coloured by the page's CSS classes and variables.
#pragma once

#include <string>

#include "lab/reports/music_report.h"

namespace s2m {

// One boxplot a quadrant over one axis; every piece is a dot.
std::string feature_boxplots(const FeatureTest& feature);

// The valence-arousal plane: asked (rings) and heard (dots), joined by a line where both are known.
std::string emotion_plane(std::span<const MeasuredMusic> pieces);

// Asked against heard, one of the two dimensions; the diagonal is perfect.
std::string asked_against_heard(std::span<const MeasuredMusic> pieces,
                                std::optional<double> IntendedMusic::*asked, double Judgement::*heard,
                                const std::string& words);

// One line: the real music's interquartile range as a band, the folder's as a bar with its median.
std::string quality_strip(const QualityFigure& figure);

// Longest runs of the folder's pieces over those of real ones, and the real 95th percentile.
std::string originality_dots(const OriginalityFigures& originality);

}  // namespace s2m
