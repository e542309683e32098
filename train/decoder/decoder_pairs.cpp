#include "train/decoder/decoder_pairs.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "story2midi/base/error.h"
#include "story2midi/base/parallel.h"
#include "story2midi/nn/manifest.h"
#include "story2midi/nn/model_file.h"

namespace s2m::train {
namespace {

constexpr std::uint64_t kHeldOutSeed = 0x91e5;
constexpr std::uint64_t kShareSeed = 0x91e6;
constexpr ShownFields kNoFields{};

// Of a piece whose emotion is known.
std::size_t quadrant_index(const ShardPiece& piece) { return index_of(quadrant_of(*emotion_of(piece))); }

// Held-out pieces of known emotion, at most so many (0: all), evenly spread.
std::vector<const ShardPiece*> held_out_pieces(const EventShard& shard, int most) {
  std::vector<const ShardPiece*> all, some;
  for (const ShardPiece& piece : shard.pieces())
    if (piece.split == Split::kValidation && emotion_of(piece)) all.push_back(&piece);
  if (most <= 0 || all.size() <= static_cast<std::size_t>(most)) return all;
  for (std::size_t i = 0; i < static_cast<std::size_t>(most); ++i)
    some.push_back(all[i * all.size() / static_cast<std::size_t>(most)]);
  return some;
}

}  // namespace

StoryReader::StoryReader(const PairsOptions& options, torch::Device device)
    : device_(device), reader_(options.encoder, 1, options.ngrams), threads_(options.threads) {
  const ModelFile file(options.encoder);
  const auto found = file.metadata().find(kFingerprintKey);
  if (found == file.metadata().end())
    throw Error(options.encoder.string(), "has no fingerprint, which the decoder has to state",
                "an encoder that `story2midi-train encoder-export` wrote", {});
  fingerprint_ = found->second;
}

void StoryReader::keep(const std::vector<const PoolPassage*>& passages) {
  std::vector<const PoolPassage*> unread;
  for (const PoolPassage* passage : passages)
    if (kept_.try_emplace(passage).second) unread.push_back(passage);
  std::vector<StoryMemory> memories(unread.size());
  in_parallel(unread.size(), {threads_},
              [&](std::size_t i, std::size_t) { memories[i] = reader_.memory(unread[i]->text); });
  for (std::size_t i = 0; i < unread.size(); ++i) {
    auto& [states, width] = memories[i];
    kept_[unread[i]] =
        torch::from_blob(states.data(), {memories[i].rows(), width}, torch::kFloat32).to(torch::kBFloat16);
  }
}

Memory StoryReader::read(const std::vector<const PoolPassage*>& passages) {
  if (passages.empty()) return {};
  keep(passages);
  std::int64_t longest = 0;
  for (const PoolPassage* passage : passages) longest = std::max(longest, kept_.at(passage).size(0));
  const auto rows = static_cast<std::int64_t>(passages.size()), width = kept_.at(passages.front()).size(1);
  torch::Tensor states = torch::zeros({rows, longest, width});
  torch::Tensor mask = torch::zeros({rows, longest}, torch::kBool);
  for (std::int64_t row = 0; row < rows; ++row) {
    const torch::Tensor& memory = kept_.at(passages[static_cast<std::size_t>(row)]);
    states[row].slice(0, 0, memory.size(0)).copy_(memory);
    mask[row].slice(0, 0, memory.size(0)).fill_(true);
  }
  return {states.to(device_), mask.to(device_)};
}

PairWindows::PairWindows(const EventShard& labelled, const PassagePool& pool,
                         std::shared_ptr<const TrainingWindows> unlabelled, const PairsOptions& options)
    : labelled_(labelled), pool_(pool), unlabelled_(std::move(unlabelled)), options_(options) {
  const auto takes_part = [&](const ShardPiece& piece) {
    return piece.split == Split::kTrain && emotion_of(piece) &&
           random_uniform(kShareSeed, piece.song, 0) < options.share;
  };
  for (const ShardPiece& piece : labelled.pieces())
    if (takes_part(piece)) by_quadrant_[quadrant_index(piece)].push_back(&piece);
  for (const Quadrant quadrant : kQuadrants)
    if (by_quadrant_[index_of(quadrant)].empty())
      throw Error(options.labelled.string(), "holds no music of a quadrant", "all four quadrants",
                  "none of " + name_of(quadrant));
}

// Quadrants are drawn equally often, so that none is learnt as the usual one.
PairWindows::Row PairWindows::draw_row(Random random) const {
  Row row;
  if (random.uniform() >= options_.unlabelled) {
    const auto& pieces = by_quadrant_[random.below(by_quadrant_.size())];
    row.piece = pieces[random.below(pieces.size())];
    row.shown = draw_shown_fields(unlabelled_->options(), random);
    if (random.uniform() >= options_.drop_text) {
      row.passage = &pool_.draw(*emotion_of(*row.piece), Split::kTrain, random);
      if (random.uniform() < options_.drop_emotion) row.shown[kValence] = row.shown[kArousal] = false;
      if (random.uniform() < options_.text_only) row.shown = kNoFields;
    }
  }
  row.random = random;
  return row;
}

// A clip shorter than the window is followed by others of its quadrant, for which the passage is as true.
void PairWindows::fill_row(EventBatch& batch, int row, Row plan) const {
  if (!plan.piece) return unlabelled_->fill_row(batch, row, plan.random);
  const auto& alike = by_quadrant_[quadrant_index(*plan.piece)];
  for (int at = 0; at < batch.length;) {
    const std::span<const Event> events = labelled_.events(*plan.piece);
    at = write_window(batch, row, at, events.subspan(draw_start(events, batch.length, plan.random)),
                      plan.shown);
    plan.piece = alike[plan.random.below(alike.size())];
  }
}

PairBatch PairWindows::batch(std::uint64_t seed, std::int64_t step) const {
  const WindowOptions& size = unlabelled_->options();
  std::vector<Row> rows;
  for (int row = 0; row < size.rows; ++row) rows.push_back(draw_row(row_random(seed, step, row)));
  std::stable_partition(rows.begin(), rows.end(), [](const Row& row) { return row.passage != nullptr; });
  PairBatch batch{EventBatch(size.rows, size.length), {}};
  for (std::size_t row = 0; row < rows.size(); ++row) {
    fill_row(batch.events, static_cast<int>(row), rows[row]);
    if (rows[row].passage) batch.passages.push_back(rows[row].passage);
  }
  return batch;
}

Figures evaluate_pairs(DecoderModule& module, const PairsData& data, const DecoderTaskOptions& options) {
  torch::NoGradGuard no_grad;
  const std::vector<const ShardPiece*> pieces = held_out_pieces(data.labelled, options.validation_windows);
  const torch::Device device = module.parameters().front().device();
  LossSums right(module.config()), without(module.config()), wrong(module.config());
  Random random(kHeldOutSeed);
  for (std::size_t done = 0; done < pieces.size();) {
    const std::size_t rows = std::min(pieces.size() - done, static_cast<std::size_t>(options.windows.rows));
    EventBatch events(static_cast<int>(rows), options.windows.length);
    std::vector<const PoolPassage*> alike, opposite;
    for (std::size_t row = 0; row < rows; ++row, ++done) {
      const ShardPiece& piece = *pieces[done];
      write_window(events, static_cast<int>(row), 0, data.labelled.events(piece), kNoFields);
      const ValenceArousal emotion = *emotion_of(piece);
      alike.push_back(&data.passages.draw(emotion, Split::kValidation, random));
      opposite.push_back(
          &data.passages.draw({-emotion.valence, -emotion.arousal}, Split::kValidation, random));
    }
    DecoderBatch batch = to_tensors(events, device);
    without.add(module.losses(batch));
    batch.memory = data.reader.read(alike);
    right.add(module.losses(batch));
    batch.memory = data.reader.read(opposite);
    wrong.add(module.losses(batch));
  }
  Figures figures = right.figures();
  const Figures none = without.figures(), other = wrong.figures();
  for (const char* name : {"note", "bar", "loss"}) {
    figures[std::string(name) + "_no_text"] = none.at(name);
    figures[std::string(name) + "_wrong_text"] = other.at(name);
  }
  return figures;
}

bool reads_memory(std::string_view parameter) {
  return parameter.find("cross") != std::string_view::npos || parameter.starts_with("memory");
}

Task pairs_task(DecoderModule& module, const PairsData& data, const DecoderTaskOptions& options,
                const PairsOptions& pairs) {
  Task task = decoder_task(module, data.unlabelled, options);
  task.name = "decoder-pairs";
  auto config = nlohmann::json::parse(task.config_json);
  config["labelled"] = data.labelled.hash();
  config["passages"] = data.passages.passages().size();
  config["encoder"] = data.reader.fingerprint();
  config["ngrams"] = pairs.ngrams.filename().string();
  config["unlabelled"] = pairs.unlabelled;
  config["drop_text"] = pairs.drop_text;
  config["text_only"] = pairs.text_only;
  config["drop_emotion"] = pairs.drop_emotion;
  config["body_rate"] = pairs.body_rate;
  task.config_json = config.dump();
  task.rate_of = [rate = pairs.body_rate](const std::string& name) { return reads_memory(name) ? 1 : rate; };
  if (pairs.body_rate == 0)
    for (auto& item : module.named_parameters()) item.value().set_requires_grad(reads_memory(item.key()));
  task.export_model = [&module, training = task.config_json, encoder = data.reader.fingerprint()](
                          const std::string& path) { export_decoder(module, training, path, encoder); };
  const auto unlabelled = std::make_shared<TrainingWindows>(data.unlabelled, options.windows);
  const auto windows = std::make_shared<PairWindows>(data.labelled, data.passages, unlabelled, pairs);
  task.step = [=, &module, &reader = data.reader](std::int64_t step) {
    const PairBatch drawn = windows->batch(options.seed, step);
    DecoderBatch batch = to_tensors(drawn.events, options.device);
    batch.memory = reader.read(drawn.passages);
    return learn_from(module, batch, options.bar_weight);
  };
  task.validate = [=, &module] { return evaluate_pairs(module, data, options); };
  return task;
}

}  // namespace s2m::train
