#include "tests/sandbox/oauth.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "tests/sandbox/fhir.hpp"
#include "tests/sandbox/id_token.hpp"
#include "tests/sandbox/shaping.hpp"
#include "tests/sandbox/token_response.hpp"

namespace wardend::sandbox {
namespace {

// How two well-known test servers put it: both answer a bad code with 401.
Refused restyled(Refused why, ErrorStyle style) {
  const bool of_code = why.reason == Reason::unknown_code || why.reason == Reason::expired_code;
  const bool inferno = style == ErrorStyle::inferno;
  if (of_code || (inferno && (why.reason == Reason::wrong_verifier || why.reason == Reason::dead_refresh_token)))
    why.error = "invalid_client";
  return why;
}

int status_of(const Refused& why, ErrorStyle style) {
  if (why.reason == Reason::too_soon) return 429;
  if (why.error == "invalid_client") return 401;
  return style != ErrorStyle::rfc && why.reason != Reason::other ? 401 : 400;
}

}  // namespace

Reply refusal_reply(const Refused& refused, const Settings& settings) {
  const ErrorStyle style = settings.error_style;
  if (style == ErrorStyle::inferno && refused.reason == Reason::expired_code)
    return operation_outcome(401, "expired", "Authorization code has expired");
  const Refused why = style == ErrorStyle::rfc ? refused : restyled(refused, style);
  nlohmann::json body = {{"error", why.error}, {"error_description", why.description}};
  if (!settings.error_uri.empty()) body["error_uri"] = settings.error_uri;
  Reply reply = json_reply(status_of(why, style), dump_json(body));
  if (reply.status == 429) reply.headers.emplace_back("Retry-After", std::to_string(settings.refresh_interval.count()));
  if (reply.status == 401) reply.headers.emplace_back("WWW-Authenticate", "Basic realm=\"sandbox\"");
  return reply;
}

void OAuth::count_request(const std::string& grant_type) {
  if (grant_type == "authorization_code")
    ++counts_.authorization_code;
  else if (grant_type == "refresh_token")
    ++counts_.refresh_token;
  else
    ++counts_.other;
}

OAuth::Identified OAuth::identify(const Request& request, const Form& form, const std::string& secret, WallTime now) {
  const auto client = authenticator_.identify(request, form, parts_.discovery.token_endpoints(parts_.settings), now);
  if (!client) return refuse("invalid_client", client.error());
  if (client->empty() && parts_.clients.find(parts_.grants.owner_of(secret)) != nullptr)
    return refuse("invalid_client", "the request does not say which client it comes from");
  return *client;
}

IssueRules OAuth::rules(const std::string& client_id, const Struck& struck) const {
  const Settings& settings = parts_.settings;
  const Client* const client = parts_.clients.find(client_id);
  const bool confidential = client != nullptr && client->auth != ClientAuth::none;
  const RefreshGift gift = !confidential && !settings.public_refresh ? RefreshGift::none
                           : settings.refresh_from_code              ? RefreshGift::from_code
                                                                     : RefreshGift::random;
  return {.life = settings.token_life,
          .refresh_lifetime = settings.refresh_lifetime,
          .rotate = settings.rotation && !struck.by(Kind::no_rotation),
          .spend = settings.spends,
          .repeat_access = settings.repeats_access_token,
          .whole_seconds = settings.whole_seconds,
          .resend = settings.resends,
          .refresh_interval = settings.refresh_interval,
          .gift = gift};
}

std::expected<Issued, Refused> OAuth::issue(const Request& request, const Form& form, const Struck& struck,
                                            WallTime now) {
  if (const auto twice = form.repeated()) return refuse("invalid_request", *twice + " stands twice");
  const bool exchange = form.get("grant_type") == "authorization_code";
  if (!exchange && form.get("grant_type") != "refresh_token")
    return refuse("unsupported_grant_type", "authorization_code or refresh_token");
  const auto client = identify(request, form, form.get(exchange ? "code" : "refresh_token"), now);
  if (!client) return std::unexpected(client.error());
  if (!exchange && parts_.settings.refresh_names_scopes && !form.has("scope"))
    return refuse("invalid_request", "the request names no scope");
  if (!exchange)
    return parts_.grants.refresh(
        {.refresh_token = form.get("refresh_token"), .client_id = *client, .scope = form.get("scope")},
        rules(*client, struck), now);
  return parts_.grants.exchange({.code = form.get("code"),
                                 .client_id = *client,
                                 .redirect_uri = form.get("redirect_uri"),
                                 .code_verifier = form.get("code_verifier")},
                                rules(*client, struck), now);
}

Reply OAuth::token(const Request& request, const Form& form, const Struck& struck, WallTime now) {
  auto issued = issue(request, form, struck, now);
  if (!issued) {
    ++counts_.rejected;
    return refusal_reply(issued.error(), parts_.settings);
  }
  if (struck.by(Kind::fewer_scopes)) {
    issued->scope = fewer_scopes(issued->scope, *struck.fault);
    parts_.grants.narrow(issued->access_token, issued->scope);
  }
  const bool exchange = form.get("grant_type") == "authorization_code";
  const Occasion occasion = exchange ? Occasion::exchange : form.has("scope") ? Occasion::narrowing : Occasion::refresh;
  return json_reply(200, token_response(parts_.settings, parts_.keys, *issued, occasion, struck, now));
}

Reply OAuth::revoke(const Request& request, const Form& form, WallTime now) {
  const std::string& token = form.get("token");
  if (token.empty()) return oauth_error(400, "invalid_request", "token is missing");
  const auto client = identify(request, form, token, now);
  if (!client) return refusal_reply(client.error(), parts_.settings);
  const std::string owner = parts_.grants.owner_of(token);
  if (parts_.clients.find(owner) != nullptr && owner != *client)
    return refusal_reply({"invalid_grant", "the token belongs to another client"}, parts_.settings);
  if (!parts_.settings.revokes_access_tokens && parts_.grants.access(token, now))
    return refusal_reply({"unsupported_token_type", "only refresh tokens are revoked here"}, parts_.settings);
  if (!parts_.settings.revokes_spent_tokens && parts_.grants.is_spent(token)) return json_reply(200, "");
  parts_.grants.revoke(token);
  return json_reply(200, "");
}

Reply OAuth::introspect(const Form& form, WallTime now) {
  const std::string& token = form.get("token");
  if (token.empty()) return oauth_error(400, "invalid_request", "token is missing");
  const auto access = parts_.grants.access(token, now);
  const auto found = access ? access : parts_.grants.refreshable(token, now);
  if (!found) return json_reply(200, dump_json({{"active", false}}));
  nlohmann::json reply = {{"active", true},
                          {"scope", found->scope},
                          {"client_id", found->client_id},
                          {"sub", found->context.user},
                          {"iss", parts_.settings.fhir_base()}};
  const std::string fhir_user = fhir_user_of(parts_.settings, found->context.user);
  if (!fhir_user.empty()) reply["fhirUser"] = fhir_user;
  if (access) reply["token_type"] = "Bearer";
  if (found->expires != WallTime::max()) reply["exp"] = unix_seconds(found->expires);
  if (found->context.patient) reply["patient"] = *found->context.patient;
  if (found->context.encounter) reply["encounter"] = *found->context.encounter;
  return json_reply(200, dump_json(reply));
}

}  // namespace wardend::sandbox
