#include "daemon/verify/verifier.hpp"

#include <memory>
#include <utility>

#include "base/scope_exit.hpp"
#include "daemon/server/document_request.hpp"
#include "daemon/verify/compare.hpp"
#include "protocol/smart/discovery.hpp"

namespace wardend::verify {
namespace {

constexpr Duration turn_time = 20s;
constexpr Duration smart_time = 5s;
constexpr Duration metadata_time = 30s;

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
  const BootTime turn = clock_.now() + turn_time;
  while (busy_)
    if (co_await clock_.wait(free_, turn) == Clock::Wake::deadline && busy_)
      co_return fail(errors::InvalidTarget{"another comparison is under way: try again in a minute"});
  busy_ = true;
  const ScopeExit done([this] {
    busy_ = false;
    free_.notify_all();
  });
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
    return compare({*config->app(app), *config->server(server)}, evidence);
  };
  answer = co_await http_.send(server::request_for(*settings, metadata_path, fhir::capability_limits, metadata_time));
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
