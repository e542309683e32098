#include "story2midi/nn/decoder.h"

#include <cmath>

#include "story2midi/base/error.h"
#include "tests/nn/golden.h"

namespace s2m {
namespace {

using Bytes = std::vector<std::uint8_t>;

// [[kind, values...], ...] as kEventBytes each.
Bytes event_bytes(const nlohmann::json& events) {
  Bytes bytes;
  for (const auto& event : events) {
    auto values = event.get<Bytes>();
    values.resize(kEventBytes);
    bytes.insert(bytes.end(), values.begin(), values.end());
  }
  return bytes;
}

class DecoderTest : public ::testing::Test {
 protected:
  const Decoder decoder{ModelFile(test::fixture("decoder.safetensors"))};
  const nlohmann::json golden = test::golden("decoder.json");
  const Bytes events = event_bytes(golden["events"]);
  const std::shared_ptr<const DecoderMemory> memory = decoder.remember(test::flat(golden["memory"]));
  const std::size_t count = events.size() / kEventBytes;
  const std::size_t width = static_cast<std::size_t>(decoder.config().width);

  std::span<const std::uint8_t> event(std::size_t i) const {
    return std::span(events).subspan(i * kEventBytes, kEventBytes);
  }

  // h after the start event and each of the events.
  Floats hidden(std::shared_ptr<const DecoderMemory> heard) const {
    auto state = decoder.start(std::move(heard));
    auto all = state.hidden;
    const auto rest = decoder.hidden_after_each(state, events);
    all.insert(all.end(), rest.begin(), rest.end());
    return all;
  }

  // Ours are the right results, and too far from the mistake's for anything to be both.
  void expect_avoids(const std::string& mistake, const std::string& where) const {
    auto state = decoder.start(decoder.no_text());
    const auto nats = decoder.surprisal(state, events);
    const bool last = where == "hidden";
    const Floats ours = last ? state.hidden : Floats(nats.begin(), nats.end());
    const auto right = last ? golden["without"]["hidden"].back() : golden["without"]["surprisals"];
    EXPECT_LT(test::largest_difference(ours, test::flat(right)), test::kParity);
    EXPECT_GT(test::largest_difference(ours, test::flat(golden["mistakes"][mistake][where])),
              2 * test::kParity);
  }
};

TEST_F(DecoderTest, EveryBlockAgreesWithTheGoldenNetwork) {
  const auto& weights = decoder.weights();
  const auto& right = golden["with_memory"];
  auto state = decoder.start(memory);
  Bytes inputs(kEventBytes);
  inputs[0] = static_cast<std::uint8_t>(decoder.config().start_kind);
  inputs.insert(inputs.end(), events.begin(), events.end());
  std::vector<Place> places;
  Floats rotations, x((count + 1) * width);
  for (std::size_t i = 0; i <= count; ++i) {
    const auto head_width = weights.rotary.head_width();
    places.push_back({&state, static_cast<std::int64_t>(i)});
    rotations.resize((i + 1) * head_width);
    weights.rotary.rotation_at(places.back().position, std::span(rotations).last(head_width));
  }
  embed_events(weights, inputs, x);
  EXPECT_LT(test::largest_difference(x, test::flat(right["embedded"])), test::kParity);
  DecoderPass pass{state.work, places, rotations};
  for (int i = 0; i < decoder.config().layers; ++i) {
    apply_layer(weights, i, pass, x);
    EXPECT_LT(test::largest_difference(x, test::flat(right["layers"][static_cast<std::size_t>(i)])),
              test::kParity)
        << "layer " << i;
  }
}

TEST_F(DecoderTest, HiddenStatesAgreeWithTheGoldenNetwork) {
  EXPECT_LT(test::largest_difference(hidden(memory), test::flat(golden["with_memory"]["hidden"])),
            test::kParity);
  EXPECT_LT(test::largest_difference(hidden(decoder.no_text()), test::flat(golden["without"]["hidden"])),
            test::kParity);
}

TEST_F(DecoderTest, ChainsAgreeWithTheGoldenNetwork) {
  auto state = decoder.start(memory);
  for (std::size_t i = 0; i < count; ++i) {
    auto chain = decoder.next(state);
    const auto& right = golden["with_memory"]["chains"][i];
    for (std::size_t field = 0; field < right.size(); ++field) {
      ASSERT_FALSE(chain.done());
      EXPECT_EQ(chain.field(), static_cast<int>(field) - 1);
      EXPECT_LT(test::largest_difference(chain.logits(), test::flat(right[field])), test::kParity);
      chain.choose(event(i)[field]);
    }
    EXPECT_TRUE(chain.done());
    EXPECT_THROW(chain.choose(0), Error);
    decoder.feed(state, event(i));
  }
}

TEST_F(DecoderTest, SurprisalsAgreeWithTheGoldenNetwork) {
  auto state = decoder.start(memory);
  EXPECT_LT(test::largest_difference(decoder.surprisal(state, events),
                                     test::flat(golden["with_memory"]["surprisals"])),
            test::kParity);
}

TEST_F(DecoderTest, GeluIsExactNotTanh) { expect_avoids("tanh_gelu", "hidden"); }
TEST_F(DecoderTest, EpsilonStandsInsideTheRoot) { expect_avoids("epsilon_outside_root", "hidden"); }
TEST_F(DecoderTest, RotaryPairsLieHalfAHeadApart) { expect_avoids("rope_neighbours", "hidden"); }
TEST_F(DecoderTest, TheWindowEnds) { expect_avoids("window_ignored", "hidden"); }
TEST_F(DecoderTest, TheWindowCountsTheEventItself) { expect_avoids("window_one_more", "hidden"); }
TEST_F(DecoderTest, RowsAreQueriesKeysValues) { expect_avoids("qkv_order", "hidden"); }
TEST_F(DecoderTest, NoTextIsTheLearnedRow) { expect_avoids("null_memory_is_zero", "hidden"); }
TEST_F(DecoderTest, TheChainIsNormed) { expect_avoids("chain_not_normed", "surprisals"); }
TEST_F(DecoderTest, TheChainRemembersItsChoices) { expect_avoids("chain_forgets", "surprisals"); }

TEST_F(DecoderTest, OneByOneEqualsAllAtOnce) {
  // Three times around the cache, in the same bytes: each event is computed by itself in both.
  Bytes many;
  for (int i = 0; i < 3; ++i) many.insert(many.end(), events.begin(), events.end());
  auto at_once = decoder.start(memory), stepped = at_once;
  const auto all = decoder.hidden_after_each(at_once, many);
  for (std::size_t i = 0; i * kEventBytes < many.size(); ++i) {
    decoder.feed(stepped, std::span(many).subspan(i * kEventBytes, kEventBytes));
    EXPECT_EQ(stepped.hidden, Floats(all.begin() + static_cast<std::ptrdiff_t>(i * width),
                                     all.begin() + static_cast<std::ptrdiff_t>((i + 1) * width)));
  }
  EXPECT_EQ(stepped.position, at_once.position);
}

TEST_F(DecoderTest, ACopyIsAPieceOfItsOwn) {
  auto state = decoder.start(memory);
  decoder.feed(state, event(0));
  auto fork = state;
  decoder.feed(fork, event(1));
  decoder.feed(state, event(2));
  decoder.feed(state, event(3));
  auto again = decoder.start(memory);
  decoder.feed(again, std::span(events).first(2 * kEventBytes));
  EXPECT_EQ(fork.hidden, again.hidden);
}

TEST_F(DecoderTest, TheMemoryMayChangeBetweenEvents) {
  auto state = decoder.start(memory), other = state;
  decoder.feed(state, event(0));
  decoder.feed(other, event(0));
  EXPECT_EQ(state.hidden, other.hidden);
  other.memory = decoder.no_text();
  decoder.feed(state, event(1));
  decoder.feed(other, event(1));
  EXPECT_GT(test::largest_difference(state.hidden, other.hidden), 1e-3f);
}

TEST_F(DecoderTest, ValuesBeyondTheirFieldsAreErrors) {
  auto state = decoder.start(memory);
  const auto feed = [&](const Bytes& values) {
    auto bytes = values;
    bytes.resize(kEventBytes);
    decoder.feed(state, bytes);
  };
  EXPECT_THROW(feed({11}), Error);            // no such kind
  EXPECT_THROW(feed({1, 8, 0, 0}), Error);    // no such position
  EXPECT_THROW(feed({0, 0, 3, 0}), Error);    // no such mode
  EXPECT_NO_THROW(feed({3, 255, 255, 255}));  // an end has no fields
  EXPECT_THROW(decoder.feed(state, Bytes(kEventBytes + 1)), Error);
  EXPECT_THROW(decoder.next(state).choose(11), Error);
  EXPECT_THROW(decoder.next(state).choose(-1), Error);
  EXPECT_THROW(decoder.remember(Floats(13)), Error);
  EXPECT_THROW(decoder.remember(Floats()), Error);
}

TEST(DecoderFile, EveryParameterMustBeThereAndNothingElse) {
  const auto config =
      decoder_config_from_json(ModelFile(test::fixture("decoder.safetensors")).metadata("config"));
  const auto all = test::random_parameters(config, 6);
  const test::TemporaryFile file("decoder.safetensors");
  const auto load = [&](const std::vector<NamedTensor>& tensors) {
    save_model(file.path(), {{"kind", "decoder"}, {"config", to_json(config)}}, tensors, DataType::kBF16);
    return Decoder(ModelFile(file.path()));
  };
  EXPECT_NO_THROW(load(all));
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto fewer = all;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_THROW(load(fewer), Error) << all[i].name;
  }
  auto more = all;
  more.push_back({"layers.0.cross.out.weight", {16, 16}, Floats(256)});
  EXPECT_THROW(load(more), Error);
}

class NarrowDecoders : public ::testing::TestWithParam<DataType> {
 protected:
  const DecoderConfig config =
      decoder_config_from_json(ModelFile(test::fixture("decoder.safetensors")).metadata("config"));
  const Bytes events = event_bytes(test::golden("decoder.json")["events"]);
  const test::TemporaryFile file{"narrow.safetensors"};

  ModelFile save(const std::vector<NamedTensor>& tensors, DataType type) const {
    save_model(file.path(), {{"kind", "decoder"}, {"config", to_json(config)}}, tensors, type);
    return ModelFile(file.path());
  }
  Decoder narrow_decoder() const { return Decoder(save(test::random_parameters(config, 15), GetParam())); }
  std::span<const std::uint8_t> event(std::size_t i) const {
    return std::span(events).subspan(i * kEventBytes, kEventBytes);
  }
};

// Against narrow weights the inputs are rounded too, and so is the cache; the same weights as floats say
// nearly the same.
TEST_P(NarrowDecoders, StayNearTheirOwnWeightsAsFloats) {
  auto tensors = test::random_parameters(config, 15);
  const auto narrow = save(tensors, GetParam());
  for (auto& tensor : tensors) tensor.values = narrow.floats(tensor.name, tensor.shape);
  const Decoder ours(narrow), wide(save(tensors, DataType::kF32));
  auto state = ours.start(ours.no_text()), wide_state = wide.start(wide.no_text());
  const auto a = ours.hidden_after_each(state, events), b = wide.hidden_after_each(wide_state, events);
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) ab += a[i] * b[i], aa += a[i] * a[i], bb += b[i] * b[i];
  EXPECT_GT(ab / std::sqrt(aa * bb), 0.999);
  EXPECT_NE(a, b);
}

TEST_P(NarrowDecoders, ManyPiecesAtOnceAreTheBytesOfEach) {
  const auto decoder = narrow_decoder();
  const auto memory = decoder.remember(Floats(3 * static_cast<std::size_t>(config.memory_width), 0.25f));
  std::vector<DecoderState> together, alone;
  std::vector<DecoderState*> pieces;
  for (std::size_t i = 0; i < 5; ++i) {
    together.push_back(decoder.start(i % 2 == 0 ? memory : decoder.no_text()));
    for (std::size_t k = 0; k < i; ++k) decoder.feed(together.back(), event(k));  // of different lengths
  }
  alone = together;
  for (auto& state : together) pieces.push_back(&state);
  Workspace work;
  for (std::size_t step = 0; step < 3; ++step) {
    Bytes next;
    for (std::size_t i = 0; i < pieces.size(); ++i)
      next.insert(next.end(), event(i + step).begin(), event(i + step).end());
    decoder.feed_each(work, pieces, next);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      decoder.feed(alone[i], event(i + step));
      EXPECT_EQ(alone[i].hidden, together[i].hidden) << "piece " << i;
    }
  }
  EXPECT_THROW(decoder.feed_each(work, pieces, event(0)), Error);
}

INSTANTIATE_TEST_SUITE_P(Types, NarrowDecoders, ::testing::Values(DataType::kBF16, DataType::kI8),
                         [](const auto& tested) { return tested.param == DataType::kI8 ? "int8" : "bf16"; });

}  // namespace
}  // namespace s2m
