#include "story2midi/notation/musicxml.h"

#include <gtest/gtest.h>
#include <zip.h>

#include <cstdlib>
#include <filesystem>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/music/key.h"
#include "tests/notation/documents.h"

namespace s2m {
namespace {

using test::attributes;
using test::described;
using test::direction;
using test::document;
using test::grace;
using test::measures;
using test::metre;
using test::note;
using test::read_measures;
using test::rest;

std::string fault_of(std::string_view bytes) {
  try {
    read_musicxml(bytes, "song.xml");
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

// ---- Time.
TEST(MusicXmlTime, VoicesAndChordsLieWhereTheyBegin) {
  const auto score =
      read_measures({attributes(2, metre(4, 4)) + note("C5", 4) + note("E5", 4, "<chord/>") + note("D5", 4) +
                     "<backup><duration>8</duration></backup>" + note("C4", 2) +
                     "<forward><duration>4</duration></forward>" + note("G3", 2)});
  ASSERT_EQ(score.tracks.size(), 1U);
  EXPECT_EQ(described(score.tracks[0]),
            "60 at 0 for 480, 72 at 0 for 960, 76 at 0 for 960, 74 at 960 for 960, 55 at 1440 for 480");
}

TEST(MusicXmlTime, SevenNotesInAQuarterAreEqual) {
  std::string body = attributes(7, metre(1, 4));
  for (int i = 0; i < 7; ++i) body += note("C5", 1);
  const auto score = read_measures({body, note("D5", 7)});
  EXPECT_EQ(score.ticks_per_quarter, 3360);
  for (int i = 0; i < 7; ++i)
    EXPECT_EQ(score.tracks[0].notes[static_cast<std::size_t>(i)].start_ticks, 480 * i);
  EXPECT_EQ(score.tracks[0].notes[7].start_ticks, 3360);
}

TEST(MusicXmlTime, PartsOfDifferentDivisionsShareOneGrid) {
  const auto score =
      read_musicxml(document({{measures({attributes(24, metre(2, 4)) + note("C5", 8) + note("D5", 40)})},
                              {measures({attributes(5) + note("C4", 1) + note("D4", 9)}), "Oboe"}}));
  EXPECT_EQ(score.ticks_per_quarter, 480);
  EXPECT_EQ(described(score.tracks[0]), "72 at 0 for 160, 74 at 160 for 800");
  EXPECT_EQ(described(score.tracks[1]), "60 at 0 for 96, 62 at 96 for 864");
}

TEST(MusicXmlTime, DivisionsWithoutACommonGridAreRounded) {
  const auto score = read_measures(
      {attributes(17, metre(1, 4)) + note("C5", 1) + note("D5", 16), attributes(9973) + note("E5", 9973)});
  EXPECT_EQ(score.ticks_per_quarter, 10080);
  EXPECT_EQ(described(score.tracks[0]), "72 at 0 for 593, 74 at 593 for 9487, 76 at 10080 for 10080");
}

TEST(MusicXmlTime, APickupAndAShortLastBarKeepTheirLengths) {
  const auto score =
      read_measures({attributes(1, metre(3, 4)) + note("G4", 1), note("C5", 3), note("C5", 2)});
  const auto found = bars(score);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].length_ticks, 480);
  EXPECT_EQ(found[1].start_ticks, 480);
  EXPECT_EQ(found[1].length_ticks, 1440);
  EXPECT_EQ(name_of(found[0].metre), "3/4");
  EXPECT_EQ(found[2].start_ticks, 1920);
}

TEST(MusicXmlTime, MeasuresThatARepeatDividesAreOneBar) {
  const auto score = read_measures({attributes(1, metre(3, 4)) + note("G4", 1), note("C5", 3), note("C5", 2),
                                    note("G4", 1), note("C5", 3)});
  std::vector<std::int32_t> starts;
  for (const Bar& bar : bars(score)) starts.push_back(bar.start_ticks);
  EXPECT_EQ(starts, (std::vector<std::int32_t>{0, 480, 1920, 3360}));
}

TEST(MusicXmlTime, ABarThatIsLongerThanItsMetreHasAMetreOfItsLength) {
  const auto score =
      read_measures({attributes(2, metre(4, 4)) + note("G4", 15), note("C5", 8), note("C5", 8)});
  ASSERT_EQ(score.time_signatures.size(), 2U);
  EXPECT_EQ(name_of(score.time_signatures[0].metre), "15/8");
  EXPECT_EQ(name_of(score.time_signatures[1].metre), "4/4");
  EXPECT_EQ(bars(score)[2].start_ticks, 480 * 23 / 2);
}

TEST(MusicXmlTime, MetresChangeAndAdd) {
  const auto score =
      read_measures({attributes(2, metre(2, 4)) + note("G4", 4),
                     attributes(2, "<time><beats>3+2</beats><beat-type>8</beat-type></time>") + note("C5", 5),
                     attributes(2,
                                "<time><beats>3</beats><beat-type>8</beat-type><beats>1</beats>"
                                "<beat-type>4</beat-type></time>") +
                         note("C5", 5)});
  ASSERT_EQ(score.time_signatures.size(), 2U);
  EXPECT_EQ(name_of(score.time_signatures[1].metre), "5/8");
  EXPECT_EQ(score.time_signatures[1].start_ticks, 960);
}

TEST(MusicXmlTime, AnEmptyBarLastsAsItsMetreSaysAndAPartThatRestsHasTheOthersBars) {
  const auto score = read_musicxml(document({{measures({attributes(1, metre(3, 4)), note("C5", 3)})},
                                             {measures({attributes(1), rest(3)}), "Oboe"}}));
  EXPECT_EQ(described(score.tracks[0]), "72 at 1440 for 1440");
  EXPECT_EQ(score.tracks.size(), 1U);
}

TEST(MusicXmlTime, RepeatsStandOnce) {
  const auto score = read_measures(
      {attributes(1, metre(1, 4)) + note("C5", 1) + "<barline><repeat direction=\"backward\"/></barline>",
       note("D5", 1)});
  EXPECT_EQ(described(score.tracks[0]), "72 at 0 for 480, 74 at 480 for 480");
}

// ---- Notes.
const std::string kStart = "<tie type=\"start\"/>", kStop = "<tie type=\"stop\"/>";

TEST(MusicXmlNotes, ATieOverThreeBarsIsOneNote) {
  const auto score = read_measures({attributes(1, metre(2, 4)) + note("C5", 2, kStart),
                                    note("C5", 2, kStop + kStart), note("C5", 1, kStop) + note("C5", 1)});
  EXPECT_EQ(described(score.tracks[0]), "72 at 0 for 2400, 72 at 2400 for 480");
}

TEST(MusicXmlNotes, ATieJoinsItsPitchAloneAndAlsoAcrossVoices) {
  const auto score = read_measures(
      {attributes(1, metre(2, 4)) + note("C5", 2, kStart) + note("E5", 2, "<chord/>"),
       note("E5", 1) + note("F5", 1) + "<backup><duration>2</duration></backup>" + note("C5", 2, kStop)});
  EXPECT_EQ(described(score.tracks[0]),
            "76 at 0 for 960, 72 at 0 for 1920, 76 at 960 for 480, 77 at 1440 for 480");
}

TEST(MusicXmlNotes, ATieWithoutItsFirstNoteIsANote) {
  const auto score = read_measures({attributes(1, metre(2, 4)) + note("C5", 2, kStop)});
  EXPECT_EQ(described(score.tracks[0]), "72 at 0 for 960");
}

TEST(MusicXmlNotes, GraceNotesAreMarkedAndStandBeforeTheirNote) {
  const auto score = read_measures(
      {attributes(1, metre(2, 4)) + note("C5", 1) + grace("D", "5") + grace("E", "5") + note("F5", 1)});
  EXPECT_EQ(described(score.tracks[0]),
            "72 at 0 for 480, 74 at 360 for 60, 76 at 420 for 60, 77 at 480 for 480");
  EXPECT_EQ(score.tracks[0].notes[1].marks, kGrace);
  EXPECT_EQ(score.tracks[0].notes[3].marks, 0);
}

TEST(MusicXmlNotes, AGraceNoteAtTheStartHidesNoNoteOfItsPitch) {
  const auto score = read_measures({attributes(1) + grace("C", "5") + grace("D", "5") + note("C5", 4)});
  EXPECT_EQ(described(score.tracks[0]), "74 at 0 for 60, 72 at 0 for 1920");
  EXPECT_EQ(score.tracks[0].notes[0].marks, kGrace);
  EXPECT_EQ(score.tracks[0].notes[1].marks, 0);
}

TEST(MusicXmlNotes, CueNotesAreSilentButTakeTheirTime) {
  const auto score = read_measures({attributes(1, metre(2, 4)) +
                                    "<note><cue/><pitch><step>C</step><octave>5</octave></pitch>"
                                    "<duration>1</duration></note>" +
                                    note("D5", 1)});
  EXPECT_EQ(described(score.tracks[0]), "74 at 480 for 480");
}

TEST(MusicXmlNotes, OfTwoVoicesOnOnePitchTheLongerStands) {
  const auto score = read_measures({attributes(1, metre(2, 4)) + note("C5", 1) + rest(1) +
                                    "<backup><duration>2</duration></backup>" + note("C5", 2)});
  EXPECT_EQ(described(score.tracks[0]), "72 at 0 for 960");
}

TEST(MusicXmlNotes, TransposeAloneChangesTheSound) {
  const std::string clef =
      "<clef><sign>G</sign><line>2</line><clef-octave-change>-1</clef-octave-change></clef>";
  const std::string octave =
      "<transpose><chromatic>0</chromatic><octave-change>-1</octave-change></transpose>";
  const std::string b_flat = "<transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose>";
  const auto shift = direction("<octave-shift type=\"down\" size=\"8\"/>");
  EXPECT_EQ(described(read_measures({attributes(1, clef) + note("C4", 4)}).tracks[0]), "60 at 0 for 1920");
  EXPECT_EQ(described(read_measures({attributes(1, clef + octave) + note("C4", 4)}).tracks[0]),
            "48 at 0 for 1920");
  EXPECT_EQ(described(read_measures({attributes(1, b_flat) + note("C4", 4)}).tracks[0]), "58 at 0 for 1920");
  EXPECT_EQ(described(read_measures({attributes(1) + shift + note("C4", 4)}).tracks[0]), "60 at 0 for 1920");
}

TEST(MusicXmlNotes, ProgramsAndDrumsCountFromOne) {
  const std::string head =
      "<score-instrument "
      "id=\"S\"><instrument-name>Snare</instrument-name></score-instrument><midi-instrument id=\"S\">"
      "<midi-channel>10</midi-channel><midi-unpitched>39</midi-unpitched></midi-instrument>";
  const std::string snare = "<note><unpitched/><duration>4</duration><instrument id=\"S\"/></note>";
  const auto score =
      read_musicxml(document({{measures({attributes(1) + note("C5", 4)}), "Oboe",
                               "<midi-instrument id=\"O\"><midi-program>69</midi-program></midi-instrument>"},
                              {measures({attributes(1) + snare}), "Drum", head}}));
  EXPECT_EQ(score.tracks[0].program, 68);
  EXPECT_FALSE(score.tracks[0].is_drums);
  EXPECT_TRUE(score.tracks[1].is_drums);
  EXPECT_EQ(score.tracks[1].notes[0].pitch, 38);
}

TEST(MusicXmlNotes, TheStavesOfAPianoAreTracks) {
  const auto score = read_musicxml(
      document({{measures({attributes(1, "<staves>2</staves>") + note("C5", 4, "<staff>1</staff>") +
                           "<backup><duration>4</duration></backup>" + note("C3", 4, "<staff>2</staff>")}),
                 "Klavier\nPiano"}}));
  ASSERT_EQ(score.tracks.size(), 2U);
  EXPECT_EQ(score.tracks[0].name, "Klavier Piano RH");
  EXPECT_EQ(score.tracks[1].name, "Klavier Piano LH");
  EXPECT_EQ(score.tracks[0].staff, 1);
  EXPECT_EQ(score.tracks[1].staff, 2);
}

TEST(MusicXmlNotes, SlursArticulationsAndLyricsAreKept) {
  const auto notations = [](std::string_view inside) {
    return fmt::format("<notations>{}</notations>", inside);
  };
  const auto score = read_measures(
      {attributes(1) +
       note("C5", 1,
            notations("<slur type=\"start\"/><articulations><staccato/></articulations>") +
                "<lyric number=\"1\"><syllabic>begin</syllabic><text>mor</text></lyric>"
                "<lyric number=\"2\"><text>other</text></lyric>") +
       note("D5", 1,
            notations("<slur type=\"stop\"/><articulations><tenuto/><accent/></articulations>") +
                "<lyric><syllabic>end</syllabic><text>row</text></lyric>") +
       rest(2)});
  const Track& track = score.tracks[0];
  EXPECT_EQ(track.notes[0].marks, kSlurStart | kStaccato);
  EXPECT_EQ(track.notes[1].marks, kSlurEnd | kTenuto | kAccent);
  EXPECT_EQ(track.notes[0].length_ticks, 480);
  EXPECT_EQ(track.lyrics, (std::vector<Lyric>{{0, "mor-"}, {480, "row"}}));
}

// ---- Loudness and tempo.
TEST(MusicXmlDynamics, AMarkHoldsForAllVoicesUntilTheNext) {
  const auto score = read_measures(
      {attributes(1) + note("C5", 1) + direction("<dynamics><p/></dynamics>") + note("D5", 1) +
       direction("<dynamics><ff/></dynamics>", "<sound dynamics=\"120\"/>") + note("E5", 2) +
       "<backup><duration>4</duration></backup>" + note("C4", 1) + note("D4", 1) + note("E4", 2)});
  std::vector<int> velocities;
  for (const Note& one : score.tracks[0].notes) velocities.push_back(one.velocity);
  EXPECT_EQ(velocities, (std::vector<int>{80, 80, 49, 49, 108, 108}));
  EXPECT_EQ(score.tracks[0].dynamics,
            (std::vector<DynamicMark>{{480, DynamicLevel::kP}, {960, DynamicLevel::kFf}}));
}

TEST(MusicXmlDynamics, ASforzandoAccentsItsNotesAndPasses) {
  const auto score = read_measures({attributes(1) + direction("<dynamics><p/></dynamics>") + note("C5", 1) +
                                    direction("<dynamics><sf/></dynamics>", "<sound dynamics=\"124\"/>") +
                                    note("D5", 1) + note("E5", 2)});
  const auto& notes = score.tracks[0].notes;
  EXPECT_EQ(notes[1].marks, kAccent);
  EXPECT_EQ(notes[1].velocity, 65);
  EXPECT_EQ(notes[2].velocity, 49);
}

TEST(MusicXmlTempo, EighthsAMinuteAreHalfAsManyQuarters) {
  const auto mark = [](std::string_view unit, std::string_view count) {
    return direction(fmt::format("<metronome>{}<per-minute>{}</per-minute></metronome>", unit, count));
  };
  const auto bpm = [](const std::string& what) {
    return read_measures({attributes(1) + what + note("C5", 4)}).tempos.at(0).bpm();
  };
  EXPECT_NEAR(bpm(mark("<beat-unit>eighth</beat-unit>", "120")), 60, 1e-3);
  EXPECT_NEAR(bpm(mark("<beat-unit>quarter</beat-unit><beat-unit-dot/>", "ca. 60-72")), 90, 1e-3);
  EXPECT_NEAR(bpm(direction("<metronome><beat-unit>half</beat-unit><per-minute>60</per-minute></metronome>",
                            "<sound tempo=\"100\"/>")),
              100, 1e-3);
  EXPECT_TRUE(read_measures({attributes(1) + direction("<words>Allegro</words>", "<sound tempo=\"0\"/>") +
                             note("C5", 4)})
                  .tempos.empty());
}

// ---- Keys.
std::string key(int fifths, std::string_view mode = "") {
  return fmt::format("<key><fifths>{}</fifths>{}</key>", fifths,
                     mode.empty() ? "" : fmt::format("<mode>{}</mode>", mode));
}

TEST(MusicXmlKey, HasItsModeOrTheOneOfItsNotes) {
  const auto name = [](const std::string& inside, const std::string& notes) {
    return name_of(read_measures({attributes(1, inside) + notes}).key_signatures.at(0).key);
  };
  const auto minor = note("E4", 4) + note("G4", 2) + note("B4", 3) + note("D#5", 1) + note("E5", 4);
  EXPECT_EQ(name(key(-3, "minor"), note("C4", 4)), "C minor");
  EXPECT_EQ(name(key(0, "dorian"), note("D4", 4)), "D minor");
  EXPECT_EQ(name(key(1), minor), "E minor");
  EXPECT_EQ(name(key(1), note("G4", 4) + note("B4", 2) + note("D5", 3) + note("F#5", 1) + note("G5", 4)),
            "G major");
}

TEST(MusicXmlKey, IsTheOneThatMostPartsSound) {
  const auto horn =
      measures({attributes(1, key(0) + "<transpose><chromatic>-7</chromatic></transpose>") + note("C5", 4)});
  const auto clarinet = measures(
      {attributes(1, "<transpose><chromatic>-2</chromatic></transpose>" + key(-1, "major")) + note("C5", 4)});
  const auto violin = measures({attributes(1, key(-3, "major")) + note("C5", 4)});
  const auto score = read_musicxml(document({{horn}, {clarinet}, {violin}}));
  ASSERT_EQ(score.key_signatures.size(), 1U);
  EXPECT_EQ(name_of(score.key_signatures[0].key), "Eb major");
}

// ---- Files.
TEST(MusicXmlFile, ACompressedScoreIsTheOneThatItsContainerNames) {
  const auto path = std::filesystem::temp_directory_path() / fmt::format("s2m_{}.mxl", std::rand());
  int fault = 0;
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &fault);
  ASSERT_NE(archive, nullptr);
  const auto other = document({{measures({attributes(1) + note("C2", 4)})}});
  const auto score = document({{measures({attributes(1) + note("C5", 4)})}});
  const std::string container =
      "<container><rootfiles><rootfile full-path=\"scores/b.musicxml\"/><rootfile full-path=\"p.pdf\" "
      "media-type=\"application/pdf\"/></rootfiles></container>";
  const auto add = [&](const char* name, const std::string& text) {
    zip_file_add(archive, name, zip_source_buffer(archive, text.data(), text.size(), 0), ZIP_FL_ENC_UTF_8);
  };
  add("a.musicxml", other);
  add("scores/b.musicxml", score);
  add("META-INF/container.xml", container);
  add("z.musicxml", other);
  ASSERT_EQ(zip_close(archive), 0);
  const auto read = load_musicxml(path);
  std::filesystem::remove(path);
  EXPECT_EQ(described(read.tracks.at(0)), "72 at 0 for 1920");
}

TEST(MusicXmlFile, FaultsAreNamedInOneLine) {
  const auto one = [](const std::string& body) { return fault_of(document({{measures({body})}})); };
  EXPECT_EQ(fault_of("<score-timewise/>"),
            "song.xml: is ordered by time: expected <score-partwise>, got <score-timewise>");
  EXPECT_EQ(fault_of("<html/>"), "song.xml: is no MusicXML: expected <score-partwise>, got <html>");
  EXPECT_EQ(fault_of("<score-partwise/>"), "song.xml: holds no music: expected <part>, got none");
  EXPECT_NE(fault_of("<score-partwise>").find("song.xml: byte"), std::string::npos);
  EXPECT_EQ(one(note("C5", -1)),
            "song.xml: part P1: measure 1: a duration is negative: expected 0 or more, got -1");
  EXPECT_NE(one(note("X5", 1)).find("measure 1: a note without a pitch"), std::string::npos);
  EXPECT_NE(one(attributes(0)).find("<divisions> is out of range"), std::string::npos);
  EXPECT_NE(one(note("C5", 2'000'000'000)).find("a duration is too long"), std::string::npos);
  EXPECT_NE(one("<note><pitch><step>C</step><octave>4</octave></pitch></note>").find("without a duration"),
            std::string::npos);
  EXPECT_NE(
      one(attributes(1, "<time><beats>4</beats><beat-type>3</beat-type></time>")).find("a power of two"),
      std::string::npos);
}

TEST(MusicXmlFile, ADocumentTypeWithEntitiesIsNotExpanded) {
  const std::string bomb =
      "<!DOCTYPE score-partwise [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>"
      "<score-partwise><part-list><score-part id=\"P1\"><part-name>&b;</part-name></score-part></part-list>"
      "<part id=\"P1\"><measure number=\"1\">" +
      note("C5", 1) + "</measure></part></score-partwise>";
  EXPECT_EQ(read_musicxml(bomb).tracks.at(0).name, "&b;");
}

}  // namespace
}  // namespace s2m
