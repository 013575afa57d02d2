// wardctl rehearse APP SERVER: plays the go-live test plan with a service and an EHR of its own. Exit code 0 only when
// no step was otherwise than expected.
#include <chrono>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "base/json_members.hpp"
#include "wardctl/ask.hpp"
#include "wardctl/commands.hpp"
#include "wardctl/explain.hpp"
#include "wardctl/new_file.hpp"
#include "wardctl/rehearsal/keeper.hpp"
#include "wardctl/rehearsal/players.hpp"
#include "wardctl/rehearsal/report.hpp"
#include "wardctl/rehearsal/stage.hpp"

namespace wardend::wardctl {
namespace {

std::int64_t now() {
  using namespace std::chrono;
  return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

// Shows and files the report. Otherwise than expected is a refusal, for pipelines.
ExitCode finish(const Context& context, const RehearseOptions& options, const Rehearsal& rehearsal) {
  // What was seen is shown whatever becomes of the file.
  if (context.format == Format::json)
    print_json(context, json_of(rehearsal));
  else
    print_rehearsal(context, rehearsal);
  if (options.markdown) {
    const auto written = write_new_file(context, *options.markdown, markdown_of(rehearsal));
    if (written != ExitCode::done) return written;
  }
  if (all_as_expected(rehearsal)) return ExitCode::done;
  return refuse(context, {"NotAsExpected", "something went otherwise than a go-live needs it",
                          "settle each step that is marked so, then rehearse again", ExitCode::refused});
}

constexpr Occasion occasion = {
    .name = "rehearsal",
    .signalled =
        "the rehearsal was interrupted: its service, its sandbox and its folder are gone, and nothing was filed",
    .again = "rehearse again"};

ExitCode play_in(const Context& context, const RehearseOptions& options, const std::filesystem::path& folder) {
  auto stage = set_stage({.app = options.app,
                          .server = options.server.value_or(""),
                          .config = options.config,
                          .like = options.like.value_or("")},
                         folder);
  if (!stage)
    return refuse(context, {stage.error().name, stage.error().cause, stage.error().next, stage.error().exit_code});
  Room room(std::move(*stage));
  nlohmann::json status;
  static_cast<void>(room.ask(Socket::control, "Status", nlohmann::json::object(), status));
  Rehearsal rehearsal{.subject = room.subject(),
                      .version = text_member(status, "version"),
                      .like = options.like.value_or(""),
                      .at = now()};
  rehearsal.outcomes = play_all(
      room, options.only, [&](std::string_view title) { context.err << "wardctl: playing: " << title << std::endl; });
  return finish(context, options, rehearsal);
}

}  // namespace

std::vector<std::string> rehearsal_steps() { return step_names(); }

ExitCode run_rehearse(const Context& context, const RehearseOptions& options) {
  return in_a_folder(context, occasion,
                     [&](const std::filesystem::path& folder) { return play_in(context, options, folder); });
}

}  // namespace wardend::wardctl
