#include "apps/serve/log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "story2midi/base/json_members.h"

namespace s2m::serve {

std::string time_text(std::int64_t milliseconds) {
  const std::chrono::sys_seconds seconds{std::chrono::seconds(milliseconds / 1000)};
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)), milliseconds % 1000);
}

void Log::write(LogLevel level, std::string_view event, Fields fields) {
  if (level < least_) return;
  static constexpr const char* kNames[] = {"info", "warning", "error"};
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  nlohmann::ordered_json line{
      {"time", time_text(std::chrono::duration_cast<std::chrono::milliseconds>(now).count())},
      {"level", kNames[static_cast<int>(level)]},
      {"event", event}};
  for (const auto& [name, value] : fields)
    std::visit([&line, name = std::string(name)](const auto& each) { line[name] = each; }, value);
  const auto text = write_json(line) + "\n";
  const std::lock_guard lock(mutex_);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace s2m::serve
