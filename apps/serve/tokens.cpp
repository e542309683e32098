#include "apps/serve/tokens.h"

#include <algorithm>
#include <sstream>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"

namespace s2m::serve {
namespace {

constexpr std::size_t kShortestToken = 16;
constexpr std::string_view kScheme = "Bearer ";

bool is_same(std::string_view a, std::string_view b) {
  unsigned char difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size(); ++i)
    difference |= static_cast<unsigned char>(a[i] ^ b[i % std::max<std::size_t>(b.size(), 1)]);
  return difference == 0;
}

}  // namespace

std::vector<std::string> read_tokens(const std::filesystem::path& file) {
  std::istringstream lines(read_text(file, 1 << 20));
  std::vector<std::string> tokens;
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty() || line.starts_with('#')) continue;
    const auto where = file.string() + ": line " + std::to_string(number);
    if (line.size() < kShortestToken)
      throw Error(where, "a token is too short", "at least 16 characters", std::to_string(line.size()));
    if (!std::ranges::all_of(line, [](unsigned char c) { return c > ' ' && c < 127; }))
      throw Error(where, "a token holds other than printable ASCII characters");
    tokens.push_back(line);
  }
  if (tokens.empty()) throw Error(file.string(), "holds no token", "one a line", "none");
  return tokens;
}

bool is_granted(const std::vector<std::string>& tokens, std::string_view authorization) {
  if (!authorization.starts_with(kScheme)) return false;
  const auto shown = authorization.substr(kScheme.size());
  bool granted = false;
  for (const auto& token : tokens) granted |= !shown.empty() && is_same(shown, token);
  return granted;
}

}  // namespace s2m::serve
