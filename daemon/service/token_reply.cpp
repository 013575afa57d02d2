#include "daemon/service/token_reply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "daemon/service/wire.hpp"

namespace wardend::service {
namespace {

Secret constant_part(const session::Session& session, const config::Config& config) {
  nlohmann::json fixed = {{"token_type", "Bearer"},
                          {"scope", session.granted.text()},
                          {"session", session.id},
                          {"context", to_wire(session.context).to_json()}};
  if (const config::Server* server = config.server(session.server))
    fixed["fhir_base_url"] = server->fhir_base_url.text();
  std::string text = dump_json(fixed);
  text.pop_back();  // left open for what changes
  // The parser let nothing but b64token characters through: the token needs no escaping.
  text += R"(,"access_token":")";
  text += session.tokens()->access.reveal();
  text += '"';
  Secret secret(text);
  wipe(text);
  return secret;
}

}  // namespace

TokenReply token_reply(session::Session& session, const config::Config& config, const health::Freshness& freshness,
                       Clock& clock, Random& random) {
  if (session.prepared.empty()) session.prepared = constant_part(session, config);
  const config::App* app = config.app(session.app);
  const auto remaining = std::chrono::floor<std::chrono::seconds>(session.remaining(clock.now())).count();
  const std::string fresh = dump_json(to_wire(freshness, app == nullptr ? std::string() : app->advice).to_json());
  TokenReply reply{.parameters_json = {}, .request_id = random.token(16)};
  std::string text;
  text.reserve(session.prepared.size() + fresh.size() + 128);
  text += session.prepared.reveal();
  fmt::format_to(std::back_inserter(text), R"(,"expires_at":{},"expires_in":{},"request_id":"{}","freshness":{}}})",
                 unix_seconds(clock.wall_at(session.tokens()->expires_at)), std::max<std::int64_t>(remaining, 0),
                 reply.request_id, fresh);
  reply.parameters_json = Secret(text);
  wipe(text);
  return reply;
}

}  // namespace wardend::service
