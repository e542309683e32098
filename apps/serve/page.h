// The page for people, which the binary holds: the files of web/dist.
#pragma once

#include <string>
#include <string_view>

namespace s2m::serve {

struct PageFile {
  std::string path, media_type;
  std::string_view content;
  bool is_gzip = false;  // its content
  std::string tag = {};  // changes with the content
};
// None: there is no such file.
const PageFile* page_file(std::string_view path);

}  // namespace s2m::serve
