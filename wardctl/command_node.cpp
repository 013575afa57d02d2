#include "wardctl/command_node.hpp"

#include <CLI/App.hpp>

namespace wardend::wardctl {

CommandNode describe(const CLI::App& app) {
  CommandNode node{.name = app.get_name(), .description = app.get_description(), .hidden = app.get_group().empty()};
  for (const auto* option : app.get_options([](const CLI::Option* of) { return !of->get_group().empty(); }))
    for (const auto& name : option->get_lnames())
      node.options.push_back({.name = "--" + name,
                              .description = option->get_description(),
                              .takes_value = option->get_expected_max() > 0});
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    node.commands.push_back(describe(*command));
  return node;
}

}  // namespace wardend::wardctl
