// The facade: from a story to a score, const and from many threads.
#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/batch.h"
#include "story2midi/formats/summary.h"
#include "story2midi/nn/manifest.h"
#include "story2midi/nn/model_file.h"
#include "story2midi/story2midi.h"
#include "tests/base/scratch_folder.h"
#include "tests/compose/tiny_decoder.h"
#include "tests/reading/tiny_encoder.h"

namespace s2m {
namespace {

const Story kStory = story_of(
    "The sea was calm and the sun was warm. She laughed and ran along the shore.\n\n"
    "Then the storm was black, and the dog ran, and he wept in the cold until the morning came.");

class Folder {
 public:
  explicit Folder(const EncoderConfig& encoder = tiny_encoder_config()) : path_(scratch_folder() / "studio") {
    std::filesystem::create_directories(path_);
    save_encoder(path_ / "encoder.safetensors", encoder);
    auto config = tiny_config();
    config.memory_width = tiny_encoder_config().width;
    save_decoder(path_ / "decoder.safetensors", config);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class StudioTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { folder_ = new Folder(); }
  static void TearDownTestSuite() { delete folder_; }
  static Folder* folder_;
  Studio studio_{folder_->path(), 2};
};
Folder* StudioTest::folder_ = nullptr;

TEST_F(StudioTest, FromStoryToScore) {
  const auto reading = studio_.read(kStory);
  auto plan = studio_.plan(reading, {.bars = 12});
  plan.sections.back().bars.back().tempo_bpm = 60;  // plain data: look, change
  const auto score = studio_.compose(reading, plan, {.seed = 7});
  EXPECT_EQ(bars(score).size(), 12u);
  EXPECT_NEAR(score.tempos.back().bpm(), 60, 12);
  EXPECT_EQ(Studio(folder_->path(), 1).compose(reading, plan, {.seed = 7}), score);
}

TEST_F(StudioTest, ModelsOpenFromMemoryWhereverTheyLie) {
  const auto unaligned = [&](const char* name) {
    auto bytes = read_bytes(folder_->path() / name);
    bytes.insert(bytes.begin(), 0);
    return bytes;
  };
  const auto encoder = unaligned("encoder.safetensors"), decoder = unaligned("decoder.safetensors");
  const ModelBytes models{.encoder = std::span(encoder).subspan(1), .decoder = std::span(decoder).subspan(1)};
  const Studio studio(models, 2);
  const auto reading = studio_.read(kStory);
  EXPECT_EQ(studio.read(kStory).curve, reading.curve);
  const auto plan = studio_.plan(reading, {.bars = 8});
  EXPECT_EQ(studio.compose(reading, plan, {.seed = 3}), studio_.compose(reading, plan, {.seed = 3}));
  EXPECT_THROW(Studio(ModelBytes{.encoder = models.decoder, .decoder = models.decoder}), Error);
  EXPECT_THROW(Studio(ModelBytes{.encoder = models.encoder.first(100), .decoder = {}}), Error);
}

TEST(StudioModels, ADecoderOfAnotherEncoderIsRefused) {
  const Folder folder;
  const auto path = folder.path() / "decoder.safetensors";
  auto metadata = ModelFile(path).metadata();
  metadata[kEncoderKey] = "0123456789abcdef";
  std::vector<NamedTensor> tensors;
  {
    const ModelFile file(path);
    for (const auto& [name, tensor] : file.tensors())
      tensors.push_back({name, tensor.shape, file.floats(name, tensor.shape)});
  }
  save_model(path, metadata, tensors, DataType::kF32);
  const auto reads_but_does_not_compose = [](const Studio& studio) {
    const auto reading = studio.read(kStory);
    try {
      studio.compose(reading, studio.plan(reading, {.bars = 4}));
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, ErrorKind::kBrokenModel) << error.what();
      EXPECT_NE(error.fault.find("another encoder"), std::string::npos) << error.what();
    }
  };
  reads_but_does_not_compose(Studio(folder.path()));
  const auto encoder = read_bytes(folder.path() / "encoder.safetensors"), decoder = read_bytes(path);
  reads_but_does_not_compose(Studio(ModelBytes{.encoder = encoder, .decoder = decoder}));
}

TEST_F(StudioTest, AStoryMayGoWithoutItsWords) {
  const auto reading = studio_.read(kStory);
  const auto plan = studio_.plan(reading, {.bars = 8});
  EXPECT_EQ(bars(studio_.compose({}, plan)).size(), 8u);
  EXPECT_NE(studio_.compose({}, plan), studio_.compose(reading, plan));
}

TEST_F(StudioTest, TextOnly) {
  EXPECT_EQ(bars(studio_.compose_from_text(kStory)).size(), 16u);
  EXPECT_EQ(bars(studio_.compose_from_text(kStory, {.bars = 5})).size(), 5u);
}

TEST_F(StudioTest, TextOnlyHasMarkersAndTheStorysWords) {
  const Story story = story_of("The sea was calm.\n\nShe laughed and ran.\n\nThen the storm was black.");
  const auto piece = studio_.compose_piece_from_text(story, {.bars = 16});
  EXPECT_EQ(bar_count(piece.plan), 16);
  ASSERT_EQ(story.passages.size(), 3u);
  ASSERT_EQ(piece.plan.sections.size(), 2u) << "each of eight bars has its passage";
  ASSERT_EQ(piece.score.markers.size(), 2u);
  EXPECT_EQ(piece.score.markers[0].text, "A: " + piece.plan.sections[0].title);
  EXPECT_EQ(piece.score.markers[1].start_ticks, bars(piece.score)[8].start_ticks);
  const auto& lyrics = piece.score.tracks.front().lyrics;
  ASSERT_EQ(lyrics.size(), story.passages.size());
  EXPECT_EQ(lyrics.front().start_ticks, 0);
  EXPECT_EQ(lyrics.front().text, story.passages.front().text);
}

TEST_F(StudioTest, LinesAreReadAloneOrAsOneStory) {
  const std::vector<std::string> lines{"She laughed.", "The storm was black.", "He wept."};
  const auto each = studio_.read_each(lines);
  EXPECT_EQ(each[1], studio_.read(lines[1]));
  const auto curve = studio_.read(lines).curve;
  ASSERT_EQ(curve.points.size(), 3u);
  EXPECT_NE(curve.points[1].emotion, each[1]);
  EXPECT_EQ(curve.points[2].passage.text, "He wept.");
}

TEST_F(StudioTest, ManyThreadsMayUseOne) {
  std::array<Score, 3> together;
  {
    std::vector<std::jthread> threads;
    for (std::uint64_t i = 0; i < together.size(); ++i)
      threads.emplace_back([&, i] {
        const auto reading = studio_.read(kStory);
        together[i] = studio_.compose(reading, studio_.plan(reading, {.bars = 4}), {.seed = i});
      });
  }
  const auto reading = studio_.read(kStory);
  for (std::uint64_t i = 0; i < together.size(); ++i)
    EXPECT_EQ(together[i], studio_.compose(reading, studio_.plan(reading, {.bars = 4}), {.seed = i}));
}

TEST_F(StudioTest, SaysWhatDoesNotFit) {
  EXPECT_THROW(studio_.read(Story{}), Error);
  EXPECT_THROW(Studio("nowhere"), Error);
}

TEST_F(StudioTest, APlanOfAnotherTextIsRefusedUnlessItsFingerprintIsTakenOut) {
  const auto reading = studio_.read(kStory);
  auto plan = studio_.plan(reading, {.bars = 8});
  auto text = kStory.source;
  text[4] = 'S';
  const auto other = studio_.read(story_of(text));
  try {
    studio_.compose(other, plan);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault, "was made from another text");
  }
  plan.story_fingerprint = 0;
  EXPECT_EQ(bars(studio_.compose(other, plan)).size(), 8u);
}

TEST_F(StudioTest, ASectionOfAPlanMayBeMovedByHandButNotBeyondTheStory) {
  const auto reading = studio_.read(kStory);
  auto plan = studio_.plan(reading, {.bars = 8});
  plan.sections[0].start_byte = 3;  // in the middle of a passage
  EXPECT_EQ(bars(studio_.compose(reading, plan)).size(), 8u);
  plan.sections[0].start_byte = 10'000;
  plan.sections[0].end_byte = 10'010;
  EXPECT_THROW(studio_.compose(reading, plan), Error);
}

TEST_F(StudioTest, AnOutsideReadingTellsTheDecoderNoWords) {
  auto reading = studio_.read(kStory);
  const auto plan = studio_.plan(reading, {.bars = 8});
  reading.is_outside = true;
  auto outside = studio_.compose(reading, plan), plain = studio_.compose(StoryReading{}, plan);
  EXPECT_FALSE(outside.tracks.front().lyrics.empty());
  outside.tracks.front().lyrics.clear();
  EXPECT_EQ(outside, plain);
}

TEST_F(StudioTest, FromTextAloneAReadingAndAStoryGiveTheSameBytes) {
  EXPECT_EQ(studio_.compose_from_text(studio_.read(kStory), {.bars = 20}),
            studio_.compose_from_text(kStory, {.bars = 20}));
}

TEST_F(StudioTest, ABatchGivesTheBytesOfEachPieceAlone) {
  std::vector<PieceRequest> requests;
  for (std::uint64_t seed = 1; seed <= 9; ++seed)
    requests.push_back({seed == 5 ? "" : "The dog ran in the storm.", {.bars = 2}, seed});
  requests[4].asked.valence = .5, requests[4].asked.arousal = -.5;
  for (const int threads : {1, 2}) {
    std::vector<Score> scores(requests.size());
    std::uint64_t told = 0;
    const BatchOptions options{.threads = threads,
                               .progress = [&](auto done, auto) { return told = done, true; }};
    compose_batch(studio_, requests, options, [&](std::size_t first, std::span<const ComposedPiece> pieces) {
      for (std::size_t i = 0; i < pieces.size(); ++i) scores[first + i] = pieces[i].score;
    });
    EXPECT_EQ(told, requests.size());
    for (const std::size_t i : {0u, 4u, 8u}) {
      const auto& [text, asked, seed] = requests[i];
      const auto reading = text.empty() ? StoryReading{} : studio_.read(story_of(text));
      EXPECT_EQ(scores[i], studio_.compose(reading, studio_.plan(reading, asked), {.seed = seed})) << i;
    }
  }
  const BatchOptions stopped{.progress = [](auto, auto) { return false; }};
  EXPECT_THROW(compose_batch(studio_, requests, stopped, [](auto, auto) {}), Cancelled);
}

TEST_F(StudioTest, ABatchWithoutPlansGivesTheBytesOfEachPieceAlone) {
  const std::vector<PieceRequest> requests{{"The sea was calm.", {.bars = 2}, 3}};
  compose_batch(studio_, requests, {.planning = Planning::kTextOnly}, [&](auto, auto pieces) {
    EXPECT_EQ(pieces[0].score,
              studio_.compose_from_text(story_of(requests[0].text), {.bars = 2}, {.seed = 3}));
  });
}

TEST(Summary, IsJsonWithTheNamesOfFiles) {
  PieceSummary summary{.emotion = ValenceArousal{-.5, .25}, .tempo_bpm = 90, .bars = 4, .seed = 7};
  summary.files.emplace_back("midi", "a.mid");
  EXPECT_EQ(to_json(summary),
            R"({"emotion":{"valence":-0.5,"arousal":0.25,"quadrant":"Q2"},"key":"C major","tempo_bpm":90.0,)"
            R"("metre":"4/4","bars":4,"length_seconds":0.0,"notes":0,"seed":7,"files":{"midi":"a.mid"}})");
}

TEST(BarView, IsJsonInSeconds) {
  BarView bar{.number = 2, .start_seconds = 1.5, .length_seconds = 2};
  bar.notes.push_back({"melody", {0, 480, 60, 80}, 1.5, .5});
  EXPECT_EQ(to_json(bar),
            R"({"bar":2,"start_seconds":1.5,"length_seconds":2.0,"notes":[{"start_seconds":1.5,)"
            R"("length_seconds":0.5,"pitch":60,"velocity":80,"track":"melody"}]})");
}

TEST(StudioWithoutHeads, ComposesFromTextAlone) {
  auto config = tiny_encoder_config();
  config.projection = 0;
  const Folder folder(config);
  const Studio studio(folder.path(), 1);
  EXPECT_FALSE(studio.can_read_emotion());
  EXPECT_EQ(bars(studio.compose_from_text(kStory, {.bars = 5})).size(), 5u);
  EXPECT_THROW(studio.read(kStory), Error);
  EXPECT_THROW(studio.read("The sea was calm."), Error);
}

}  // namespace
}  // namespace s2m
