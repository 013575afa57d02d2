#include "protocol/balp/audit_event.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/json_members.hpp"
#include "protocol/balp/meaning.hpp"
#include "protocol/balp/parts.hpp"
#include "protocol/balp/values.hpp"
#include "trail/instant.hpp"

namespace wardend::balp {
namespace {

constexpr std::string_view profiles = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.";

// Every profile wants to know where app and server are, and most what it was about.
bool keeps_profile(const nlohmann::json& entry, const Meaning& meaning) {
  if (words_of(entry, "host").empty() || address_of(words_of(entry, "fhir_base_url")).empty()) return false;
  const bool about =
      meaning.layout == Layout::read || meaning.layout == Layout::write || meaning.layout == Layout::erase;
  return !about || !words_of(entry, "resource").empty();
}

std::string profile_of(const nlohmann::json& entry, const Meaning& meaning) {
  if (meaning.profile.empty() || !keeps_profile(entry, meaning)) return {};
  std::string url(profiles);
  if (meaning.layout != Layout::token_request)
    url += words_of(entry, "patient").empty() ? "BasicAudit." : "BasicAudit.Patient";
  return url.append(meaning.profile);
}

std::string why(const nlohmann::json& entry) {
  std::string words;
  for (const char* member : {"result", "reason", "detail"})
    if (const std::string text = words_of(entry, member); !text.empty()) words += (words.empty() ? "" : ": ") + text;
  return words.empty() ? "refused" : words;
}

bool is_hex_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

nlohmann::ordered_json audit_event(const nlohmann::json& entry) {
  const Meaning meaning = meaning_of(entry);
  Json event = {{"resourceType", "AuditEvent"}, {"id", event_id(entry)}};
  if (const std::string profile = profile_of(entry, meaning); !profile.empty()) {
    event["meta"] = Json::object();
    event["meta"]["profile"] = Json::array({profile});
  }
  event["type"] = coding(meaning.type);
  Json subtypes = Json::array();
  for (const Code& code : meaning.subtypes) subtypes.push_back(coding(code));
  if (!meaning.local.empty()) subtypes.push_back(coding({systems::local, meaning.local, {}}));
  if (!subtypes.empty()) event["subtype"] = std::move(subtypes);
  event["action"] = meaning.action;
  if (const std::string at = words_of(entry, "done_at"); trail::parse_instant(at))
    event["period"] = {{"start", at}, {"end", at}};
  event["recorded"] = instant_of(entry);
  event["outcome"] = meaning.outcome;
  if (meaning.outcome != "0") event["outcomeDesc"] = why(entry);
  if (Json purpose = purpose_of(entry); !purpose.is_null()) event["purposeOfEvent"] = Json::array({std::move(purpose)});
  event["agent"] = agents_of(entry, meaning.layout);
  event["source"] = source_of(entry);
  event["entity"] = entities_of(entry, meaning.layout);
  return event;
}

std::string event_id(const nlohmann::json& entry) {
  std::string digits = text_member(entry, "hash").substr(0, 32);
  if (digits.size() != 32 || !std::ranges::all_of(digits, is_hex_digit))
    digits = hex(sha256(dump_json(entry))).substr(0, 32);
  digits[12] = '8';
  digits[16] = "89ab"[(digits[16] >= 'a' ? digits[16] - 'a' + 10 : digits[16] - '0') % 4];
  for (const std::size_t at : {20UL, 16UL, 12UL, 8UL}) digits.insert(at, 1, '-');
  return digits;
}

}  // namespace wardend::balp
