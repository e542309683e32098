#include <fmt/format.h>
#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <span>
#include <utility>

#include "story2midi/base/error.h"
#include "story2midi/base/limits.h"
#include "story2midi/base/unicode.h"
#include "story2midi/stories/encodings.h"
#include "story2midi/stories/markup.h"

namespace s2m {
namespace {

using Names = std::span<const std::string_view>;
constexpr std::string_view kLeftOut[] = {"script", "style", "template", "noscript", "iframe", "object",
                                         "svg",    "math",  "canvas",   "audio",    "video",  "select",
                                         "button", "nav",   "rt",       "rp",       "map",    "textarea"};
constexpr std::string_view kBlocks[] = {
    "address", "article", "aside", "blockquote", "body",     "caption",  "center",     "dd",     "details",
    "dialog",  "dir",     "div",   "dl",         "dt",       "fieldset", "figcaption", "figure", "footer",
    "form",    "h1",      "h2",    "h3",         "h4",       "h5",       "h6",         "header", "html",
    "legend",  "li",      "main",  "menu",       "noframes", "ol",       "p",          "pre",    "section",
    "summary", "table",   "tbody", "td",         "tfoot",    "th",       "thead",      "tr",     "ul"};
// Classes and EPUB's kinds (epub:type) of what is printed around a story.
constexpr std::string_view kLeftOutKinds[] = {
    "pagenum",   "pageno",      "pg-boilerplate", "noteref",  "pagebreak", "toc",
    "page-list", "landmarks",   "copyright-page", "loi",      "lot",       "index",
    "doc-toc",   "doc-noteref", "doc-pagebreak",  "doc-index"};

bool is_listed(Names list, std::string_view name) { return std::ranges::find(list, name) != list.end(); }

std::string_view view_of(const xmlChar* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

bool names_left_out_kind(std::string_view words) {
  while (!words.empty()) {
    const auto word = words.substr(0, words.find(' '));
    if (is_listed(kLeftOutKinds, word)) return true;
    words.remove_prefix(std::min(words.size(), word.size() + 1));
  }
  return false;
}

bool is_hidden(const xmlChar** attributes) {
  for (; attributes != nullptr && attributes[0] != nullptr; attributes += 2) {
    const auto name = view_of(attributes[0]), value = view_of(attributes[1]);
    if (name == "hidden") return true;
    if (name == "style" &&
        (value.find("display:none") != value.npos || value.find("display: none") != value.npos))
      return true;
    if ((name == "class" || name == "epub:type" || name == "role") && names_left_out_kind(value)) return true;
  }
  return false;
}

std::optional<PartKind> heading_kind(std::string_view element) {
  if (element.size() != 2 || element[0] != 'h' || element[1] < '1' || element[1] > '6') return std::nullopt;
  return element[1] <= '2' ? PartKind::kChapter : PartKind::kSection;
}

// Takes libxml2's events. Elements that nobody closes are closed by it.
class HtmlWords {
 public:
  HtmlWords(const MappedText& from, std::size_t start, std::size_t end, Draft& draft, DraftWriter& writer)
      : from_(from),
        base_(start),
        text_(std::string_view(from.text()).substr(start, end - start)),
        draft_(draft),
        writer_(writer) {}

  void parse();
  bool is_too_deep() const { return too_deep_; }

 private:
  struct Element {
    std::string name;
    bool left_out;
  };

  void open(std::string_view name, const xmlChar** attributes);
  void close(std::string_view name);
  void finish(const Element& element);
  void add(std::string_view piece);
  void add_words(std::string_view piece, std::size_t start, std::size_t end);
  bool is_open(std::string_view name) const;
  bool skips() const { return !open_.empty() && open_.back().left_out; }
  void end_block() { space_ = false, writer_.end_block(), block_begins_ = true; }
  // Where `piece`, which the parser has just passed, stands.
  std::pair<std::size_t, std::size_t> place_of(std::string_view piece);

  const MappedText& from_;
  std::size_t base_;
  std::string_view text_;
  Draft& draft_;
  DraftWriter& writer_;
  htmlParserCtxtPtr context_ = nullptr;
  std::vector<Element> open_;
  std::string title_;
  std::size_t read_ = 0;  // the end of what was placed so far
  bool space_ = false;    // white space was passed
  bool block_begins_ = true;
  bool too_deep_ = false;
};

bool HtmlWords::is_open(std::string_view name) const {
  return std::ranges::any_of(open_, [&](const Element& element) { return element.name == name; });
}

void HtmlWords::open(std::string_view name, const xmlChar** attributes) {
  if (open_.size() >= limits::kDeepestHtml) {
    too_deep_ = true;
    xmlStopParser(context_);
    return;
  }
  const bool is_code = name == "code" && is_open("pre");
  const bool left_out = skips() || is_code || is_listed(kLeftOut, name) || is_hidden(attributes);
  open_.push_back({std::string(name), left_out});
  if (name == "br" && !left_out) writer_.end_line(), space_ = false, block_begins_ = true;
  if (is_listed(kBlocks, name)) end_block();
  if (left_out) return;
  if (name == "hr") end_block(), writer_.scene_break();
  if (const auto kind = heading_kind(name)) writer_.begin_heading(*kind);
}

void HtmlWords::finish(const Element& element) {
  if (element.name == "title" && draft_.title.empty()) draft_.title = single_spaced(title_);
  if (heading_kind(element.name) && !element.left_out) writer_.end_heading();
  if (is_listed(kBlocks, element.name)) end_block();
}

void HtmlWords::close(std::string_view name) {
  const auto found = std::ranges::find(open_.rbegin(), open_.rend(), name, &Element::name);
  if (found == open_.rend()) return;
  const auto keep = static_cast<std::size_t>(open_.rend() - found) - 1;
  while (open_.size() > keep) {
    const Element element = std::move(open_.back());
    open_.pop_back();
    finish(element);
  }
}

std::pair<std::size_t, std::size_t> HtmlWords::place_of(std::string_view piece) {
  const auto consumed = xmlByteConsumed(context_);
  const std::size_t end =
      std::clamp(consumed < 0 ? read_ : static_cast<std::size_t>(consumed), read_, text_.size());
  const std::size_t usual = end >= piece.size() ? end - piece.size() : end;
  if (usual >= read_ && text_.substr(usual, piece.size()) == piece) return {usual, end};
  if (const auto found = text_.substr(0, end).find(piece, read_); found != piece.npos)
    return {found, found + piece.size()};
  return {read_, end};
}

void HtmlWords::add(std::string_view piece) {
  const auto [start, end] = place_of(piece);
  read_ = end;
  if (is_open("title")) title_ += piece;
  if (!skips() && !is_open("head")) add_words(piece, start, end);
}

void HtmlWords::add_words(std::string_view piece, std::size_t start, std::size_t end) {
  const bool stands_there = text_.substr(start, end - start) == piece;
  const bool keeps_lines = is_open("pre");
  for (std::size_t at = 0; at < piece.size();) {
    std::size_t stop = at;
    while (stop < piece.size() && is_space(piece[stop])) ++stop;
    if (keeps_lines && piece.substr(at, stop - at).find('\n') != piece.npos)
      writer_.end_line(), block_begins_ = true;
    space_ = space_ || stop > at;
    for (at = stop; stop < piece.size() && !is_space(piece[stop]);) ++stop;
    if (at == stop) break;
    const auto first = stands_there ? start + at : start;
    const auto place = from_.source_of(base_ + first, base_ + std::max(first, end));
    if (std::exchange(space_, false) && !block_begins_) writer_.put(" ", {place.start, place.start});
    block_begins_ = false;
    if (stands_there)
      writer_.add(from_, base_ + start + at, base_ + start + stop);
    else
      writer_.put(piece.substr(at, stop - at), place);
    at = stop;
  }
}

void HtmlWords::parse() {
  static std::once_flag initialised;
  std::call_once(initialised, xmlInitParser);
  const std::unique_ptr<xmlParserCtxt, decltype(&htmlFreeParserCtxt)> context(
      htmlCreateMemoryParserCtxt(text_.data(), static_cast<int>(text_.size())), &htmlFreeParserCtxt);
  if (!context) return;
  context_ = context.get();
  htmlSAXHandler events{};
  events.startElement = [](void* self, const xmlChar* name, const xmlChar** attributes) {
    static_cast<HtmlWords*>(self)->open(view_of(name), attributes);
  };
  events.endElement = [](void* self, const xmlChar* name) {
    static_cast<HtmlWords*>(self)->close(view_of(name));
  };
  events.characters = [](void* self, const xmlChar* text, int size) {
    static_cast<HtmlWords*>(self)->add({reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)});
  };
  events.ignorableWhitespace = events.characters;
  htmlCtxtUseOptions(context_, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                   HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
  *context_->sax = events;
  context_->userData = this;
  xmlSwitchEncoding(context_, XML_CHAR_ENCODING_UTF8);
  htmlParseDocument(context_);
  if (context_->myDoc != nullptr) xmlFreeDoc(context_->myDoc);
  context_->myDoc = nullptr;
  while (!open_.empty()) close(open_.back().name);
}

// The value of NAME="value" after `at`.
std::string_view quoted_after(std::string_view head, std::string_view name) {
  const auto at = head.find(name);
  if (at == head.npos) return {};
  auto rest = head.substr(at + name.size());
  rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(" \"'=")));
  return rest.substr(0, rest.find_first_of(" \"'>/;?"));
}

std::string_view stated_encoding(std::string_view bytes) {
  constexpr std::size_t kHead = 4096;
  if (const auto mark = encoding_of_mark(bytes); !mark.empty()) return mark;
  const auto head = bytes.substr(0, kHead);
  const auto declaration = head.starts_with("<?xml") ? head.substr(0, head.find("?>")) : std::string_view();
  auto stated = quoted_after(declaration, "encoding");
  if (stated.empty()) stated = quoted_after(head, "charset");
  const bool is_wide = upper_case(stated).starts_with("UTF-16");  // which would not be readable here
  return is_wide ? "utf-8" : stated;
}

}  // namespace

std::string decode_entity(std::string_view entity) {
  std::string out;
  if (entity.size() < 3 || entity.front() != '&') return out;
  const std::string name(entity.substr(1, entity.size() - 1 - (entity.back() == ';')));
  char32_t value = 0;
  if (name.front() == '#') {
    const bool hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
    value = static_cast<char32_t>(std::strtoul(name.c_str() + (hex ? 2 : 1), nullptr, hex ? 16 : 10));
  } else if (const auto* known = htmlEntityLookup(reinterpret_cast<const xmlChar*>(name.c_str()))) {
    value = known->value;
  }
  const bool is_character = value > 0 && value < 0x110000 && (value < 0xd800 || value > 0xdfff);
  if (is_character) append_utf8(out, value);
  return out;
}

void write_html(const HtmlPart& part, Draft& draft, DraftWriter& writer) {
  HtmlWords words(part.text, part.start, part.end, draft, writer);
  words.parse();
  if (words.is_too_deep())
    throw Error(ErrorKind::kLimit, std::string(part.name), "elements are nested too deep",
                fmt::format("at most {} in each other", limits::kDeepestHtml));
}

Draft read_html(const SourceFile& file) {
  Draft draft;
  const auto stated = stated_encoding(file.bytes);
  std::optional<MappedText> text;
  if (!stated.empty()) text = decode_as(file.bytes, stated);
  if (!text) {
    auto decoded = decode_text(file.bytes, file.name);
    draft.notes = std::move(decoded.notes);
    text = std::move(decoded.text);
  }
  DraftWriter writer(draft);
  write_html({*text, 0, text->text().size(), file.name}, draft, writer);
  draft.notes.emplace_back("left out: HTML's markup, scripts and styles");
  return draft;
}

}  // namespace s2m
