// EPUB: the spine's words in their order, and books that are broken, locked or too large.
#include "story2midi/stories/epub.h"

#include <gtest/gtest.h>
#include <zip.h>

#include <utility>
#include <vector>

#include "story2midi/base/files.h"
#include "tests/base/scratch_folder.h"
#include "tests/stories/read_story.h"

namespace s2m {
namespace {

using Files = std::vector<std::pair<std::string, std::string>>;
using Headings = std::vector<std::string>;

std::string zipped(const Files& files) {
  const auto folder = scratch_folder();
  const auto path = folder / "book.epub";
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  for (const auto& [name, text] : files)
    zip_file_add(archive, name.c_str(), zip_source_buffer(archive, text.data(), text.size(), 0),
                 ZIP_FL_ENC_UTF_8);
  zip_close(archive);
  return read_text(path);
}

constexpr const char* kContainer =
    "<?xml version=\"1.0\"?><container xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><rootfiles>"
    "<rootfile full-path=\"OEBPS/book.opf\" "
    "media-type=\"application/oebps-package+xml\"/></rootfiles></container>";

std::string package(const std::string& items, const std::string& spine) {
  return "<?xml version=\"1.0\"?><opf:package xmlns:opf=\"http://www.idpf.org/2007/opf\"><opf:metadata>"
         "<dc:title>The Clock</dc:title></opf:metadata><opf:manifest>" +
         items + "</opf:manifest><opf:spine>" + spine + "</opf:spine></opf:package>";
}

std::string item(const std::string& id, const std::string& file, const std::string& more = "") {
  return "<opf:item id=\"" + id + "\" href=\"" + file + "\" media-type=\"application/xhtml+xml\" " + more +
         "/>";
}

std::string page(const std::string& body) {
  return "<?xml version=\"1.0\"?><html "
         "xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>x</title></head><body>" +
         body + "</body></html>";
}

Files book() {
  return {{"mimetype", "application/epub+zip"},
          {"META-INF/container.xml", kContainer},
          {"OEBPS/book.opf",
           package(item("two", "text/two%20b.xhtml") + item("nav", "nav.xhtml", "properties=\"nav\"") +
                       item("one", "text/one.xhtml"),
                   "<opf:itemref idref=\"nav\"/><opf:itemref idref=\"one\"/><opf:itemref idref=\"two\"/>")},
          {"OEBPS/nav.xhtml",
           page("<nav><a href=\"text/one.xhtml\">One</a><a href=\"text/two%20b.xhtml\">The Night</a></nav>")},
          {"OEBPS/text/two b.xhtml", page("<p>It&nbsp;fell &mdash; she wept.</p>")},
          {"OEBPS/text/one.xhtml", page("<h1>The Day</h1><p>It sh<i>one</i>.</p>")}};
}

TEST(Epub, IsReadInTheOrderOfItsSpine) {
  const auto story = story_of(zipped(book()), StoryFormat::kEpub);
  EXPECT_EQ(words_of(story), "The Day It shone. It fell — she wept.");
  EXPECT_EQ(story.title, "The Clock");
  EXPECT_EQ(headings_of(story), (Headings{"The Day", "The Night"}));  // the second by the table of contents
  EXPECT_EQ(story.source, "The Day\n\nIt shone.\n\nIt\u00a0fell — she wept.");
  EXPECT_EQ(story.source.substr(story.parts[1].start_byte, 2), "It");
}

TEST(Epub, IsKnownByItsContent) {
  const auto folder = scratch_folder();
  write_text(folder / "book", zipped(book()));
  EXPECT_EQ(words_of(read_story(folder / "book")), "The Day It shone. It fell — she wept.");
  EXPECT_EQ(words_of(story_of(zipped(book()))), "The Day It shone. It fell — she wept.");
}

TEST(Epub, ReadsChaptersInOtherEncodings) {
  auto files = book();
  files[5].second =
      "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><html><body><p>A caf\xe9.</p></body></html>";
  EXPECT_EQ(words_of(story_of(zipped(files))), "A café. It fell — she wept.");
}

TEST(Epub, WithDisguisedFontsIsReadAndWithEncryptedTextIsNot) {
  auto files = book();
  const auto encryption = [](const std::string& file) {
    return "<encryption><enc:EncryptedData "
           "xmlns:enc=\"http://www.w3.org/2001/04/xmlenc#\"><enc:EncryptionMethod "
           "Algorithm=\"http://www.idpf.org/2008/embedding\"/><enc:CipherData><enc:CipherReference URI=\"" +
           file + "\"/></enc:CipherData></enc:EncryptedData></encryption>";
  };
  files.push_back({"META-INF/encryption.xml", encryption("OEBPS/font.otf")});
  EXPECT_EQ(words_of(story_of(zipped(files))), "The Day It shone. It fell — she wept.");
  files.back().second = encryption("OEBPS/text/one.xhtml");
  EXPECT_EQ(fault_of(zipped(files)),
            "story: OEBPS/text/one.xhtml: is encrypted (DRM): expected a book without copy protection");
}

TEST(Epub, ThatLacksAChapterSaysSo) {
  auto files = book();
  files.pop_back();
  const auto story = story_of(zipped(files));
  EXPECT_EQ(words_of(story), "It fell — she wept.");
  EXPECT_EQ(story.notes[0], "left out: OEBPS/text/one.xhtml, which the book lacks");
}

TEST(Epub, ThatIsBrokenIsRefused) {
  const auto whole = zipped(book());
  EXPECT_TRUE(
      fault_of("no zip", StoryFormat::kEpub).starts_with("story: cannot be opened: expected a zip archive"));
  EXPECT_EQ(fault_of(zipped({{"mimetype", "application/epub+zip"}})),
            "story: is no EPUB: expected META-INF/container.xml that names a package, got none");
  for (std::size_t size = 10; size < whole.size(); size += 97)
    EXPECT_NE(fault_of(whole.substr(0, size), StoryFormat::kEpub), "no error") << size;
  for (std::size_t at = 40; at < whole.size(); at += 31) {  // no crash, whatever it becomes
    auto damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    fault_of(damaged, StoryFormat::kEpub);
  }
}

TEST(Epub, ThatUnpacksToTooMuchIsRefused) {
  auto files = book();
  files[5].second = page(std::string(std::size_t{40} << 20, 'a'));
  EXPECT_EQ(fault_of(zipped(files)),
            "story: OEBPS/text/one.xhtml: too large: expected at most 16777216 bytes, got more");
}

}  // namespace
}  // namespace s2m
