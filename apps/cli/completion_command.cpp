// story2midi completion: shell completions and the man page, from the commands and options themselves.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "apps/cli/commands.h"
#include "story2midi/base/version.h"

namespace s2m::apps {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
}

std::vector<const CLI::Option*> options_of(const CLI::App& command) {
  return command.get_options([](const CLI::Option* option) { return !option->get_group().empty(); });
}

std::vector<std::string> flags_of(const CLI::Option& option) {
  std::vector<std::string> flags;
  for (const auto& name : option.get_snames()) flags.push_back("-" + name);
  for (const auto& name : option.get_lnames()) flags.push_back("--" + name);
  return flags;
}

std::string names_of(const CLI::App& app) {
  std::string names;
  for (const auto* command : commands_of(app)) names += command->get_name() + " ";
  return names;
}

// Options and commands of a command, a space between each.
std::string words_of(const CLI::App& command) {
  std::string words = names_of(command);
  for (const auto* option : options_of(command))
    for (const auto& flag : flags_of(*option)) words += flag + " ";
  return words;
}

// Words that begin an option are completed as such, the first word as a command, all others as files.
std::string bash_script(const CLI::App& app) {
  std::string cases;
  for (const auto* command : commands_of(app))
    cases += fmt::format("    {}) words='{}' ;;\n", command->get_name(), words_of(*command));
  return "_story2midi() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} words\n"
         "  case ${COMP_WORDS[1]} in\n" +
         cases + fmt::format("    *) words='{}' ;;\n", words_of(app)) +
         "  esac\n"
         "  if [[ $word == -* || $COMP_CWORD -eq 1 ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "  else\n"
         "    COMPREPLY=($(compgen -f -- \"$word\"))\n"
         "  fi\n"
         "}\n"
         "complete -o filenames -F _story2midi story2midi\n";
}

std::string zsh_script(const CLI::App& app) {
  return "#compdef story2midi\nautoload -U +X bashcompinit && bashcompinit\n" + bash_script(app);
}

std::string fish_string(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "\\'" : c == '\\' ? "\\\\" : std::string(1, c);
  return quoted + "'";
}

std::string fish_script(const CLI::App& app) {
  std::string script;
  for (const auto* command : commands_of(app)) {
    script += fmt::format("complete -c story2midi -n __fish_use_subcommand -f -a {} -d {}\n",
                          command->get_name(), fish_string(command->get_description()));
    for (const auto* option : options_of(*command))
      for (const auto& name : option->get_lnames())
        script += fmt::format("complete -c story2midi -n '__fish_seen_subcommand_from {}' -l {} -d {}\n",
                              command->get_name(), name, fish_string(option->get_description()));
  }
  return script;
}

// Text as roff takes it: no control line, no escape, hyphens as typed.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool begins_line = out.empty() || out.back() == '\n';
    if (begins_line && (c == '.' || c == '\'')) out += "\\&";
    out += c == '\\' ? "\\e" : c == '-' ? "\\-" : std::string(1, c);
  }
  return out;
}

std::string man_options(const CLI::App& command) {
  std::string page;
  for (const auto* option : options_of(command)) {
    const auto flags = flags_of(*option);
    const auto names = flags.empty() ? option->get_name(true) : fmt::format("{}", fmt::join(flags, ", "));
    page += fmt::format(".TP\n.B {}\n{}\n", roff(names), roff(option->get_description()));
  }
  return page;
}

std::string man_page(const CLI::App& app) {
  std::string page = fmt::format(
      ".TH STORY2MIDI 1 \"\" \"story2midi {}\" \"User Commands\"\n.SH NAME\nstory2midi \\- {}\n"
      ".SH SYNOPSIS\n.B story2midi\n.I COMMAND\n.RI [ options ]\n.SH COMMANDS\n",
      version(), "reads a story and writes music that feels like it");
  for (const auto* command : commands_of(app)) {
    page += fmt::format(".SS {}\n{}\n", roff(command->get_name()), roff(command->get_description()));
    page += man_options(*command);
  }
  return page +
         ".SH EXIT STATUS\n0: done. 1: an error, told in one line on standard error. 2: a wrong use of the "
         "options. 130: "
         "interrupted.\n"
         ".SH ENVIRONMENT\n.TP\n.B S2M_MODELS\nThe folder of model files, where \\-\\-models is not given.\n"
         ".TP\n.B S2M_KERNELS\nThe kernel set: scalar, avx2, avxvnni, avx512, neon or neondot.\n"
         ".SH EXAMPLES\n.nf\n" +
         roff(app.get_footer()) + "\n.fi\n";
}

}  // namespace

void add_completion_command(CLI::App& app) {
  auto* command = app.add_subcommand("completion", "print completions for a shell, or the man page");
  auto kind = std::make_shared<std::string>();
  command->add_option("kind", *kind, "bash, zsh, fish or man")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish", "man"}));
  command->footer(
      "Examples:\n"
      "  story2midi completion bash > ~/.local/share/bash-completion/completions/story2midi\n"
      "  story2midi completion man > story2midi.1");
  command->callback([kind, &app] {
    fmt::print("{}", *kind == "bash"   ? bash_script(app)
                     : *kind == "zsh"  ? zsh_script(app)
                     : *kind == "fish" ? fish_script(app)
                                       : man_page(app));
  });
}

}  // namespace s2m::apps
