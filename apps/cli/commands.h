// The subcommands of story2midi, each registered by the file that runs it.
#pragma once

#include <CLI/CLI.hpp>

namespace s2m::apps {

void add_compose_command(CLI::App& app);
void add_feel_command(CLI::App& app);
void add_plan_command(CLI::App& app);
void add_explain_command(CLI::App& app);
void add_render_command(CLI::App& app);
void add_draw_command(CLI::App& app);
void add_inspect_command(CLI::App& app);
void add_evaluate_command(CLI::App& app);
// Subcommands of evaluate.
void add_evaluate_music_command(CLI::App& evaluate);
void add_evaluate_writing_command(CLI::App& evaluate);
void add_evaluate_text_command(CLI::App& evaluate);
void add_evaluate_arranging_command(CLI::App& evaluate);
void add_evaluate_returns_command(CLI::App& evaluate);
void add_evaluate_themes_command(CLI::App& evaluate);
void add_evaluate_judge_command(CLI::App& evaluate);
void add_evaluate_performance_command(CLI::App& evaluate);
void add_evaluate_sections_command(CLI::App& evaluate);
void add_judge_command(CLI::App& app);
void add_dataset_command(CLI::App& app);
void add_import_command(CLI::App& app);
void add_manifest_command(CLI::App& app);
void add_serve_command(CLI::App& app);
void add_work_command(CLI::App& app);
void add_mcp_command(CLI::App& app);
void add_completion_command(CLI::App& app);
void add_train_command(CLI::App& app);
void add_study_command(CLI::App& app);

}  // namespace s2m::apps
