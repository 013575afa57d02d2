#include "daemon/service/token_reply.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "daemon/gateway/base_url.hpp"
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
  if (!config.broker.fhir_socket.empty()) fixed["gateway_base_url"] = gateway::base_url(session.id);
  std::string text = dump_json(fixed);
  text.pop_back();  // left open for what changes
  text += R"(,"access_token":")";
  Secret secret(text);
  wipe(text);
  return secret;
}

char* put(char* at, std::string_view text) { return std::ranges::copy(text, at).out; }

// The parser let nothing but visible ASCII through: two of those mean something in a JSON text.
bool means_something(char c) { return c == '"' || c == '\\'; }

char* put_escaped(char* at, std::string_view token) {
  for (const char c : token) {
    if (means_something(c)) *at++ = '\\';
    *at++ = c;
  }
  return at;
}

// At most 20 digits and a sign.
char* put(char* at, std::int64_t number) { return std::to_chars(at, at + 21, number).ptr; }

}  // namespace

const std::string& TokenReplies::text_of(const std::string& app, const std::string& advice,
                                         const server::Freshness& freshness) {
  FreshnessText& kept = freshness_[{app, freshness.server}];
  if (kept.json.empty() || kept.freshness != freshness || kept.advice != advice)
    kept = {.freshness = freshness, .advice = advice, .json = dump_json(to_wire(freshness, advice).to_json())};
  return kept.json;
}

Secret TokenReplies::of(const access::Issued& issued) {
  session::Session& session = issued.session;
  if (session.prepared.empty()) session.prepared = constant_part(session, *issued.config);
  const config::App* app = issued.config->app(session.app);
  const Duration remaining = session.remaining(clock_.now());
  const auto seconds = std::max<std::int64_t>(std::chrono::floor<std::chrono::seconds>(remaining).count(), 0);
  const auto expires_at = clock_.wall_now() + std::chrono::duration_cast<WallTime::duration>(remaining);
  const std::string& fresh = text_of(session.app, app == nullptr ? std::string() : app->advice, issued.freshness);
  const std::string_view token = session.tokens()->access.reveal();
  const auto escapes = static_cast<std::size_t>(std::ranges::count_if(token, means_something));
  constexpr std::size_t names_and_numbers = 128;
  return Secret::written(
      session.prepared.size() + token.size() + escapes + fresh.size() + issued.request_id.size() + names_and_numbers,
      [&](char* const begin) {
        char* at = put(begin, session.prepared.reveal());
        at = escapes == 0 ? put(at, token) : put_escaped(at, token);
        at = put(put(at, R"(","expires_at":)"), unix_seconds(expires_at));
        at = put(put(at, R"(,"expires_in":)"), seconds);
        at = put(put(put(at, R"(,"request_id":")"), issued.request_id), R"(","freshness":)");
        at = put(put(at, fresh), "}");
        return static_cast<std::size_t>(at - begin);
      });
}

}  // namespace wardend::service
