#include "daemon/judging/target_reader.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/json_fault.hpp"
#include "daemon/patients/record_request.hpp"
#include "protocol/fhir/member_case.hpp"
#include "protocol/fhir/version.hpp"

namespace wardend::judging {
namespace {

std::string name_of(const guard::Wanted& what) { return what.type + "/" + what.id; }

std::unexpected<Error> unavailable(const std::string& server, std::string reason) {
  return fail(errors::ServerUnavailable{.server = server, .reason = std::move(reason)});
}

// A record that is too large to be judged stays so: another try brings nothing.
std::unexpected<Error> not_judged(const guard::Wanted& what, std::string_view why) {
  return fail(errors::ResourceRejected{.reason = "the server's record " + name_of(what) +
                                                 " is too much to be judged (" + std::string(why) +
                                                 "): make the write in the EHR"});
}

std::unexpected<Error> unanswered(const HttpFailure& failure, const std::string& server, const guard::Wanted& what) {
  switch (failure.kind) {
    case HttpFailure::Kind::too_large:
      return not_judged(what, "larger than 1 MiB");
    case HttpFailure::Kind::tls:
    case HttpFailure::Kind::handshake:
      return unavailable(server, "no secure connection to the server came about, so " + name_of(what) +
                                     " was not read: have IT look at its certificate");
    case HttpFailure::Kind::network:
    case HttpFailure::Kind::timeout:
    case HttpFailure::Kind::abandoned:
      break;
  }
  return unavailable(server, "the server did not answer when it was asked for " + name_of(what) +
                                 ", which must be read before the write: try again in a minute");
}

Result<Stored> judge(const HttpResponse& response, const std::string& server, const guard::Wanted& what) {
  Stored stored{.what = what, .bytes = response.body.size()};
  const patients::Absence absence = patients::absence_in(response);
  stored.gone = absence == patients::Absence::gone;
  if (absence != patients::Absence::none) return stored;
  if (response.status == 401)
    return unavailable(server,
                       "the server did not take the session's token (HTTP 401): ask for a token with "
                       "`rejected`, then try again");
  if (response.status == 403)
    return fail(errors::ScopeNotGranted{
        .missing = std::vector<std::string>{"patient/" + what.type + ".r"},
        .reason = "the server does not let the app read " + name_of(what) +
                  ", which the write changes or refers to: ask support to have the scope approved"});
  if (response.status != 200)
    return unavailable(server, "the server could not show " + name_of(what) + " (HTTP " +
                                   std::to_string(response.status) + response.why_unreadable() + "): try again");
  auto resource = read_json(response.body.reveal(), patients::record_limits);
  if (!resource && resource.error().kind == JsonFault::Kind::too_much) return not_judged(what, resource.error().words);
  if (!resource)
    return unavailable(server, "the server's answer for " + name_of(what) + " cannot be read" +
                                   response.why_unreadable() + ": have its administrators look at it");
  if (const auto fault = fhir::case_fault_of_answer(*resource))
    return unavailable(server, "the server's answer for " + name_of(what) + " can be read in two ways (" + *fault +
                                   "): have its administrators look at it");
  stored.resource = std::make_shared<const nlohmann::json>(std::move(*resource));
  stored.version = fhir::version_in(response.header("etag"));
  return stored;
}

}  // namespace

asio::awaitable<Result<Stored>> TargetReader::read(Order order) {
  const config::ConfigPtr config = config_.hold();
  const std::string server = order.server;
  const config::Server* settings = config->server(server);
  const Duration left = order.until - clock_.now();
  if (settings == nullptr || left <= Duration::zero())
    co_return unavailable(server, "the server took too long to show what must be read before the write: try again");
  HttpRequest request = patients::record_request(*settings, name_of(order.what), order.token, left);
  order.token = Secret();
  request.wanted = std::move(order.wanted);
  if (!order.request_id.empty()) request.headers.emplace_back("X-Request-Id", order.request_id);
  auto answer = co_await http_.send(std::move(request));
  patients::tell_link(server_health_, server, answer);
  if (!answer) co_return unanswered(answer.error(), server, order.what);
  co_return co_await http_.read(std::move(*answer), [server, what = order.what](const HttpResponse& response) {
    return judge(response, server, what);
  });
}

}  // namespace wardend::judging
