#include "daemon/guard/search_rule.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "daemon/guard/subject_rule.hpp"
#include "protocol/fhir/compartment.hpp"
#include "protocol/fhir/id.hpp"
#include "protocol/fhir/operation_parameters.hpp"
#include "protocol/fhir/reference.hpp"
#include "protocol/fhir/resource_types.hpp"

namespace wardend::guard {
namespace {

using fhir::QueryParameter;

// Who is meant by one value: a patient's id; empty: somebody or something else.
std::string_view patient_in(std::string_view value, bool bare_is_patient, const fhir::BaseUrl& base) {
  if (fhir::valid_id(value)) return bare_is_patient ? value : std::string_view();
  const fhir::ReferenceText reference = fhir::read_reference(value, base);
  const bool here = reference.form == fhir::ReferenceForm::here && reference.type == "Patient";
  return here ? reference.id : std::string_view();
}

bool is_about(std::string_view name) { return name == "patient" || name == "subject"; }

// How a parameter ties what is found to whom it names. `other`: not at all, and yet it may name another patient.
// Patient.link is no membership: it finds the records that name this one.
Tie tie_by(std::string_view type, std::string_view name) {
  if (type == "Patient") return name == "_id" ? Tie::bound : Tie::other;
  if (fhir::names_subject(type, name)) return Tie::bound;
  // Of a type that R4 does not have.
  if (is_about(name) && fhir::belonging_of(type) == fhir::Belonging::open && !type.empty()) return Tie::by_author;
  const auto parameters = fhir::compartment_parameters(type);
  return std::ranges::find(parameters, name) != parameters.end() ? Tie::by_author : Tie::other;
}

// Whom the values of a parameter name, which a comma joins by "or".
struct Named {
  std::string another = {};  // the id of another patient; empty: of none
  bool all_own = true;       // each is the session's patient
};

Named named_in(std::string_view values, bool bare, const Facts& facts) {
  const std::string_view own = facts.patient ? std::string_view(*facts.patient) : std::string_view();
  Named named;
  while (true) {
    const auto value = values.substr(0, values.find(','));
    const std::string_view id = patient_in(value, bare, facts.base);
    if (!id.empty() && id != own) return {.another = std::string(id), .all_own = false};
    named.all_own = named.all_own && !id.empty();
    if (value.size() == values.size()) return named;
    values.remove_prefix(value.size() + 1);
  }
}

// Parameters that R4 has for references to staff, places and definitions alone, whatever is searched for.
constexpr auto of_nobody = std::to_array<std::string_view>({"administered-by",
                                                            "assessor",
                                                            "authenticator",
                                                            "authority",
                                                            "care-manager",
                                                            "collector",
                                                            "coverage-area",
                                                            "custodian",
                                                            "destination",
                                                            "domain",
                                                            "endpoint",
                                                            "facility",
                                                            "general-practitioner",
                                                            "holder",
                                                            "ingredient",
                                                            "insurer",
                                                            "intended-dispenser",
                                                            "interpreter",
                                                            "issuer",
                                                            "location",
                                                            "manufacturer",
                                                            "measure",
                                                            "medication",
                                                            "network",
                                                            "organization",
                                                            "owned-by",
                                                            "participating-organization",
                                                            "partof",
                                                            "payment-issuer",
                                                            "performing-organization",
                                                            "practitioner",
                                                            "prescriber",
                                                            "primary-organization",
                                                            "principalinvestigator",
                                                            "protocol",
                                                            "provider",
                                                            "questionnaire",
                                                            "referrer",
                                                            "reporter",
                                                            "requesting-organization",
                                                            "requestor",
                                                            "responsible",
                                                            "responsibleparty",
                                                            "service-provider",
                                                            "site",
                                                            "sponsor",
                                                            "study",
                                                            "supplier"});

// The type that a chain leads to by a parameter without saying so; empty: it may be any.
std::string_view target_of(std::string_view name) {
  if (is_about(name)) return "Patient";
  if (name == "schedule") return "Schedule";
  return std::ranges::binary_search(of_nobody, name) ? "Organization" : std::string_view();
}

// A rota is of staff, unless it is looked for by whose it is.
bool is_anybodys(std::string_view type) { return type != "Schedule" && is_about_somebody(type); }

// Where a _has or a chain ends: the parameter that the value is for.
struct End {
  std::string_view type = {};  // that it is a parameter of; empty: not known
  std::string_view name = {};
  std::string_view modifier = {};
  bool through_anybodys = false;  // the way there leads through records that may be a patient's
};

// "Type:reference:parameter" of a _has, where another "_has:..." or a chain may be the parameter; or a chain from its
// first word on, "subject:Patient.name".
End end_of(std::string_view words, bool reverse) {
  End end;
  bool last = false;
  char behind = 0;
  const auto take = [&] {
    const std::string_view word = words.substr(0, words.find_first_of(":."));
    behind = word.size() < words.size() ? words[word.size()] : '\0';
    words.remove_prefix(std::min(word.size() + 1, words.size()));
    return word;
  };
  while (!last) {
    if (reverse) {
      end.type = take();
      end.through_anybodys = end.through_anybodys || is_anybodys(end.type);
      take();
    }
    end.name = take();
    end.modifier = {};
    reverse = end.name == "_has";
    if (reverse) continue;
    if (behind == ':') end.modifier = take();
    last = behind != '.';
    if (last) continue;
    const bool of_rota = end.type == "Schedule" && end.name == "actor" && fhir::is_resource_type(end.modifier) &&
                         may_be_nobodys(end.modifier);
    end.type = fhir::is_resource_type(end.modifier) ? end.modifier : target_of(end.name);
    end.through_anybodys = end.through_anybodys || (!of_rota && is_anybodys(end.type));
  }
  return end;
}

// Whether whose a rota is, is said, and is staff, a place or a machine for certain; the type of an id alone is not
// known.
bool are_staff(std::string_view values, std::string_view modifier, const fhir::BaseUrl& base) {
  if (fhir::is_resource_type(modifier)) return may_be_nobodys(modifier);
  while (true) {
    const auto value = values.substr(0, values.find(','));
    const fhir::ReferenceText read = fhir::read_reference(value, base);
    if (read.form != fhir::ReferenceForm::here || !may_be_nobodys(read.type)) return false;
    if (value.size() == values.size()) return true;
    values.remove_prefix(value.size() + 1);
  }
}

// Whether a rota is looked for by something else than a patient: by an id alone, too, as few rotas are a patient's, and
// the answer says so.
bool may_be_of_staff(const QueryParameter& parameter, const Facts& facts) {
  if (parameter.name != "actor") return true;
  if (are_staff(parameter.value, parameter.modifier, facts.base)) return true;
  return parameter.modifier.empty() && fhir::valid_id(parameter.value) && facts.patient != parameter.value;
}

// What belongs to the launch's encounter. A mother's may hold her child's records too, which the answer says.
bool is_of_encounter(const QueryParameter& parameter, const Facts& facts) {
  if (parameter.name != "encounter" || !parameter.modifier.empty() || !facts.encounter) return false;
  const fhir::ReferenceText read = fhir::read_reference(parameter.value, facts.base);
  const bool named = read.form == fhir::ReferenceForm::here && read.type == "Encounter" && read.id == *facts.encounter;
  return named || parameter.value == *facts.encounter;
}

// A parameter that compares what is found.
SearchTie tie_of_values(std::string_view type, const QueryParameter& parameter, const Facts& facts) {
  if (parameter.modifier == "not") return {};  // whoever is named there is not looked for
  const Tie tie = tie_by(type, parameter.name);
  const bool plain = parameter.modifier.empty() || parameter.modifier == "Patient";
  // For a server that reads names in any case it is the same parameter.
  const std::string name = lower_case(parameter.name);
  const bool whom = fhir::names_whom(name);
  const bool names_exactly = is_about(parameter.name) || parameter.name == "for";
  const bool bare = plain && (tie_by(type, name) == Tie::bound || whom);
  Named named = named_in(parameter.value, bare || parameter.modifier == "Patient", facts);
  if (!named.another.empty()) return {.tie = Tie::other, .named = std::move(named.another)};
  return {.tie = plain && named.all_own && tie != Tie::other ? tie : Tie::unbound,
          .led = is_of_encounter(parameter, facts) ||
                 (plain && named.all_own && names_exactly && fhir::belonging_of(type) != fhir::Belonging::patient &&
                  !type.empty())};
}

// A parameter that leads elsewhere before it compares.
SearchTie tie_of_way(const QueryParameter& parameter, const Facts& facts) {
  const bool reverse = parameter.name == "_has";
  std::string words = reverse ? parameter.modifier : parameter.name;
  if (!reverse && !parameter.modifier.empty()) words += ":" + parameter.modifier;
  if (!parameter.chain.empty()) words += "." + parameter.chain;
  const End end = end_of(words, reverse);
  const bool of_rota = end.type == "Schedule" && end.name == "actor";
  const bool reaches = end.through_anybodys || (of_rota && !are_staff(parameter.value, end.modifier, facts.base));
  const bool plain = end.modifier.empty() || end.modifier == "Patient";
  if (!plain) return {.reaches = reaches};
  const bool of_patient = is_about(end.name) || tie_by(end.type, end.name) == Tie::bound;
  Named named = named_in(parameter.value, of_patient || end.modifier == "Patient", facts);
  if (!named.another.empty()) return {.tie = Tie::other, .named = std::move(named.another)};
  const bool own = of_patient && named.all_own;
  return {.reaches = reaches && !own, .led = own};
}

// A list may be anybody's, and nobody reads the words of a filter here.
bool is_of_anybodys(const QueryParameter& parameter) {
  return parameter.name == "_list" || parameter.name == "_in" || parameter.name == "_filter";
}

bool leads_on(const QueryParameter& parameter) { return !parameter.chain.empty() || parameter.name == "_has"; }

// One of FHIR's own that names nobody: it is about the answer, or about words.
bool says_how(const QueryParameter& parameter) { return parameter.name.starts_with('_') && parameter.name != "_id"; }

bool widens(const QueryParameter& parameter) {
  return !parameter.chain.empty() || parameter.name == "_include" || parameter.name == "_revinclude" ||
         parameter.name == "_has" || parameter.name == "_list";
}

}  // namespace

SearchTie tie_of(std::string_view type, const std::vector<QueryParameter>& parameters, const Facts& facts) {
  SearchTie found{.wide = type == "Group" || type == "List" || type == "Bundle"};
  bool of_staff = type == "Schedule";
  bool otherwise = false;  // of two that say whom it is about some servers take one, and some the other
  for (const QueryParameter& parameter : parameters) {
    found.wide = found.wide || widens(parameter);
    found.reaches = found.reaches || is_of_anybodys(parameter);
    const bool way = leads_on(parameter);
    if (!way && says_how(parameter)) continue;
    of_staff = of_staff && (way || may_be_of_staff(parameter, facts));
    SearchTie one = way ? tie_of_way(parameter, facts) : tie_of_values(type, parameter, facts);
    if (one.tie == Tie::other) return {.tie = Tie::other, .wide = found.wide, .named = std::move(one.named)};
    otherwise = otherwise || (!way && fhir::names_whom(parameter.name) && one.tie != Tie::bound);
    found.tie = std::min(found.tie, one.tie);
    found.reaches = found.reaches || one.reaches;
    // A way to a record of a compartment is none to one of this patient.
    found.led = found.led || (one.led && (!way || fhir::belonging_of(type) != fhir::Belonging::patient));
  }
  found.led = found.led || (of_staff && !found.reaches);
  if (otherwise && found.tie == Tie::bound) found.tie = Tie::unbound;
  return found;
}

SearchTie tie_of(const fhir::FhirRequest& search, const Facts& facts) {
  SearchTie found = tie_of(search.type, search.parameters, facts);
  if (found.tie == Tie::other || !search.compartment.starts_with("Patient/")) return found;
  const std::string id = search.compartment.substr(std::string_view("Patient/").size());
  if (facts.patient == id) return {.tie = Tie::bound, .wide = found.wide};
  return {.tie = Tie::other, .wide = found.wide, .named = id};
}

}  // namespace wardend::guard
