#include "lab/study/study.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "story2midi/base/checksum.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "tests/base/scratch_folder.h"

namespace s2m {
namespace {

std::vector<StudyPiece> pieces_of(const std::string& table) {
  write_text(scratch_folder() / "pieces.tsv", table);
  return read_study_pieces(scratch_folder() / "pieces.tsv", 1);
}

const std::string kPairs =
    "file\tquadrant\tsystem\tset\trole\na1.mid\tQ1\ta\t1\t\nb1.mid\tQ1\tb\t1\t\na2.mid\tQ3\ta\t2\t\nb2."
    "mid\tQ3\tb\t2\t\n"
    "t.mid\tQ2\ta\t\ttraining\n";

TEST(WilliamsDesign, EachItemStandsAtEachPlaceAndFollowsEachOtherEquallyOften) {
  for (const std::size_t items : {1u, 2u, 5u, 6u, 15u, 30u}) {
    const auto rows = williams_design(items);
    std::map<std::pair<std::size_t, std::size_t>, int> places, pairs;
    for (const auto& row : rows) {
      EXPECT_EQ(std::set<std::size_t>(row.begin(), row.end()).size(), items);
      for (std::size_t at = 0; at < items; ++at) {
        ++places[{at, row[at]}];
        if (at > 0) ++pairs[{row[at - 1], row[at]}];
      }
    }
    EXPECT_EQ(places.size(), items * items);
    EXPECT_EQ(pairs.size(), items * (items - 1));
    for (const auto& [place, count] : places) EXPECT_EQ(count, rows.size() / items);
    for (const auto& [pair, count] : pairs) EXPECT_EQ(count, items % 2 == 0 ? 1 : 2);
  }
}

TEST(Study, OnePieceOfEachSetIsHeardAndNeighboursHearAnother) {
  const auto pieces = pieces_of(kPairs);
  const auto orders = listening_orders(pieces, SetHearing::kOnePerSet);
  ASSERT_EQ(orders.size(), 4u);
  std::map<std::size_t, int> heard;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    std::set<std::string> sets, systems;
    for (const auto piece : orders[i]) {
      ++heard[piece];
      sets.insert(pieces[piece].set);
      systems.insert(pieces[piece].system);
    }
    EXPECT_EQ(sets.size(), 2u);
    EXPECT_EQ(systems.size(), 2u);
    EXPECT_NE(std::set(orders[i].begin(), orders[i].end()),
              std::set(orders[(i + 1) % 4].begin(), orders[(i + 1) % 4].end()));
  }
  for (const auto& [piece, count] : heard) EXPECT_EQ(count, 2) << piece;
  EXPECT_EQ(listening_orders(pieces, SetHearing::kAll)[0].size(), 4u);
}

TEST(Study, ThePageHoldsBlindNamesAndTheKeysChecksumAlone) {
  const auto pieces = pieces_of(kPairs);
  const StudyPageOptions options{.title = "</script><b>", .repeats = 1};
  const auto page = study_page(pieces, options);
  const auto key = study_key_json(pieces, options);
  EXPECT_NE(page.find(to_hex(checksum_of(key))), page.npos);
  EXPECT_EQ(page.find("a1.mid"), page.npos);
  EXPECT_EQ(page.find("</script><b>"), page.npos);
  for (const auto& piece : pieces) EXPECT_NE(page.find('"' + piece.blind + '"'), page.npos);
  EXPECT_EQ(study_key_from_json(key, "key.json"), pieces);
}

TEST(Study, WrongTablesAreRefusedWithTheirLine) {
  for (const char* table :
       {"file\na.mid\n", "file\tquadrant\na.mid\tQ5\n", "file\tvalence\tarousal\na.mid\t2\t0\n",
        "file\tquadrant\trole\na.mid\tQ1\tdecoy\n", "file\tquadrant\trole\na.mid\tQ1\ttraining\n"})
    EXPECT_THROW(pieces_of(table), Error) << table;
}

}  // namespace
}  // namespace s2m
