// Elements that hold a text or a number.
#pragma once

#include <pugixml.hpp>
#include <string>

namespace s2m {

inline void add_element(pugi::xml_node parent, const char* name, const std::string& text) {
  parent.append_child(name).text().set(text.c_str());
}
inline void add_element(pugi::xml_node parent, const char* name, int number) {
  add_element(parent, name, std::to_string(number));
}

}  // namespace s2m
