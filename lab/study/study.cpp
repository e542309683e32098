#include "lab/study/study.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "lab/corpora/intended_music.h"
#include "story2midi/base/checksum.h"
#include "story2midi/base/error.h"
#include "story2midi/base/json_members.h"
#include "story2midi/base/random.h"
#include "story2midi/stories/tables.h"

namespace s2m {

extern const std::string_view kStudyPage;  // study_page.cpp.in

namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kBlindStream = 0x5354554459;

Quadrant quadrant_in(const TableRow& row) {
  if (const auto* name = row.find("quadrant")) {
    if (const auto quadrant = quadrant_of_name(*name)) return *quadrant;
    throw Error(row.where, "quadrant is not as it should be", "Q1 to Q4", *name);
  }
  const auto valence = row.number("valence", -1, 1), arousal = row.number("arousal", -1, 1);
  if (!valence || !arousal) throw Error(row.where, "no intended emotion", "quadrant, or valence and arousal");
  return quadrant_of({*valence, *arousal});
}

std::vector<StudyPiece> pieces_of_table(const std::filesystem::path& table) {
  std::vector<StudyPiece> pieces;
  for (const auto& row : read_table(table, "file")) {
    StudyPiece piece{.file = table.parent_path() / row.text("file"), .quadrant = quadrant_in(row)};
    if (const auto* system = row.find("system")) piece.system = *system;
    if (const auto* set = row.find("set")) piece.set = *set;
    if (const auto* role = row.find("role")) {
      if (*role != "training") throw Error(row.where, "role is not known", "training, or none", *role);
      piece.is_training = true;
    }
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

std::vector<StudyPiece> pieces_of_folder(const std::filesystem::path& folder) {
  std::vector<StudyPiece> pieces;
  for (const auto& intended : intended_of(folder)) {
    if (!intended.quadrant)
      throw Error(intended.file.string(), "no intended emotion", "a quadrant in intended.jsonl or the name");
    pieces.push_back({.file = intended.file,
                      .system = std::filesystem::weakly_canonical(folder).filename().string(),
                      .quadrant = *intended.quadrant});
  }
  return pieces;
}

// Members of each set, by numbers of pieces; sets in the order of their first pieces.
std::vector<std::vector<std::size_t>> sets_of(const std::vector<StudyPiece>& pieces, SetHearing hearing) {
  std::vector<std::vector<std::size_t>> sets;
  std::map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i].is_training) continue;
    const bool is_alone = hearing == SetHearing::kAll || pieces[i].set.empty();
    const auto [at, is_new] =
        is_alone ? std::pair{known.end(), true} : known.emplace(pieces[i].set, sets.size());
    if (is_new)
      sets.push_back({i});
    else
      sets[at->second].push_back(i);
  }
  return sets;
}

}  // namespace

std::vector<StudyPiece> read_study_pieces(const std::filesystem::path& source, std::uint64_t seed) {
  auto pieces = std::filesystem::is_directory(source) ? pieces_of_folder(source) : pieces_of_table(source);
  std::set<std::string> names;
  Random random(seed, kBlindStream);
  for (auto& piece : pieces) do {
      piece.blind = to_hex(random()).substr(0, 8);
    } while (!names.insert(piece.blind).second);
  if (std::ranges::all_of(pieces, &StudyPiece::is_training))
    throw Error(source.string(), "no pieces", "one or more beside training", "none");
  return pieces;
}

std::vector<std::vector<std::size_t>> williams_design(std::size_t items) {
  std::vector<std::vector<std::size_t>> rows;
  for (std::size_t row = 0; row < items; ++row) {
    auto& order = rows.emplace_back();
    for (std::size_t at = 0; at < items; ++at)
      order.push_back((row + (at % 2 == 1 ? (at + 1) / 2 : items - at / 2)) % items);
  }
  if (items % 2 == 0) return rows;
  for (std::size_t row = 0; row < items; ++row) rows.emplace_back(rows[row].rbegin(), rows[row].rend());
  return rows;
}

std::vector<std::vector<std::size_t>> listening_orders(const std::vector<StudyPiece>& pieces,
                                                       SetHearing hearing) {
  const auto sets = sets_of(pieces, hearing);
  std::size_t members = 1;
  for (const auto& set : sets) members = std::max(members, set.size());
  const auto design = williams_design(sets.size());
  std::vector<std::vector<std::size_t>> orders;
  for (std::size_t listener = 0; listener < design.size() * members; ++listener) {
    auto& order = orders.emplace_back();
    for (const auto set : design[listener / members])
      order.push_back(sets[set][(set + listener) % sets[set].size()]);
  }
  return orders;
}

std::string study_key_json(const std::vector<StudyPiece>& pieces, const StudyPageOptions& options) {
  Json key{{"title", options.title}, {"pieces", Json::array()}};
  for (const auto& piece : pieces)
    key["pieces"].push_back({{"blind", piece.blind},
                             {"file", piece.file.string()},
                             {"system", piece.system},
                             {"set", piece.set},
                             {"quadrant", name_of(piece.quadrant)},
                             {"training", piece.is_training}});
  return key.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::vector<StudyPiece> study_key_from_json(std::string_view text, const std::string& where) {
  const auto json = parse_json(text, where);
  const JsonMember key(json, where);
  std::vector<StudyPiece> pieces;
  for (const auto& each : key.at("pieces").items()) {
    const auto quadrant = quadrant_of_name(each.at("quadrant").text());
    if (!quadrant) each.at("quadrant").fail("Q1 to Q4");
    pieces.push_back({.file = each.at("file").text(),
                      .system = each.at("system").text(),
                      .set = each.at("set").text(),
                      .quadrant = *quadrant,
                      .is_training = each.at("training").flag(),
                      .blind = each.at("blind").text()});
  }
  return pieces;
}

std::string study_page(const std::vector<StudyPiece>& pieces, const StudyPageOptions& options) {
  Json design{{"title", options.title},    {"contact", options.contact},
              {"post", options.post},      {"key", to_hex(checksum_of(study_key_json(pieces, options)))},
              {"training", Json::array()}, {"orders", Json::array()}};
  std::size_t heard = 0;
  for (const auto& order : listening_orders(pieces, options.hearing)) {
    Json names = Json::array();
    for (const auto piece : order) names.push_back(pieces[piece].blind);
    heard = names.size();
    design["orders"].push_back(std::move(names));
  }
  for (const auto& piece : pieces)
    if (piece.is_training) design["training"].push_back(piece.blind);
  design["repeats"] = std::min<std::size_t>(static_cast<std::size_t>(options.repeats), heard / 5);
  auto json = write_json(design);
  for (std::size_t at = 0; (at = json.find('<', at)) != json.npos;) json.replace(at, 1, "\\u003c");
  std::string page(kStudyPage);
  const std::string_view mark = "\"DESIGN\"";
  return page.replace(page.find(mark), mark.size(), json);
}

}  // namespace s2m
