#include "story2midi/stories/epub.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>
#include <map>
#include <pugixml.hpp>
#include <set>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"
#include "story2midi/base/zip_reader.h"
#include "story2midi/stories/markup.h"

namespace s2m {
namespace {

// Without a namespace's prefix.
std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  return name.substr(name.rfind(':') + 1);
}

// Calls visit(node) for each element of that name, in order.
template <class Visit>
void for_each_element(const pugi::xml_node& root, std::string_view name, Visit visit) {
  struct Walker : pugi::xml_tree_walker {
    Walker(std::string_view wanted_name, Visit& wanted_visit) : wanted(wanted_name), call(wanted_visit) {}
    bool for_each(pugi::xml_node& node) override {
      if (local_name(node) == wanted) call(node);
      return true;
    }
    std::string_view wanted;
    Visit& call;
  } walker(name, visit);
  pugi::xml_node node = root;
  node.traverse(walker);
}

std::string text_of(const pugi::xml_node& node) {
  std::string text;
  struct Walker : pugi::xml_tree_walker {
    explicit Walker(std::string& out) : text(out) {}
    bool for_each(pugi::xml_node& inner) override { return text += inner.value(), true; }
    std::string& text;
  } walker(text);
  pugi::xml_node inner = node;
  inner.traverse(walker);
  return single_spaced(text);
}

int hex_digit(char c) {
  const auto* digits = "0123456789abcdef";
  const auto* found = std::strchr(digits, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c);
  return c == '\0' || found == nullptr ? -1 : static_cast<int>(found - digits);
}

std::string percent_decoded(std::string_view url) {
  std::string path;
  for (std::size_t at = 0; at < url.size(); ++at) {
    const int high = at + 2 < url.size() && url[at] == '%' ? hex_digit(url[at + 1]) : -1;
    const int low = high >= 0 ? hex_digit(url[at + 2]) : -1;
    if (low < 0)
      path += url[at];
    else
      path += static_cast<char>(high * 16 + low), at += 2;
  }
  return path;
}

// The file that `url` names in a document of `folder` (which ends with a stroke, or is empty).
std::string resolved(std::string_view folder, std::string_view url) {
  const auto path = percent_decoded(url.substr(0, url.find_first_of("#?")));
  std::vector<std::string> names;
  const auto add = [&](std::string_view part) {
    if (part == ".." && !names.empty()) names.pop_back();
    if (!part.empty() && part != "." && part != "..") names.emplace_back(part);
  };
  const std::string whole = path.starts_with('/') ? path : std::string(folder) + path;
  for (std::size_t at = 0; at <= whole.size();) {
    const auto end = std::min(whole.find('/', at), whole.size());
    add(std::string_view(whole).substr(at, end - at));
    at = end + 1;
  }
  return fmt::format("{}", fmt::join(names, "/"));
}

struct Document {
  std::string file, media_type, properties;
};

class Book {
 public:
  explicit Book(const SourceFile& file)
      : name_(file.name), zip_(file.bytes, file.name, limits::kMostUnpackedBookBytes) {}
  Draft read();

 private:
  pugi::xml_document parse(const std::string& file);
  std::string package_file();
  void read_package();
  void read_encryption();
  void read_contents(const std::string& file);
  void add_document(const Document& document);
  bool is_left_out(const Document& document) const;

  std::string name_;
  ZipReader zip_;
  std::string folder_;  // of the package
  std::vector<Document> spine_;
  std::set<std::string> encrypted_, around_;     // files; `around_`: cover, contents
  std::map<std::string, std::string> headings_;  // by file, from the table of contents
  Draft draft_;
  std::string text_;
  std::size_t left_out_ = 0;
};

pugi::xml_document Book::parse(const std::string& file) {
  pugi::xml_document document;
  const auto bytes = zip_.read(file, limits::kMostDocumentBytes);
  if (!bytes) return document;
  document.load_buffer(bytes->data(), bytes->size());
  return document;
}

std::string Book::package_file() {
  std::string file;
  const auto container = parse("META-INF/container.xml");
  for_each_element(container, "rootfile", [&](const pugi::xml_node& node) {
    if (file.empty()) file = node.attribute("full-path").value();
  });
  if (file.empty()) file = zip_.find(".opf");
  if (file.empty()) throw Error(name_, "is no EPUB", "META-INF/container.xml that names a package", "none");
  return resolved("", file);
}

void Book::read_encryption() {
  const auto encryption = parse("META-INF/encryption.xml");
  for_each_element(encryption, "CipherReference", [&](const pugi::xml_node& node) {
    encrypted_.insert(resolved("", node.attribute("URI").value()));
  });
}

// Either of EPUB 2 (navPoint) or of EPUB 3 (a).
void Book::read_contents(const std::string& file) {
  const auto contents = parse(file);
  const auto folder = file.substr(0, file.rfind('/') + 1);
  for_each_element(contents, "navPoint", [&](const pugi::xml_node& point) {
    std::string label, target;
    for (const auto& child : point.children()) {
      if (local_name(child) == "navLabel") label = text_of(child);
      if (local_name(child) == "content") target = child.attribute("src").value();
    }
    headings_.emplace(resolved(folder, target), label);
  });
  for_each_element(contents, "a", [&](const pugi::xml_node& link) {
    headings_.emplace(resolved(folder, link.attribute("href").value()), text_of(link));
  });
}

void Book::read_package() {
  const auto file = package_file();
  folder_ = file.substr(0, file.rfind('/') + 1);
  const auto package = parse(file);
  std::map<std::string, Document> manifest;
  std::string contents;
  for_each_element(package, "title", [&](const pugi::xml_node& node) {
    if (draft_.title.empty()) draft_.title = text_of(node);
  });
  for_each_element(package, "item", [&](const pugi::xml_node& node) {
    Document document{resolved(folder_, node.attribute("href").value()), node.attribute("media-type").value(),
                      node.attribute("properties").value()};
    const bool is_contents = document.media_type == "application/x-dtbncx+xml" ||
                             document.properties.find("nav") != std::string::npos;
    if (is_contents && (contents.empty() || document.properties == "nav")) contents = document.file;
    manifest.emplace(node.attribute("id").value(), std::move(document));
  });
  for_each_element(package, "reference", [&](const pugi::xml_node& node) {
    const std::string_view type = node.attribute("type").value(), target = node.attribute("href").value();
    const bool is_around = type == "toc" || type == "cover" || type == "copyright-page" || type == "index";
    if (is_around && target.find('#') == target.npos) around_.insert(resolved(folder_, target));
  });
  for_each_element(package, "itemref", [&](const pugi::xml_node& node) {
    const auto found = manifest.find(node.attribute("idref").value());
    const bool is_linear = std::string_view(node.attribute("linear").value()) != "no";
    if (found != manifest.end() && is_linear) spine_.push_back(found->second);
    left_out_ += found != manifest.end() && !is_linear;
  });
  if (!contents.empty()) read_contents(contents);
  if (spine_.empty()) throw Error(name_ + ": " + file, "names no document to read", "a spine", "none");
  if (spine_.size() > limits::kMostDocuments)
    throw Error(ErrorKind::kLimit, name_ + ": " + file, "too many documents",
                fmt::format("at most {}", limits::kMostDocuments), std::to_string(spine_.size()));
}

bool Book::is_left_out(const Document& document) const {
  return document.properties.find("nav") != std::string::npos || around_.contains(document.file) ||
         document.media_type.find("html") == std::string::npos;
}

void Book::add_document(const Document& document) {
  if (encrypted_.contains(document.file))
    throw Error(ErrorKind::kUnsupported, name_ + ": " + document.file, "is encrypted (DRM)",
                "a book without copy protection");
  const auto bytes = zip_.read(document.file, limits::kMostDocumentBytes);
  if (!bytes) {
    draft_.notes.push_back(fmt::format("left out: {}, which the book lacks", document.file));
    return;
  }
  auto chapter = read_html({*bytes, name_ + ": " + document.file});
  if (trimmed(chapter.text.text()).empty()) return;
  if (!text_.empty()) text_ += "\n\n";
  const std::size_t base = text_.size();
  text_ += chapter.text.text();
  if (text_.size() > limits::kMostStoryBytes)
    throw Error(ErrorKind::kLimit, name_, "too much text",
                fmt::format("at most {} bytes", limits::kMostStoryBytes), "more");
  const auto heading = headings_.find(document.file);
  if (chapter.headings.empty() && heading != headings_.end() && !heading->second.empty())
    draft_.headings.push_back({PartKind::kChapter, heading->second, {base, base}, base});
  for (auto& part : chapter.headings) {
    const std::size_t at = base + part.at;
    draft_.headings.push_back({part.kind, std::move(part.text), {at, at}, at});
  }
}

Draft Book::read() {
  read_encryption();
  read_package();
  for (const auto& document : spine_) {
    if (is_left_out(document))
      ++left_out_;
    else
      add_document(document);
  }
  if (left_out_ > 0)
    draft_.notes.push_back(
        fmt::format("left out: {} documents around the story (cover, contents)", left_out_));
  draft_.text = MappedText(text_);
  draft_.source = std::move(text_);
  return std::move(draft_);
}

}  // namespace

Draft read_epub(const SourceFile& file) { return Book(file).read(); }

}  // namespace s2m
