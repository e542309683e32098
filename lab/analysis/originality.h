// Originality: the longest run of notes that a piece shares with a set of known music.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "story2midi/music/score.h"

namespace s2m {

// Each step from one note to the next, notes ordered by time (in sixteenths of the grid) and then by pitch:
// the interval and the time between, so that neither key nor tempo matters. Notes of one pitch at one time
// count once. n notes have n - 1 steps.
std::vector<std::uint32_t> note_steps(const Score& score);

// Many pieces, and of each the longest run that it shares with pieces shown later. A suffix automaton
// (Blumer et al. 1985) of all pieces together: a piece is shown in time proportional to its length, and known
// music need not be held.
class LongestRuns {
 public:
  // Pieces that carry the song's name of the piece shown do not count for it: other versions of one work.
  struct Piece {
    std::vector<std::uint32_t> steps = {};
    std::string song = {};  // empty: none
  };
  explicit LongestRuns(std::vector<Piece> pieces);

  void show(std::span<const std::uint32_t> steps, const std::string& song);

  // Notes in the longest run that each piece shares with anything shown; 0 where it shares none.
  std::vector<int> longest_notes() const;

 private:
  // The longest runs of a state's strings that two different songs hold.
  struct Best {
    int length = 0, song = -1, second_length = 0, second_song = -1;
    void add(int run, int of_song);
    int without(int of_song) const { return song == of_song ? second_length : length; }
  };
  struct State {
    int length = 0, link = -1;
    std::map<std::uint32_t, int> next;
    Best best;
  };

  int extend(int last, std::uint32_t step);
  int split(int from, int state, std::uint32_t step);
  int song_number(const std::string& song);

  std::vector<State> states_;
  std::vector<Piece> pieces_;
  std::map<std::string, int> songs_;
  int unnamed_ = 0;
};

}  // namespace s2m
