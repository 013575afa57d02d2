// Which records of an answer are this patient's by another one, and which are not.
#include <gtest/gtest.h>

#include <string>

#include "daemon/guard/proof_rule.hpp"
#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

TEST(ProofRule, AnAppDoesNotMakeARecordThisPatientsByNamingItInOne) {
  const auto both = [](std::string_view type, std::string_view member) {
    const json named = json::parse(std::string(R"({"resourceType":")") + std::string(type) + R"(","id":"x"})");
    const json naming = json::parse(
        std::string(R"({"resourceType":"DocumentReference","id":"d","subject":{"reference":"Patient/p1"},)") +
        std::string(member) + "}");
    return json{{"resourceType", "Bundle"}, {"entry", json::array({{{"resource", naming}}, {{"resource", named}}})}};
  };
  const std::string attached = R"("content":[{"attachment":{"url":"TYPE/x"}}])";
  for (const std::string type : {"Binary", "Task", "Contract", "VerificationResult", "GuidanceResponse",
                                 "MessageHeader", "Parameters", "Device", "DeviceMetric"}) {
    std::string member = attached;
    member.replace(member.find("TYPE"), 4, type);
    EXPECT_TRUE(
        first_doubt(sent_in_bundle({"GET DocumentReference/d", "GET " + type + "/x"}), both(type, member), enforced()))
        << "the app chooses both: " << type;
    const bool device = type.starts_with("Device");
    EXPECT_EQ(first_doubt(sent("GET", "/DocumentReference", "patient=p1&_include=*"), both(type, member), enforced())
                  .has_value(),
              !device)
        << type;
  }
}

TEST(ProofRule, ARecordSaysItselfThatItIsAboutOneOfThisPatients) {
  const auto beside = [](std::string_view said) {
    return json{
        {"resourceType", "Bundle"},
        {"entry", json::array({{{"resource", observation("Patient/p1", "1")}}, {{"resource", json::parse(said)}}})}};
  };
  const auto asked = [](std::string_view said) {
    return sent_in_bundle({"GET Observation/1", "GET " + json::parse(said)["resourceType"].get<std::string>() + "/x"});
  };
  for (const char* own :
       {R"({"resourceType":"Provenance","id":"x","target":[{"reference":"Observation/1"}]})",
        R"({"resourceType":"Binary","id":"x","securityContext":{"reference":"Observation/1"}})",
        R"({"resourceType":"AuditEvent","id":"x","entity":[{"what":{"reference":"Observation/1"}}]})"})
    EXPECT_FALSE(first_doubt(asked(own), beside(own), enforced())) << own;
  for (
      const char* other :
      {R"({"resourceType":"Provenance","target":[{"reference":"Observation/2"}],"agent":[{"who":{"reference":"Observation/1"}}]})",
       R"({"resourceType":"Binary","securityContext":{"reference":"Observation/2"}})",
       R"({"resourceType":"Task","focus":{"reference":"Observation/1"}})"})
    EXPECT_TRUE(first_doubt(asked(other), beside(other), enforced())) << other;
}

TEST(ProofRule, ANameInsideOfARecordIsNotThatOfARecordOutside) {
  const auto beside = [](std::string_view own) {
    return json{{"resourceType", "Bundle"},
                {"entry", json::array({{{"resource", json::parse(own)}},
                                       {{"resource", json::parse(R"({"resourceType":"Provenance",
                                           "target":[{"reference":"Observation/o2"}]})")}}})}};
  };
  const char* document = R"({"resourceType":"Bundle","id":"b","type":"document","entry":[{"resource":
      {"resourceType":"Observation","id":"o2","subject":{"reference":"Patient/p1"}}}]})";
  const char* contained = R"({"resourceType":"Observation","id":"o1","subject":{"reference":"Patient/p1"},
      "contained":[{"resourceType":"Observation","id":"o2","subject":{"reference":"Patient/p1"}}]})";
  const auto doubted = [&](std::string_view own) {
    const auto doubt =
        first_doubt(sent_in_bundle({"GET Bundle/b", "GET Provenance?target=o2"}), beside(own), enforced());
    return doubt ? doubt->path : "";
  };
  EXPECT_EQ(doubted(document), "entry[1].resource");
  EXPECT_EQ(doubted(contained), "entry[1].resource");
}

TEST(ProofRule, ARecordIsJudgedWhereverItStands) {
  const struct {
    const char* member;  // of a record of this patient
    bool passes;
  } table[] = {
      {R"("contained":[{"resourceType":"Specimen","id":"s"}])", true},
      {R"("contained":[{"resourceType":"Specimen","id":"s","subject":{"reference":"Group/g"}}])", false},
      {R"("contained":[{"resourceType":"Ward","id":"s"}])", false},
      {R"("contained":[{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Specimen"}}]}])", false},
      {R"("extension":[{"valueX":{"resourceType":"Specimen"}}])", false},
      {R"("extension":[{"valueX":{"resourceType":"Specimen","subject":{"reference":"Patient/p1"}}}])", true},
      {R"("extension":[{"valueX":{"resourceType":"Organization"}}])", true},
  };
  for (const auto& row : table) {
    const json reply =
        json::parse(std::string(R"({"resourceType":"Observation","id":"1","subject":{"reference":"Patient/p1"},)") +
                    row.member + "}");
    EXPECT_EQ(!first_doubt(sent("GET", "/Observation/1"), reply, enforced()), row.passes) << row.member;
  }
  const auto of_nobody = [](const char* text) {
    return first_doubt(sent("GET", "/Practitioner/1"), json::parse(text), enforced()).has_value();
  };
  EXPECT_TRUE(of_nobody(R"({"resourceType":"Practitioner","id":"1","contained":[{"resourceType":"Task"}]})"));
  EXPECT_TRUE(of_nobody(
      R"({"resourceType":"Practitioner","id":"1","extension":[{"valueReference":{"type":"Patient","display":"B"}}]})"));
  EXPECT_FALSE(of_nobody(R"({"resourceType":"Practitioner","id":"1","contained":[{"resourceType":"Organization"}]})"));
}

TEST(ProofRule, AWriteIsAnsweredWithWhatItWrote) {
  const auto judged = [](const json& answer) {
    return judge_reply(sent("POST", "/Observation"), {.status = 201, .json = &answer}, enforced()).kind;
  };
  json own = observation("Patient/p1", "1");
  EXPECT_EQ(judged(own), Verdict::Kind::pass);
  own["subject"] = {{"display", "Ada"}};
  EXPECT_EQ(judged(own), Verdict::Kind::pass);
  own["subject"] = {{"identifier", {{"system", "https://fhir.nhs.uk/Id/nhs-number"}, {"value", "9434765870"}}}};
  EXPECT_EQ(judged(own), Verdict::Kind::refuse);
  EXPECT_EQ(judged({{"resourceType", "Device"}, {"id", "1"}}), Verdict::Kind::refuse);
}

TEST(ProofRule, AWriteIsAnsweredWithTheRecordThatItWrote) {
  const struct {
    const char* method;
    const char* path;
    const char* location;
    const char* reply;
    bool passes;
  } table[] = {
      {"PUT", "/Observation/1", "", R"({"resourceType":"Observation","id":"1"})", true},
      {"PUT", "/Observation/1", "", R"({"resourceType":"Observation","id":"2"})", false},
      {"PATCH", "/Observation/1", "", R"({"resourceType":"Observation","id":"2","subject":{"reference":"Patient/p1"}})",
       false},
      {"PUT", "/Observation/1", "", R"({"resourceType":"Condition","id":"1","subject":{"reference":"Patient/p1"}})",
       false},
      {"PUT", "/Observation/1", "", R"({"resourceType":"OperationOutcome"})", true},
      {"DELETE", "/Observation/1", "", R"({"resourceType":"OperationOutcome"})", true},
      {"POST", "/Observation", "", R"({"resourceType":"Observation","id":"7"})", true},
      {"POST", "/Observation", "Observation/7/_history/1", R"({"resourceType":"Observation","id":"7"})", true},
      {"POST", "/Observation", "https://ehr.example.org/fhir/r4/Observation/7",
       R"({"resourceType":"Observation","id":"7"})", true},
      {"POST", "/Observation", "Observation/7/_history/1", R"({"resourceType":"Observation","id":"ob"})", false},
      {"POST", "/Observation", "https://ehr.example.org/fhir/r4/Observation/7",
       R"({"resourceType":"Observation","id":"ob"})", false},
      {"POST", "/Observation", "http://inside:8080/fhir/Observation/7", R"({"resourceType":"Observation","id":"7"})",
       true},
      {"POST", "/Observation", "http://inside:8080/fhir/Observation/8", R"({"resourceType":"Observation","id":"7"})",
       false},
      {"PUT", "/Observation/1", "Observation/2/_history/3", R"({"resourceType":"Observation","id":"1"})", false},
      {"PUT", "/Observation/1", "Observation/2/_history/3", R"({"resourceType":"OperationOutcome"})", false},
      {"POST", "/Observation", "",
       R"({"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"Observation","id":"ob"}}]})",
       false},
  };
  for (const auto& row : table) {
    const json reply = json::parse(row.reply);
    const guard::Reply answered{.status = 200, .json = &reply, .location = row.location};
    EXPECT_EQ(judge_reply(sent(row.method, row.path), answered, enforced()).kind == Verdict::Kind::pass, row.passes)
        << row.method << row.location << row.reply;
    if (row.passes || reply["resourceType"] == "Bundle") continue;
    EXPECT_EQ(judge_reply(sent(row.method, row.path), answered, facts_of_p1()).overridden,
              std::vector<std::string>{"other_record"})
        << row.reply;
  }
}

TEST(ProofRule, AStoredBundleIsThisPatientsWhereARecordInItIs) {
  const auto judged = [](const std::string& members, bool searched = false) {
    const json bundle = json::parse(R"({"resourceType":"Bundle","id":"b",)" + members + "}");
    const json reply = {{"resourceType", "Bundle"}, {"type", "searchset"}, {"entry", {{{"resource", bundle}}}}};
    if (searched) return first_doubt(sent("GET", "/Bundle", "composition.patient=p1"), reply, enforced());
    return first_doubt(sent("GET", "/Bundle/b"), bundle, enforced());
  };
  for (const char* nobody : {
           R"("type":"collection","entry":[{"resource":{"resourceType":"Practitioner","id":"d"}}])",
           R"("type":"collection","signature":{"data":"AA=="})",
           R"("type":"batch","entry":[{"request":{"method":"GET","url":"Observation?patient=Patient/p2"}}])",
           R"("type":"searchset","entry":[])",
           R"("type":"document","entry":[{"fullUrl":"http://x/B"}])",
       })
    for (const bool searched : {false, true}) {
      const auto doubt = judged(nobody, searched);
      ASSERT_TRUE(doubt) << nobody;
      EXPECT_EQ(doubt->type, "Bundle") << nobody;
    }
  const std::string own = R"("type":"collection","entry":[{"resource":{"resourceType":"Practitioner","id":"d"}},
      {"resource":{"resourceType":"Observation","subject":{"reference":"Patient/p1"}}}])";
  EXPECT_FALSE(judged(own));
  EXPECT_FALSE(judged(own, true));
  EXPECT_FALSE(
      judged(R"("type":"collection","entry":[{"resource":{"resourceType":"Bundle","type":"collection",)" + own + "}}]"))
      << "what is in a part of it is in it";
}

TEST(ProofRule, WhatIsContainedIsNoProofOfWhatHoldsIt) {
  const json device =
      json::parse(R"({"resourceType":"Device","id":"d","contained":[{"resourceType":"Observation","id":"o",
      "subject":{"reference":"Patient/p1"},"device":{"reference":"Device/d"}}]})");
  EXPECT_TRUE(first_doubt(sent("GET", "/Device/d"), device, enforced()));
}

// No search of its own shows it to be the patient's: one way, and the same one in each refusal.
TEST(ProofRule, ADeviceMetricIsLedTo) {
  const std::string way = "_include=Observation:device";
  const json page = json::parse(R"({"resourceType":"Bundle","type":"searchset","entry":[
      {"resource":{"resourceType":"DeviceMetric","id":"m","source":{"reference":"Device/d"}}}]})");
  for (const char* query : {"source=Device/d", "type=http://x|1"}) {
    const Verdict refused = decide(sent("GET", "/DeviceMetric", query), enforced());
    EXPECT_TRUE(refused.error && refused.error->detail().contains(way)) << query;
  }
  const Verdict kept =
      judge_reply(sent("GET", "/DeviceMetric", "source.patient=p1"), {.status = 200, .json = &page}, enforced());
  EXPECT_TRUE(kept.error && kept.error->detail().contains(way));
  const json led = json::parse(R"({"resourceType":"Bundle","type":"searchset","entry":[
      {"resource":{"resourceType":"Observation","id":"1","subject":{"reference":"Patient/p1"},
       "device":{"reference":"DeviceMetric/m"}},"search":{"mode":"match"}},
      {"resource":{"resourceType":"DeviceMetric","id":"m","source":{"reference":"Device/d"}},
       "search":{"mode":"include"}}]})");
  const auto search = sent("GET", "/Observation", "patient=p1&" + way);
  EXPECT_EQ(judge_reply(search, {.status = 200, .json = &led}, enforced()).kind, Verdict::Kind::pass);
}

}  // namespace
}  // namespace wardend::guard
