#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/json_members.hpp"
#include "base/text.hpp"
#include "protocol/fhir/id.hpp"
#include "protocol/http/date.hpp"
#include "protocol/http/media_type.hpp"
#include "protocol/http/status_class.hpp"
#include "protocol/jose/signature.hpp"
#include "protocol/oauth/token.hpp"

namespace wardend::oauth {
namespace {

using Json = nlohmann::json;
constexpr JsonLimits limits{.bytes = max_token_answer};
constexpr std::size_t max_token = 16 * 1024;
constexpr std::size_t max_id_token = 16 * 1024;
constexpr std::size_t most_context_entries = 64;
constexpr std::size_t max_context = 16 * 1024;  // bytes of all entries
constexpr std::size_t most_scopes = 512;
constexpr std::size_t max_scope_text = 16 * 1024;
constexpr std::size_t max_hub_member = 2 * 1024UL;
constexpr std::chrono::seconds longest_life = std::chrono::hours(24 * 366);

bool is_expected_success(int status) { return status == 200 || status == 201; }

TokenFailure unusable(std::string code, std::string description) {
  return {.kind = TokenFailureClass::unusable, .code = std::move(code), .description = std::move(description)};
}

// The answer is refused, and its tokens go along.
TokenFailure unusable(std::string code, std::string description, TokenResponse& response) {
  TokenFailure failure = unusable(std::move(code), std::move(description));
  if (response.access_token.empty() && response.refresh_token.empty()) return failure;
  failure.issued = TokenFailure::Issued{.access_token = std::move(response.access_token),
                                        .refresh_token = std::move(response.refresh_token)};
  return failure;
}

// Spec: RFC 6750 §2.1, b64token
bool is_b64token(std::string_view token) {
  const auto body = token.substr(0, token.find_last_not_of('=') + 1);
  return !body.empty() && std::ranges::all_of(body, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~+/").find(c) != std::string_view::npos;
  });
}

void read_life(const Json& body, TokenResponse& response) {
  const auto found = body.find("expires_in");
  std::optional<double> life;
  if (found != body.end() && found->is_number()) life = found->get<double>();
  if (found != body.end() && found->is_string()) {
    const auto digits = found->get<std::string>();
    const std::string_view number = std::string_view(digits).substr(digits.starts_with('-') ? 1 : 0);
    if (!number.empty() && number.size() < 10 &&
        std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; })) {
      life = std::stod(digits);
      response.warnings.emplace_back("expires_in is text");
    }
  }
  if (life && *life < 1) {
    response.life = std::chrono::seconds(0);
    response.warnings.emplace_back("expires_in says that the access token is over already");
    return;
  }
  if (life && *life <= static_cast<double>(longest_life.count())) {
    response.life = std::chrono::seconds(static_cast<std::int64_t>(std::floor(*life)));
    return;
  }
  response.life_assumed = true;
  response.warnings.emplace_back("expires_in is missing or makes no sense: 300 s are assumed");
}

// A bare id; "Patient/123" is tolerated. nullopt with `bad` set: not an id.
std::optional<std::string> read_id(const Json& body, const char* name, std::string_view prefix, TokenResponse& response,
                                   bool& bad) {
  const auto found = body.find(name);
  if (found == body.end() || found->is_null()) return std::nullopt;
  std::string id = found->is_string() ? found->get<std::string>() : std::string();
  if (id.starts_with(prefix)) {
    id.erase(0, prefix.size());
    response.warnings.push_back(std::string(name) + " carries a resource type");
  }
  if (!fhir::valid_id(id)) {
    bad = true;
    return std::nullopt;
  }
  return id;
}

// Whether a reference, relative or absolute, names a resource of the type "Type/".
bool points_at(std::string_view reference, std::string_view type) {
  return reference.starts_with(type) || reference.find("/" + std::string(type)) != std::string_view::npos;
}

// Whether an entry of fhirContext names something, and not the patient or encounter in context once more.
bool is_entry(const Json& entry) {
  const bool named =
      entry.is_object() && (entry.contains("reference") || entry.contains("canonical") || entry.contains("identifier"));
  const std::string reference = text_member(entry, "reference");
  const std::string type = text_member(entry, "type");
  const bool of_context = points_at(reference, "Patient/") || points_at(reference, "Encounter/") || type == "Patient" ||
                          type == "Encounter";
  const std::string role = text_member(entry, "role");
  return named && !(of_context && (role.empty() || role == "launch"));
}

// Entries as objects; plain strings are the older form of {reference}. A Patient here is never the patient in context.
void read_fhir_context(const Json& body, TokenResponse& response) {
  const auto found = body.find("fhirContext");
  if (found == body.end()) return;
  if (!found->is_array()) {
    response.warnings.emplace_back("fhirContext is not a list");
    return;
  }
  response.said_fhir_context = true;
  bool odd = false;
  std::size_t bytes = 0;
  for (const Json& entry : *found) {
    const Json object = entry.is_string() ? Json{{"reference", entry}} : entry;
    if (!is_entry(object)) {
      odd = true;
      continue;
    }
    std::string text = dump_json(object);
    bytes += text.size();
    if (response.context.fhir_context.size() == most_context_entries || bytes > max_context) {
      response.warnings.emplace_back("fhirContext has more than 64 entries or 16 KiB: the rest was left out");
      break;
    }
    response.context.fhir_context.push_back(std::move(text));
  }
  if (odd) response.warnings.emplace_back("an entry of fhirContext is not as SMART has it, and was left out");
}

// What is more than the limits is not granted, as far as we know.
void read_scope(const Json& body, TokenResponse& response) {
  const auto found = body.find("scope");
  if (found == body.end() || !found->is_string()) {
    response.warnings.emplace_back("the reply names no scope");
    return;
  }
  const auto& text = found->get_ref<const std::string&>();
  std::string_view kept = std::string_view(text).substr(0, max_scope_text);
  if (kept.size() < text.size()) kept = kept.substr(0, std::min(kept.rfind(' '), kept.size()));
  response.scope = smart::ScopeSet(printable(kept, max_scope_text), most_scopes);
  if (kept.size() < text.size() || response.scope->list().size() == most_scopes)
    response.warnings.emplace_back("scope has more than 512 words or 16 KiB: the rest was left out");
}

void read_context(const Json& body, TokenResponse& response, bool& bad_id) {
  response.context.patient = read_id(body, "patient", "Patient/", response, bad_id);
  response.context.encounter = read_id(body, "encounter", "Encounter/", response, bad_id);
  read_fhir_context(body, response);
  const auto banner = body.find("need_patient_banner");
  response.said_need_patient_banner = banner != body.end() && banner->is_boolean();
  if (response.said_need_patient_banner) response.context.need_patient_banner = banner->get<bool>();
  const auto optional_text = [&](const char* name) -> std::optional<std::string> {
    const std::string value = printable(text_member(body, name), 2048);
    return value.empty() ? std::nullopt : std::optional<std::string>(value);
  };
  response.context.intent = optional_text("intent");
  response.context.smart_style_url = optional_text("smart_style_url");
  response.context.tenant = optional_text("tenant");
}

// A hub without a topic is no session to follow.
void take_hub(const Json& body, TokenResponse& response) {
  std::string url = text_member(body, "hub.url");
  std::string topic = text_member(body, "hub.topic");
  if (url.size() > max_hub_member || topic.size() > max_hub_member)
    response.warnings.emplace_back("hub.url or hub.topic is larger than 2 KiB, and was left out");
  else if (!url.empty() && !topic.empty())
    response.hub = HubOffer{.url = std::move(url), .topic = Secret(topic)};
  wipe(topic);
}

// Whether the claims may be believed is the caller's question.
void take_id_token(const Json& body, TokenResponse& response) {
  std::string token = text_member(body, "id_token");
  if (token.size() > max_id_token) {
    response.warnings.emplace_back("the id_token is larger than 16 KiB");
  } else if (!token.empty()) {
    const auto payload = jose::unverified_payload(token);
    auto claims = payload ? read_id_token(*payload) : std::unexpected(payload.error());
    if (claims)
      response.id_token_claims = std::move(*claims);
    else
      response.warnings.emplace_back("the id_token cannot be read, or names nobody");
    response.id_token = Secret(token);
  }
  wipe(token);
}

std::expected<TokenResponse, TokenFailure> read_tokens(const Json& body) {
  TokenResponse response;
  if (const std::string refresh = text_member(body, "refresh_token"); refresh.size() <= max_token)
    response.refresh_token = Secret(refresh);
  const std::string access = text_member(body, "access_token");
  if (access.size() > max_token || !is_b64token(access))
    return std::unexpected(unusable("no_access_token", "the reply has no usable access_token", response));
  response.access_token = Secret(access);
  if (lower_case(text_member(body, "token_type")) != "bearer")
    return std::unexpected(unusable("token_type", "token_type is not Bearer", response));
  read_life(body, response);
  read_scope(body, response);
  bool bad_id = false;
  read_context(body, response, bad_id);
  if (bad_id) return std::unexpected(unusable("bad_context_id", "patient or encounter is not a FHIR id", response));
  take_id_token(body, response);
  take_hub(body, response);
  return response;
}

TokenFailureClass class_of(int status) {
  if (http::is_transient(status)) return TokenFailureClass::transient;
  if (status >= 400) return TokenFailureClass::unclear;
  return is_expected_success(status) ? TokenFailureClass::unusable : TokenFailureClass::transient;
}

// What the body says goes before the status: servers send invalid_grant with 401, 403 and 500 too, and words of their
// own with a 429. Spec: RFC 6749 §5.2
TokenFailureClass class_of(std::string_view error, int status) {
  constexpr std::string_view refusals[] = {"invalid_grant", "unauthorized_client", "unsupported_grant_type",
                                           "invalid_request", "invalid_scope"};
  if (std::ranges::find(refusals, error) != std::end(refusals)) return TokenFailureClass::terminal;
  if (error == "invalid_client") return TokenFailureClass::client_rejected;
  if (error == "temporarily_unavailable" || error == "server_error") return TokenFailureClass::transient;
  return class_of(status);
}

}  // namespace

std::expected<TokenResponse, TokenFailure> parse_token_response(int status, std::string_view content_type,
                                                                std::string_view body) {
  const std::string by_status = "http_" + std::to_string(status);
  const auto parsed = http::is_json_type(content_type) || body.starts_with('{')
                          ? parse_json(body, limits)
                          : std::unexpected(std::string("not JSON"));
  const bool object = parsed && parsed->is_object();
  if (object && !text_member(*parsed, "error").empty()) {
    const std::string error = printable_ascii(text_member(*parsed, "error"), 64);
    return std::unexpected(TokenFailure{.kind = class_of(error, status),
                                        .code = error,
                                        .description = printable(text_member(*parsed, "error_description"), 512)});
  }
  if (!is_expected_success(status)) return std::unexpected(TokenFailure{.kind = class_of(status), .code = by_status});
  if (!object && !http::is_json_type(content_type))
    return std::unexpected(TokenFailure{.kind = TokenFailureClass::transient,
                                        .code = "not_json",
                                        .description = "a proxy or sign-in page may be in between"});
  if (!object) return std::unexpected(unusable("not_json", "the reply cannot be read"));
  return read_tokens(*parsed);
}

}  // namespace wardend::oauth
