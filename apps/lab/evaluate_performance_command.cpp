// story2midi evaluate performance: the rules of performance beside pianists.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

#include "apps/cli/command_line.h"
#include "apps/cli/commands.h"
#include "lab/reports/performance_fit.h"

namespace s2m::apps {
namespace {

struct Options {
  std::string data;
  int threads = 0;
  bool json = false;
};

void print(const AspectFit& aspect) {
  fmt::print("\n{} about the {}'s mean: {} rows, deviation {:.3g} {} (own performances {:.3g})\n",
             aspect.name, aspect.about, aspect.rows, aspect.deviation, aspect.unit, aspect.own_deviation);
  fmt::print(
      "  share of variance: held-out composers {:.3f}, training {:.3f}, own weights {:.3f}, pianists "
      "{:.3f}\n",
      aspect.held_out, aspect.training, aspect.own, aspect.shared);
  fmt::print("  {:<20}{:>10}{:>10}{:>12}{:>10}\n", "rule", "fitted", "own", "deviation", "share");
  for (const RuleFit& rule : aspect.rules)
    fmt::print("  {:<20}{:>10.3f}{:>10.3f}{:>12.3f}{:>10.4f}\n", rule.name, rule.fitted, rule.own,
               rule.deviation, rule.share);
}

void run(const Options& options) {
  const auto fit = fit_performances(std::filesystem::path(options.data) / "asap", options.threads,
                                    show_progress("following scores"));
  if (options.json) return fmt::print("{}\n", to_json(fit));
  fmt::print(
      "{} performances of {} pieces by {} composers; {} do not follow their score; {:.3f} of the notes "
      "matched\n",
      fit.performances, fit.pieces, fit.composers, fit.not_followed, fit.matched_share);
  for (const AspectFit& aspect : fit.aspects) print(aspect);
}

}  // namespace

void add_evaluate_performance_command(CLI::App& evaluate) {
  auto* command = evaluate.add_subcommand(
      "performance", "how much of pianists' velocity and timing the performance rules explain (ASAP)");
  auto options = std::make_shared<Options>();
  command->add_option("data", options->data, "folder with asap in its publisher's layout")
      ->required()
      ->check(CLI::ExistingDirectory);
  command->add_option("--threads", options->threads, "threads to use (default: one per core)")
      ->check(CLI::Range(0, 256));
  command->add_flag("--json", options->json, "print JSON");
  command->footer(
      "Weights are fitted by least squares. Held out: each composer's performances, by the weights that fit "
      "the\n"
      "other composers. Pianists: the share of variance that two pianists of one piece have in common. A "
      "rule's share:\n"
      "what the held-out share loses without it.\n"
      "Example:\n  story2midi evaluate performance corpora");
  command->callback([options] { run(*options); });
}

}  // namespace s2m::apps
