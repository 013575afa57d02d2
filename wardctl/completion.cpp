// wardctl completion bash|zsh|fish.
#include "wardctl/completion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <ostream>
#include <string_view>

namespace wardend::wardctl {
namespace {

// Calls `visit` for each node with the words that lead to it, the root's being "".
using Visit = std::function<void(const std::string& path, const CommandNode& node)>;
void walk(const CommandNode& node, const std::string& path, const Visit& visit) {
  visit(path, node);
  for (const auto& command : node.commands)
    if (!command.hidden) walk(command, path.empty() ? command.name : path + " " + command.name, visit);
}

// Inside single quotes.
std::string shell_word(std::string_view text) {
  std::string safe;
  for (const char letter : text) {
    if (letter == '\'')
      safe += "'\\''";
    else
      safe.push_back(letter);
  }
  return safe;
}

std::string words_after(const CommandNode& node) {
  std::string words;
  for (const auto& command : node.commands)
    if (!command.hidden) words += command.name + " ";
  for (const auto& option : node.options) words += option.name + " ";
  if (!words.empty()) words.pop_back();
  return words;
}

// What may stand behind an option, or as a command's own word: words, or what `wardctl values KIND` knows.
struct Values {
  std::string_view path;    // "": of every command
  std::string_view option;  // "": the command's own word
  std::string_view words;
  std::string_view kind = "";
};
constexpr auto all_values = std::to_array<Values>({
    {"lock", "--reason", "ehr_lock ehr_logout ehr_user_switch"},
    {"completion", "", "bash zsh fish"},
    {"end", "", "", "sessions"},
    {"fhir", "", "GET HEAD POST PUT PATCH DELETE"},
    {"health", "", "", "servers"},
    {"accept", "", "", "servers"},
    {"rehearse", "", "", "apps"},
    {"rehearse", "--only",
     "launch failed-launch no-patient token-end sign-in-end busy-server gone-server wrong-write lock switch trail"},
    {"scopes", "", "", "apps"},
    {"verify", "", "", "apps"},
    {"launches", "", "", "apps"},
    {"app disable", "", "", "apps"},
    {"app enable", "", "", "disabled-apps"},
    {"", "--session", "", "sessions"},
    {"", "--server", "", "servers"},
    {"", "--app", "", "apps"},
});

const Values* values_at(std::string_view path, std::string_view option) {
  const auto* found = std::ranges::find_if(all_values, [&](const Values& row) {
    return row.option == option && (row.path == path || (row.path.empty() && !option.empty()));
  });
  return found == all_values.end() ? nullptr : &*found;
}

std::string in_fish(const Values& values) {
  return values.kind.empty() ? std::string(values.words) : fmt::format("(wardctl values {} 2>/dev/null)", values.kind);
}

// In double quotes; $1 is the program as it was typed.
std::string in_bash(const Values& values) {
  return values.kind.empty() ? std::string(values.words) : fmt::format("$(\"$1\" values {} 2>/dev/null)", values.kind);
}

// The cases that replace or lengthen $words, by the path and the word before.
std::string value_cases(const CommandNode& root) {
  std::string cases;
  walk(root, "", [&](const std::string& path, const CommandNode& node) {
    for (const auto& option : node.options)
      if (const auto* values = values_at(path, option.name))
        cases += fmt::format("    '{} {}') words=\"{}\" ;;\n", path, option.name, in_bash(*values));
    if (const auto* values = values_at(path, ""))
      cases += fmt::format("    '{0} '*) words=\"$words {1}\" ;;\n", path, in_bash(*values));
  });
  return cases;
}

// One case a command path; the words that are no options select it.
std::string bash_script(const CommandNode& root) {
  std::string cases;
  walk(root, "", [&](const std::string& path, const CommandNode& node) {
    cases += fmt::format("    '{}') words='{}' ;;\n", path, words_after(node));
  });
  return fmt::format(
      "_{0}() {{\n"
      "  local path='' word words=''\n"
      "  for word in \"${{COMP_WORDS[@]:1:COMP_CWORD-1}}\"; do\n"
      "    case \" ${{_{0}_paths}} \" in *\" ${{path:+$path/}}$word \"*) path=\"${{path:+$path/}}$word\" ;; esac\n"
      "  done\n"
      "  case \"${{path//\\// }}\" in\n{1}  esac\n"
      "  case \"${{path//\\// }} ${{COMP_WORDS[COMP_CWORD-1]}}\" in\n{2}  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"${{COMP_WORDS[COMP_CWORD]}}\"))\n"
      "}}\n",
      root.name, cases, value_cases(root));
}

// The paths that bash_script's function steps through, words joined by "/".
std::string path_list(const CommandNode& root) {
  std::string list;
  walk(root, "", [&](const std::string& path, const CommandNode&) {
    if (path.empty()) return;
    auto joined = path;
    for (auto& letter : joined)
      if (letter == ' ') letter = '/';
    list += joined + " ";
  });
  if (!list.empty()) list.pop_back();
  return fmt::format("_{}_paths='{}'\n", root.name, list);
}

std::string fish_script(const CommandNode& root) {
  std::string script = fmt::format("complete -c {} -f\n", root.name);
  walk(root, "", [&](const std::string& path, const CommandNode& node) {
    std::string condition = "__fish_use_subcommand";
    if (!path.empty()) {
      condition.clear();
      std::string word;
      for (const char letter : path + " ") {
        if (letter != ' ') {
          word.push_back(letter);
          continue;
        }
        condition += fmt::format("{}__fish_seen_subcommand_from {}", condition.empty() ? "" : "; and ", word);
        word.clear();
      }
    }
    for (const auto& command : node.commands)
      if (!command.hidden)
        script += fmt::format("complete -c {} -n '{}' -a {} -d '{}'\n", root.name, condition, command.name,
                              shell_word(command.description));
    if (const auto* values = values_at(path, ""))
      script += fmt::format("complete -c {} -n '{}' -a '{}'\n", root.name, condition, in_fish(*values));
    for (const auto& option : node.options) {
      const auto* values = values_at(path, option.name);
      script += fmt::format("complete -c {}{} -l {} -d '{}'{}{}\n", root.name,
                            path.empty() ? "" : fmt::format(" -n '{}'", condition), option.name.substr(2),
                            shell_word(option.description), option.takes_value ? " -r" : "",
                            values == nullptr ? "" : fmt::format(" -a '{}'", in_fish(*values)));
    }
  });
  return script;
}

}  // namespace

Shell shell_named(std::string_view name) {
  if (name == "zsh") return Shell::zsh;
  return name == "fish" ? Shell::fish : Shell::bash;
}

std::string completion_script(const CommandNode& root, Shell shell) {
  switch (shell) {
    case Shell::bash:
      return path_list(root) + bash_script(root) + fmt::format("complete -o default -F _{0} {0}\n", root.name);
    case Shell::zsh:
      return fmt::format("#compdef {0}\nautoload -U +X bashcompinit && bashcompinit\n", root.name) + path_list(root) +
             bash_script(root) + fmt::format("complete -o default -F _{0} {0}\n", root.name);
    case Shell::fish:
      return fish_script(root);
  }
  return {};
}

ExitCode run_completion(const Context& context, const CommandNode& root, Shell shell) {
  context.out << completion_script(root, shell) << std::flush;
  return ExitCode::done;
}

}  // namespace wardend::wardctl
