#include "daemon/launch/failure_page.hpp"

#include <utility>

#include "base/text.hpp"
#include "daemon/launch/clinician_words.hpp"
#include "daemon/launch/local_time.hpp"
#include "daemon/launch/session_words.hpp"

namespace wardend::launch {
namespace {

std::string advice_of(const Scene& scene) { return scene.app == nullptr ? std::string() : scene.app->advice; }

// An app that is switched off: its advice says what to do instead.
void tell_switched_off(Notice& notice, const Scene& scene) {
  if (scene.app == nullptr) return;
  notice.title = "The app is switched off";
  notice.sentence = scene.app->name + " is switched off on this workstation.";
  notice.advice = advice_of(scene);
  if (!notice.advice.empty()) notice.next_step.clear();
}

// What support asks for, of this kind of error alone.
std::vector<Detail> details_of(const Error& error) {
  std::vector<Detail> details;
  if (const auto* failed = error.as<errors::LaunchFailed>()) {
    details.push_back({"Step", std::string(name_of(*failed->stage))});
    details.push_back({"Code", *failed->code});
  } else {
    details.push_back({"Code", std::string(name_of(error.code()))});
  }
  if (const auto* refused = error.as<errors::ScopeNotGranted>())
    details.push_back({"Not granted", joined(*refused->missing, " ")});
  if (const auto* unverified = error.as<errors::PatientUnverified>())
    for (const std::string& finding : *unverified->findings) details.push_back({"Found", finding});
  if (const auto* unknown = error.as<errors::UnknownServer>()) details.push_back({"Asked for", *unknown->server});
  details.push_back({"Message", error.detail()});
  return details;
}

}  // namespace

ForIt for_it(const Scene& scene, std::vector<Detail> more) {
  ForIt part{.reference = scene.reference};
  if (scene.app != nullptr) part.details.push_back({"App", scene.app->name + " (" + scene.app->id + ")"});
  part.details.push_back({"EHR", scene.server});
  for (Detail& detail : more) part.details.push_back(std::move(detail));
  part.details.push_back({"Time", full_local_time(scene.now)});
  part.details.push_back({"Workstation", scene.machine});
  part.details.push_back({"Reference", scene.reference});
  return part;
}

Notice failure_notice(const Error& error, const Scene& scene) {
  const Words words = words_for(error, scene.presence);
  Notice notice{.title = scene.at == Scene::At::launch ? "The launch did not begin" : "The launch did not finish",
                .sentence = std::string(words.sentence),
                .next_step = std::string(words.next_step),
                .for_it = for_it(scene, details_of(error))};
  // Without the EHR's description no launch can begin until IT has mended that.
  const auto* failed = error.as<errors::LaunchFailed>();
  const bool nothing_begins = failed != nullptr && *failed->stage == LaunchStage::discovery;
  if (words.trouble == Words::Trouble::passing || nothing_begins) notice.advice = advice_of(scene);
  if (words.trouble == Words::Trouble::passing) {
    if (scene.at == Scene::At::launch) notice.again = Notice::Again::link;
  }
  if (error.code() == Errc::AppDisabled) tell_switched_off(notice, scene);
  if (const auto* down = error.as<errors::ServerUnavailable>()) {
    notice.title = "The EHR cannot be reached";
    if (down->since)
      notice.sentence = "The EHR cannot be reached since " + short_local_time(*down->since, scene.now) + ".";
  }
  if (const auto* limited = error.as<errors::RateLimited>()) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*limited->retry_after_ms).count();
    notice.next_step =
        "Wait " + std::to_string(seconds) + (seconds == 1 ? " second" : " seconds") + ", then launch the app again.";
  }
  return notice;
}

Notice refusal_notice(Refusal refusal, const Scene& scene, const std::string& technical) {
  const RefusalText text = text_of(refusal);
  Notice notice{.title = std::string(text.title),
                .sentence = std::string(text.sentence),
                .next_step = std::string(text.next_step),
                .for_it = for_it(scene, {{"Step", "browser"},
                                         {"Code", std::string(text.code)},
                                         {"Message", technical.empty() ? std::string(text.technical) : technical}})};
  if (refusal == Refusal::app_disabled) tell_switched_off(notice, scene);
  return notice;
}

}  // namespace wardend::launch
