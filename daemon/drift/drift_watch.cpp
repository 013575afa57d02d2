#include "daemon/drift/drift_watch.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "daemon/drift/waits.hpp"
#include "protocol/http/status_class.hpp"

namespace wardend::drift {
namespace {

using verify::Imprint;
using verify::Imprints;
using Sights = verify::Verifier::Sights;
using Sight = verify::Verifier::Sight;

constexpr Duration late = 5min;  // behind its time a look was slept through, as it was everywhere

// How a document is now, beside the one that is known.
enum class Likeness { same, other, not_had };
Likeness likeness(const Imprint& known, const Imprint& now) {
  if (known.content == now.content) return Likeness::same;
  return now.content.empty() ? Likeness::not_had : Likeness::other;
}
Likeness likeness(const Imprints& known, const Sights& now) {
  const Likeness smart = likeness(known.smart, now.smart.imprint);
  const Likeness metadata = likeness(known.metadata, now.metadata.imprint);
  if (smart == Likeness::not_had || metadata == Likeness::not_had) return Likeness::not_had;
  return smart == Likeness::other || metadata == Likeness::other ? Likeness::other : Likeness::same;
}

Imprints imprints_of(const Sights& sights) { return {sights.smart.imprint, sights.metadata.imprint}; }

// Whether there is no such document, or none for us, for good as it seems: a 4xx that does not pass by itself.
bool is_refused(const Sight& sight) {
  return sight.status >= 400 && sight.status < 500 && !http::is_transient(sight.status) &&
         !http::is_postponed(sight.status);
}

// Whether it can be begun with: both documents are there, or the server says that one of them is not.
bool is_whole(const Sights& sights) {
  const auto settled = [](const Sight& sight) { return !sight.imprint.content.empty() || is_refused(sight); };
  const bool any = !sights.smart.imprint.content.empty() || !sights.metadata.imprint.content.empty();
  return any && settled(sights.smart) && settled(sights.metadata);
}

std::string documents_between(const Imprints& before, const Imprints& after) {
  std::string words;
  if (before.smart.content != after.smart.content) words = name_of(verify::Source::smart_configuration);
  if (before.metadata.content == after.metadata.content) return words;
  return words + (words.empty() ? "" : " and ") + std::string(name_of(verify::Source::metadata));
}

}  // namespace

const config::Server* DriftWatch::used(const config::Config& config, const std::string& server) {
  const bool by_an_app =
      std::ranges::any_of(config.apps, [&](const config::App& app) { return app.registration(server) != nullptr; });
  return by_an_app ? config.server(server) : nullptr;
}

asio::awaitable<void> DriftWatch::run() {
  co_await parts_.memory.read();
  for (;;) {
    for (const config::Server& server : parts_.config.get().servers)
      if (used(parts_.config.get(), server.name) != nullptr && !std::exchange(running_[server.name], true))
        watches_.spawn("drift", watch(server.name));
    co_await parts_.clock.sleep_for(1h);
  }
}

asio::awaitable<void> DriftWatch::watch(std::string server) {
  Clock& clock = parts_.clock;
  const ServerMemory& known = parts_.memory.of(server);
  const Duration age = std::chrono::seconds(unix_seconds(clock.wall_now()) - known.read_at);
  Duration wait = first_wait(known.base.empty() || age < 0s ? 0s : pace_.day - age, pace_, parts_.random);
  unsigned failures = 0, looks = 0;
  for (;;) {
    const BootTime due = clock.now() + wait;
    co_await clock.sleep_until(due);
    // After a sleep every machine wakes, and its network with it.
    if (clock.now() > due + late) co_await clock.sleep_for(first_wait(0s, pace_, parts_.random));
    if (used(parts_.config.get(), server) == nullptr) break;
    const bool anew = ++looks % (pace_.conditional_looks + 1) == 0;
    const Outcome outcome =
        co_await look(server, anew ? verify::Verifier::Asking::anew : verify::Verifier::Asking::conditional);
    failures = outcome == Outcome::nothing ? failures + 1 : 0;
    wait = jittered(wait_after(failures, pace_), parts_.random);
  }
  running_[server] = false;
}

asio::awaitable<DriftWatch::Outcome> DriftWatch::look(std::string server, verify::Verifier::Asking asking) {
  const config::ConfigPtr config = parts_.config.hold();
  const config::Server* settings = used(*config, server);
  if (settings == nullptr) co_return Outcome::read;
  ServerMemory& known = parts_.memory.of(server);
  // Another address is another server.
  if (known.base != settings->fhir_base_url.canonical()) co_return co_await begin_anew(config, server);
  const Sights sights = co_await parts_.verifier.look(config, server, known.documents, asking);
  const Imprints seen = imprints_of(sights);
  switch (likeness(known.documents, sights)) {
    case Likeness::not_had:
      co_return Outcome::nothing;
    case Likeness::same:
      known.documents = seen;
      known.read_at = unix_seconds(parts_.clock.wall_now());
      if (known.basis != parts_.config.get().digest) co_return co_await begin_anew(parts_.config.hold(), server);
      co_await parts_.memory.save();
      co_return Outcome::read;
    case Likeness::other:
      break;
  }
  if (!co_await lasts(server, seen)) {
    log::info("a server's documents do not stay the same from one request to the next: they are compared again later",
              {{"server", server}, {"documents", documents_between(known.documents, seen)}});
    co_return Outcome::read;
  }
  co_return co_await conclude(server, seen);
}

asio::awaitable<bool> DriftWatch::lasts(std::string server, Imprints candidate) {
  for (const Duration gap : pace_.confirmations) {
    co_await parts_.clock.sleep_for(jittered(gap, parts_.random));
    const config::ConfigPtr config = parts_.config.hold();
    if (used(*config, server) == nullptr) co_return false;
    const Sights sights =
        co_await parts_.verifier.look(config, server, candidate, verify::Verifier::Asking::conditional);
    if (likeness(candidate, sights) != Likeness::same) co_return false;
    candidate = imprints_of(sights);
  }
  co_return true;
}

asio::awaitable<DriftWatch::Outcome> DriftWatch::conclude(std::string server, Imprints candidate) {
  const config::ConfigPtr config = parts_.config.hold();
  const config::Server* settings = used(*config, server);
  ServerMemory& known = parts_.memory.of(server);
  if (settings == nullptr || known.base != settings->fhir_base_url.canonical()) co_return Outcome::read;
  const auto study = co_await parts_.verifier.study(config, server);
  if (likeness(candidate, study.sights) != Likeness::same) co_return Outcome::nothing;
  const Needs needs = known.basis == config->digest ? Needs::same : Needs::may_be_others;
  DriftNews::Drift drift{.server = server, .documents = documents_between(known.documents, candidate)};
  for (const auto& [app, report] : study.reports) {
    const auto before = known.apps.find(app);
    Difference& found = drift.apps[app];
    if (before != known.apps.end()) found = difference(before->second, report, needs);
    known.block(app, unix_seconds(parts_.clock.wall_now()), found.blocking);
  }
  take(*config, server, study);
  parts_.news.tell(drift);
  co_await parts_.memory.save();
  co_return Outcome::read;
}

asio::awaitable<DriftWatch::Outcome> DriftWatch::begin_anew(config::ConfigPtr config, std::string server) {
  const auto study = co_await parts_.verifier.study(config, server);
  if (!is_whole(study.sights)) co_return Outcome::nothing;
  ServerMemory& known = parts_.memory.of(server);
  const std::string base = config->server(server)->fhir_base_url.canonical();
  if (known.base == base && likeness(known.documents, study.sights) != Likeness::same) co_return Outcome::nothing;
  if (known.base != base) known = {.base = base};
  take(*config, server, study);
  co_await parts_.memory.save();
  co_return Outcome::read;
}

void DriftWatch::take(const config::Config& config, const std::string& server, const verify::Verifier::Study& study) {
  ServerMemory& known = parts_.memory.of(server);
  known.documents = imprints_of(study.sights);
  known.read_at = unix_seconds(parts_.clock.wall_now());
  known.basis = config.digest;
  known.apps.clear();
  for (const auto& [app, report] : study.reports) {
    known.apps[app] = standing_of(report);
    known.unblock(app, known.apps[app]);
  }
}

void DriftWatch::verified(const std::string& app, const std::string& server, const verify::Report& report) {
  if (parts_.memory.all().contains(server)) parts_.memory.of(server).unblock(app, standing_of(report));
}

}  // namespace wardend::drift
