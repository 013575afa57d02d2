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

void add_target(CLI::App& command, TargetOptions& target) {
  command.add_option("--user", target.user, "only this Unix user's sessions, by name or number");
  command.add_option("--login-session", target.login_session,
                     "only this login session's, as `wardctl status` names it");
  command.add_option("--seat", target.seat, "only this seat's sessions");
  command.add_option("--app", target.app, "only this app's sessions");
  command.add_option("--server", target.server, "only this server's sessions");
  command.add_option("--session", target.session, "only this session");
}

}  // namespace wardend::wardctl
