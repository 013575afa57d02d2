#include "daemon/writes/target_reader.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.hpp"
#include "daemon/patients/record_request.hpp"

namespace wardend::writes {
namespace {

std::string name_of(const guard::Wanted& what) { return what.type + "/" + what.id; }

std::unexpected<Error> unavailable(const std::string& server, std::string reason) {
  return fail(errors::ServerUnavailable{.server = server, .reason = std::move(reason)});
}

Result<Stored> judge(const HttpResponse& response, const std::string& server, const guard::Wanted& what) {
  Stored stored{.what = what, .bytes = response.body.size()};
  if (response.status == 404 || response.status == 410) return stored;
  if (response.status == 401)
    return unavailable(server,
                       "the server did not take the session's token (HTTP 401): ask for a token with "
                       "`rejected`, then try again");
  if (response.status == 403)
    return fail(errors::ScopeNotGranted{
        .missing = std::vector<std::string>{"patient/" + what.type + ".r"},
        .reason = "the server does not let the app read what it is about to change: it needs both"});
  if (response.status != 200)
    return unavailable(server, "the server could not show what is to be changed (HTTP " +
                                   std::to_string(response.status) + "): try again");
  auto resource = parse_json(response.body.reveal(), patients::record_limits);
  if (!resource)
    return unavailable(server, "the server's answer about what is to be changed cannot be read" +
                                   response.why_unreadable() + ": have its administrators look at it");
  stored.resource = std::make_shared<const nlohmann::json>(std::move(*resource));
  stored.version = patients::version_in(response.header("etag"));
  return stored;
}

}  // namespace

asio::awaitable<Result<Stored>> TargetReader::read(std::string server, guard::Wanted what, Secret token,
                                                   BootTime until) {
  const config::ConfigPtr config = config_.hold();
  const config::Server* settings = config->server(server);
  const Duration left = until - clock_.now();
  if (settings == nullptr || left <= Duration::zero())
    co_return unavailable(server, "the server took too long to show what is to be changed: try again");
  HttpRequest request = patients::record_request(*settings, name_of(what), token, left);
  token = Secret();
  auto answer = co_await http_.send(std::move(request));
  patients::tell_link(server_health_, server, answer);
  if (!answer) co_return unavailable(server, "the server did not show what is to be changed: try again in a minute");
  co_return co_await http_.read(std::move(*answer),
                                [server, what](const HttpResponse& response) { return judge(response, server, what); });
}

}  // namespace wardend::writes
