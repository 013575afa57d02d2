#include "daemon/launch/code_exchange.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "daemon/launch/admission.hpp"
#include "protocol/http/redirect.hpp"

namespace wardend::launch {
namespace {

constexpr Duration least_time = 1s;  // below, a code is not sent: the answer would come too late

// Statuses without a word of OAuth: who sent them is not certain, and what they mean.
std::optional<std::string> describe_status(const oauth::TokenFailure& failure) {
  constexpr std::string_view prefix = "http_";
  if (!failure.code.starts_with(prefix)) return std::nullopt;
  const std::string status = failure.code.substr(prefix.size());
  if (status.starts_with('3'))
    return "the token endpoint " + failure.description +
           ": ask IT to have the server's administrators correct token_endpoint in its discovery document";
  if (failure.kind == oauth::TokenFailureClass::unclear)
    return "the token endpoint answers HTTP " + status +
           " without an error of OAuth, as a proxy, a firewall or a gateway does: launch again; if it stays so, ask IT "
           "to see what stands between this workstation and the server";
  return std::nullopt;
}

// What the server itself says goes along: its administrators know those words.
std::string describe(const oauth::TokenFailure& failure) {
  using enum oauth::TokenFailureClass;
  if (auto told = describe_status(failure)) return *told;
  const std::string words = failure.description.empty() ? failure.code : failure.code + ": " + failure.description;
  switch (failure.kind) {
    case transient:
      return "the server could not finish the sign-in now (" + words + "): launch again in a minute";
    case client_rejected:
      return "the server rejects this client (" + words +
             "): compare client_id, client_auth and credential with its registration, and the clocks";
    case unusable:
      return "the server agreed to the sign-in, but its answer " + failure.description +
             ": have its administrators look at it";
    case terminal:
    case other_form:
    case unclear:
      if (std::string advice = nonce_advice(failure.description); !advice.empty()) return advice + " (" + words + ")";
      return "the server refused the sign-in (" + words +
             "): launch again; if it stays so, ask IT to look at the app's registration";
  }
  return words;
}

// Why no answer came, and what to do.
Error unanswered(const HttpFailure& failure) {
  switch (failure.kind) {
    case HttpFailure::Kind::tls:
      return launch_failed(LaunchStage::token, "token_tls",
                           "the certificate of the token endpoint is not trusted: check ca_file and the clock");
    case HttpFailure::Kind::handshake:
      return launch_failed(LaunchStage::token, "token_handshake",
                           "no TLS connection to the token endpoint came about (" + failure.detail +
                               "): have its administrators see that it offers TLS 1.2 or later");
    case HttpFailure::Kind::timeout:
      return launch_failed(LaunchStage::token, "token_timeout",
                           "the server did not finish the sign-in in time: launch again");
    case HttpFailure::Kind::too_large:
      return launch_failed(LaunchStage::token, "token_too_large",
                           "the server's answer is larger than 1 MiB: have its administrators look at it");
    case HttpFailure::Kind::network:
      if (failure.by_proxy)
        return launch_failed(LaunchStage::token, "token_proxy",
                             failure.detail + ": check the proxy, and `proxy` of this server");
      return launch_failed(LaunchStage::token, "token_unreachable",
                           failure.request_sent ? "the connection to the server broke before it answered: launch again"
                                                : "the token endpoint cannot be reached: check the network");
    case HttpFailure::Kind::abandoned:
      return launch_failed(LaunchStage::token, "token_unreachable", "the machine was asleep meanwhile: launch again");
  }
  return launch_failed(LaunchStage::token, "token_unreachable",
                       "the token endpoint cannot be reached: check the network");
}

}  // namespace

CodeExchange::Judged CodeExchange::judge(const server::PostAnswer& answer) {
  auto tokens = oauth::parse_token_response(oauth::Grant::code, answer->status, answer->header("content-type"),
                                            answer->body.reveal());
  if (tokens) {
    if (answer->header("cache-control").find("no-store") == std::string_view::npos)
      tokens->warnings.emplace_back("the answer lacks Cache-Control: no-store");
  } else if (tokens.error().code == "not_json") {
    tokens.error().description += answer->why_unreadable();
  } else if (http::is_redirect(answer->status) && tokens.error().code.starts_with("http_")) {
    tokens.error().description = http::redirect_text(answer->status, answer->header("location"));
  }
  return tokens;
}

Result<oauth::TokenResponse> CodeExchange::take(const Order& order, Judged tokens) {
  if (!tokens) {
    if (order.heard && tokens.error().said) order.heard(*tokens.error().said);
    if (auto& issued = tokens.error().issued)
      revoke(order.app, order.server, order.client, std::move(issued->refresh_token), std::move(issued->access_token));
    return fail(launch_failed(LaunchStage::token, tokens.error().code, describe(tokens.error())));
  }
  for (const std::string& warning : tokens->warnings)
    log::bounded(log::Level::warn, "token response is not conformant", order.server + ' ' + warning,
                 {{"server", order.server}, {"finding", warning}});
  // Spec: RFC 6749 §5.1: left out where it is what was asked for
  if (!tokens->scope && order.assumed_scope) {
    tokens->scope = order.assumed_scope;
    tokens->scope_assumed = true;
  }
  return std::move(*tokens);
}

std::optional<Error> CodeExchange::obstacle(const server::TokenEndpoint::Party& party) const {
  const auto provable = endpoint_.provable(party);
  if (provable) return std::nullopt;
  return launch_failed(LaunchStage::client, "credential", provable.error());
}

// Only a request of which no byte left may be repeated. Spec: RFC 6749 §4.1.2
asio::awaitable<Result<Arrival>> CodeExchange::redeem(Order order) {
  server::PostAnswer answer;
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (!order.wanted()) co_return fail(errors::LaunchExpired{"the launch ended meanwhile: launch again"});
    const Duration left = order.until - clock_.now();
    if (left < least_time)
      co_return fail(
          launch_failed(LaunchStage::token, "token_timeout", "no time was left to finish the sign-in: launch again"));
    answer = co_await endpoint_.exchange(
        {.server = order.server,
         .client = order.client,
         .discovery = order.discovery,
         .timeout = std::chrono::floor<std::chrono::milliseconds>(left)},
        {.code = order.code.clone(), .redirect_uri = order.redirect_uri, .verifier = order.verifier.clone()});
    if (answer || !answer.error().network) break;
    if (answer.error().network->request_sent || answer.error().network->kind != HttpFailure::Kind::network) break;
  }
  if (!answer && !answer.error().network)
    co_return fail(launch_failed(LaunchStage::client, "credential", answer.error().unprovable));
  if (!answer) co_return fail(unanswered(*answer.error().network));
  const BootTime sent_at = answer->sent_at;
  auto judged = co_await endpoint_.read(std::move(answer), &CodeExchange::judge);
  auto tokens = take(order, std::move(judged));
  if (!tokens) co_return std::unexpected(tokens.error());
  if (order.heard) order.heard(*tokens);
  Arrival arrival{.app = order.app,
                  .server = order.server,
                  .client = order.client,
                  .response = std::move(*tokens),
                  .sent_at = sent_at};
  if (!arrival.response.id_token.empty()) {
    auto who = co_await identity_.verify({.server = order.server,
                                          .discovery = *order.discovery,
                                          .client_id = order.client.identity.client_id,
                                          .nonce = order.nonce,
                                          .id_token = arrival.response.id_token.clone(),
                                          .access_token = arrival.response.access_token.clone(),
                                          .deadline = order.until});
    if (!who) {
      revoke(std::move(arrival));
      co_return std::unexpected(who.error());
    }
    arrival.who = std::move(*who);
  }
  co_return co_await with_patient(std::move(order), std::move(arrival));
}

// Without a patient there is nobody to verify: whether the app needs one is told elsewhere.
asio::awaitable<Result<Arrival>> CodeExchange::with_patient(Order order, Arrival arrival) {
  if (!order.require_verified_patient || !arrival.response.context.patient) co_return arrival;
  arrival.patient_check = co_await patients_.read({.server = order.server,
                                                   .patient = *arrival.response.context.patient,
                                                   .granted = arrival.response.scope.value_or(smart::ScopeSet()),
                                                   .token = arrival.response.access_token.clone(),
                                                   .until = order.until,
                                                   .wanted = order.wanted});
  const fhir::PatientIdentity identity = arrival.patient_check->identity;
  if (identity.status == fhir::Verification::verified) co_return arrival;
  log::warn("a launch is refused: the app requires a verified patient",
            {{"app", order.app}, {"server", order.server}, {"status", name_of(identity.status)}});
  revoke(std::move(arrival));
  co_return fail(errors::PatientUnverified{identity.findings});
}

void CodeExchange::revoke(Arrival arrival) {
  revoke(arrival.app, arrival.server, arrival.client, std::move(arrival.response.refresh_token),
         std::move(arrival.response.access_token));
}

void CodeExchange::revoke(const std::string& app, const std::string& server, const server::Client& client,
                          Secret refresh_token, Secret access_token) {
  revoker_.enqueue({.server = server,
                    .app = app,
                    .session = {},
                    .client = client,
                    .token = oauth::to_revoke(std::move(refresh_token), std::move(access_token))});
}

}  // namespace wardend::launch
