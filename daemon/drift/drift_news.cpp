#include "daemon/drift/drift_news.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"

namespace wardend::drift {
namespace {

constexpr std::size_t longest_needs = 160;  // bytes of a sentence's list

// "blocking: A, B; met now: C; otherwise: D"
std::string summary_of(const Difference& difference) {
  std::string summary;
  const auto add = [&](const char* what, const std::vector<Change>& changes) {
    if (!changes.empty()) summary += (summary.empty() ? "" : "; ") + std::string(what) + ": " + in_words(changes);
  };
  add("blocking now", difference.blocking);
  add("met now", difference.settled);
  add("changed", difference.other);
  return summary.empty() ? "nothing for this app" : summary;
}

}  // namespace

void DriftNews::tell(const Drift& drift) {
  ++counts_[drift.server];
  const bool alters = std::ranges::any_of(drift.apps, [](const auto& app) { return !app.second.empty(); });
  if (!alters) {
    log::info("a server declares something else than before, and every app stands there as it did",
              {{"server", drift.server}, {"documents", drift.documents}});
    audit_.write(record_of(
        entry::CapabilitiesChanged{.server = drift.server, .detail = drift.documents + ": nothing for any app"}));
  }
  for (const auto& [app, difference] : drift.apps) {
    if (!difference.empty()) tell_of_app(drift, app, difference);
    hub_.publish({.kind = events::EventKind::capabilities_changed,
                  .at = clock_.wall_now(),
                  .app = app,
                  .server = drift.server,
                  .reason = summary_of(difference)});
  }
}

void DriftNews::tell_of_app(const Drift& drift, const std::string& app, const Difference& difference) {
  if (difference.blocking.empty())
    log::info("a server declares something else than before, which changes how an app stands there",
              {{"server", drift.server},
               {"app", app},
               {"documents", drift.documents},
               {"met_now", in_words(difference.settled)},
               {"changed", in_words(difference.other)}});
  else
    log::warn("a server no longer declares what an app needs: `wardctl verify` shows the app and the server in full",
              {{"server", drift.server},
               {"app", app},
               {"documents", drift.documents},
               {"blocking_now", in_words(difference.blocking)},
               {"met_now", in_words(difference.settled)},
               {"changed", in_words(difference.other)}});
  audit_.write(record_of(entry::CapabilitiesChanged{.server = drift.server,
                                                    .app = app,
                                                    .reason = difference.blocking.empty() ? "not_blocking" : "blocking",
                                                    .detail = drift.documents + ": " + summary_of(difference)}));
}

std::vector<std::string> notices_of(const Memory& memory, const config::Config& config) {
  std::vector<std::string> notices;
  for (const auto& [server, known] : memory)
    for (const auto& [app, blocked] : known.blocked) {
      const config::App* settings = config.app(app);
      if (settings == nullptr || settings->registration(server) == nullptr) continue;
      std::string needs;
      for (const std::string& need : blocked.needs)
        if (needs.size() < longest_needs) needs += (needs.empty() ? "" : ", ") + printable(need, longest_needs);
      notices.push_back(server + " no longer declares what " + app + " needs (" + needs + "): see `wardctl verify " +
                        app + " " + server +
                        "`, and ask the EHR's administrators; switch the app off if it cannot work so");
    }
  return notices;
}

}  // namespace wardend::drift
