#include "wardctl/unknown_command.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/nearest.hpp"

namespace wardend::wardctl {
namespace {

bool takes_next_word(const CommandNode& root, const std::string& option) {
  const auto found = std::ranges::find(root.options, option, &CommandNode::Option::name);
  return found != root.options.end() && found->takes_value;
}

}  // namespace

std::optional<std::string> unknown_command(const CommandNode& root, const std::vector<std::string>& words) {
  const CommandNode* node = &root;
  std::string path;
  for (std::size_t at = 0; at < words.size() && !node->commands.empty(); ++at) {
    const std::string& word = words[at];
    if (word.starts_with('-')) {
      if (takes_next_word(root, word)) ++at;
      continue;
    }
    const auto found = std::ranges::find(node->commands, word, &CommandNode::name);
    if (found == node->commands.end()) {
      Words known;
      for (const CommandNode& command : node->commands)
        if (!command.hidden) known.insert(command.name);
      const std::string meant = nearest(word, known);
      return fmt::format("there is no command \"{}{}\"{}", path, word,
                         meant.empty() ? std::string() : fmt::format(": did you mean \"{}{}\"?", path, meant));
    }
    node = &*found;
    path += word + " ";
  }
  return std::nullopt;
}

}  // namespace wardend::wardctl
