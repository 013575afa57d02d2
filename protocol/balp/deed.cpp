#include "protocol/balp/deed.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "base/encoding.hpp"
#include "base/json_members.hpp"
#include "protocol/balp/bundle_parts.hpp"
#include "protocol/balp/codes.hpp"

namespace wardend::balp {
namespace {

constexpr std::size_t longest = 512;     // bytes of a member; what is longer tells nothing
constexpr std::size_t most_parts = 256;  // agents or entities that are looked at

using In = nlohmann::json;

std::string bounded(std::string_view text) { return text.size() > longest ? std::string() : std::string(text); }

// The type that is searched for in a compartment, "Patient/1/Observation"; empty: all types.
// nullopt: it is no such address.
std::optional<std::string_view> type_in_compartment(std::string_view path) {
  constexpr auto compartments =
      std::to_array<std::string_view>({"Device", "Encounter", "Patient", "Practitioner", "RelatedPerson"});
  const std::string_view type = path.substr(path.rfind('/') + 1);
  const bool is_type = type == "*" || (!type.empty() && type.front() >= 'A' && type.front() <= 'Z');
  if (!is_type || type.size() == path.size()) return std::nullopt;
  path.remove_suffix(type.size() + 1);
  const auto id = path.rfind('/');
  if (id == std::string_view::npos) return std::nullopt;
  path = path.substr(0, id);
  if (std::ranges::find(compartments, path.substr(path.rfind('/') + 1)) == compartments.end()) return std::nullopt;
  return type == "*" ? std::string_view() : type;
}

// "https://ehr.example.org/fhir/Observation/7/_history/2" as "Observation/7".
std::string relative(std::string_view reference) {
  reference = reference.substr(0, std::min(reference.find("/_history"), reference.find("/$")));
  if (const auto type = type_in_compartment(reference)) return bounded(*type);
  const auto id = reference.rfind('/');
  if (id == std::string_view::npos || id == 0) return bounded(reference);
  const auto type = reference.rfind('/', id - 1);
  return bounded(type == std::string_view::npos ? reference : reference.substr(type + 1));
}

const In& member(const In& object, const char* name) {
  static const In none = nullptr;
  const In* found = find_member(object, name);
  return found == nullptr ? none : *found;
}

bool is_code(const In& coding, std::string_view system, std::string_view code) {
  return text_view_member(coding, "code") == code && text_view_member(coding, "system") == system;
}

// Whom or what a Reference names: by reference, else by identifier, else by its words.
std::string named(const In& reference) {
  if (const auto text = text_view_member(reference, "reference"); !text.empty()) return relative(text);
  if (const auto value = text_view_member(member(reference, "identifier"), "value"); !value.empty())
    return bounded(value);
  return bounded(text_view_member(reference, "display"));
}

std::string user_of(const In& event) {
  std::size_t seen = 0;
  for (const In& agent : list_member(event, "agent")) {
    if (++seen > most_parts) break;
    const In& requestor = member(agent, "requestor");
    if (requestor.is_boolean() && requestor.get<bool>()) return named(member(agent, "who"));
  }
  return {};
}

std::string kind_of(std::string_view interaction) {
  if (interaction == "vread") return "read";
  if (interaction == "patch") return "update";
  if (interaction.starts_with("search")) return "search";
  if (interaction.starts_with("history")) return "history";
  return bounded(interaction);
}

std::string interaction_of(const In& event) {
  std::size_t seen = 0;
  for (const In& subtype : list_member(event, "subtype")) {
    if (++seen > most_parts) break;
    if (text_view_member(subtype, "system") == systems::interaction) return kind_of(text_view_member(subtype, "code"));
  }
  return {};
}

// The type that a request asks for: "GET https://ehr.example.org/fhir/Observation?patient=1".
std::string type_in_query(std::string_view base64) {
  std::string text(base64.substr(0, std::min(base64.find('='), 4 * longest)));
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  text.resize(text.size() - (text.size() % 4 == 1 ? 1 : 0));
  const auto request = from_base64url(text);
  if (!request) return {};
  std::string_view path = *request;
  path = path.substr(0, path.find_first_of("?#\r\n"));
  if (path.ends_with("/_search")) path.remove_suffix(std::string_view("/_search").size());
  const std::string_view type = path.substr(path.find_last_of("/ ") + 1);
  const bool is_type = !type.empty() && type.front() >= 'A' && type.front() <= 'Z';
  return is_type ? bounded(type) : std::string();
}

void read_entity(const In& entity, trail::Deed& deed) {
  const In& type = member(entity, "type");
  const In& what = member(entity, "what");
  if (is_code(type, systems::entity_type, "1")) {
    if (!deed.patient.empty()) return;
    const std::string name = named(what);
    deed.patient = name.substr(name.rfind('/') + 1);
  } else if (is_code(type, systems::request_id, "XrequestId")) {
    deed.request_id = bounded(text_view_member(member(what, "identifier"), "value"));
  } else if (is_code(type, systems::entity_type, "2") && deed.resource.empty()) {
    const std::string_view query = text_view_member(entity, "query");
    deed.resource = query.empty() ? named(what) : type_in_query(query);
  }
}

// The records that a write's entry says were read to judge it: "read for it: Observation/1, Goal/2; ...".
std::vector<std::string> reads_in(std::string_view detail) {
  constexpr std::string_view begin = "read for it: ";
  std::vector<std::string> reads;
  const auto at = detail.find(begin);
  if (at == detail.npos) return reads;
  detail = detail.substr(at + begin.size());
  detail = detail.substr(0, detail.find(';'));
  while (!detail.empty() && reads.size() < most_parts) {
    const std::string_view one = detail.substr(0, detail.find(", "));
    reads.push_back(bounded(one));
    detail.remove_prefix(std::min(one.size() + 2, detail.size()));
  }
  return reads;
}

std::string patient_of(const In& entry) {
  std::string patient = relative(text_view_member(entry, "patient"));
  return patient.erase(0, patient.rfind('/') + 1);
}

// wardend refused it, and sent nothing to the server: what the server tells of the like was done by another way.
bool never_went(const In& entry) {
  return !text_view_member(entry, "result").empty() && text_view_member(entry, "done_at").empty();
}

// The records that were read to judge a request, whether it went or not.
std::optional<trail::Deed> reads_of_entry(const In& entry) {
  const auto at = trail::parse_instant(text_view_member(entry, "at"));
  trail::Deed deed{.request_id = bounded(text_view_member(entry, "request_id")),
                   .user = relative(text_view_member(entry, "subject")),
                   .patient = patient_of(entry),
                   .reads = reads_in(text_view_member(entry, "detail")),
                   .sure = false};
  if (!at || deed.reads.empty()) return std::nullopt;
  deed.at = *at;
  return deed;
}

}  // namespace

std::expected<std::optional<trail::Deed>, std::string> deed_of_event(const In& event) {
  if (text_view_member(event, "resourceType") != "AuditEvent") return std::unexpected("it is no AuditEvent");
  const auto at = trail::parse_instant(text_view_member(event, "recorded"));
  if (!at) return std::unexpected("its \"recorded\" is no instant");
  if (!list_member(event, "agent").is_array() || list_member(event, "agent").empty())
    return std::unexpected("it has no agent");
  trail::Deed deed{.at = *at, .user = user_of(event), .interaction = interaction_of(event)};
  if (deed.interaction.empty()) {
    if (is_code(member(event, "type"), systems::event_type, "rest"))
      return std::unexpected("its \"subtype\" names no interaction");
    return std::nullopt;
  }
  std::size_t seen = 0;
  for (const In& entity : list_member(event, "entity"))
    if (++seen <= most_parts) read_entity(entity, deed);
  return deed;
}

std::optional<trail::Deed> deed_of_entry(const In& entry) {
  const std::string_view kind = text_view_member(entry, "kind");
  const bool wrote = kind == "write" && text_view_member(entry, "action") == "outcome";
  if (kind != "access" && kind != "write") return std::nullopt;
  const bool is_asked_alone = kind == "write" ? !wrote : never_went(entry);
  if (is_asked_alone) return reads_of_entry(entry);
  const std::string_view done_at = text_view_member(entry, "done_at");
  const auto at = trail::parse_instant(done_at.empty() ? text_view_member(entry, "at") : done_at);
  if (!at || text_view_member(entry, "interaction").empty()) return std::nullopt;
  const std::string_view reason = text_view_member(entry, "reason");
  return trail::Deed{
      .at = *at,
      .request_id = bounded(text_view_member(entry, "request_id")),
      .user = relative(text_view_member(entry, "subject")),
      .patient = patient_of(entry),
      .interaction = kind_of(text_view_member(entry, "interaction")),
      .resource = relative(text_view_member(entry, "resource")),
      .parts = bundle_parts(entry),
      .sure = text_view_member(entry, "outcome") == "granted" && reason != "denied" && reason != "failure"};
}

}  // namespace wardend::balp
