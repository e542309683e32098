#include "lab/datasets/event_shard.h"

#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>

#include "story2midi/base/error.h"
#include "story2midi/base/json_members.h"
#include "story2midi/base/random.h"

namespace s2m {
namespace {

constexpr char kMagic[8] = {'S', '2', 'M', 'E', 'V', 'N', 'T', '2'};
static_assert(std::endian::native == std::endian::little, "shards are mapped as they stand");

struct Preamble {
  char magic[8];
  std::uint64_t hash, json_bytes, pieces, events;
};

struct PackedPiece {
  std::uint64_t song, first_event, event_count;
  float valence, arousal;
  std::uint8_t has_valence, has_arousal, split, quadrant, tonic, mode;
  std::uint16_t dataset;
  std::uint64_t reserved;
};
static_assert(sizeof(Preamble) == 40 && sizeof(PackedPiece) == 48);

std::uint64_t hash_of(std::span<const std::uint8_t> bytes) {
  std::uint64_t hash = mix_bits(bytes.size());
  for (std::size_t at = 0; at < bytes.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, std::min<std::size_t>(8, bytes.size() - at));
    hash = mix_bits(hash ^ word);
  }
  return hash;
}

nlohmann::json vocabulary() {
  nlohmann::json kinds;
  for (int kind = 0; kind < kKindCount; ++kind)
    for (const FieldSpec& field : fields_of(static_cast<std::uint8_t>(kind)))
      kinds[std::string(kKindNames[static_cast<std::size_t>(kind)])][std::string(field.name)] = field.size;
  return kinds;
}

// A quadrant's number from 1; 0: unknown.
std::uint8_t packed(std::optional<Quadrant> quadrant) {
  return quadrant ? static_cast<std::uint8_t>(index_of(*quadrant) + 1) : 0;
}
std::optional<Quadrant> unpacked_quadrant(std::uint8_t number) {
  if (number == 0) return std::nullopt;
  return kQuadrants[number - 1U];
}

PackedPiece packed(const ShardPiece& piece) {
  return {.song = piece.song,
          .first_event = piece.first_event,
          .event_count = piece.event_count,
          .valence = static_cast<float>(piece.valence.value_or(0)),
          .arousal = static_cast<float>(piece.arousal.value_or(0)),
          .has_valence = piece.valence.has_value(),
          .has_arousal = piece.arousal.has_value(),
          .split = static_cast<std::uint8_t>(piece.split),
          .quadrant = packed(piece.quadrant),
          .tonic = static_cast<std::uint8_t>(piece.key.tonic),
          .mode = static_cast<std::uint8_t>(piece.key.mode),
          .dataset = static_cast<std::uint16_t>(piece.dataset),
          .reserved = 0};
}

ShardPiece unpacked(const PackedPiece& piece) {
  ShardPiece result{.dataset = piece.dataset,
                    .split = static_cast<Split>(piece.split),
                    .key = {piece.tonic, static_cast<Mode>(piece.mode)},
                    .quadrant = unpacked_quadrant(piece.quadrant),
                    .valence = {},
                    .arousal = {},
                    .song = piece.song,
                    .first_event = piece.first_event,
                    .event_count = piece.event_count};
  if (piece.has_valence) result.valence = piece.valence;
  if (piece.has_arousal) result.arousal = piece.arousal;
  return result;
}

class Writer {
 public:
  void put(const void* data, std::size_t size) {
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    bytes_.insert(bytes_.end(), bytes, bytes + size);
  }
  std::vector<std::uint8_t> bytes_;
};

// Takes the next `count` things of `size` bytes off the front of `rest`.
std::span<const std::uint8_t> take(std::span<const std::uint8_t>& rest, std::uint64_t count, std::size_t size,
                                   const std::string& where) {
  if (count > rest.size() / size)
    throw Error(where, "event shard is cut short",
                std::to_string(count) + " times " + std::to_string(size) + " bytes",
                std::to_string(rest.size()));
  const auto taken = rest.first(count * size);
  rest = rest.subspan(count * size);
  return taken;
}

void check_grammar(std::span<const Event> piece, const std::string& where) {
  Grammar grammar;
  for (const Event& event : piece) grammar.push(event);
  if (!grammar.ended()) throw Error(where, "a piece has no end");
}

// Sorts the events of each bar; the bar's own and the end of the piece stay where they are.
template <class Before>
std::vector<Event> sorted_in_bars(std::span<const Event> piece, Before before) {
  std::vector<Event> events(piece.begin(), piece.end());
  const auto is_border = [](const Event& event) { return !event.is_chord() && !event.is_note(); };
  for (auto bar = events.begin(); bar != events.end();) {
    const auto first = std::find_if_not(bar, events.end(), is_border);
    bar = std::find_if(first, events.end(), is_border);
    std::stable_sort(first, bar, before);
  }
  return events;
}

void check_piece(const PackedPiece& piece, std::span<const Event> events, std::size_t datasets,
                 const std::string& where) {
  const auto bad = [&](const char* what) { throw Error(where, what); };
  if (piece.first_event > events.size() || piece.event_count > events.size() - piece.first_event)
    bad("a piece's events lie outside the file");
  if (piece.split > 2 || piece.quadrant > 4 || piece.tonic > 11 || piece.mode > 1 ||
      piece.dataset >= datasets ||
      !(piece.valence >= -1 && piece.valence <= 1 && piece.arousal >= -1 && piece.arousal <= 1))
    bad("a piece's description is out of range");
}

constexpr const char* kTimeName = "time";

}  // namespace

std::vector<Event> by_time(std::span<const Event> piece) {
  return sorted_in_bars(piece, [](const Event& a, const Event& b) {
    return std::pair(a.position(), a.kind) < std::pair(b.position(), b.kind);
  });
}

std::vector<Event> by_parts(std::span<const Event> piece) {
  return sorted_in_bars(piece, [](const Event& a, const Event& b) { return a.kind < b.kind; });
}

EventShard::EventShard(const std::filesystem::path& path) : file_(path) {
  const std::string where = path.string();
  std::span<const std::uint8_t> rest = file_.bytes();
  Preamble preamble;
  std::memcpy(&preamble, take(rest, 1, sizeof preamble, where).data(), sizeof preamble);
  if (std::memcmp(preamble.magic, kMagic, sizeof kMagic) != 0) throw Error(where, "not an event shard");
  hash_ = hash_of(rest);
  if (hash_ != preamble.hash) throw Error(where, "event shard is broken: its hash differs");

  const auto text = take(rest, preamble.json_bytes, 1, where);
  const auto packed_pieces = take(rest, preamble.pieces, sizeof(PackedPiece), where);
  const auto packed_events = take(rest, preamble.events, sizeof(Event), where);
  if (!rest.empty()) throw Error(where, "event shard has bytes behind its end");
  events_ = {reinterpret_cast<const Event*>(packed_events.data()), preamble.events};
  bool in_time = false;
  try {
    const auto json = parse_json({reinterpret_cast<const char*>(text.data()), text.size()}, where);
    if (json.at("vocabulary") != vocabulary()) throw Error(where, "event shard of another vocabulary");
    datasets_ = json.at("datasets").get<std::vector<std::string>>();
    paths_ = json.at("paths").get<std::vector<std::string>>();
    in_time = json.value("order", "") == kTimeName;
  } catch (const nlohmann::json::exception& error) {
    throw Error(where, std::string("bad header: ") + error.what());
  }
  if (paths_.size() != preamble.pieces) throw Error(where, "not one path a piece");
  for (std::size_t i = 0; i < preamble.pieces; ++i) {
    PackedPiece piece;
    std::memcpy(&piece, packed_pieces.data() + i * sizeof piece, sizeof piece);
    const std::string name = where + ": " + paths_[i];
    check_piece(piece, events_, datasets_.size(), name);
    pieces_.push_back(unpacked(piece));
    const auto written = events(pieces_.back());
    in_time ? check_grammar(by_parts(written), name) : check_grammar(written, name);
  }
}

std::span<const Event> EventShard::events(const ShardPiece& piece) const {
  if (piece.first_event > events_.size() || piece.event_count > events_.size() - piece.first_event)
    throw Error("event shard", "no such piece");
  return events_.subspan(piece.first_event, piece.event_count);
}

void write_event_shard(const std::filesystem::path& path, const ShardContents& contents) {
  nlohmann::json json = {{"datasets", contents.datasets},
                         {"paths", contents.paths},
                         {"vocabulary", vocabulary()},
                         {"about", nlohmann::json::parse(contents.about_json)}};
  if (contents.order == EventOrder::kTime) json["order"] = kTimeName;
  std::string text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  text.resize((text.size() + 7) / 8 * 8, ' ');
  Writer writer;
  writer.bytes_.resize(sizeof(Preamble));
  writer.put(text.data(), text.size());
  std::uint64_t first = 0;
  for (std::size_t i = 0; i < contents.pieces.size(); ++i) {
    ShardPiece piece = contents.pieces[i];
    piece.first_event = first;
    piece.event_count = contents.events[i].size();
    first += piece.event_count;
    const PackedPiece record = packed(piece);
    writer.put(&record, sizeof record);
  }
  for (const auto& events : contents.events) writer.put(events.data(), events.size() * sizeof(Event));

  Preamble preamble{{}, 0, text.size(), contents.pieces.size(), first};
  std::memcpy(preamble.magic, kMagic, sizeof kMagic);
  preamble.hash = hash_of(std::span(writer.bytes_).subspan(sizeof preamble));
  std::memcpy(writer.bytes_.data(), &preamble, sizeof preamble);
  write_bytes(path, writer.bytes_);
}

}  // namespace s2m
