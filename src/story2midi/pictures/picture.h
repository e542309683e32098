// Pictures of scores, as SVG text: the arc of emotion over the notes of all parts, in time.
#pragma once

#include <string>
#include <vector>

#include "story2midi/music/score.h"

namespace s2m {

struct PictureSection {
  int first_bar = 0;
  std::string letter;  // "A'"
  std::string words;   // of the story
};

// Bars of the melody that state a theme.
struct PictureTheme {
  int first_bar = 0;
  int bars = 1;
  int theme = 1;          // counted from 1
  std::string form;       // "inversion"; empty: as it is
  std::string name = {};  // of the person or place whose theme it is; empty: the number stands for it
};

struct PictureOptions {
  std::string title = {};
  std::string subtitle = {};  // empty: bars, notes and minutes
  // A value per bar in [-1, 1]; empty: no arc is drawn.
  std::vector<float> valence = {}, arousal = {};
  std::vector<PictureSection> sections = {};  // empty: the score's markers
  std::vector<PictureTheme> themes = {};
};

// One picture 1600 pixels wide, however long the piece is: title; sections with their words; the arc; themes; the notes,
// a colour per part (per family of instruments where there are more than nine); time. It holds <title> and <desc> for
// those who cannot see it. Colours are told apart by the colour-blind (Okabe and Ito; Tol). Throws Error for pieces of
// more than 4,096 bars.
std::string picture_svg(const Score& score, const PictureOptions& options = {});

}  // namespace s2m
