#include "story2midi/stories/language.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

#include "story2midi/base/unicode.h"

namespace s2m {
namespace {

constexpr std::string_view kEnglishWords =
    "the of and to that it is was he she his her they you not with this have had were are be been "
    "but from which would there their what when who will my your all said no so we i a in on for at "
    "by as an or if them then than into could out up down one him me do did thou thee thy hath ye "
    "our us its only now upon over where how like here has ";

// The triples of letters that make up half of English fiction; "_" is a word's border.
constexpr std::string_view kEnglishTriples =
    "_th he_ the nd_ _an and ed_ _he er_ _to to_ ng_ ing at_ her as_ _wa _ha re_ en_ _of _a_ _wh _hi "
    "_sh in_ _be of_ is_ _in ll_ hat ut_ _wi was tha it_ ere _yo you she _it his me_ _no _sa on_ ad_ "
    "ld_ _fo or_ _co _on _so _i_ es_ ly_ _ma _we st_ for an_ id_ ver ou_ th_ le_ _as all thi ve_ _ca "
    "_do _bu had _al ter _li aid ght ce_ hen ot_ _wo ith ry_ ey_ _st not wit _se him se_ ow_ ch_ sai "
    "but out _mo ay_ ent ne_ uld oul hey _go nt_ ave one eve hin ear _ho im_ whe _lo _re _at ill ht_ ";

// Frequent words of other languages, one language a line.
constexpr std::string_view kForeignWords[] = {
    "der die das und nicht ein eine einen ich sie ist zu den mit auf dem des sich von es im für "
    "auch aber wie nur noch ",
    "le la les et des un une du dans que qui pas pour il elle je vous ne se ce au sur avec mais est ",
    "el la los las de que y en un una por con no se su para lo como más pero del ",
    "il lo la gli di che un una per non con si del della sono ma come anche le nel ",
    "o os as de que e em um uma para com não da se por mais ele ela do na no ",
    "de het een en van ik te dat die niet zijn op aan met voor er maar hij naar ",
    "och att det som en på är av för med den till han inte hon var jag ett ",
    "og det at en på er av af for med den til han ikke hun var jeg et som ",
    "ja on ei se että hän oli mutta kun niin mitä minä ovat ",
    "i w na nie się z do to że jest jak ale po co tak był ",
    "a se na je že v s z do ale jako jsem byl by tak ",
    "a az és nem hogy egy de van volt ezt meg mint csak ",
    "și de a în la nu că o un pe este cu din mai care sunt ",
    "bir ve bu da de ne için o ben çok ama gibi değil ",
    "yang dan di itu dengan untuk tidak ini dari dalam akan pada saya ada ",
    "et in est non ad cum ut quod qui sed ab ",
    "yr y yn ei i o a ac ar na wedi am oedd nid roedd ",
    "ang ng sa na mga ay at si ko niya siya hindi ito "};

using Words = std::unordered_set<std::string_view>;

// `list` ends each word with a blank.
Words words_in(std::string_view list) {
  Words words;
  while (!list.empty()) {
    words.insert(list.substr(0, list.find(' ')));
    list.remove_prefix(list.find(' ') + 1);
  }
  return words;
}

bool is_latin(char32_t c) { return c < 0x250 || (c >= 0x1e00 && c < 0x1f00); }
bool is_ideograph(char32_t c) { return c >= 0x3040 && c < 0xa000; }

struct Counts {
  std::size_t letters = 0, accented = 0, foreign = 0;  // foreign: of another script
  std::size_t ideographs = 0;
  std::vector<std::string> words;  // in lower case, without what follows an apostrophe
};

Counts count(std::string_view text) {
  Counts counts;
  bool in_word = false, in_ending = false;
  for (std::size_t at = 0; at < text.size();) {
    const auto [value, length] = code_point_at(text, at);
    at += length;
    const bool is_letter = char_class(value) == CharClass::kLetter;
    in_ending = in_word && (in_ending || value == '\'' || value == 0x2019);
    if (is_letter && !in_word) counts.words.emplace_back();
    in_word = is_letter || (in_ending && in_word && (value == '\'' || value == 0x2019));
    if (!in_word) in_ending = false;
    if (!is_letter) continue;
    ++counts.letters;
    counts.accented += value >= 0x80 && is_latin(value);
    counts.foreign += !is_latin(value);
    counts.ideographs += is_ideograph(value);
    if (!in_ending) append_utf8(counts.words.back(), lower_case(value));
  }
  return counts;
}

double share(const std::vector<std::string>& words, const Words& list) {
  const auto listed =
      std::ranges::count_if(words, [&](const std::string& word) { return list.contains(word); });
  return static_cast<double>(listed) / static_cast<double>(words.size());
}

double share_of_triples(const std::vector<std::string>& words) {
  static const Words triples = words_in(kEnglishTriples);
  std::size_t listed = 0, all = 0;
  for (const auto& word : words) {
    const auto padded = "_" + word + "_";
    for (std::size_t at = 0; at + 3 <= padded.size(); ++at, ++all)
      listed += triples.contains(std::string_view(padded).substr(at, 3));
  }
  return all == 0 ? 0 : static_cast<double>(listed) / static_cast<double>(all);
}

double largest_foreign_share(const std::vector<std::string>& words) {
  static const std::vector<Words> languages = [] {
    std::vector<Words> all;
    for (const auto& list : kForeignWords) all.push_back(words_in(list));
    return all;
  }();
  double largest = 0;
  for (const auto& language : languages) largest = std::max(largest, share(words, language));
  return largest;
}

}  // namespace

bool looks_english(std::string_view utf8) {
  constexpr std::size_t kFewestWords = 20;
  constexpr std::size_t kMostBytes = 1 << 16;  // a sample is enough
  static const Words english = words_in(kEnglishWords);
  const auto counts = count(utf8.substr(0, kMostBytes));
  if (counts.words.size() + counts.ideographs < kFewestWords) return true;
  const auto of_letters = [&](std::size_t some) {
    return static_cast<double>(some) / static_cast<double>(counts.letters);
  };
  // Set so that none of the English samples of tests/stories/language_test.cpp is near: lists of names and of things,
  // telegrams, dialects.
  if (of_letters(counts.foreign) > .5) return false;
  const double ours = share(counts.words, english), theirs = largest_foreign_share(counts.words);
  if (theirs >= .12 && theirs > 1.5 * ours && ours < .25) return false;
  if (of_letters(counts.accented) >= .03 && ours < .12) return false;
  return ours >= .06 || share_of_triples(counts.words) >= .10;
}

}  // namespace s2m
