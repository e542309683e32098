#include "story2midi/stories/formats.h"

#include <algorithm>

#include "story2midi/base/error.h"
#include "story2midi/stories/epub.h"
#include "story2midi/stories/markup.h"
#include "story2midi/stories/plain_text.h"
#include "story2midi/stories/scripts.h"

namespace s2m {
namespace {

using namespace std::string_view_literals;

constexpr StoryReader kReaders[] = {
    {StoryFormat::kText, read_plain_text}, {StoryFormat::kMarkdown, read_markdown},
    {StoryFormat::kHtml, read_html},       {StoryFormat::kSubRip, read_subrip},
    {StoryFormat::kWebVtt, read_webvtt},   {StoryFormat::kFountain, read_fountain},
    {StoryFormat::kEpub, read_epub}};

struct Ending {
  std::string_view ending;
  StoryFormat format;
};
constexpr Ending kEndings[] = {{".txt", StoryFormat::kText},          {".md", StoryFormat::kMarkdown},
                               {".markdown", StoryFormat::kMarkdown}, {".html", StoryFormat::kHtml},
                               {".htm", StoryFormat::kHtml},          {".xhtml", StoryFormat::kHtml},
                               {".srt", StoryFormat::kSubRip},        {".vtt", StoryFormat::kWebVtt},
                               {".fountain", StoryFormat::kFountain}, {".epub", StoryFormat::kEpub}};

constexpr std::string_view kZip = "PK\x03\x04";

// Some of these begin with the bytes, and hold the others within their first 4 KiB.
struct OtherKind {
  std::string_view begin, holds, looks_like, advice;
};
constexpr OtherKind kOtherKinds[] = {
    {"%PDF-", "", "a PDF file", "pdftotext -layout BOOK.pdf story.txt"},
    {kZip, "word/", "a Word document", "pandoc STORY.docx -t plain -o story.txt"},
    {kZip, "[Content_Types].xml", "an office document", "pandoc STORY.docx -t plain -o story.txt"},
    {kZip, "opendocument.text", "an OpenDocument text", "pandoc STORY.odt -t plain -o story.txt"},
    {kZip, "", "a zip archive", "unzip it and name the story in it"},
    {"{\\rtf", "", "an RTF document", "pandoc STORY.rtf -t plain -o story.txt"},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "", "an old Word document", "catdoc STORY.doc > story.txt"},
    {"", "BOOKMOBI", "a Kindle book", "ebook-convert BOOK.mobi book.epub"},
    {"\x1f\x8b", "", "gzip data", "gunzip it first"},
    {"MThd", "", "a MIDI file", "a story; `story2midi inspect` reads MIDI files"},
    {"\x89PNG", "", "a picture", "a story"},
    {"\xff\xd8\xff", "", "a picture", "a story"},
    {"RIFF", "WAVE", "a sound file", "a story"},
    {"OggS", "", "a sound file", "a story"},
    {"\x7f"
     "ELF",
     "", "a program", "a story"}};

std::string_view head_of(std::string_view bytes) { return bytes.substr(0, 4096); }

bool looks_like(const OtherKind& kind, std::string_view bytes) {
  const auto head = head_of(bytes);
  if (kind.begin.empty() && head.find('\0') == head.npos) return false;  // a text that names such a file
  return head.starts_with(kind.begin) && head.find(kind.holds) != head.npos;
}

}  // namespace

const StoryReader& reader_of(StoryFormat format) {
  const auto found = std::ranges::find(kReaders, format, &StoryReader::format);
  return found == std::end(kReaders) ? kReaders[0] : *found;
}

std::optional<StoryFormat> format_of_ending(std::string_view ending) {
  const auto upper = upper_case(ending);
  for (const auto& [known, format] : kEndings)
    if (upper_case(known) == upper) return format;
  return std::nullopt;
}

bool looks_like_epub(std::string_view bytes) {
  return bytes.starts_with(kZip) && (head_of(bytes).find("application/epub+zip") != bytes.npos ||
                                     bytes.find("META-INF/container.xml") != bytes.npos);
}

void refuse_other_kinds(std::string_view bytes, std::string_view name) {
  for (const auto& kind : kOtherKinds)
    if (looks_like(kind, bytes))
      throw Error(ErrorKind::kUnsupported, std::string(name), "is no text",
                  std::string("text (") + std::string(kind.advice) + ")", std::string(kind.looks_like));
}

}  // namespace s2m
