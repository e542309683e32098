// A few rows of emotion sets, laid out as their publishers ship them.
#pragma once

#include <filesystem>
#include <string>

#include "story2midi/base/files.h"

namespace s2m {

inline constexpr const char* kTalesHead = "id\tstory\tauthor\tidx\tvalence\tarousal\tquadrant\ttext\n";

// An empty folder for them in the tests' temporary place.
inline std::filesystem::path fresh_emotion_folder(const std::filesystem::path& folder) {
  std::filesystem::remove_all(folder);
  for (const char* part : {"emobank/corpus", "tales_va", "goemotions/data/original"})
    std::filesystem::create_directories(folder / part);
  return folder;
}

inline std::filesystem::path small_emotion_sets(const std::filesystem::path& place) {
  const auto folder = fresh_emotion_folder(place);
  write_text(folder / "emobank/corpus/emobank.csv",
             "id,split,V,A,D,text\na_1_2,train,4.0,3.8,3,\"She said \"\"yes\"\", and "
             "laughed.\"\nb_1_2,dev,2.0,2.6,3,Gone.\n");
  write_text(folder / "tales_va/train_strict.tsv",
             std::string(kTalesHead) +
                 "1\ts\tG\t0\t0.96\t0.73\tQ1\tThey danced.\n2\ts\tG\t1\t0.469\t0.184\tQ3\tThere was a mill.\n"
                 "3\ts\tG\t2\t0.052\t0.288\tQ3\tShe wept.\n");
  write_text(folder / "tales_va/val_strict.tsv", kTalesHead);
  for (const char* part : {"train.tsv", "dev.tsv", "test.tsv"})
    write_text(folder / "goemotions/data/original" / part,
               "Rest in peace\t16\tx1\nthank god it is over\t23\tx2\nok\t27\tx3\nhm\t2,17\tx4\n");
  return folder;
}

}  // namespace s2m
