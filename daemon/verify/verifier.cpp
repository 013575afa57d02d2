#include "daemon/verify/verifier.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

#include "base/encoding.hpp"
#include "base/scope_exit.hpp"
#include "daemon/server/document_request.hpp"
#include "daemon/verify/compare.hpp"
#include "protocol/smart/discovery.hpp"

namespace wardend::verify {
namespace {

// Of a look and a study, which nobody waits for.
constexpr Duration time_alone = 35s;
constexpr Duration smart_time = 3s;
constexpr std::size_t longest_etag = 256;

// How each document is asked for.
struct Way {
  std::string_view path;
  JsonLimits limits;
  Duration time;
};
Way way_to(Source source) {
  if (source == Source::metadata) return {"metadata", fhir::capability_limits, 30s};
  return {".well-known/smart-configuration", smart::discovery_limits, smart_time};
}

HttpRequest request_for(const config::Server& server, const Way& way) {
  return server::request_for(server, way.path, way.limits, way.time);
}

Received received_from(const config::Server& server, const Way& way) {
  return {.address = server.fhir_base_url.child(way.path)};
}

void fill(Received& received, const HttpResponse& whole) {
  received.status = whole.status;
  received.content_type = whole.header("content-type");
  received.body = whole.body.reveal();
}

std::string etag_of(const HttpResponse& whole) {
  const std::string_view etag = whole.header("etag");
  return etag.size() <= longest_etag ? std::string(etag) : std::string();
}

// `known` saves the work on a document that came again, byte for byte.
Imprint imprint_of(Source source, const HttpResponse& whole, const Received& received, const Imprint& known) {
  Imprint imprint{.digest = hex(sha256(received.body)), .etag = etag_of(whole)};
  if (received.status == 200 && imprint.digest == known.digest) imprint.content = known.content;
  if (imprint.content.empty()) imprint.content = content_of(source, received).value_or(std::string());
  return imprint.content.empty() ? Imprint() : imprint;
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
  Order order{.config = config,
              .server = server,
              .apps = {app},
              .until = until,
              .endpoints_changed = directory_.observation(server).changed};
  const auto study = co_await flight->study.join(clock_, until, [&] { return compare_for_all(std::move(order)); });
  if (!study) co_return fail(errors::InvalidTarget{"the comparison that was under way was given up: try again"});
  co_return (*study)->reports.at(app);
}

asio::awaitable<Verifier::Study> Verifier::study(config::ConfigPtr config, std::string server) {
  std::vector<std::string> apps;
  for (const config::App& app : config->apps)
    if (app.registration(server) != nullptr) apps.push_back(app.id);
  co_return co_await compare_now({.config = std::move(config),
                                  .server = std::move(server),
                                  .apps = std::move(apps),
                                  .until = clock_.now() + time_alone,
                                  .with_imprints = true});
}

asio::awaitable<std::shared_ptr<const Verifier::Study>> Verifier::compare_for_all(Order order) {
  co_return std::make_shared<const Study>(co_await compare_now(std::move(order)));
}

asio::awaitable<Verifier::Study> Verifier::compare_now(Order order) {
  const config::Server& settings = *order.config->server(order.server);
  const Way to_smart = way_to(Source::smart_configuration);
  Received none = received_from(settings, to_smart);
  auto smart = std::make_shared<SmartEvidence>();
  Sight smart_sight;
  auto answer = co_await http_.send(request_for(settings, to_smart));
  if (answer) {
    const auto read = [order, none](const HttpResponse& whole) {
      Received received = none;
      fill(received, whole);
      Sight sight{.status = whole.status};
      if (order.with_imprints) sight.imprint = imprint_of(Source::smart_configuration, whole, received, {});
      return std::pair(read_smart(*order.config->server(order.server), received), std::move(sight));
    };
    std::tie(*smart, smart_sight) = co_await http_.read(std::move(*answer), read);
  } else {
    none.failure = server::failure_of(answer.error(), to_smart.limits).description;
    *smart = read_smart(settings, none);
  }

  Way to_metadata = way_to(Source::metadata);
  to_metadata.time = std::min(to_metadata.time, order.until - clock_.now());
  none = received_from(settings, to_metadata);
  const auto judge = [order, smart, smart_sight](MetadataEvidence metadata, Sight sight) {
    const config::Server& server = *order.config->server(order.server);
    Evidence evidence = evidence_of(server, std::move(*smart), std::move(metadata));
    evidence.endpoints_changed = order.endpoints_changed;
    Study study{.sights = {.smart = smart_sight, .metadata = std::move(sight)}};
    for (const std::string& app : order.apps)
      study.reports.emplace(app, compare({*order.config->app(app), server}, evidence));
    return study;
  };
  answer = co_await http_.send(request_for(settings, to_metadata));
  if (!answer) {
    none.failure = server::failure_of(answer.error(), to_metadata.limits).description;
    co_return judge(read_metadata(none), {});
  }
  // The statement is read, compared and freed in one place, which is beside the loop where it is large.
  co_return co_await http_.read(std::move(*answer), [order, judge, none](const HttpResponse& whole) {
    Received received = none;
    fill(received, whole);
    Sight sight{.status = whole.status};
    if (order.with_imprints) sight.imprint = imprint_of(Source::metadata, whole, received, {});
    return judge(read_metadata(received), std::move(sight));
  });
}

asio::awaitable<Verifier::Sight> Verifier::sight_of(config::ConfigPtr config, std::string server, Source source,
                                                    Imprint known) {
  const config::Server& settings = *config->server(server);
  const Way way = way_to(source);
  HttpRequest request = request_for(settings, way);
  const bool conditional = !known.etag.empty();
  if (conditional) request.headers.emplace_back("If-None-Match", known.etag);
  auto answer = co_await http_.send(std::move(request));
  if (!answer) co_return Sight{};
  // To a request without a condition that is no answer.
  if (answer->status == 304) co_return conditional ? Sight{known, 304} : Sight{};
  const Received none = received_from(settings, way);
  co_return co_await http_.read(std::move(*answer), [source, known, none](const HttpResponse& whole) {
    Received received = none;
    fill(received, whole);
    return Sight{imprint_of(source, whole, received, known), whole.status};
  });
}

asio::awaitable<Verifier::Sights> Verifier::look(config::ConfigPtr config, std::string server, Imprints known,
                                                 Asking asking) {
  if (asking == Asking::anew) known.smart.etag = known.metadata.etag = {};
  Sights sights;
  sights.smart = co_await sight_of(config, server, Source::smart_configuration, known.smart);
  // Without it there is nothing to compare, and the other one may be large.
  if (!known.smart.content.empty() && sights.smart.imprint.content.empty()) co_return sights;
  sights.metadata = co_await sight_of(config, server, Source::metadata, known.metadata);
  co_return sights;
}

}  // namespace wardend::verify
