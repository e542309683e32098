// Annotations of the main line of orchestral scores.
#include "lab/corpora/main_lines.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "story2midi/base/error.h"
#include "story2midi/base/files.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

TEST(MainLines, AreReadByQuarterThemeAndPart) {
  const auto csv = fs::temp_directory_path() / fmt::format("s2m_{}_annotations.csv", getpid());
  const std::string head = "qstamp,measure,beat,measure_fraction,label,part,part_num,instrument\n";
  write_text(csv, head + "6.0,3,1.0,0.0,b,Fl 1,1,Fl\n0.0,1,1.0,0.0,a,\"Vln 1\",30,Vln\n");
  EXPECT_EQ(main_line_annotations(csv), (std::vector<MainLine>{{0, "a", "Vln 1", 31}, {6, "b", "Fl 1", 2}}));
  write_text(csv, head + "soon,3,1.0,0.0,b,Fl 1,1,Fl\n");
  EXPECT_THROW(main_line_annotations(csv), Error);
  fs::remove(csv);
}

}  // namespace
}  // namespace s2m
