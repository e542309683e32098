#include "story2midi/tokenizers/bert_words.h"

#include <algorithm>
#include <iterator>

#include "story2midi/base/unicode.h"

namespace s2m {
namespace {

constexpr char32_t kReplacement = 0xfffd, kDottedCapitalI = 0x130, kDotAbove = 0x307;

struct Range {
  char32_t first, last;
};
// The blocks of CJK ideographs as the published tokenizers have them (one begins 256 too late).
constexpr Range kChinese[] = {{0x4e00, 0x9fff},   {0x3400, 0x4dbf},   {0x20000, 0x2a6df}, {0x2a700, 0x2b73f},
                              {0x2b740, 0x2b81f}, {0x2b920, 0x2ceaf}, {0xf900, 0xfaff},   {0x2f800, 0x2fa1f}};

// What came to Unicode after version 8, or changed its class since: the published tokenizers class such
// characters as letters, and the vocabularies were made with them. Letters in between make no difference.
constexpr Range kNewer[] = {
    {0x61d, 0x61d},     {0x7fd, 0x7fd},     {0x890, 0x8e2},     {0x9fd, 0x9fe},     {0xa76, 0xa76},
    {0xafa, 0xaff},     {0xb55, 0xb55},     {0xc04, 0xc3c},     {0xc77, 0xc77},     {0xc84, 0xc84},
    {0xd00, 0xd00},     {0xd3b, 0xd3c},     {0xd81, 0xd81},     {0xeba, 0xeba},     {0xece, 0xece},
    {0x180f, 0x1886},   {0x1abf, 0x1ace},   {0x1b7d, 0x1b7e},   {0x1df6, 0x1dfb},   {0x2e43, 0x2e5d},
    {0xa82c, 0xa82c},   {0xa8c5, 0xa8c5},   {0xa8ff, 0xa8ff},   {0xa9bd, 0xa9bd},   {0x10d24, 0x10f89},
    {0x11070, 0x11074}, {0x110c2, 0x110cd}, {0x111cf, 0x111cf}, {0x1123e, 0x11241}, {0x1133b, 0x1133b},
    {0x11438, 0x1145e}, {0x11660, 0x1166c}, {0x116b9, 0x116b9}, {0x1182f, 0x11fff}, {0x12ff1, 0x13455},
    {0x16e97, 0x16f4f}, {0x16fe2, 0x16fe4}, {0x1cf00, 0x1cf46}, {0x1e000, 0x1e4ef}, {0x1e944, 0x1e95f}};
constexpr char32_t kFormerPunctuation[] = {0x166d, 0x111c9}, kFormerMark = 0x1734;

template <std::size_t N>
bool is_within(char32_t c, const Range (&ranges)[N]) {
  return std::ranges::any_of(ranges, [&](const Range& range) { return c >= range.first && c <= range.last; });
}

bool is_alone(char32_t c) {
  if (c < 128) return is_punctuation(c);
  if (std::ranges::find(kFormerPunctuation, c) != std::end(kFormerPunctuation)) return true;
  return is_punctuation(c) && !is_within(c, kNewer);
}

int order_of(char32_t c) { return is_within(c, kNewer) ? 0 : combining_class(c); }

bool is_accent(char32_t c) {
  return c == kFormerMark || (is_nonspacing_mark(c) && !is_within(c, kNewer) && !is_alone(c));
}

bool is_space(char32_t c) { return char_class(c) == CharClass::kSpace; }

bool is_removed(char32_t c) {
  if (c == '\t' || c == '\n' || c == '\r') return false;
  return c == kReplacement || c == kMalformed || (is_invisible(c) && !is_within(c, kNewer));
}

}  // namespace

// Puts what that code point becomes behind what waits.
void BertWords::wait_for(char32_t value, std::size_t begin) {
  const bool chinese = options_.split_chinese && is_within(value, kChinese);
  std::u32string parts(1, value);
  if (options_.strip_accents) {
    parts.clear();
    append_decomposed(parts, value);
  }
  for (std::size_t i = 0; i < parts.size(); ++i) waiting_.push_back({parts[i], begin, at_, chinese, i > 0});
}

// Reads the marks that follow, brings all to canonical order and removes the accents. As in the
// published tokenizers code points cover the source in its own order, and further parts what is before them.
void BertWords::strip_accents() {
  while (!waiting_.empty() && !waiting_.front().alone && at_ < text_.size()) {
    const auto [value, length] = code_point_at(text_, at_);
    const bool removed = is_removed(value);
    if (!removed && order_of(value) == 0) break;
    const std::size_t begin = at_;
    at_ += length;
    if (!removed) wait_for(value, begin);
  }
  std::vector<Character> places;
  std::ranges::copy_if(waiting_, std::back_inserter(places), [](const Character& c) { return !c.inserted; });
  const auto order = [](const Character& c) { return order_of(c.value); };
  for (auto first = waiting_.begin(); first != waiting_.end();) {
    const auto end = std::find_if(first, waiting_.end(), [&](const Character& c) { return order(c) == 0; });
    std::stable_sort(first, end, [&](const Character& a, const Character& b) { return order(a) < order(b); });
    first = end == waiting_.end() ? end : end + 1;
  }
  auto place = places.begin();
  for (auto& c : waiting_) {
    if (!c.inserted && &c != &waiting_.front()) ++place;
    c.begin = place->begin, c.end = place->end;
  }
  std::erase_if(waiting_, [](const Character& c) { return is_accent(c.value); });
}

// What the next code point becomes, perhaps nothing; false at the text's end.
bool BertWords::refill() {
  waiting_.clear();
  taken_ = 0;
  if (at_ == text_.size()) return false;
  const std::size_t begin = at_;
  const auto [value, length] = code_point_at(text_, at_);
  at_ += length;
  if (is_removed(value)) return true;
  if (value < 128) {  // most text
    const bool upper = options_.lowercase && value >= 'A' && value <= 'Z';
    waiting_.push_back({upper ? value + ('a' - 'A') : value, begin, at_, is_alone(value)});
    return true;
  }
  wait_for(value, begin);
  if (options_.strip_accents) strip_accents();
  // Only one character's lower case is two.
  const bool two = options_.lowercase && value == kDottedCapitalI && !options_.strip_accents;
  for (auto& c : waiting_) {
    if (options_.lowercase) c.value = two ? U'i' : lower_case(c.value);
    c.alone = c.alone || is_alone(c.value);
  }
  if (two) waiting_.push_back({kDotAbove, begin, at_, false});
  return true;
}

bool BertWords::next(BertWord& word) {
  word.clear();
  for (;;) {
    if (taken_ == waiting_.size()) {
      if (!refill()) return !word.text.empty();
      continue;
    }
    const Character& c = waiting_[taken_];
    const bool space = is_space(c.value);
    if ((space || c.alone) && !word.text.empty()) return true;
    ++taken_;
    if (space) continue;
    word.characters.push_back({word.text.size(), c.begin, c.end});
    append_utf8(word.text, c.value);
    if (c.alone) return true;
  }
}

}  // namespace s2m
