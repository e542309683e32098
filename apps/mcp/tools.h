// What a client may call: read, plan, compose, change, judge and explain.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "apps/mcp/server.h"
#include "apps/serve/music_request.h"

namespace s2m::mcp {

struct ToolOptions {
  std::filesystem::path models;
  std::filesystem::path judge;
  std::filesystem::path
      output;  // folder of the files that compose and change write, and change and judge read; empty: none
  int threads = 0;
  serve::MusicLimits limits = {};
};

// Opens the models. Throws Error, also for an output that is no folder.
std::vector<Tool> music_tools(const ToolOptions& options);

// For models: how the tools belong together.
std::string_view tool_instructions();

// tools.json
std::string_view tools_json();

}  // namespace s2m::mcp
