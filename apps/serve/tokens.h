// Tokens that clients show as "Authorization: Bearer TOKEN".
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace s2m::serve {

// One token a line, of at least 16 printable characters; empty lines and those that begin with # do not count. Throws Error
// naming the line.
std::vector<std::string> read_tokens(const std::filesystem::path& file);

// Takes the same time wherever the tokens differ.
bool is_granted(const std::vector<std::string>& tokens, std::string_view authorization);

}  // namespace s2m::serve
