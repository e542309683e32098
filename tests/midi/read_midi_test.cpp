#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "story2midi/base/error.h"
#include "story2midi/midi/midi.h"

namespace s2m {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

Bytes text(const std::string& value) { return {value.begin(), value.end()}; }

Bytes chunk(const std::string& kind, const Bytes& data) {
  const auto size = static_cast<std::uint32_t>(data.size());
  const auto byte = [&](int shift) { return static_cast<std::uint8_t>(size >> shift); };
  return text(kind) + Bytes{byte(24), byte(16), byte(8), byte(0)} + data;
}

Bytes header(std::uint8_t type, std::uint8_t track_count, Bytes division = {0, 96}) {
  return chunk("MThd", Bytes{0, type, 0, track_count} + division);
}

const Bytes kEnd = {0, 0xFF, 0x2F, 0};

Bytes track(const Bytes& events) { return chunk("MTrk", events + kEnd); }

Bytes one_track(const Bytes& events) { return header(0, 1) + track(events); }

TEST(ReadMidi, MakesATrackOfEachChannelAndProgram) {
  const Score score =
      read_midi(one_track({0,  0xFF, 3,  2,   'A',  'b',           //
                           0,  0xC0, 40, 0,   0xC1, 41,            //
                           0,  0x90, 60, 70,  0,    0x91, 64, 71,  //
                           10, 0xC0, 42, 10,  0x90, 62,   72,      // the key of the old program still sounds
                           10, 0x80, 60, 0,   0,    0x80, 62, 0,  0, 0x81, 64, 0,  //
                           0,  0x99, 36, 100, 5,    0x89, 36, 0}));
  ASSERT_EQ(score.tracks.size(), 4u);
  EXPECT_EQ(score.ticks_per_quarter, 96);
  EXPECT_EQ(score.tracks[0], (Track{"Ab", 40, false, {{0, 30, 60, 70}}, {}}));
  EXPECT_EQ(score.tracks[1], (Track{"Ab", 41, false, {{0, 30, 64, 71}}, {}}));
  EXPECT_EQ(score.tracks[2], (Track{"Ab", 42, false, {{20, 10, 62, 72}}, {}}));
  EXPECT_EQ(score.tracks[3], (Track{"Ab", 0, true, {{30, 5, 36, 100}}, {}}));
}

TEST(ReadMidi, KeepsRunningStatusAcrossOtherEvents) {
  const Score score = read_midi(one_track({0, 0x90, 60, 64,   4,    60, 0,       // velocity 0 releases
                                           0, 0xFF, 1,  1,    'x',  0,  62, 64,  // text between
                                           0, 0xF0, 2,  0x7E, 0xF7, 4,  62, 0,   // SysEx between
                                           0, 0xF7, 1,  0xFE, 0,    64, 64, 1,  64, 0}));
  ASSERT_EQ(score.tracks.size(), 1u);
  EXPECT_EQ(score.tracks[0].notes, (std::vector<Note>{{0, 4, 60, 64}, {4, 4, 62, 64}, {8, 1, 64, 64}}));
}

TEST(ReadMidi, GathersTheMaps) {
  const Score score = read_midi(
      header(1, 2) + track({0, 0xFF, 0x51, 3, 0x07, 0xA1, 0x20, 0,    0xFF, 0x58, 4,  6, 3, 24, 8,  //
                            0, 0xFF, 0x59, 2, 0xFD, 1,    96,   0xFF, 6,    1,    'B'}) +
      track({0, 0xFF, 0x51, 3, 0x0F, 0x42, 0x40, 96, 0xFF, 0x51, 3, 0, 0, 0,  //
             0, 0xFF, 0x59, 2, 2,    0}));
  EXPECT_EQ(score.tempos, (std::vector<Tempo>{{0, 1'000'000}}))
      << "of two at one tick the later; zero is none";
  EXPECT_EQ(score.time_signatures, (std::vector<TimeSignature>{{0, 6, 8}}));
  EXPECT_EQ(score.key_signatures,
            (std::vector<KeySignature>{{0, {0, Mode::kMinor}}, {96, {2, Mode::kMajor}}}));
  EXPECT_EQ(score.markers, (std::vector<Marker>{{96, "B"}}));
}

TEST(ReadMidi, KeepsThePedalBesideTheNotes) {
  const Score score =
      read_midi(one_track({0, 0x90, 60, 64, 1, 0xB0, 64,  64, 1,  64, 127, 2,  0x80, 60, 0,  //
                           5, 0xB0, 64, 63, 0, 64,   100, 0,  64, 0,  3,   64, 90,   7,  66, 1}));
  ASSERT_EQ(score.tracks.size(), 1u);
  EXPECT_EQ(score.tracks[0].notes, (std::vector<Note>{{0, 4, 60, 64}}));
  EXPECT_EQ(score.tracks[0].pedal, (std::vector<PedalSpan>{{1, 9}, {12, 19}}))
      << "open at the end: closed there";
}

TEST(ReadMidi, GivesAPedalTrackWithoutNotesToItsChannel) {
  const Bytes note = {0, 0x90, 60, 64, 5, 60, 0};
  const Score score =
      read_midi(header(1, 3) + track({0, 0xB0, 64, 127, 9, 64, 0}) + track(note) + track(note));
  ASSERT_EQ(score.tracks.size(), 2u);
  EXPECT_EQ(score.tracks[0].pedal, (std::vector<PedalSpan>{{0, 9}}));
  EXPECT_TRUE(score.tracks[1].pedal.empty());
}

std::vector<Note> notes_of(const Bytes& events) { return read_midi(one_track(events)).tracks.at(0).notes; }

TEST(ReadMidi, EndsEveryNote) {
  EXPECT_EQ(notes_of({0, 0x90, 60, 64, 50, 0xFF, 1, 0}), (std::vector<Note>{{0, 50, 60, 64}}))
      << "left hanging";
  EXPECT_EQ(notes_of({0, 0x90, 60, 64, 0, 60, 0}), (std::vector<Note>{{0, 1, 60, 64}})) << "no length";
  EXPECT_EQ(notes_of({0, 0x90, 60, 64, 5, 60, 65, 5, 60, 0}),
            (std::vector<Note>{{0, 5, 60, 64}, {5, 5, 60, 65}}))
      << "struck again, released once";
  EXPECT_EQ(notes_of({0, 0x90, 60, 64, 5, 60, 65, 5, 60, 0, 5, 60, 0}),
            (std::vector<Note>{{0, 5, 60, 64}, {5, 10, 60, 65}}))
      << "struck again, released twice";
  EXPECT_EQ(notes_of({0, 0x90, 60, 64, 0, 60, 70, 5, 60, 0, 5, 60, 0}), (std::vector<Note>{{0, 10, 60, 70}}))
      << "struck twice at once";
  EXPECT_EQ(notes_of({0, 0x80, 60, 0, 0, 0x90, 60, 0xFF, 1, 60, 0}), (std::vector<Note>{{0, 1, 60, 127}}))
      << "a release of nothing, and a velocity out of range";
}

TEST(ReadMidi, KeepsLengthsWhereTheNextStrikeStandsBeforeTheLastRelease) {
  EXPECT_EQ(notes_of({0,  0x90, 60, 64,            //
                      96, 0x90, 60, 65, 0, 60, 0,  // Verovio 5.1 to 5.4 wrote such files
                      96, 0x90, 60, 66, 0, 60, 0,  //
                      96, 60,   0}),
            (std::vector<Note>{{0, 96, 60, 64}, {96, 96, 60, 65}, {192, 96, 60, 66}}));
}

TEST(ReadMidi, EndsNotesAtAllNotesOffAndAllSoundOff) {
  for (const std::uint8_t controller : {120, 123, 124, 125, 126, 127})
    EXPECT_EQ(notes_of({0, 0x90, 60, 64, 0, 64, 64, 10, 0xB0, controller, 0, 5, 0x90, 60, 65, 7, 60, 0,  //
                        9, 0xFF, 1,  0}),
              (std::vector<Note>{{0, 10, 60, 64}, {0, 10, 64, 64}, {15, 7, 60, 65}}))
        << int{controller};
}

Bytes little_endian_chunk(const std::string& kind, const Bytes& data) {
  const auto size = static_cast<std::uint8_t>(data.size());
  return text(kind) + Bytes{size, 0, 0, 0} + data + Bytes(data.size() % 2, 0);
}

TEST(ReadMidi, ReadsRiffMidi) {
  const Bytes file = one_track({0, 0x90, 60, 64, 5, 60, 0});
  const Bytes info = little_endian_chunk("LIST", text("INFOa"));  // an odd length: padded
  for (const Bytes& chunks : {little_endian_chunk("data", file), info + little_endian_chunk("data", file)}) {
    const Score score = read_midi(little_endian_chunk("RIFF", text("RMID") + chunks));
    ASSERT_EQ(score.tracks.size(), 1u);
    EXPECT_EQ(score.tracks[0].notes, (std::vector<Note>{{0, 5, 60, 64}}));
  }
}

TEST(ReadMidi, SortsChords) {
  EXPECT_EQ(notes_of({0, 0x90, 67, 1, 0, 60, 1, 0, 64, 1, 5, 67, 0, 0, 60, 0, 0, 64, 0}),
            (std::vector<Note>{{0, 5, 60, 1}, {0, 5, 64, 1}, {0, 5, 67, 1}}));
}

struct Smpte {
  Bytes division;
  int ticks_per_quarter;
  int ticks_per_minute;
};

TEST(ReadMidi, TurnsSmpteTimeIntoTicks) {
  const Smpte cases[] = {{{0xE8, 80}, 960, 24 * 80 * 60},
                         {{0xE7, 40}, 500, 25 * 40 * 60},
                         {{0xE7, 1}, 25, 25 * 60},
                         {{0xE3, 100}, 1500, 179'820},  // 30 frames in 1.001 s
                         {{0xE2, 4}, 60, 30 * 4 * 60}};
  for (const Smpte& smpte : cases) {
    const Bytes tempo = {0, 0xFF, 0x51, 3, 1, 1, 1};
    const Score score = read_midi(header(0, 1, smpte.division) + track(tempo));
    EXPECT_EQ(score.ticks_per_quarter, smpte.ticks_per_quarter);
    EXPECT_NEAR(seconds_at(score, smpte.ticks_per_minute), 60.0, 1e-3) << "tempo events do not count";
  }
}

TEST(ReadMidi, PlaysPatternsOneAfterAnother) {
  const Bytes pattern = {0, 0xFF, 0x51, 3, 7, 0, 0, 10, 0x90, 60, 64, 10, 60, 0, 76, 0xFF, 1, 0};
  const Score score = read_midi(header(2, 2) + track(pattern) + track(pattern));
  ASSERT_EQ(score.tracks.size(), 2u);
  EXPECT_EQ(score.tracks[0].notes, (std::vector<Note>{{10, 10, 60, 64}}));
  EXPECT_EQ(score.tracks[1].notes, (std::vector<Note>{{106, 10, 60, 64}}));
  EXPECT_EQ(score.tempos.size(), 2u);
}

TEST(ReadMidi, TakesTheProgramFromATrackBefore) {
  const Score score = read_midi(header(1, 2) + track({0, 0xC2, 19}) + track({0, 0x92, 60, 64, 1, 60, 0}));
  ASSERT_EQ(score.tracks.size(), 1u);
  EXPECT_EQ(score.tracks[0].program, 19);
}

TEST(ReadMidi, BearsWithWhatIsNotPerfect) {
  const Bytes note = {0, 0x90, 60, 64, 5, 60, 0};
  const Bytes cut = text("MTrk") + Bytes{0, 0, 1, 0} + note + Bytes{7, 0x90, 61};
  const std::vector<std::pair<std::string, Bytes>> files = {
      {"a chunk cut short", header(1, 1) + cut},
      {"no end of track", header(1, 1) + chunk("MTrk", note)},
      {"events behind the end of the track", header(1, 1) + chunk("MTrk", note + kEnd + Bytes{0, 1, 2, 3})},
      {"junk behind", header(1, 1) + track(note) + Bytes(40, 0xAB)},
      {"a few bytes of junk behind", header(1, 1) + track(note) + Bytes{0, 0, 0}},
      {"an unknown chunk", header(1, 1) + chunk("XFIH", {1, 2, 3}) + track(note)},
      {"fewer tracks than stated", header(1, 9) + track(note)},
      {"more tracks than stated", header(1, 0) + track(note)},
      {"a longer header", chunk("MThd", {0, 1, 0, 1, 0, 96, 0, 0}) + track(note)},
  };
  for (const auto& [what, bytes] : files) {
    const Score score = read_midi(bytes);
    ASSERT_EQ(score.tracks.size(), 1u) << what;
    EXPECT_EQ(score.tracks[0].notes, (std::vector<Note>{{0, 5, 60, 64}})) << what;
  }
}

TEST(ReadMidi, ReadsTextThatIsNotUtf8AsLatin1) {
  const auto name = [](const Bytes& bytes) {
    const Bytes meta = Bytes{0, 0xFF, 3, static_cast<std::uint8_t>(bytes.size())} + bytes;
    return read_midi(one_track(meta + Bytes{0, 0x90, 60, 64, 1, 60, 0})).tracks.at(0).name;
  };
  EXPECT_EQ(name({'n', 0xE9, 'e'}), "n\u00e9e");
  EXPECT_EQ(name({'n', 0xC3, 0xA9, 'e'}), "n\u00e9e");
  EXPECT_EQ(name({0xED, 0xA0, 0x80}), "\u00ed\u00a0\u0080") << "a surrogate is no UTF-8";
}

std::string fault_of(const Bytes& bytes) {
  try {
    read_midi(bytes, "story.mid");
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

TEST(ReadMidi, NamesTheByteThatIsNotMidi) {
  EXPECT_EQ(fault_of({}), "story.mid: byte 0: no Standard MIDI File: expected MThd");
  EXPECT_EQ(fault_of(text("RIFF0000WAVE")), "story.mid: byte 0: no Standard MIDI File: expected MThd");
  EXPECT_EQ(fault_of(chunk("MThd", {0, 1})), "story.mid: byte 8: header cut short: expected 6 bytes");
  EXPECT_EQ(fault_of(header(3, 1)),
            "story.mid: byte 8: unknown type of MIDI file: expected 0, 1 or 2, got 3");
  EXPECT_EQ(fault_of(header(1, 1, {0, 0})), "story.mid: byte 12: no ticks in a quarter note");
  EXPECT_EQ(
      fault_of(header(1, 1, {0xE0, 4})),
      "story.mid: byte 12: no SMPTE division: expected 24, 25, 29 or 30 frames a second, got 32 of 4 ticks");
  EXPECT_EQ(fault_of(header(1, 1)), "story.mid: byte 14: no track: expected MTrk");
  EXPECT_EQ(fault_of(one_track({0, 60, 64})),
            "story.mid: byte 23: data byte without a status before it: got 0x3c");
  EXPECT_EQ(fault_of(one_track({0, 0x90, 0x90, 64})),
            "story.mid: byte 24: status byte within an event: expected data bytes below 0x80");
  EXPECT_EQ(fault_of(one_track({0, 0xF8})),
            "story.mid: byte 23: no event of a MIDI file: expected SysEx 0xf0 or 0xf7, got 0xf8");
  EXPECT_EQ(fault_of(one_track({0x80, 0x80, 0x80, 0x80, 1})),
            "story.mid: byte 22: number of more than four bytes");
  EXPECT_EQ(fault_of(header(1, 1) + chunk("MTrk", {0, 0x90, 60})),
            "story.mid: byte 24: event runs past the end of its track");
  EXPECT_EQ(fault_of(header(1, 1) + Bytes(40, 0xAB)), "story.mid: byte 14: no chunk: expected MTrk");
}

TEST(ReadMidi, NamesTheByteOfARiffFile) {
  const auto riff = [](const Bytes& chunks) { return little_endian_chunk("RIFF", text("RMID") + chunks); };
  EXPECT_EQ(fault_of(riff({})), "story.mid: byte 12: no MIDI in the RIFF file: expected a data chunk");
  EXPECT_EQ(fault_of(riff(little_endian_chunk("data", text("RIFF")))),
            "story.mid: byte 20: no Standard MIDI File: expected MThd");
}

// A few bytes must not ask for memory by the ticks or the seconds that they state.
TEST(ReadMidi, RefusesMusicBeyondTheLimitOfLength) {
  const Bytes far = {0xFF, 0xFF, 0xFF, 0x7F};
  const std::string fault = "story.mid: the music is too long: expected at most ";
  const Bytes far_strike = one_track(far + Bytes{0x90, 60, 64, 1, 60, 0});
  EXPECT_EQ(fault_of(far_strike), fault + "100000 quarters, got 2796202");
  const Bytes far_release = one_track(Bytes{0, 0x90, 60, 64} + far + Bytes{60, 0});
  EXPECT_EQ(fault_of(far_release), fault + "100000 quarters, got 2796202");
  const Bytes far_pedal = one_track(Bytes{0, 0x90, 60, 64, 1, 60, 0, 0, 0xB0, 64, 127} + far + Bytes{64, 0});
  EXPECT_EQ(fault_of(far_pedal), fault + "100000 quarters, got 2796202");
  const Bytes slow =
      one_track({0, 0xFF, 0x51, 3, 0xFF, 0xFF, 0xFF, 0, 0x90, 60, 64, 0xBF, 0xFF, 0x7F, 60, 0});
  EXPECT_EQ(fault_of(slow), fault + "24 hours, got 51 hours");
  EXPECT_EQ(fault_of(one_track(Bytes{0, 0x90, 60, 64, 1, 60, 0} + far + Bytes{0xFF, 1, 0})), "none")
      << "an event far away that is no note";
}

TEST(ReadMidi, RefusesTimeThatOverflows) {
  Bytes events;
  for (int i = 0; i < 9; ++i) events = events + Bytes{0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 1, 0};
  EXPECT_EQ(fault_of(one_track(events)), "story.mid: byte 78: time runs past 31 bits of ticks");
}

}  // namespace
}  // namespace s2m
