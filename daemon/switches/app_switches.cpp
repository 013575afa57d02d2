#include "daemon/switches/app_switches.hpp"

#include <utility>

#include "base/kept_file.hpp"
#include "base/log.hpp"
#include "daemon/switches/switch_file.hpp"
#include "daemon/switches/switch_text.hpp"

namespace wardend::switches {
namespace {

std::string why_all_off(const std::filesystem::path& file, const std::string& trouble) {
  return "nobody can tell which apps an operator had switched off, so every app is off (" + file.string() + ": " +
         trouble + "): `wardctl app enable APP` for each app that may run";
}

}  // namespace

AppSwitches::AppSwitches(Parts parts) : parts_(std::move(parts)), kept_(to_text({})) {}

asio::awaitable<void> AppSwitches::read() {
  const auto found = co_await parts_.files.run_for(patience, [file = parts_.file] { return read_switch_file(file); });
  const std::string trouble = found ? found->trouble : "its disk does not answer";
  config::Switches switches;
  if (trouble.empty()) {
    switches = found->switches;
    kept_ = to_text(switches);
  } else {
    kept_.clear();
    const std::string why = why_all_off(parts_.file, trouble);
    log::critical(why);
    switches.all_off({.reason = why});
  }
  for (const auto& [app, off] : switches.apps()) log::warn("an app is switched off", {{"app", app}, {"by", off.by}});
  parts_.config.turn(std::move(switches));
}

void AppSwitches::tell_difference(const config::Config& before, const config::Config& after) {
  for (const config::App& app : after.apps) {
    const config::App* was = before.app(app.id);
    if (was == nullptr || was->in_use() == app.in_use()) continue;
    parts_.hub.publish({.kind = app.in_use() ? events::EventKind::app_enabled : events::EventKind::app_disabled,
                        .at = parts_.clock.wall_now(),
                        .app = app.id,
                        .reason = app.in_use() ? std::string() : *config::disabled(app).reason});
  }
}

void AppSwitches::turn(config::Switches switches) {
  const config::ConfigPtr before = parts_.config.hold();
  parts_.config.turn(std::move(switches));
  tell_difference(*before, parts_.config.get());
}

std::size_t AppSwitches::switch_off(const std::string& app, config::SwitchedOff why) {
  config::Switches switches = parts_.config.switches();
  switches.name_each(parts_.config.get());
  log::warn("an app was switched off", {{"app", app}, {"by", why.by}});
  // A better reason is no later incident.
  if (const config::SwitchedOff* before = switches.find(app); before != nullptr && before->at != 0) why.at = before->at;
  clearing::Cause cause{.reason = ClearReason::app_disabled, .detail = why.reason};
  switches.off(app, std::move(why));
  turn(std::move(switches));
  if (const config::App* settings = parts_.config.get().app(app)) cause.instead = config::disabled(*settings);
  return parts_.clearing.clear({.part = {.app = app}}, cause).sessions;
}

void AppSwitches::switch_on(const std::string& app) {
  config::Switches switches = parts_.config.switches();
  switches.name_each(parts_.config.get());
  if (!switches.on(app)) return;
  log::warn("an app was switched on", {{"app", app}});
  turn(std::move(switches));
}

void AppSwitches::note(const std::string& trouble) {
  if (trouble != trouble_ && !trouble.empty())
    log::error("what is switched off would not outlast a restart: let wardend write to state_dir",
               {{"file", parts_.file.string()}, {"why", trouble}});
  if (trouble.empty() && !trouble_.empty()) log::info("what is switched off is kept now");
  trouble_ = trouble;
  if (!trouble.empty()) failed_.notify_all();
}

asio::awaitable<std::string> AppSwitches::save() {
  for (;;) {
    const std::string text = to_text(parts_.config.switches());
    std::string trouble;
    if (text == kept_) {
      note(trouble);
      co_return trouble;
    }
    const auto done =
        co_await parts_.files.run_for(patience, [file = parts_.file, text] { return replace_kept_file(file, text); });
    trouble = done.value_or("its disk does not answer");
    // A write that was given up may still arrive.
    kept_ = trouble.empty() ? text : std::string();
    if (trouble.empty()) continue;
    note(trouble);
    co_return trouble;
  }
}

asio::awaitable<void> AppSwitches::run() {
  for (;;) {
    if (trouble_.empty()) {
      co_await parts_.clock.wait(failed_, BootTime::max());
      continue;
    }
    co_await parts_.clock.sleep_until(parts_.clock.now() + again_after);
    static_cast<void>(co_await save());
  }
}

}  // namespace wardend::switches
