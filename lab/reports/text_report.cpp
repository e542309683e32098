#include "lab/reports/text_report.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>

#include "lab/reports/own_text_hits.h"
#include "lab/reports/plan_arcs.h"
#include "lab/reports/text_comparison.h"
#include "lab/statistics/embedding_figures.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "story2midi/base/limits.h"
#include "story2midi/plan/plan.h"
#include "story2midi/stories/words.h"

namespace s2m {
namespace {

namespace fs = std::filesystem;

struct FigureSpec {
  const char* name;
  const char* words;
  double goal;  // 0: none
};
constexpr FigureSpec kFigures[] = {
    {"emobank_valence_r", "EmoBank test, valence, r", .80},
    {"emobank_arousal_r", "EmoBank test, arousal, r", .56},
    {"emobank_valence_extremes", "EmoBank test, outer tenths of valence, right side", 0},
    {"emobank_arousal_extremes", "EmoBank test, outer tenths of arousal, right side", 0},
    {"tales_valence_ccc", "fairy tales, valence, CCC", .72},
    {"tales_arousal_ccc", "fairy tales, arousal, CCC", .53},
    {"tales_valence_r", "fairy tales, valence, r", 0},
    {"tales_arousal_r", "fairy tales, arousal, r", 0},
    {"tales_valence_arc", "fairy tales, valence, r of arcs", .78},
    {"tales_arousal_arc", "fairy tales, arousal, r of arcs", .62},
    {"plans_valence_arc", "fairy tales, valence, r of arcs of plans", 0},
    {"plans_arousal_arc", "fairy tales, arousal, r of arcs of plans", 0},
    {"goemotions_macro_f1", "GoEmotions test, macro-F1, thresholds of dev", .51},
    {"goemotions_macro_f1_fixed", "GoEmotions test, macro-F1, threshold .3", 0},
    {"goemotions_quadrant", "GoEmotions test, quadrant", .80},
    {"goemotions_label_quadrant", "GoEmotions test, quadrant by the labels", 0},
    {"goemotions_most_frequent", "  the most frequent quadrant's share", 0},
    {"pairs_signs", "own pairs held out, both signs of valence", .65},
    {"pairs_order", "own pairs held out, order of valence", .95},
    {"passages_quadrant", "own passages in sixty styles, quadrant", .85},
    {"reports_sign", "own short reports, sign of valence", .80},
    {"projection_neighbours", "projection: 15 neighbours, quadrant", 0},
    {"projection_probe", "projection: linear probe, quadrant", 0},
    {"projection_silhouette", "projection: silhouette of quadrants", 0},
    {"pooled_neighbours", "pooled state: 15 neighbours, quadrant", 0},
    {"pooled_probe", "pooled state: linear probe, quadrant", 0},
    {"pooled_silhouette", "pooled state: silhouette of quadrants", 0},
};

struct DomainSpec {
  const char* name;
  const char* set;
};
constexpr DomainSpec kDomains[] = {
    {"comments", "GoEmotions test"},   {"posts", "Facebook held out"}, {"news", "EmoBank test"},
    {"headlines", "EmoBank test"},     {"blogs", "EmoBank test"},      {"essays", "EmoBank test"},
    {"letters", "EmoBank test"},       {"fiction", "EmoBank test"},    {"travel guides", "EmoBank test"},
    {"fairy tales", "tales held out"}, {"subtitles", "XED held out"},  {"reports", "ISEAR held out"}};

constexpr float kFixedThreshold = 0.3f;
constexpr int kPlanBars = 32;
constexpr int kScaleTales = 4;  // every N-th training tale sets the scale for concordance
constexpr std::size_t kMostSilhouettes = 2000;

// One evaluation as it goes.
struct Run {
  const TextReaders& readers;
  const std::vector<EmotionText>& texts;
  TextReport& report;

  const TextReportOptions& options() const { return readers.options; }
  ChosenTexts choose(const char* source, Split split) const {
    return choose_texts(texts, source, split, options().every);
  }
  TextDomain& domain(std::string_view name) const {
    return *std::ranges::find(report.domains, name, &TextDomain::name);
  }
  void put(const std::string& name, std::size_t count, const Compared& found) const {
    const auto figure = std::ranges::find(report.figures, name, &TextFigure::name);
    figure->count = count;
    figure->found = found;
  }
};

void correlate(const Run& run, const ChosenTexts& texts, const Readings& readings, TextDomain& domain) {
  domain.count = texts.size();
  domain.valence_r = compare_correlation(texts, readings, EmotionAxis::kValence, run.options());
  domain.arousal_r = compare_correlation(texts, readings, EmotionAxis::kArousal, run.options());
}

void measure_emobank(const Run& run) {
  const auto texts = run.choose("emobank", Split::kTest);
  const auto readings = run.readers.read("EmoBank", texts);
  TextDomain whole;
  correlate(run, texts, readings, whole);
  run.put("emobank_valence_r", texts.size(), whole.valence_r);
  run.put("emobank_arousal_r", texts.size(), whole.arousal_r);
  const auto put_extremes = [&](const char* name, EmotionAxis axis) {
    run.put(name, outer_tenths(true_axis(texts, axis)).size(),
            compare_extremes(texts, readings, axis, run.options()));
  };
  put_extremes("emobank_valence_extremes", EmotionAxis::kValence);
  put_extremes("emobank_arousal_extremes", EmotionAxis::kArousal);
  for (TextDomain& domain : run.report.domains) {
    ChosenTexts own;
    Readings own_readings;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (texts[i]->domain != domain.name) continue;
      own.push_back(texts[i]);
      own_readings.reader.push_back(readings.reader[i]);
      if (!readings.lexicon.empty()) own_readings.lexicon.push_back(readings.lexicon[i]);
    }
    if (own.size() > 1) correlate(run, own, own_readings, domain);
  }
}

// Tales one by one, and their sentences' readings in one row.
struct Tales {
  std::vector<std::size_t> ends;  // a tale ends before this sentence
  ChosenTexts sentences;
  Readings readings;

  std::span<const double> of(std::span<const double> values, std::size_t tale) const {
    const std::size_t first = tale == 0 ? 0 : ends[tale - 1];
    return values.subspan(first, ends[tale] - first);
  }
};

Tales choose_tales(const std::vector<EmotionText>& texts, Split split, int every) {
  Tales tales;
  int seen = -1;
  const std::string* last = nullptr;
  for (const EmotionText* sentence : choose_texts(texts, "tales", split)) {
    if (last == nullptr || *last != sentence->group) ++seen;
    const bool opens = last == nullptr || *last != sentence->group;
    last = &sentence->group;
    if (seen % every != 0) continue;
    if (opens) tales.ends.push_back(tales.sentences.size());
    tales.sentences.push_back(sentence);
    tales.ends.back() = tales.sentences.size();
  }
  return tales;
}

void read_tales(const TextReaders& readers, const std::string& label, Tales& tales) {
  const auto progress = readers.progress(label);
  for (std::size_t tale = 0, first = 0; tale < tales.ends.size(); first = tales.ends[tale++]) {
    const auto begin = tales.sentences.begin();
    auto read = readers.read_tale(
        {begin + static_cast<std::ptrdiff_t>(first), begin + static_cast<std::ptrdiff_t>(tales.ends[tale])});
    std::ranges::move(read.reader, std::back_inserter(tales.readings.reader));
    std::ranges::move(read.lexicon, std::back_inserter(tales.readings.lexicon));
    report_progress(progress, tale + 1, tales.ends.size());
  }
}

// A measure of all sentences of some tales together, the mean of a measure of each tale, ...
using TaleMeasure = double (*)(const Tales&, std::span<const double> predicted, std::span<const double> truth,
                               std::span<const std::size_t> which);

template <double (*measure)(std::span<const double>, std::span<const double>)>
double over_sentences(const Tales& tales, std::span<const double> predicted, std::span<const double> truth,
                      std::span<const std::size_t> which) {
  std::vector<double> all_predicted, all_truth;
  for (const std::size_t tale : which) {
    std::ranges::copy(tales.of(predicted, tale), std::back_inserter(all_predicted));
    std::ranges::copy(tales.of(truth, tale), std::back_inserter(all_truth));
  }
  return measure(all_predicted, all_truth);
}

double over_arcs(const Tales& tales, std::span<const double> predicted, std::span<const double> truth,
                 std::span<const std::size_t> which) {
  std::vector<double> each;
  for (const std::size_t tale : which)
    each.push_back(arc_correlation(tales.of(predicted, tale), tales.of(truth, tale)));
  return mean(each);
}

Compared compare_tales(const Run& run, const Tales& tales, const Tales& scale, EmotionAxis axis,
                       TaleMeasure measure) {
  const auto truth = true_axis(tales.sentences, axis), scale_truth = true_axis(scale.sentences, axis);
  const auto statistic = [&](const Emotions& side) -> Statistic {
    const bool by_reader = &side == &tales.readings.reader;
    const auto& there = by_reader ? scale.readings.reader : scale.readings.lexicon;
    return [&, predicted = match_scale(read_axis(side, axis), read_axis(there, axis), scale_truth)](
               std::span<const std::size_t> which) { return measure(tales, predicted, truth, which); };
  };
  return compare(tales.readings, tales.ends.size(), statistic, run.options());
}

void measure_tales(const Run& run) {
  Tales tales = choose_tales(run.texts, Split::kValidation, run.options().every);
  Tales scale = choose_tales(run.texts, Split::kTrain, kScaleTales * run.options().every);
  if (tales.ends.empty() || scale.ends.empty()) return;
  read_tales(run.readers, "fairy tales", tales);
  read_tales(run.readers, "fairy tales for the scale", scale);
  const auto put = [&](const std::string& axis_name, EmotionAxis axis) {
    const auto found = [&](TaleMeasure measure) { return compare_tales(run, tales, scale, axis, measure); };
    const std::size_t count = tales.ends.size();
    run.put("tales_" + axis_name + "_ccc", count, found(over_sentences<concordance>));
    run.put("tales_" + axis_name + "_r", count, found(over_sentences<pearson>));
    run.put("tales_" + axis_name + "_arc", count, found(over_arcs));
    return found(over_sentences<pearson>);
  };
  TextDomain& domain = run.domain("fairy tales");
  domain.count = tales.sentences.size();
  domain.valence_r = put("valence", EmotionAxis::kValence);
  domain.arousal_r = put("arousal", EmotionAxis::kArousal);
}

Estimate estimate_mean(const Run& run, const std::vector<double>& values) {
  return estimate(
      values.size(), [&](std::span<const std::size_t> rows) { return mean(pick(values, rows)); },
      run.options());
}

// Each validation tale as the program plans it.
void measure_plans(const Run& run) {
  const Tales tales = choose_tales(run.texts, Split::kValidation, run.options().every);
  if (tales.ends.empty()) return;
  const auto progress = run.readers.progress("plans of fairy tales");
  std::vector<double> valence, arousal;
  for (std::size_t tale = 0, first = 0; tale < tales.ends.size(); first = tales.ends[tale++]) {
    const auto sentences = std::span(tales.sentences).subspan(first, tales.ends[tale] - first);
    const auto curve = run.readers.reader.read_curve(story_of(tale_story(sentences)).passages);
    const auto followed = arcs_followed(sentences, make_plan(curve, {.bars = kPlanBars}));
    valence.push_back(followed.valence);
    arousal.push_back(followed.arousal);
    report_progress(progress, tale + 1, tales.ends.size());
  }
  run.put("plans_valence_arc", tales.ends.size(), {estimate_mean(run, valence), {}});
  run.put("plans_arousal_arc", tales.ends.size(), {estimate_mean(run, arousal), {}});
}

void measure_own_texts(const Run& run) {
  const auto hits = read_own_texts(run.readers.reader, run.options().own_texts);
  const auto put = [&](const char* name, const std::vector<double>& each) {
    run.put(name, each.size(), {estimate_mean(run, each), {}});
  };
  put("pairs_signs", hits.pair_signs);
  put("pairs_order", hits.pair_order);
  put("passages_quadrant", hits.passage_quadrants);
  put("reports_sign", hits.report_signs);
}

Estimate estimate_f1(const Run& run, const ChosenTexts& texts, const Emotions& readings,
                     std::span<const double> thresholds) {
  const auto rows = label_sets(texts, readings, thresholds);
  const auto f1_of = [&](std::span<const std::size_t> chosen) {
    std::vector<LabelSets> drawn;
    for (const std::size_t i : chosen) drawn.push_back(rows[i]);
    return macro_f1(drawn);
  };
  return estimate(rows.size(), f1_of, run.options());
}

double most_frequent_share(const ChosenTexts& texts) {
  PerQuadrant<double> counts{};
  for (const EmotionText* text : texts) ++counts[index_of(*text->quadrant)];
  return *std::ranges::max_element(counts) / static_cast<double>(texts.size());
}

// Quadrants of one source's texts; the readings stand by the same texts.
Compared put_quadrants(const Run& run, const char* source, const ChosenTexts& texts, const Readings& readings,
                       TextDomain& domain) {
  ChosenTexts clear;
  Readings clear_readings;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!texts[i]->quadrant) continue;
    clear.push_back(texts[i]);
    clear_readings.reader.push_back(readings.reader[i]);
    if (!readings.lexicon.empty()) clear_readings.lexicon.push_back(readings.lexicon[i]);
  }
  domain.count = clear.size();
  domain.quadrant = compare_quadrants(clear, std::move(clear_readings),
                                      choose_texts(run.texts, source, Split::kTrain), run.readers);
  return domain.quadrant;
}

void measure_goemotions(const Run& run) {
  const auto dev = run.choose("goemotions", Split::kValidation),
             test = run.choose("goemotions", Split::kTest);
  const auto thresholds = best_thresholds(dev, run.readers.read("GoEmotions dev", dev).reader);
  const auto readings = run.readers.read("GoEmotions test", test);
  run.put("goemotions_macro_f1", test.size(), {estimate_f1(run, test, readings.reader, thresholds), {}});
  run.put("goemotions_macro_f1_fixed", test.size(),
          {estimate_f1(run, test, readings.reader, equal_thresholds(kFixedThreshold)), {}});
  TextDomain& domain = run.domain("comments");
  const auto found = put_quadrants(run, "goemotions", test, readings, domain);
  run.put("goemotions_quadrant", domain.count, found);
  run.put("goemotions_label_quadrant", domain.count,
          {estimate_mean(run, label_quadrant_hits(test, readings.reader)), {}});
  const double share = domain.count > 0 ? most_frequent_share(with_quadrant(test)) : 0;
  run.put("goemotions_most_frequent", domain.count, {Estimate{share, {share, share}}, {}});
}

void measure_posts(const Run& run) {
  const auto texts = run.choose("facebook", Split::kValidation);
  correlate(run, texts, run.readers.read("posts", texts), run.domain("posts"));
}

template <const char* source, const char* domain>
void measure_categories(const Run& run) {
  const auto texts = run.choose(source, Split::kValidation);
  put_quadrants(run, source, texts, run.readers.read(domain, texts), run.domain(domain));
}
constexpr char kXed[] = "xed", kSubtitles[] = "subtitles", kIsear[] = "isear", kReports[] = "reports";

// The same texts as three embeddings.
struct Embeddings {
  EmbeddedRows projection, pooled, lexicon;
};

// All embedded texts have a quadrant.
int class_of(const EmotionText& text) { return static_cast<int>(index_of(*text.quadrant)); }

Embeddings embed(const Run& run, const std::string& label, const ChosenTexts& texts) {
  Embeddings all;
  const auto embedded = run.readers.reader.embed_each(texts_of(texts), run.readers.progress(label));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    all.projection.add(embedded[i].projection, class_of(*texts[i]));
    all.pooled.add(embedded[i].pooled, class_of(*texts[i]));
  }
  scale_to_unit_length(all.projection);
  scale_to_unit_length(all.pooled);
  const auto by_lexicon = run.readers.read_by_lexicon(texts);
  for (std::size_t i = 0; i < by_lexicon.size(); ++i) {
    const auto& [valence, arousal] = static_cast<const ValenceArousal&>(by_lexicon[i]);
    all.lexicon.add(std::array{static_cast<float>(valence), static_cast<float>(arousal)},
                    class_of(*texts[i]));
  }
  return all;
}

EmbeddedRows thinned(const EmbeddedRows& rows) {
  const std::size_t stride = (rows.size() + kMostSilhouettes - 1) / kMostSilhouettes;
  EmbeddedRows kept;
  for (std::size_t i = 0; i < rows.size(); i += stride) kept.add(rows.row(i), rows.classes[i]);
  return kept;
}

// Neighbours, probe and silhouette of one embedding.
std::array<Estimate, 3> judge(const Run& run, const EmbeddedRows& train, const EmbeddedRows& test) {
  return {estimate_mean(run, nearest_neighbour_hits(train, test)),
          estimate_mean(run, linear_probe_hits(train, test)), estimate_mean(run, silhouettes(thinned(test)))};
}

void measure_embedding(const Run& run) {
  const auto train_texts = with_quadrant(run.choose("goemotions", Split::kTrain));
  const auto test_texts = with_quadrant(run.choose("goemotions", Split::kTest));
  if (train_texts.empty() || test_texts.empty()) return;
  auto train = embed(run, "GoEmotions train", train_texts), test = embed(run, "GoEmotions test", test_texts);
  std::optional<std::array<Estimate, 3>> floor;
  if (run.readers.lexicon != nullptr) {
    standardise(train.lexicon, test.lexicon);
    floor = judge(run, train.lexicon, test.lexicon);
  }
  const auto put = [&](const std::string& name, const EmbeddedRows& learned, const EmbeddedRows& seen) {
    const auto found = judge(run, learned, seen);
    const char* endings[] = {"_neighbours", "_probe", "_silhouette"};
    for (std::size_t i = 0; i < 3; ++i)
      run.put(name + endings[i], i < 2 ? seen.size() : thinned(seen).size(),
              {found[i], floor ? std::optional((*floor)[i]) : std::nullopt});
    const auto shown = thinned(seen);
    run.report.planes.push_back({name, principal_plane(shown), shown.classes});
  };
  if (run.readers.reader.has_heads()) put("projection", train.projection, test.projection);
  put("pooled", train.pooled, test.pooled);
}

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

std::optional<ReadingSpeed> measure_speed(const TextReaders& readers, const fs::path& folder) {
  fs::path longest;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".txt" &&
        (longest.empty() ||
         std::pair(entry.file_size(), entry.path()) > std::pair(fs::file_size(longest), longest)))
      longest = entry.path();
  if (longest.empty()) return {};
  const auto story = read_text(longest, limits::kMostStoryBytes);
  const auto start = std::chrono::steady_clock::now();
  readers.reader.read_curve(story_of(story).passages, readers.progress(longest.stem().string()));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return ReadingSpeed{longest.filename().string(), word_count(story), seconds.count(), peak_megabytes()};
}

struct PartSpec {
  const char* name;
  const char* folder;           // empty: that of the own texts
  void (*measure)(const Run&);  // none: the speed
  ReadingScale scale = ReadingScale::kCommon;
};
// The speed first: what is read later would count as its memory.
constexpr PartSpec kParts[] = {{"demo_stories", "demo_stories", nullptr},
                               {"emobank", "emobank", measure_emobank, ReadingScale::kEmobank},
                               {"tales_va", "tales_va", measure_tales, ReadingScale::kTales},
                               {"plans", "tales_va", measure_plans},
                               {"goemotions", "goemotions", measure_goemotions},
                               {"fb_va", "fb_va", measure_posts},
                               {"xed", "xed", measure_categories<kXed, kSubtitles>},
                               {"isear", "isear", measure_categories<kIsear, kReports>},
                               {"own_texts", "", measure_own_texts},
                               {"embedding", "goemotions", measure_embedding}};

void measure_part(const PartSpec& part, const TextReaders& readers, const fs::path& folder,
                  TextReport& report) {
  if (part.measure == nullptr) {
    report.speed = measure_speed(readers, folder / part.folder);
    return;
  }
  std::vector<EmotionText> texts;
  if (*part.folder != 0) read_emotion_set(folder, part.folder, texts);
  const TextReaders on_scale{readers.reader.on(part.scale), readers.lexicon, readers.options};
  part.measure({on_scale, texts, report});
}

TextReport empty_report() {
  TextReport report;
  for (const FigureSpec& spec : kFigures)
    report.figures.push_back(
        {spec.name, spec.words, spec.goal > 0 ? std::optional(spec.goal) : std::nullopt, 0, {}});
  for (const DomainSpec& spec : kDomains) report.domains.push_back({spec.name, spec.set, 0, {}, {}, {}});
  return report;
}

}  // namespace

const std::vector<std::string>& text_report_parts() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const PartSpec& part : kParts) all.emplace_back(part.name);
    return all;
  }();
  return names;
}

TextReport evaluate_text(const EmotionReader& reader, const fs::path& folder,
                         const TextReportOptions& options) {
  TextReport report = empty_report();
  const auto list = folder / "lexicons/vader/vaderSentiment/vader_lexicon.txt";
  std::optional<Lexicon> lexicon;
  if (fs::exists(list))
    lexicon.emplace(list);
  else
    report.skipped.push_back(list.string() + " is not there: no floors");
  const TextReaders readers{reader, lexicon ? &*lexicon : nullptr, options};
  bool any = false;
  for (const PartSpec& part : kParts) {
    if (!options.parts.empty() && std::ranges::find(options.parts, part.name) == options.parts.end())
      continue;
    const auto place = *part.folder == 0 ? options.own_texts : folder / part.folder;
    const bool there = fs::exists(place);
    if (!there) report.skipped.push_back(place.string() + " is not there: skipped");
    if (there) measure_part(part, readers, folder, report);
    any = any || there;
  }
  if (!any) throw Error(folder.string(), "holds none of the sets asked for", "goemotions/, emobank/, ...");
  return report;
}

}  // namespace s2m
