#include "protocol/oauth/token_members.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/json_members.hpp"
#include "base/text.hpp"
#include "protocol/jose/signature.hpp"
#include "protocol/oauth/token_context.hpp"

namespace wardend::oauth {
namespace {

using Json = nlohmann::json;
constexpr std::size_t max_access_token = 16UL * 1024;
constexpr std::size_t max_id_token = 16UL * 1024;
constexpr std::size_t most_scopes = 512;
constexpr std::size_t max_scope_text = 16UL * 1024;
constexpr std::size_t max_hub_member = 2UL * 1024;
constexpr std::chrono::seconds longest_life = std::chrono::hours(24 * 366);

// Whose second value would be another word of the server's.
constexpr std::array<std::string_view, 9> meant = {"access_token", "refresh_token", "token_type", "expires_in", "scope",
                                                   "patient",      "encounter",     "id_token",   "fhirContext"};

// Spec: RFC 6749 A.12 (VSCHAR), without the blank, which no header would carry.
bool is_token(std::string_view token) {
  return !token.empty() && std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7f; });
}

// Without blanks around it; empty: there is none.
std::string token_type_in(const Json& body) {
  const std::string type = text_member(body, "token_type");
  const auto first = type.find_first_not_of(" \t");
  return first == std::string::npos ? std::string() : type.substr(first, type.find_last_not_of(" \t") - first + 1);
}

std::optional<double> number_in(const Json& member, TokenResponse& response) {
  if (member.is_number()) return member.get<double>();
  const std::string digits = member.is_string() ? member.get<std::string>() : std::string();
  const std::string_view number = std::string_view(digits).substr(digits.starts_with('-') ? 1 : 0);
  const bool plain =
      !number.empty() && number.size() < 10 && std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
  if (!plain) return std::nullopt;
  response.warnings.emplace_back("expires_in is text");
  return std::stod(digits);
}

void read_life(Grant grant, const Json& body, TokenResponse& response) {
  const Json* found = find_member(body, "expires_in");
  const std::optional<double> life = found == nullptr ? std::nullopt : number_in(*found, response);
  if (life && *life < 1) {
    response.life = std::chrono::seconds(0);
    response.warnings.emplace_back("expires_in says that the access token is over already");
  } else if (life && *life <= static_cast<double>(longest_life.count())) {
    response.life = std::chrono::seconds(static_cast<std::int64_t>(std::floor(*life)));
  } else {
    response.life_assumed = true;
    response.warnings.emplace_back(grant == Grant::code
                                       ? "expires_in is missing or makes no sense: 300 s are assumed"
                                       : "expires_in is missing or makes no sense: the life before is assumed");
  }
}

// Words that are parted otherwise than by blanks. A comma is part of a scope's filter only.
std::string with_blanks(std::string text, TokenResponse& response) {
  const bool odd = text.find_first_of("\t\r\n") != std::string::npos || (text.contains(',') && !text.contains('?'));
  if (!odd) return text;
  response.warnings.emplace_back("scope is not parted by blanks");
  const bool commas = !text.contains('?');
  std::ranges::replace_if(
      text, [&](char c) { return c == '\t' || c == '\r' || c == '\n' || (commas && c == ','); }, ' ');
  return text;
}

// The member as one text. A list of words means the same beyond doubt. nullopt: it says nothing.
std::optional<std::string> scope_text(const Json* member, TokenResponse& response) {
  if (member == nullptr) return std::nullopt;
  if (member->is_string()) return with_blanks(member->get<std::string>(), response);
  if (!member->is_array()) return std::nullopt;
  response.warnings.emplace_back("scope is a list");
  std::string text;
  for (const std::string& word : texts_in(*member, {.texts = most_scopes + 1}))
    text += (text.empty() ? "" : " ") + word;
  return text;
}

// What is more than the limits is not granted, as far as we know. A refresh that says nothing takes nothing away.
void read_scope(Grant grant, const Json& body, TokenResponse& response) {
  const Json* said = find_member(body, "scope");
  const std::optional<std::string> text = scope_text(said, response);
  if (!text && said != nullptr && !said->is_null() && grant == Grant::code) {
    response.warnings.emplace_back("scope is no text: nothing counts as granted");
    response.scope = smart::ScopeSet();
    return;
  }
  if (!text) {
    // Spec: RFC 6749 §6: a refresh that names none asks for what there was.
    if (grant == Grant::code) response.warnings.emplace_back("the reply names no scope");
    return;
  }
  if (grant == Grant::refresh && text->find_first_not_of(' ') == std::string::npos) {
    response.warnings.emplace_back("scope is empty");
    return;
  }
  std::string_view kept = std::string_view(*text).substr(0, max_scope_text);
  if (kept.size() < text->size()) kept = kept.substr(0, std::min(kept.rfind(' '), kept.size()));
  response.scope = smart::ScopeSet(printable(kept, max_scope_text), most_scopes);
  if (kept.size() < text->size() || response.scope->list().size() == most_scopes)
    response.warnings.emplace_back("scope has more than 512 words or 16 KiB: the rest was left out");
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
    else if (payload)
      response.warnings.emplace_back("the id_token names nobody");
    else
      response.warnings.push_back("the id_token cannot be read: " + jose::why_malformed(token));
    response.id_token = Secret(token);
  }
  wipe(token);
}

// The first of `names` that means something here; empty: none does.
std::string meant_of(const std::vector<std::string>& names) {
  const auto found = std::ranges::find_if(
      names, [](const std::string& name) { return std::ranges::find(meant, name) != meant.end(); });
  return found == names.end() ? std::string() : *found;
}

// What makes the answer one that cannot be used, whatever else it says; nullopt: nothing. Code, then description.
std::optional<std::pair<std::string, std::string>> fault_of(Grant grant, const Json& body,
                                                            const JsonOddities& oddities) {
  if (const std::string twice = meant_of(oddities.twice); !twice.empty())
    return {{"member_twice", "names " + twice + " twice"}};
  // A life that cannot be read is none; all else would be a word of the server's that is not heard.
  if (const std::string unread = meant_of(oddities.unread); !unread.empty() && unread != "expires_in")
    return {{"member_unreadable", "has a member " + unread + " that is no JSON"}};
  const std::string access = text_member(body, "access_token");
  if (access.empty()) return {{"no_access_token", "has no access_token"}};
  if (access.size() > max_access_token) return {{"no_access_token", "has an access_token of more than 16 KiB"}};
  if (!is_token(access))
    return {{"no_access_token", "has an access_token that no header can carry: a blank or a character beyond ASCII"}};
  const std::string type = token_type_in(body);
  const Json* said = find_member(body, "token_type");
  if (type.empty() && grant == Grant::code && said != nullptr && !said->is_null() && !said->is_string())
    return {{"token_type", "has a token_type that is no text"}};
  if (type.empty() && grant == Grant::code) return {{"token_type", "names no token_type"}};
  if (!type.empty() && lower_case(type) != "bearer")
    return {{"token_type", "names the token_type " + printable_ascii(type, 32) + ", which is not Bearer"}};
  return std::nullopt;
}

std::unexpected<TokenFailure> refused(TokenResponse& response, std::string code, std::string description) {
  TokenFailure failure = unusable(std::move(code), std::move(description));
  if (!response.access_token.empty() || !response.refresh_token.empty())
    failure.issued = TokenFailure::Issued{.access_token = std::move(response.access_token),
                                          .refresh_token = std::move(response.refresh_token)};
  return std::unexpected(std::move(failure));
}

}  // namespace

TokenFailure unusable(std::string code, std::string description) {
  return {.kind = TokenFailureClass::unusable, .code = std::move(code), .description = std::move(description)};
}

std::expected<TokenResponse, TokenFailure> read_tokens(Grant grant, const Json& body, const JsonOddities& oddities) {
  TokenResponse response;
  response.refresh_token = Secret(text_member(body, "refresh_token"));
  if (std::string access = text_member(body, "access_token"); is_token(access)) {
    response.access_token = Secret(access);
    wipe(access);
  }
  if (auto fault = fault_of(grant, body, oddities))
    return refused(response, std::move(fault->first), std::move(fault->second));
  if (token_type_in(body).empty()) response.warnings.emplace_back("the reply names no token_type");
  if (!oddities.twice.empty()) response.warnings.emplace_back("a member that nobody reads is named twice");
  if (!oddities.unread.empty()) response.warnings.emplace_back("a member is no JSON, and was left out");
  if (oddities.repaired) response.warnings.emplace_back("the reply is not UTF-8");
  read_life(grant, body, response);
  read_scope(grant, body, response);
  read_context(body, response);
  take_id_token(body, response);
  if (response.unusable_id && grant == Grant::code) {
    response.id_token = Secret();
    auto failed = refused(response, "bad_context_id", "has a patient or an encounter that is no FHIR id");
    failed.error().said = std::move(response);
    return failed;
  }
  take_hub(body, response);
  return response;
}

}  // namespace wardend::oauth
