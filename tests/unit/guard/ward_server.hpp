// A server with records of p1, of p2, of both and of nobody, asked until there is a verdict.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {

using nlohmann::json;

inline json record(std::string_view text) { return json::parse(text); }

// What there is on the server, by Type/id.
struct Server {
  std::vector<std::pair<std::string, json>> records;
  // The verdict once everything that was asked for has been read, and how many that were.
  std::string decided(const fhir::FhirRequest& request, const json& body, const Facts& facts = facts_of_p1()) {
    std::vector<Target> read;
    asked.clear();
    Verdict verdict = decide(request, Body{.json = &body}, facts);
    for (int stage = 0; stage < 4 && verdict.kind == Verdict::Kind::needs_target; ++stage) {
      for (const Wanted& wanted : verdict.targets) {
        asked.push_back(wanted.type + "/" + wanted.id);
        Target target{.type = wanted.type, .id = wanted.id};
        for (const auto& [name, resource] : records)
          if (name == asked.back()) target.resource = &resource;
        read.push_back(std::move(target));
      }
      verdict = decide(request, Body{.json = &body}, read, facts);
    }
    return word_of(verdict);
  }
  std::vector<std::string> asked = {};
};

inline Server ward() {
  Server server;
  for (
      const char* text :
      {R"({"resourceType":"Observation","id":"o1","subject":{"reference":"Patient/p1"}})",
       R"({"resourceType":"Observation","id":"o2","subject":{"reference":"Patient/p2"}})",
       R"({"resourceType":"Observation","id":"orphan"})",
       R"({"resourceType":"Encounter","id":"e1","subject":{"reference":"Patient/p1"}})",
       R"({"resourceType":"Encounter","id":"e2","subject":{"reference":"Patient/p2"}})",
       R"({"resourceType":"Device","id":"monitor"})",
       R"({"resourceType":"Device","id":"pacemaker1","patient":{"reference":"Patient/p1"}})",
       R"({"resourceType":"Device","id":"pacemaker2","patient":{"reference":"Patient/p2"}})",
       R"({"resourceType":"RelatedPerson","id":"r2","patient":{"reference":"Patient/p2"}})",
       R"({"resourceType":"Slot","id":"s1","schedule":{"reference":"Schedule/ward"}})",
       R"({"resourceType":"Slot","id":"promised","extension":[{"url":"x","valueReference":{"type":"Patient","display":"B"}}]})",
       R"({"resourceType":"Slot","id":"taken","extension":[{"url":"x","valueReference":{"reference":"Patient/p2"}}]})",
       R"({"resourceType":"Slot","id":"of-ward","schedule":{"reference":"Schedule/ward"}})",
       R"({"resourceType":"Schedule","id":"ward","actor":[{"reference":"Practitioner/d"},{"reference":"Location/l"}]})",
       R"({"resourceType":"Schedule","id":"p2","actor":[{"reference":"Patient/p2"}]})",
       R"({"resourceType":"DeviceMetric","id":"m1","source":{"reference":"Device/pacemaker1"}})",
       R"({"resourceType":"DeviceMetric","id":"m2","source":{"reference":"Device/pacemaker2"}})",
       R"({"resourceType":"Task","id":"of-orphan","focus":{"reference":"Observation/orphan"}})",
       R"({"resourceType":"Task","id":"of-pr1","focus":{"reference":"Provenance/pr1"}})",
       R"({"resourceType":"Task","id":"of-o2","focus":{"reference":"Observation/o2"}})",
       R"({"resourceType":"Group","id":"people","type":"person","characteristic":[{"valueBoolean":true}]})",
       R"({"resourceType":"CareTeam","id":"names","participant":[{"member":{"display":"Alice"}}]})",
       R"({"resourceType":"Group","id":"g","member":[{"entity":{"reference":"Patient/p1"}},
            {"entity":{"reference":"Patient/p2"}}]})",
       R"({"resourceType":"Group","id":"staff","type":"practitioner","member":[{"entity":{"reference":"Practitioner/d"}}]})",
       R"({"resourceType":"Group","id":"nested","member":[{"entity":{"reference":"Group/g"}}]})",
       R"({"resourceType":"CareTeam","id":"ward","participant":[{"member":{"reference":"Practitioner/d"}}]})",
       R"({"resourceType":"CareTeam","id":"t2","subject":{"reference":"Patient/p2"}})",
       R"({"resourceType":"Provenance","id":"pr1","target":[{"reference":"Observation/o1"}]})",
       R"({"resourceType":"Provenance","id":"pr2","target":[{"reference":"Observation/o2"}]})",
       R"({"resourceType":"Provenance","id":"mixed","target":[{"reference":"Observation/o1"},
            {"reference":"Provenance/pr1"}]})",
       R"({"resourceType":"Provenance","id":"of-provenance","target":[{"reference":"Provenance/pr1"}]})",
       R"({"resourceType":"Binary","id":"b1","securityContext":{"reference":"Observation/o1"}})",
       R"({"resourceType":"Binary","id":"b2","securityContext":{"reference":"Patient/p2"}})",
       R"({"resourceType":"Appointment","id":"a1","participant":[{"actor":{"reference":"Patient/p1"}}]})",
       R"({"resourceType":"Appointment","id":"a12","participant":[{"actor":{"reference":"Patient/p1"}},
            {"actor":{"reference":"Patient/p2"}}]})",
       R"({"resourceType":"Observation","id":"panel","meta":{"versionId":"7"},"subject":{"reference":"Patient/p1"},
            "hasMember":[{"reference":"Observation/o2"}]})",
       R"({"resourceType":"Observation","id":"other-name","subject":{"reference":"Patient/p1"}})"}) {
    json resource = record(text);
    std::string name = resource["resourceType"].get<std::string>() + "/" + resource["id"].get<std::string>();
    server.records.emplace_back(std::move(name), std::move(resource));
  }
  server.records.back().first = "Observation/not-that";
  return server;
}

}  // namespace wardend::guard
