// compose --live: a piece goes on as lines arrive on standard input.
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "apps/cli/compose_jobs.h"
#include "apps/cli/compose_outputs.h"
#include "apps/cli/piece_labels.h"
#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"
#include "story2midi/live_session.h"

namespace s2m::apps {
namespace {

constexpr int kPollMilliseconds = 100;  // Ctrl-C is seen after so long at most

// Lines as they arrive, until the input ends or Ctrl-C is pressed. A last line needs no line end.
class ArrivingLines {
 public:
  std::optional<std::string> next() {
    for (;;) {
      if (const auto end = buffer_.find('\n'); end != buffer_.npos) return take(end);
      if (ended_ || interrupted() || buffer_.size() > limits::kMostStoryBytes) return take_rest();
      read_more();
    }
  }

 private:
  std::string take(std::size_t end) {
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    return line;
  }

  std::optional<std::string> take_rest() {
    if (buffer_.empty()) return std::nullopt;
    return std::exchange(buffer_, {});
  }

  // What is there; nothing where nothing arrives in time.
  void read_more() {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (::poll(&input, 1, kPollMilliseconds) <= 0) return;
    char chunk[1 << 12];
    const auto count = ::read(STDIN_FILENO, chunk, sizeof chunk);
    // What cannot be read further has ended: the piece is written all the same.
    const bool is_interrupted = count < 0 && (errno == EINTR || errno == EAGAIN);
    if (count <= 0 && !is_interrupted) ended_ = true;
    if (count > 0) buffer_.append(chunk, static_cast<std::size_t>(count));
  }

  std::string buffer_;
  bool ended_ = false;
};

// A reader that went away does not end the piece: main() tells of it.
void print_bar(const BarView& bar) {
  const std::string line = to_json(bar) + "\n";
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fflush(stdout);
}

// Lines that were left out.
class LeftOut {
 public:
  void add(int line, const Error& error) {
    fmt::print(stderr, "line {} is left out: {}\n", line, error.what());
    ++count_;
  }
  void check() const {
    if (count_ > 0) throw Error("standard input", fmt::format("{} lines were left out", count_));
  }

 private:
  int count_ = 0;
};

// When a line is played: as it comes, or when the next has come.
enum class LinePlayed { kAtOnce, kAtTheNext };

ComposedPiece play(LiveSession& session, LinePlayed when, LeftOut& left_out) {
  const bool is_ahead = when == LinePlayed::kAtTheNext;
  ArrivingLines lines;
  int number = 0;
  std::optional<std::string> next;
  for (auto line = lines.next(); line; line = is_ahead ? std::exchange(next, {}) : lines.next()) {
    ++number;
    if (is_ahead) next = lines.next();
    try {
      session.turn(*line, next ? NextTurn{*next} : NextTurn{.is_end = is_ahead});
    } catch (const Error& error) {
      left_out.add(number, error);
      if (error.kind == ErrorKind::kLimit && session.has_begun()) break;
    }
  }
  if (!session.has_begun())
    throw Error("standard input", "holds no line that can be composed", "a line a turn");
  return {session.end(), std::nullopt, 0};
}

}  // namespace

void compose_live(const ComposeFlags& options) {
  const auto outputs = outputs_of(options);
  check_outputs(options, outputs);
  catch_interrupt();
  auto how = options.compose;
  how.on_bar = print_bar;
  LiveSession session(options.models.open(), {.plan = options.flags.read(), .compose = how});
  LeftOut left_out;
  auto piece = play(session, options.ahead ? LinePlayed::kAtTheNext : LinePlayed::kAtOnce, left_out);
  piece.seed = how.seed;
  sign(options.models, {}, piece);
  warn_of_instruments(piece.plan);
  finish(options, piece, piece.plan.sections.front().title, outputs);
  left_out.check();
}

}  // namespace s2m::apps
