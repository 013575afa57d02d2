// Input: a JSON value, taken for an entry of the audit trail and for an AuditEvent that a server has written.
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "protocol/balp/audit_event.hpp"
#include "protocol/balp/deed.hpp"
#include "tests/fuzz/targets.hpp"
#include "trail/redaction.hpp"

namespace wardend::fuzz {
namespace {

using nlohmann::json;

constexpr std::size_t longest = 512;  // bytes of what is kept of a server's event

// What FHIR's JSON lets nowhere be.
bool has_nothing_empty(const json& value) {
  if (value.is_structured()) return !value.empty() && std::ranges::all_of(value, has_nothing_empty);
  return !value.is_null() && (!value.is_string() || !value.get_ref<const std::string&>().empty());
}

void check_event(const json& entry) {
  const json event = balp::audit_event(entry);
  require(event == json(balp::audit_event(entry)), "an entry has one event");
  require(has_nothing_empty(event), "nothing in an event is empty");
  require(event["id"] == balp::event_id(entry) && balp::event_id(entry).size() == 36, "its id is a UUID");
  require(trail::parse_instant(event["recorded"].get_ref<const std::string&>()).has_value(), "it has a time");
  require((event["outcome"] == "0") == !event.contains("outcomeDesc"), "a failure says why");
  require(event["outcome"] == "0" || !event.contains("meta"), "a failure claims no profile");
  require(balp::deed_of_event(event).has_value(), "it can be read again");
}

void check_deed(const trail::Deed& deed) {
  for (const std::string* text : {&deed.request_id, &deed.user, &deed.patient, &deed.interaction, &deed.resource})
    require(text->size() <= longest, "what is kept is bounded");
  require(trail::reconcile({deed}, {deed}, {}).discrepancies.empty(), "a deed does not differ from itself");
}

}  // namespace

void fuzz_audit_events(Bytes input) {
  const auto value = parse_json(text_of(input), {.bytes = 1024UL * 1024});
  if (!value) return;
  check_event(*value);
  if (const auto deed = balp::deed_of_event(*value); deed && *deed) check_deed(**deed);
  if (const auto deed = balp::deed_of_entry(*value)) check_deed(*deed);
  if (!value->is_object()) return;
  const json redacted = trail::Redaction("key").redacted(*value);
  require(!redacted.contains("hash") && !redacted.contains("query"), "what a guess could be checked by is gone");
  check_event(redacted);
}

}  // namespace wardend::fuzz
