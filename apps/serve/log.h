// One line of JSON on standard error for each event. Nothing of a story or a token ever stands there.
#pragma once

#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace s2m::serve {

enum class LogLevel { kInfo, kWarning, kError };

// May be used from many threads.
class Log {
 public:
  using Value = std::variant<std::string, std::int64_t, double>;
  using Fields = std::initializer_list<std::pair<std::string_view, Value>>;

  explicit Log(LogLevel least) : least_(least) {}
  // {"time":"2026-01-31T12:00:00.000Z","level":"info","event":...,...}
  void write(LogLevel level, std::string_view event, Fields fields = {});

 private:
  LogLevel least_;
  std::mutex mutex_;
};

// Milliseconds since 1970 as "2026-01-31T12:00:00.000Z".
std::string time_text(std::int64_t milliseconds);

}  // namespace s2m::serve
