// Values in the elements and attributes of a MusicXML document.
#pragma once

#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>

namespace s2m::musicxml {

// Nothing where the text is no finite decimal number; blanks around it do not count.
std::optional<double> number_of(std::string_view text);

// The number in a child; nothing without the child. Throws Error naming `where` for another text.
std::optional<double> child_number(const pugi::xml_node& node, const char* name, const std::string& where);
// The same, as a whole number within bounds.
std::optional<int> child_integer(const pugi::xml_node& node, const char* name, const std::string& where,
                                 std::pair<int, int> bounds);

// The text with every run of blanks as one space, and none at its ends.
std::string single_line(std::string_view text);

}  // namespace s2m::musicxml
