#include "lab/corpora/corpus_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "story2midi/base/error.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

// Publishers compress their scores; unpacked ones are read as well.
constexpr std::string_view kMusicXml = ".musicxml|.mxl|.xml";

constexpr std::array kCorpora{
    Corpus{"pop1k7",
           "POP1K7",
           "Hsiao et al. 2021, Compound Word Transformer",
           "none stated",
           "not stated",
           25,
           {{{"midi_analyzed", ".mid", 1741}}}},
    Corpus{"pop909",
           "POP909",
           "Music X Lab, Wang et al. 2020",
           "MIT",
           "not stated",
           44,
           {{{"POP909", ".mid", 908}, {"POP909", "beat_midi.txt", 908}}}},
    Corpus{"asap",
           "ASAP",
           "Foscarin et al. 2020",
           "CC BY-NC-SA 4.0",
           "not stated",
           27,
           {{{"", "midi_score.mid", 164}, {"", ".mid", 600}}}},
    Corpus{"classicalpianomidi",
           "piano-midi.de",
           "Bernd Krueger",
           "see piano-midi.de/copy.htm",
           "not stated",
           9,
           {{{"midis", ".mid", 330}}}},
    Corpus{"vgmidi_unlabelled",
           "VGMIDI, unlabelled part",
           "Ferreira and Whitehead 2019",
           "none stated",
           "not stated",
           6,
           {{{"unlabelled", ".mid", 615}}}},
    Corpus{"vgmidi",
           "VGMIDI, labelled part",
           "Ferreira and Whitehead 2019",
           "none stated",
           "not stated",
           10,
           {{{"vgmidi_labelled.csv"}, {"labelled/phrases", ".mid", 204}}}},
    Corpus{"emopia",
           "EMOPIA",
           "Hung et al. 2021",
           "CC BY-NC-SA 4.0",
           "1.0",
           26,
           {{{"midis", ".mid", 1078}, {"split", "_clip.csv", 3}}}},
    Corpus{"maestro_v3",
           "MAESTRO",
           "Google Magenta, Hawthorne et al. 2019",
           "CC BY-NC-SA 4.0",
           "3.0.0",
           80,
           {{{"maestro-v3.0.0.csv"}, {"", ".midi", 1221}}}},
    Corpus{"supra",
           "SUPRA",
           "Stanford University, Shi et al. 2019",
           "CC BY-NC-SA 4.0",
           "not stated",
           18,
           {{{"welte-red", ".mid", 451}}}},
    Corpus{"pianist8",
           "Pianist8",
           "Chou et al. 2021, MidiBERT-Piano",
           "none stated",
           "not stated",
           7,
           {{{"midi", ".mid", 410}}}},
    Corpus{"openscore_quartets",
           "OpenScore String Quartets",
           "OpenScore",
           "CC0 1.0",
           "not stated",
           515,
           {{{"scores", kMusicXml, 112}}}},
    Corpus{"openscore_orchestra",
           "OpenScore Orchestra",
           "OpenScore",
           "CC0 1.0, CC BY-SA 4.0",
           "not stated",
           414,
           {{{"data", kMusicXml, 84}, {"data", "_annotations.csv", 84}}}},
    Corpus{"openscore_lieder",
           "OpenScore Lieder",
           "OpenScore",
           "CC0 1.0",
           "not stated",
           577,
           {{{"scores", kMusicXml, 1460}}}},
    Corpus{"music21_corpus",
           "corpus of music21, in part",
           "music21, Cuthbert and Ariza 2010",
           "each file's own",
           "10.5.1",
           48,
           {{{"bach", kMusicXml, 410}, {"essenFolksong", ".abc", 31}, {"ryansMammoth", ".abc", 1059}}}},
    Corpus{"freedoom",
           "Freedoom",
           "Freedoom project",
           "BSD-3-Clause",
           "not stated",
           5,
           {{{"musics", ".mid", 112}}}},
    Corpus{"openmsx", "OpenMSX", "OpenTTD project", "GPL-2.0", "not stated", 1, {{{"src", ".mid", 31}}}},
    Corpus{"simutrans",
           "Simutrans",
           "Simutrans project",
           "Artistic License 1.0",
           "not stated",
           3,
           {{{"simutrans/music", ".mid", 53}}}},
    Corpus{"goemotions",
           "GoEmotions",
           "Demszky et al. 2020; monologg/GoEmotions-pytorch",
           "Apache-2.0",
           "b75f9d3",
           18,
           {{{"data/original/train.tsv"}, {"data/original/dev.tsv"}, {"data/original/test.tsv"}}}},
    Corpus{"emobank",
           "EmoBank",
           "JULIE Lab, Buechel and Hahn 2017",
           "CC BY-SA 4.0",
           "248ce2a",
           5,
           {{{"corpus/emobank.csv"}, {"corpus/meta.tsv"}}}},
    Corpus{"tales_va",
           "fairy tales",
           "Christ et al. 2024, on Alm's tales",
           "public-domain text",
           "not stated",
           2,
           {{{"train_strict.tsv"}, {"val_strict.tsv"}}}},
    Corpus{"xed",
           "XED",
           "Helsinki-NLP, Oehman et al. 2020",
           "CC BY 4.0",
           "76666d2",
           2,
           {{{"AnnotatedData/en-annotated.tsv"}}}},
    Corpus{"isear",
           "ISEAR",
           "Scherer, Wallbott 1994; sinmaniphel/py_isear_dataset",
           "GPL-3.0",
           "948f4cf",
           2,
           {{{"isear.csv"}}}},
    Corpus{"fb_va",
           "Facebook posts",
           "Preotiuc-Pietro et al. 2016; wwbp/additional_data_sets",
           "GPL-3.0",
           "2f51266",
           1,
           {{{"valence_arousal/dataset-fb-valence-arousal-anon.csv"}}}},
    Corpus{"semeval2018",
           "SemEval 2018",
           "Mohammad et al. 2018, task 1; NTUA-SLP",
           "MIT",
           "not stated",
           2,
           {{{"clean/reg_train.tsv"}, {"clean/reg_dev.tsv"}, {"clean/reg_test.tsv"}}}},
    Corpus{"lexicons/vader",
           "VADER's word list",
           "Hutto and Gilbert 2014",
           "MIT",
           "44fc044",
           1,
           {{{"vaderSentiment/vader_lexicon.txt"}}}},
    Corpus{"demo_stories",
           "long stories",
           "any public-domain stories",
           "public domain",
           "-",
           2,
           {{{"", ".txt", 1}}}},
};

bool has_ending(const std::string& name, std::string_view endings) {
  for (std::size_t at = 0; at <= endings.size();) {
    const auto end = std::min(endings.find('|', at), endings.size());
    if (name.ends_with(endings.substr(at, end - at))) return true;
    at = end + 1;
  }
  return false;
}

std::size_t count_files(const fs::path& folder, std::string_view ending) {
  std::size_t count = 0;
  if (!fs::is_directory(folder)) return count;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    count += entry.is_regular_file() && has_ending(entry.path().filename().string(), ending);
  return count;
}

// What is wrong with `expected` below `corpus`; "" where nothing is.
std::string fault(const fs::path& corpus, const ExpectedFiles& expected) {
  const fs::path place = expected.path.empty() ? corpus : corpus / expected.path;
  if (expected.ending.empty())
    return fs::is_regular_file(place) ? "" : fmt::format("{}: missing", place.string());
  const std::size_t found = count_files(place, expected.ending);
  if (found >= expected.count) return "";
  return fmt::format("{}: {} *{} expected, {} found", place.string(), expected.count, expected.ending, found);
}

}  // namespace

std::span<const Corpus> corpora() { return kCorpora; }

const Corpus& corpus(std::string_view folder) {
  for (const Corpus& one : kCorpora)
    if (one.folder == folder) return one;
  throw Error("corpus", "unknown", "a name that `dataset check` shows", std::string(folder));
}

std::string_view to_string(CorpusState state) {
  constexpr std::array<std::string_view, 3> kNames{"missing", "incomplete", "complete"};
  return kNames[static_cast<std::size_t>(state)];
}

std::vector<CorpusCheck> check_corpora(const fs::path& data) {
  if (!fs::is_directory(data)) throw Error(data.string(), "is not a folder");
  std::vector<CorpusCheck> checks;
  for (const Corpus& one : kCorpora) {
    CorpusCheck& check = checks.emplace_back(CorpusCheck{&one});
    if (!fs::is_directory(data / one.folder)) continue;
    for (const ExpectedFiles& expected : one.files)
      if (!expected.path.empty() || !expected.ending.empty())
        if (auto text = fault(data / one.folder, expected); !text.empty())
          check.faults.push_back(std::move(text));
    check.state = check.faults.empty() ? CorpusState::kComplete : CorpusState::kIncomplete;
  }
  return checks;
}

std::string to_json(std::span<const CorpusCheck> checks) {
  auto rows = nlohmann::ordered_json::array();
  for (const CorpusCheck& check : checks)
    rows.push_back({{"corpus", check.corpus->folder},
                    {"state", to_string(check.state)},
                    {"title", check.corpus->title},
                    {"publisher", check.corpus->publisher},
                    {"licence", check.corpus->licence},
                    {"version", check.corpus->version},
                    {"faults", check.faults}});
  return rows.dump(1);
}

}  // namespace s2m
