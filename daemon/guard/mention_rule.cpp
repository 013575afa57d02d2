#include "daemon/guard/mention_rule.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "daemon/guard/verdicts.hpp"
#include "protocol/fhir/compartment.hpp"
#include "protocol/fhir/identifier_list.hpp"

namespace wardend::guard {
namespace {

using fhir::Mention;
using fhir::Naming;

std::string without_blanks(std::string_view text) {
  std::string kept(text);
  std::erase_if(kept, [](char c) { return c == ' ' || c == '\t'; });
  return kept;
}

bool is_of_system(const Mention& mention, std::string_view system) {
  if (mention.system.empty()) return false;
  const auto plain = [](std::string_view name) { return lower_case(without_blanks(name)); };
  return fhir::same_system(mention.system, system) || plain(mention.system) == plain(system);
}

bool is(const Mention& mention, const KnownIdentifier& known) {
  return is_of_system(mention, known.system) && without_blanks(known.value) == without_blanks(mention.value);
}

bool numbers_patients(const Mention& mention, const Facts& facts) {
  if (mention.system.empty() || mention.value.empty()) return false;
  const auto numbers = [&](const std::string& system) { return is_of_system(mention, system); };
  return std::ranges::any_of(facts.identifiers, numbers, &KnownIdentifier::system) ||
         std::ranges::any_of(facts.patient_systems, numbers);
}

// An identifier, wherever it stands, must not be another one of a system that numbers patients. Nothing contradicts
// numbers that are not known.
bool contradicts(const Mention& mention, const Facts& facts) {
  return !facts.identifiers.empty() && numbers_patients(mention, facts) &&
         std::ranges::none_of(facts.identifiers, [&](const KnownIdentifier& known) { return is(mention, known); });
}

std::optional<Error> record_fault(Referred::Standing standing) {
  switch (standing) {
    case Referred::Standing::own:
    case Referred::Standing::nobodys:
    case Referred::Standing::unread:
      return std::nullopt;
    case Referred::Standing::foreign:
      return rejected("a reference to a record that is not this patient's");
    case Referred::Standing::unsaid:
      return rejected("a reference to a record that does not say which patient it is about");
    case Referred::Standing::absent:
      return rejected("a reference to a record that the server does not have");
    case Referred::Standing::too_many:
      return rejected("a reference to one record more than are read for one write (" + std::to_string(most_targets) +
                      "): write in parts");
  }
  return rejected("a reference to a record that is not known");
}

std::optional<Error> entry_fault(const Mention& mention, const Around& around) {
  const auto entry = around.entries.find(mention.id);
  if (entry == around.entries.end()) return rejected("a reference to an entry that is not in the Bundle");
  if (entry->second.gone) return rejected("a reference to an entry that deletes what it names");
  if (entry->second.type != "Patient" || around.facts.patient == entry->second.id) return std::nullopt;
  return rejected("a reference to an entry that is another patient");
}

// Another encounter than the launch's is read: a late note belongs to an earlier one of the same patient.
std::optional<Error> encounter_fault(const Mention& mention, const Around& around) {
  if (around.facts.encounter == mention.id) return std::nullopt;
  const errors::EncounterMismatch mismatch{.session = around.facts.session, .requested = std::string(mention.id)};
  if (mention.type.empty() && around.facts.encounter) return mismatch;
  if (mention.type.empty())
    return rejected("a reference to an encounter that cannot be read: name it by its id on the session's server");
  const Referred::Standing standing = standing_of(mention, around);
  auto fault = record_fault(standing);
  const bool anothers = fault && standing != Referred::Standing::too_many;
  return anothers && around.facts.encounter ? std::optional<Error>(mismatch) : fault;
}

}  // namespace

bool is_official(const Mention& mention, const Facts& facts) {
  return std::ranges::any_of(facts.identifiers,
                             [&](const KnownIdentifier& known) { return known.official && is(mention, known); });
}

// Another entry of the Bundle may make the record that the server does not have yet. That entry is judged by itself.
Referred::Standing standing_of(const Mention& mention, const Around& around) {
  if (around.entries.empty()) return around.referred.brought(mention.type, mention.id);
  const auto entry = around.entries.find(std::string(mention.type) + "/" + std::string(mention.id));
  if (entry != around.entries.end() && entry->second.gone) return Referred::Standing::absent;
  const Referred::Standing standing = around.referred.brought(mention.type, mention.id);
  const bool made = standing == Referred::Standing::absent && entry != around.entries.end();
  return made ? Referred::Standing::own : standing;
}

std::optional<Error> fault_of(const Mention& mention, const Around& around) {
  if (contradicts(mention, around.facts)) return rejected("an identifier of another patient");
  if (around.facts.identifiers.empty() && numbers_patients(mention, around.facts))
    return rejected("an identifier of a patient, and the patient's own could not be read: leave it out");
  switch (mention.naming) {
    case Naming::patient:
      return around.facts.patient == mention.id ? std::nullopt
                                                : std::optional<Error>(rejected("a reference to another patient"));
    case Naming::resource:
      return around.facts.patient == mention.id
                 ? std::nullopt
                 : std::optional<Error>(rejected("a Patient resource that is another patient's"));
    case Naming::by_identifier:
      if (is_official(mention, around.facts) || around.facts.patient == mention.id) return std::nullopt;
      if (mention.value.empty()) return rejected("a patient who is named for people alone: refer to Patient/ID");
      return rejected("a patient is named by an identifier that is not known to be this patient's");
    case Naming::identifier:
      return std::nullopt;
    case Naming::record:
      return record_fault(standing_of(mention, around));
    case Naming::encounter:
      return encounter_fault(mention, around);
    case Naming::entry:
      return entry_fault(mention, around);
    case Naming::elsewhere:
      return rejected("a reference to a patient of another server");
    case Naming::record_elsewhere:
      return rejected("a reference to a record of another server, which cannot be read here");
    case Naming::by_query:
      return rejected("a reference to whatever the server finds: name the record by its id");
    case Naming::contained:
      return rejected("a Patient in `contained`: leave it out, and refer to Patient/ID wherever it was meant");
    case Naming::malformed:
      return rejected("a reference that is not written as FHIR has it");
    case Naming::unread:
      return rejected("a resource that is too deep or too large to be judged");
  }
  return rejected("a reference that is not known");
}

bool is_foreign(const Mention& mention, const Facts& facts) {
  // A system that numbers all people numbers staff too.
  const bool of_staff = !mention.type.empty() && fhir::belonging_of(mention.type) == fhir::Belonging::none;
  if (!of_staff && contradicts(mention, facts)) return true;
  switch (mention.naming) {
    case Naming::patient:
    case Naming::resource:
      return facts.patient != mention.id;
    case Naming::contained:
    case Naming::elsewhere:
    case Naming::unread:
      return true;
    case Naming::by_query:
    case Naming::malformed:
      return mention.speaks_of_patient;
    case Naming::by_identifier:
    case Naming::identifier:
    case Naming::record:
    case Naming::record_elsewhere:
    case Naming::entry:
    case Naming::encounter:
      return false;
  }
  return true;
}

}  // namespace wardend::guard
