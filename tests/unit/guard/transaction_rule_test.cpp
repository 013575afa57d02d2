#include "daemon/guard/transaction_rule.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

json bundle_of(std::vector<json> entries) {
  return {{"resourceType", "Bundle"}, {"type", "transaction"}, {"entry", std::move(entries)}};
}

json entry(std::string_view method, std::string_view url, const json& resource = json()) {
  json made = {{"request", {{"method", method}, {"url", url}}}};
  if (!resource.is_null()) made["resource"] = resource;
  return made;
}

const json good = entry("POST", "Observation", observation("Patient/p1"));

std::string judged(const json& bundle, const Facts& facts = facts_of_p1()) {
  return decided(sent("POST", ""), bundle, facts);
}

std::string with(std::string_view text) { return judged(bundle_of({good, json::parse(text)})); }

struct Row {
  std::string_view entry;  // the second one, behind a good one
  std::string_view expected;
};

constexpr Row rows[] = {
    {R"({"request":{"method":"POST","url":"Observation"},"resource":
         {"resourceType":"Observation","subject":{"reference":"Patient/p2"}}})",
     "ResourceRejected entry[1].resource.subject"},
    {R"({"request":{"method":"POST","url":"Observation"},"resource":{"resourceType":"Observation"}})",
     "ResourceRejected entry[1].resource.subject"},
    {R"({"request":{"method":"POST","url":"Observation"}})", "ResourceRejected entry[1].resource"},
    {R"({"request":{"method":"HEAD","url":"Observation/1"}})", "ResourceRejected entry[1].request.method"},
    {R"({"request":{"method":"GET","url":"Observation/1","ifModifiedSince":"2026-11-30T09:00:00Z"}})",
     "ResourceRejected entry[1].request.ifModifiedSince"},
    {R"({"request":{"method":"GET","url":"Observation/1","ifNoneMatch":"*"}})",
     "ResourceRejected entry[1].request.ifNoneMatch"},
    {R"({"request":{"method":"GET","url":"Observation/1","ifNoneMatch":"W/\"1\""}})",
     "ResourceRejected entry[1].request.ifNoneMatch"},
    {R"({"request":{"method":"POST","url":"Observation"},"resource":
         {"resourceType":"Condition","subject":{"reference":"Patient/p1"}}})",
     "ResourceRejected entry[1].resource.resourceType"},
    {R"({"request":{"method":"POST","url":"Observation","ifNoneExist":"patient=p1&code=x"},"resource":
         {"resourceType":"Observation","subject":{"reference":"Patient/p1"}}})",
     "pass"},
    {R"({"request":{"method":"POST","url":"Observation","ifNoneExist":"patient=p2"},"resource":
         {"resourceType":"Observation","subject":{"reference":"Patient/p1"}}})",
     "PatientMismatch"},
    {R"({"request":{"method":"POST","url":"Observation","ifNoneExist":"code=x"},"resource":
         {"resourceType":"Observation","subject":{"reference":"Patient/p1"}}})",
     "ResourceRejected entry[1]"},
    {R"({"request":{"method":"POST","url":"Observation","ifNoneExist":["patient=p1"]},"resource":
         {"resourceType":"Observation","subject":{"reference":"Patient/p1"}}})",
     "ResourceRejected entry[1].request.ifNoneExist"},
    {R"({"request":{"method":"PUT","url":"Observation?patient=p1"},"resource":
         {"resourceType":"Observation","subject":{"reference":"Patient/p1"}}})",
     "pass"},
    {R"({"request":{"method":"PUT","url":"Observation?patient=p2"},"resource":
         {"resourceType":"Observation","subject":{"reference":"Patient/p1"}}})",
     "PatientMismatch"},
    {R"({"request":{"method":"DELETE","url":"Observation?code=x"}})", "ResourceRejected entry[1]"},
    {R"({"request":{"method":"DELETE","url":"Patient/p2"}})", "PatientMismatch"},
    {R"({"request":{"method":"DELETE","url":"Observation/1"}})", "needs_target"},
    {R"({"request":{"method":"DELETE","url":"Observation/1"},"resource":{"resourceType":"Observation"}})",
     "ResourceRejected entry[1].resource"},
    {R"({"request":{"method":"GET","url":"Observation?patient=p1"}})", "pass"},
    {R"({"request":{"method":"GET","url":"Observation?patient=p2"}})", "PatientMismatch"},
    {R"({"request":{"method":"GET","url":"Observation/1"}})", "inspect_reply"},
    {R"({"request":{"method":"GET","url":"Patient/p2"}})", "PatientMismatch"},
    {R"({"request":{"method":"GET","url":"metadata"}})", "pass"},
    {R"({"request":{"method":"POST","url":"Observation/_search"}})", "ResourceRejected entry[1].request.method"},
    {R"({"request":{"method":"POST","url":"Patient/p1/$meta-add"},"resource":{"resourceType":"Parameters"}})",
     "ResourceRejected entry[1]"},
    {R"({"request":{"method":"PATCH","url":"Observation/1"},"resource":{"resourceType":"Binary"}})",
     "ResourceRejected entry[1].request.method"},
    {R"({"request":{"method":"POST","url":""},"resource":{"resourceType":"Bundle","type":"transaction"}})",
     "ResourceRejected entry[1].request.url"},
    {R"({"request":{"method":"POST","url":"Patient"},"resource":{"resourceType":"Patient"}})",
     "ResourceRejected entry[1]"},
    {R"({"request":{"method":"PUT","url":"/Observation/1"},"resource":{"resourceType":"Observation"}})",
     "ResourceRejected entry[1].request"},
    {R"({"request":{"method":"PUT","url":"https://ehr.example.org/fhir/r4/Observation/1"}})",
     "ResourceRejected entry[1].request"},
    {R"({"request":{"method":"PUT","url":"Observation/../Patient/p2"}})", "ResourceRejected entry[1].request"},
    {R"({"request":{"method":"PUT","url":7}})", "ResourceRejected entry[1].request.url"},
    {R"({"request":["PUT"]})", "ResourceRejected entry[1].request"},
    {R"({"resource":{"resourceType":"Observation"}})", "ResourceRejected entry[1].request"},
    {R"([])", "ResourceRejected entry[1].request"},
    {R"({"fullUrl":"https://other.example.org/Observation/1","request":{"method":"POST","url":"Observation"},
         "resource":{"resourceType":"Observation","subject":{"reference":"Patient/p1"}}})",
     "ResourceRejected entry[1].fullUrl"},
    {R"({"fullUrl":"https://ehr.example.org/fhir/r4/Patient/p2","request":{"method":"GET","url":"Observation/1"}})",
     "ResourceRejected entry[1].fullUrl"},
    {R"({"fullUrl":"https://ehr.example.org/fhir/r4/Patient/p1","request":{"method":"POST","url":"Medication"},
         "resource":{"resourceType":"Medication"}})",
     "ResourceRejected entry[1].fullUrl"},
    {R"({"extension":[{"url":"x","valueReference":{"reference":"Patient/p2"}}],"request":{"method":"GET","url":
         "Observation/1"}})",
     "ResourceRejected entry[1].extension[0].valueReference"},
    {R"({"request":{"method":"PUT","url":"Observation?patient=p1"},"resource":
         {"resourceType":"Observation","id":"o2","subject":{"reference":"Patient/p1"}}})",
     "ResourceRejected entry[1].resource.id"},
    {R"({"fullUrl":"urn:uuid:1","request":{"method":"POST","url":"Observation"},
         "resource":{"resourceType":"Observation","subject":{"reference":"Patient/p1"}}})",
     "pass"},
};

TEST(TransactionRule, OneEntryHoldsBackTheWholeBundle) {
  EXPECT_EQ(judged(bundle_of({good})), "pass");
  for (const Row& row : rows) EXPECT_EQ(with(row.entry), row.expected) << row.entry;
}

TEST(TransactionRule, IsABundleWithEntries) {
  EXPECT_EQ(judged(observation("Patient/p1")), "ResourceRejected resourceType");
  EXPECT_EQ(judged(json::array()), "ResourceRejected resourceType");
  EXPECT_EQ(judged({{"resourceType", "Bundle"}, {"type", "collection"}, {"entry", {good}}}), "ResourceRejected type");
  EXPECT_EQ(judged({{"resourceType", "Bundle"}, {"type", "transaction"}}), "ResourceRejected entry");
  EXPECT_EQ(judged(bundle_of({})), "ResourceRejected entry");
  EXPECT_EQ(judged({{"resourceType", "Bundle"}, {"type", "batch"}, {"entry", json::array({good})}}), "pass");
  EXPECT_EQ(judged({{"resourceType", "Bundle"}, {"type", "transaction"}, {"entry", good}}), "ResourceRejected entry");
}

TEST(TransactionRule, AnEntryMayReferToWhatAnotherEntryMakes) {
  const auto decided_with = [](const json& made, const json& stored) {
    json member = observation("Patient/p1");
    member["hasMember"] = json::array({{{"reference", "Observation/new1"}}});
    const json bundle = bundle_of({made, entry("POST", "Observation", member)});
    const Target target{.type = "Observation", .id = "new1", .resource = stored.is_null() ? nullptr : &stored};
    return word_of(decide(sent("POST", ""), Body{.json = &bundle}, std::span(&target, 1), facts_of_p1()));
  };
  json named = entry("POST", "Observation", observation("Patient/p1"));
  named["fullUrl"] = "https://ehr.example.org/fhir/r4/Observation/new1";
  for (const json& made : {entry("PUT", "Observation/new1", observation("Patient/p1", "new1")), named}) {
    EXPECT_EQ(decided_with(made, json()), "pass") << made;
    EXPECT_NE(decided_with(made, observation("Patient/p2", "new1")), "pass") << made;
  }
  EXPECT_EQ(decided_with(good, json()), "ResourceRejected entry[1].resource.hasMember[0]");
}

TEST(TransactionRule, NoEntryRefersToWhatAnotherOneDeletes) {
  json member = observation("Patient/p1");
  member["hasMember"] = json::array({{{"reference", "Observation/o1"}}});
  json gone = entry("DELETE", "Observation/o1");
  gone["request"]["ifMatch"] = "W/\"1\"";
  const json bundle = bundle_of({gone, entry("POST", "Observation", member)});
  const json stored = observation("Patient/p1", "o1");
  const Target target{.type = "Observation", .id = "o1", .resource = &stored, .version = "1"};
  EXPECT_EQ(word_of(decide(sent("POST", ""), Body{.json = &bundle}, std::span(&target, 1), facts_of_p1())),
            "ResourceRejected entry[1].resource.hasMember[0]");
}

TEST(TransactionRule, NorByItsFullUrl) {
  json gone = entry("DELETE", "Observation/o1");
  gone["fullUrl"] = "urn:uuid:1";
  json member = observation("Patient/p1");
  member["hasMember"] = json::array({{{"reference", "urn:uuid:1"}}});
  EXPECT_EQ(judged(bundle_of({gone, entry("POST", "Observation", member)})),
            "ResourceRejected entry[1].resource.hasMember[0]");
}

TEST(TransactionRule, AReferenceToAnEntryIsWhatTheEntryIs) {
  const auto referring = [](const json& patient) {
    json named = patient;
    named["fullUrl"] = "urn:uuid:1";
    return judged(bundle_of({named, entry("POST", "Observation", observation("urn:uuid:1"))}));
  };
  EXPECT_EQ(referring(entry("POST", "Condition", observation("Patient/p1"))),
            "ResourceRejected entry[0].resource.resourceType");
  EXPECT_EQ(referring(good), "ResourceRejected entry[1].resource.subject") << "an Observation is no patient";
  EXPECT_EQ(referring(entry("POST", "Patient", {{"resourceType", "Patient"}})), "ResourceRejected entry[0]");
  EXPECT_EQ(referring(entry("PUT", "Patient/p1", {{"resourceType", "Patient"}, {"id", "p1"}})), "needs_target");
  EXPECT_EQ(referring(entry("PUT", "Patient/p2", {{"resourceType", "Patient"}, {"id", "p2"}})), "PatientMismatch");
  EXPECT_EQ(judged(bundle_of({entry("POST", "Observation", observation("urn:uuid:9"))})),
            "ResourceRejected entry[0].resource.subject");
  json twice = good;
  twice["fullUrl"] = "urn:uuid:1";
  EXPECT_EQ(judged(bundle_of({twice, twice})), "ResourceRejected entry[1].fullUrl");
}

TEST(TransactionRule, AProvenanceMayBeOfWhatIsWrittenAlong) {
  json written = good;
  written["fullUrl"] = "urn:uuid:1";
  const auto provenance = [](std::string_view target) {
    return entry("POST", "Provenance", {{"resourceType", "Provenance"}, {"target", {{{"reference", target}}}}});
  };
  EXPECT_EQ(judged(bundle_of({written, provenance("urn:uuid:1")})), "pass");
  EXPECT_EQ(judged(bundle_of({written, provenance("urn:uuid:2")})), "ResourceRejected entry[1].resource.target[0]");
  EXPECT_EQ(judged(bundle_of({written, provenance("Observation/7")})), "needs_target") << "that one must be read";
}

TEST(TransactionRule, AsksForAllTargetsAtOnceAndJudgesEach) {
  const json bundle =
      bundle_of({entry("PUT", "Observation/1", observation("Patient/p1", "1")), entry("DELETE", "Observation/2")});
  const auto request = sent("POST", "");
  const Verdict wanted = decide(request, Body{.json = &bundle}, facts_of_p1());
  ASSERT_EQ(wanted.kind, Verdict::Kind::needs_target);
  EXPECT_EQ(wanted.targets, (std::vector<Wanted>{{"Observation", "1"}, {"Observation", "2"}}));
  const auto judge = [&](const json& first, const json& second) {
    const std::vector<Target> targets = {{.type = "Observation", .id = "1", .resource = &first},
                                         {.type = "Observation", .id = "2", .resource = &second}};
    return word_of(decide(request, Body{.json = &bundle}, targets, facts_of_p1()));
  };
  EXPECT_EQ(judge(observation("Patient/p1", "1"), observation("Patient/p1", "2")), "pass");
  EXPECT_EQ(judge(observation("Patient/p2", "1"), observation("Patient/p1", "2")), "ResourceRejected entry[0]");
  EXPECT_EQ(judge(observation("Patient/p1", "1"), observation("Patient/p2", "2")), "ResourceRejected entry[1]");
  EXPECT_EQ(word_of(decide(request, Body{.json = &bundle}, {}, facts_of_p1())), "ResourceRejected entry[0]");
  std::vector<json> many;
  for (std::size_t i = 0; i <= most_targets; ++i) many.push_back(entry("DELETE", "Observation/" + std::to_string(i)));
  EXPECT_EQ(judged(bundle_of(many)), "ResourceRejected");
}

TEST(TransactionRule, AnEntryThatChangesAResourceNamesItsVersion) {
  json stored = observation("Patient/p1", "1");
  stored["meta"] = {{"versionId", "7"}};
  const Target target{.type = "Observation", .id = "1", .resource = &stored};
  const Target absent{.type = "Observation", .id = "1"};
  const auto told = [](const json& one, const Target& read) {
    const json bundle = bundle_of({good, one});
    return word_of(decide(sent("POST", ""), Body{.json = &bundle}, std::span(&read, 1), facts_of_p1()));
  };
  for (json one : {entry("PUT", "Observation/1", observation("Patient/p1", "1")), entry("DELETE", "Observation/1")}) {
    EXPECT_EQ(told(one, target), "ResourceRejected entry[1].request.ifMatch") << one;
    one["request"]["ifMatch"] = "W/\"6\"";
    EXPECT_EQ(told(one, target), "ResourceRejected entry[1]") << one;
    one["request"]["ifMatch"] = "W/\"7\"";
    EXPECT_EQ(told(one, target), "pass") << one;
  }
  EXPECT_EQ(told(entry("PUT", "Observation/1", observation("Patient/p1", "1")), absent), "pass") << "it makes it";
}

TEST(TransactionRule, NoTwoEntriesWriteToOneResource) {
  const json put = entry("PUT", "Observation/1", observation("Patient/p1", "1"));
  const json made = entry("PUT", "Observation?patient=p1&code=a", observation("Patient/p1"));
  json once = good;
  once["request"]["ifNoneExist"] = "patient=p1&code=a";
  for (const auto& [one, other] :
       {std::pair(put, put), std::pair(put, entry("DELETE", "Observation/1")), std::pair(made, made),
        std::pair(made, entry("DELETE", "Observation?patient=p1&code=a")), std::pair(once, once),
        std::pair(once, made)})
    EXPECT_EQ(judged(bundle_of({one, other})), "ResourceRejected entry[1].request.url") << one << other;
  EXPECT_EQ(judged(bundle_of({good, good})), "pass");
  EXPECT_EQ(
      judged(bundle_of({put, entry("DELETE", "Observation/2"), made, entry("DELETE", "Observation?patient=p1&code=b"),
                        entry("GET", "Observation/1"), entry("GET", "Observation/1")})),
      "needs_target");
}

TEST(TransactionRule, AnOperationInAnEntryIsOneByName) {
  Facts facts = facts_of_p1();
  facts.policy.operations = {"$meta-add"};
  const auto meta_add = [&](std::string_view url) {
    return judged(bundle_of({entry("POST", url, {{"resourceType", "Parameters"}})}), facts);
  };
  EXPECT_EQ(meta_add("Patient/p1/$meta-add"), "inspect_reply");
  EXPECT_EQ(meta_add("Patient/p2/$meta-add"), "PatientMismatch");
  EXPECT_EQ(meta_add("Observation/1/$meta-add"), "needs_target");
  EXPECT_EQ(meta_add("Patient/p1/$meta-delete"), "ResourceRejected entry[0]");
}

TEST(TransactionRule, WhatIsWrittenDoesNotDependOnAnAnswerThatMayBeRefused) {
  Facts facts = facts_of_p1();
  const json reads = entry("GET", "Observation/7");
  EXPECT_EQ(judged(bundle_of({good, reads}), facts), "inspect_reply");
  facts.policy.foreign = Foreign::enforce;
  EXPECT_EQ(judged(bundle_of({good, reads}), facts), "ResourceRejected entry");
  EXPECT_EQ(judged(bundle_of({reads}), facts), "inspect_reply");
  EXPECT_EQ(judged(bundle_of({good}), facts), "pass");
}

}  // namespace
}  // namespace wardend::guard
