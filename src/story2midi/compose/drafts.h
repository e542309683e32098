// A piece is written phrase by phrase: several drafts of each phrase side by side, of which the critic keeps one.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "story2midi/compose/critic.h"
#include "story2midi/compose/piece_writer.h"

namespace s2m {

struct DraftOptions {
  int bars = 1;         // of the piece
  int first = 0;        // the bar that is written first
  int ahead = 0;        // of `bars`, those at the end that are graded together with the phrase before them
  int phrase_bars = 4;  // written before the drafts are graded
  int drafts = 4;       // of each phrase
  // Whether a piece so far, of which the last `bars` bars are new, must not go on: then another draft is kept. Where every
  // draft is so, so many are written again, a few times. Empty: never.
  std::function<bool(std::span<const Event> piece, int bars)> copies = {};
};

class DraftedPiece {
 public:
  // Gives bar `index`, counted from 0, to a writer: it calls open_bar() once.
  using OpenBar = std::function<void(PieceWriter& writer, int index)>;
  // Called with the number of bars that are final.
  using OnPhrase = std::function<void(int bars)>;

  DraftedPiece(PieceWriter start, const DraftOptions& options, OpenBar open_bar, OnPhrase on_phrase = {});

  // Each unfinished draft writes its next event; `wrote` gets those writers, each of which has to be fed before the next call.
  // False once the piece has ended.
  bool write(std::vector<PieceWriter*>& wrote);
  // Of the bars that are final.
  const PieceWriter& kept() const { return drafts_.front().writer; }
  void set_bars(int bars) { options_.bars = bars; }

 private:
  struct Draft {
    PieceWriter writer;
    int next_bar = 0;  // to be opened
    bool is_open = false;
  };
  bool step(Draft& draft);
  int phrase_end() const;
  // False where every draft copies and is to be written anew.
  bool keep_best();
  void fork();

  DraftOptions options_;
  OpenBar open_bar_;
  OnPhrase on_phrase_;
  std::vector<Draft> drafts_;    // the first is the piece where no phrase is open
  std::optional<Draft> before_;  // the open phrase, where it may have to be written again
  int attempt_ = 0;              // at the open phrase
  int final_bars_ = 0;
  bool ended_ = false;
};

}  // namespace s2m
