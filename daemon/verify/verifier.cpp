#include "daemon/verify/verifier.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "base/scope_exit.hpp"
#include "daemon/server/document_request.hpp"
#include "daemon/verify/compare.hpp"
#include "protocol/smart/discovery.hpp"

namespace wardend::verify {
namespace {

constexpr Duration smart_time = 3s;

Received received_from(const config::Server& server, std::string_view path) {
  return {.address = server.fhir_base_url.child(path)};
}

void fill(Received& received, const HttpResponse& whole) {
  received.status = whole.status;
  received.content_type = whole.header("content-type");
  received.body = whole.body.reveal();
}

}  // namespace

asio::awaitable<Result<Report>> Verifier::verify(config::ConfigPtr config, std::string app, std::string server) {
  const BootTime until = clock_.now() + patience;
  const Subject subject{config.get(), app, server};
  const auto known = flights_.find(subject);
  if (known == flights_.end() && flights_.size() >= most_at_a_time) {
    const auto first = std::ranges::min_element(flights_, {}, [](const auto& entry) { return entry.second->until; });
    const auto wait = std::chrono::ceil<std::chrono::seconds>(first->second->until - clock_.now());
    co_return fail(
        errors::InvalidTarget{"four other comparisons are under way, as many as there may be: try again in " +
                              std::to_string(wait.count()) + " s"});
  }
  const std::shared_ptr<Flight> flight =
      known == flights_.end() ? flights_.emplace(subject, std::make_shared<Flight>()).first->second : known->second;
  if (flight->askers++ == 0) flight->until = until;
  const ScopeExit leave([&] {
    if (--flight->askers == 0) flights_.erase(subject);
  });
  const auto report =
      co_await flight->report.join(clock_, until, [&] { return compare_now(config, app, server, until); });
  if (!report) co_return fail(errors::InvalidTarget{"the comparison that was under way was given up: try again"});
  co_return **report;
}

asio::awaitable<std::shared_ptr<const Report>> Verifier::compare_now(config::ConfigPtr config, std::string app,
                                                                     std::string server, BootTime until) {
  const config::Server* settings = config->server(server);
  constexpr const char* smart_path = ".well-known/smart-configuration";
  constexpr const char* metadata_path = "metadata";

  Received none = received_from(*settings, smart_path);
  auto smart = std::make_shared<SmartEvidence>();
  auto answer = co_await http_.send(server::request_for(*settings, smart_path, smart::discovery_limits, smart_time));
  if (answer) {
    *smart = co_await http_.read(std::move(*answer), [config, server, none](const HttpResponse& whole) {
      Received received = none;
      fill(received, whole);
      return read_smart(*config->server(server), received);
    });
  } else {
    none.failure = server::failure_of(answer.error(), smart::discovery_limits).description;
    *smart = read_smart(*settings, none);
  }

  none = received_from(*settings, metadata_path);
  const std::string changed = directory_.observation(server).changed;
  const auto judge = [config, app, server, smart, changed](MetadataEvidence metadata) {
    Evidence evidence = evidence_of(*config->server(server), std::move(*smart), std::move(metadata));
    evidence.endpoints_changed = changed;
    return std::make_shared<const Report>(compare({*config->app(app), *config->server(server)}, evidence));
  };
  answer =
      co_await http_.send(server::request_for(*settings, metadata_path, fhir::capability_limits, until - clock_.now()));
  if (!answer) {
    none.failure = server::failure_of(answer.error(), fhir::capability_limits).description;
    co_return judge(read_metadata(none));
  }
  // The statement is read, compared and freed in one place, which is beside the loop where it is large.
  co_return co_await http_.read(std::move(*answer), [judge, none](const HttpResponse& whole) {
    Received received = none;
    fill(received, whole);
    return judge(read_metadata(received));
  });
}

}  // namespace wardend::verify
