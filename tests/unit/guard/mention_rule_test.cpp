#include "daemon/guard/mention_rule.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

using fhir::Mention;
using fhir::Naming;
using nlohmann::json;

constexpr std::string_view nhs = "https://fhir.nhs.uk/Id/nhs-number";

struct Row {
  Mention mention;
  std::string_view reason;  // empty: none
};

const Row rows[] = {
    {{.naming = Naming::patient, .id = "p1"}, ""},
    {{.naming = Naming::patient, .id = "p2"}, "a reference to another patient"},
    {{.naming = Naming::resource, .id = "p2"}, "a Patient resource that is another patient's"},
    {{.naming = Naming::by_identifier}, "a patient who is named for people alone: refer to Patient/ID"},
    {{.naming = Naming::by_identifier, .system = nhs, .value = "1"}, "an identifier of another patient"},
    {{.naming = Naming::identifier, .system = "urn:staff", .value = "1"}, ""},
    {{.naming = Naming::entry, .id = "urn:uuid:1"}, "a reference to an entry that is not in the Bundle"},
    {{.naming = Naming::contained},
     "a Patient in `contained`: leave it out, and refer to Patient/ID wherever it was meant"},
    {{.naming = Naming::elsewhere}, "a reference to a patient of another server"},
    {{.naming = Naming::record, .id = "none", .type = "Observation"},
     "a reference to a record that the server does not have"},
    {{.naming = Naming::record, .id = "team", .type = "Communication"},
     "a reference to a record that does not say which patient it is about"},
};

TEST(MentionRule, SaysWhatIsWrongWithIt) {
  const json orphan = {{"resourceType", "Communication"}, {"id", "team"}};
  const std::vector<Target> read = {{.type = "Observation", .id = "none"},
                                    {.type = "Communication", .id = "team", .resource = &orphan}};
  const Facts facts = facts_of_p1();
  const Entries none;
  for (const Row& row : rows) {
    Referred referred(facts, read);
    const auto fault = fault_of(row.mention, {.facts = facts, .entries = none, .referred = referred});
    EXPECT_EQ(fault ? *fault->as<errors::ResourceRejected>()->reason : std::string(), row.reason);
  }
}

TEST(MentionRule, WhatAnotherEntryMakesIsJudgedThere) {
  const Facts facts = facts_of_p1();
  const std::vector<Target> read = {{.type = "Observation", .id = "new"}};
  const Entries entries = {{"Observation/new", {.type = "Observation", .id = "new"}}};
  Referred referred(facts, read);
  const Mention made{.naming = Naming::record, .id = "new", .type = "Observation"};
  EXPECT_EQ(standing_of(made, {.facts = facts, .entries = entries, .referred = referred}), Referred::Standing::own);
  const Entries none;
  EXPECT_EQ(standing_of(made, {.facts = facts, .entries = none, .referred = referred}), Referred::Standing::absent);
}

}  // namespace
}  // namespace wardend::guard
