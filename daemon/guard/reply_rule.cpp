#include <nlohmann/json.hpp>
#include <utility>

#include "base/json_members.hpp"
#include "daemon/guard/decision.hpp"
#include "daemon/guard/mention_rule.hpp"
#include "daemon/guard/proof_rule.hpp"
#include "daemon/guard/scope_rule.hpp"
#include "daemon/guard/verdicts.hpp"
#include "daemon/guard/word_rule.hpp"
#include "protocol/fhir/compartment.hpp"

namespace wardend::guard {
namespace {

using Kind = Verdict::Kind;

bool is_other_patient(const nlohmann::json& resource, const Facts& facts) {
  return text_member(resource, "resourceType") == "Patient" && facts.patient != text_member(resource, "id");
}

bool reads_one(const fhir::FhirRequest& request) {
  return request.interaction == fhir::Interaction::read || request.interaction == fhir::Interaction::vread;
}

// What may be answered with a record that the app has not sent: as a read of it. Who writes alone is told of the write.
// A create with a condition shows one where it made none.
bool shows_stored(const fhir::FhirRequest& request, std::string_view status) {
  switch (request.interaction) {
    case fhir::Interaction::patch:
      return true;
    case fhir::Interaction::create:
      return request.conditional && !status.starts_with("201");
    case fhir::Interaction::operation:
      return !request.id.empty();
    default:
      return false;
  }
}

std::optional<Error> shown_fault(const fhir::FhirRequest& request, const nlohmann::json& answer, const Facts& facts,
                                 std::string_view status) {
  if (!shows_stored(request, status) || text_view_member(answer, "resourceType") != request.type) return std::nullopt;
  const fhir::FhirRequest read{
      .interaction = fhir::Interaction::read, .type = request.type, .id = request.id, .reads = true};
  const Shown shown{.request = read, .resource = &answer};
  return cover(facts, shown) == Cover::narrowed ? std::optional<Error>(not_granted(facts, shown)) : std::nullopt;
}

// A scope for some records covers a read by what it shows, in a batch too.
std::optional<Error> scope_fault(const fhir::FhirRequest& request, const nlohmann::json& answer, const Facts& facts,
                                 std::string_view status) {
  if (reads_one(request)) {
    const Shown shown{.request = request, .resource = &answer};
    return cover(facts, shown) == Cover::whole ? std::nullopt : std::optional<Error>(not_granted(facts, shown));
  }
  if (request.interaction == fhir::Interaction::history && !request.id.empty()) {
    for (const nlohmann::json& entry : list_member(answer, "entry"))
      if (const nlohmann::json* version = find_member(entry, "resource"))
        if (const Shown shown{.request = request, .resource = version}; cover(facts, shown) != Cover::whole)
          return not_granted(facts, shown);
    return std::nullopt;
  }
  if (request.entries == nullptr) return shown_fault(request, answer, facts, status);
  auto asked = request.entries->begin();
  for (const nlohmann::json& entry : list_member(answer, "entry")) {
    if (asked == request.entries->end()) break;
    const fhir::FhirRequest& one = *asked++;
    const nlohmann::json* resource = find_member(entry, "resource");
    if (resource == nullptr || text_view_member(*resource, "resourceType") == "OperationOutcome") continue;
    const nlohmann::json* response = find_member(entry, "response");
    const std::string_view done = response == nullptr ? std::string_view() : text_view_member(*response, "status");
    if (auto fault = scope_fault(one, *resource, facts, done)) return fault;
  }
  return std::nullopt;
}

Error unsaid_binary(const nlohmann::json& binary) {
  const nlohmann::json* context = find_member(binary, "securityContext");
  const std::string_view named = context == nullptr ? std::string_view() : text_view_member(*context, "reference");
  if (!named.empty())
    return rejected("the server says of the Binary that it belongs to a record: read both in one batch",
                    "securityContext");
  return rejected(
      "the server does not say that the Binary is this patient's: ask IT to have the server name the patient "
      "(X-Security-Context), or to set foreign = \"audit\"",
      "securityContext");
}

// By which way such a record is shown to be this patient's.
std::string way_to(const std::string& type) {
  if (type == "Device" || type == "DeviceMetric")
    return "read it by _include of a record of the patient's that names it, as _include=Observation:device";
  if (type == "Provenance" || type == "AuditEvent")
    return "read it by _revinclude of the record that it is about, or search with patient=ID";
  if (type == "Bundle") return "search with composition.patient=ID, or read what is in it one by one";
  if (type == "Schedule") return "search for a rota by its staff, as actor=Practitioner/ID";
  if (fhir::names_subject(type, "patient")) return "take the whole record, or search with patient=ID";
  return "open it in the EHR, as no search shows it to be this patient's";
}

Error error_of(const Doubt& doubt, const fhir::FhirRequest& request, const nlohmann::json& answer) {
  switch (doubt.what) {
    case Unproved::unsaid:
      if (doubt.type == "Binary" && request.type == "Binary" && !request.id.empty()) return unsaid_binary(answer);
      return rejected("the answer holds a record that does not say which patient it is about: " + way_to(doubt.type),
                      doubt.path);
    case Unproved::foreign:
      return rejected("the answer holds a record of somebody else", doubt.path);
    case Unproved::counted:
      return rejected(
          "the answer tells of records that it does not show (a total, a version): ask for the records themselves, or "
          "search with patient=ID",
          doubt.path);
    case Unproved::valued:
      return rejected(
          "the operation's values do not say which patient they are about: name the patient, as Patient/ID/$..., "
          "subject=Patient/ID or the parameter subject",
          doubt.path);
    case Unproved::unpaired:
      return rejected("the server has not answered each entry of the Bundle with one: send the requests one by one",
                      doubt.path);
    case Unproved::too_deep:
      return rejected("records stand in each other deeper than FHIR has it", doubt.path);
    case Unproved::other_record:
      return rejected("the answer is another record than the one that was asked for, or written", doubt.path);
  }
  return rejected("the answer cannot be judged", doubt.path);
}

const char* note_of(Unproved what) {
  switch (what) {
    case Unproved::foreign:
      return "foreign";
    case Unproved::other_record:
      return "other_record";
    case Unproved::unsaid:
    case Unproved::counted:
    case Unproved::valued:
    case Unproved::unpaired:
    case Unproved::too_deep:
      break;
  }
  return "unsaid";
}

// Refused where the policy says so, else noted.
Verdict told(const Facts& facts, const char* what, Error error) {
  if (facts.policy.foreign == Foreign::enforce) return refuse(std::move(error));
  Verdict passed = verdict(Kind::pass);
  passed.overridden.emplace_back(what);
  return passed;
}

// A header says it as an element of the answer does.
bool is_of_another(std::string_view context, const Facts& facts) {
  const nlohmann::json reference = {{"reference", context}};
  const auto mention = fhir::mention_in(reference, "securityContext", facts.base);
  return mention && is_foreign(*mention, facts);
}

}  // namespace

Verdict judge_reply(const fhir::FhirRequest& request, const Reply& reply, const Facts& facts) {
  if (reply.status < 400 && !reply.context.empty() && is_of_another(reply.context, facts))
    return told(facts, "foreign",
                rejected("the server says of the answer that it is another patient's (X-Security-Context)"));
  if (reply.json == nullptr) return verdict(Kind::pass);
  if (auto fault =
          reply.status < 400 ? scope_fault(request, *reply.json, facts, std::to_string(reply.status)) : std::nullopt)
    return refuse(std::move(*fault));
  // Whom the EHR has linked this Patient to stands in this Patient's record.
  bool contradicts = false;
  const auto found = fhir::first_refused(
      *reply.json, facts.base,
      [&](const fhir::Mention& mention) {
        // Whose copy a Patient in `contained` is, the record says that it stands in.
        if (mention.naming == fhir::Naming::contained && mention.system.empty() && reply.status < 400) return true;
        contradicts = mention.naming == fhir::Naming::patient && facts.patient == mention.id;
        return !is_foreign(mention, facts);
      },
      facts.patient ? std::string_view(*facts.patient) : std::string_view());
  if (found && contradicts)
    return told(facts, "foreign",
                rejected("a reference names this patient, and its identifier another one: have IT look at the record",
                         found->path));
  if (found || is_other_patient(*reply.json, facts))
    return told(facts, "foreign", rejected("the answer holds another patient", found ? found->path : std::string()));
  if (reply.status >= 400) return verdict(Kind::pass);
  if (const auto doubt = first_doubt(request, *reply.json, facts, reply.location))
    return told(facts, note_of(doubt->what), error_of(*doubt, request, *reply.json));
  if (request.interaction == fhir::Interaction::capabilities && !is_of_server(*reply.json, request))
    return told(facts, "other_record", rejected("the answer is another record than the one that was asked for", "id"));
  return verdict(Kind::pass);
}

}  // namespace wardend::guard
