#include <gtest/gtest.h>

#include <string>

#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

struct Row {
  std::string_view reply;
  bool foreign;
};

constexpr Row rows[] = {
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"}})", false},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p2"}})", true},
    {R"({"resourceType":"Observation","subject":{"reference":"https://other.example.org/Patient/p1"}})", true},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},"performer":[{"reference":"Patient/p2"}]})",
     true},
    {R"({"resourceType":"Patient","id":"p1"})", false},
    {R"({"resourceType":"Patient","id":"p2"})", true},
    {R"({"resourceType":"Patient"})", true},
    {R"({"resourceType":"Patient","id":"p1","link":[{"other":{"reference":"Patient/p2"}}]})", false},
    {R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"p1",
         "link":[{"other":{"reference":"Patient/p2"},"type":"seealso"}]}}]})",
     false},
    {R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"p1",
         "link":[{"other":{"reference":"Patient/p2"}}]}},{"resource":{"resourceType":"Patient","id":"p2"}}]})",
     true},
    {R"({"resourceType":"Patient","id":"p2","link":[{"other":{"reference":"Patient/p1"}}]})", true},
    {R"({"resourceType":"Patient","id":"p1","extension":[{"valueReference":{"reference":"Patient/p2"}}],"link":[]})",
     true},
    {R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},
         "extension":[{"resourceType":"Patient","id":"p1","link":[{"other":{"reference":"Patient/p2"}}]}]})",
     true},
    {R"({"resourceType":"Patient","id":"p1","link":[{"other":{"reference":"Patient/p2"},
         "resource":{"resourceType":"Patient","id":"p2"}}]})",
     true},
    {R"({"resourceType":"Patient","id":"p1","link":[{"other":{"reference":"Patient/p2",
         "extension":[{"valueReference":{"reference":"Patient/p2"}}]}}]})",
     true},
    {R"({"resourceType":"Patient","id":"p1","link":{"resourceType":"Bundle","entry":[{"resource":
         {"resourceType":"Observation","subject":{"reference":"Patient/p2"}}}]}})",
     true},
    {R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"p1"}}]})", false},
    {R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"p1"}},
         {"resource":{"resourceType":"Patient","id":"p2"}}]})",
     true},
    {R"({"resourceType":"Bundle","entry":[{"fullUrl":"https://ehr.example.org/fhir/r4/Patient/p2"}]})", true},
    {R"({"resourceType":"Group","member":[{"entity":{"reference":"Patient/p1"}},{"entity":{"reference":"Patient/p2"}}]})",
     true},
    {R"({"resourceType":"OperationOutcome"})", false},
    {R"({"resourceType":"Medication"})", false},
};

TEST(JudgeReply, RecordsAnotherPatientOrRefusesTheWholeReply) {
  const auto search = sent("GET", "/Observation", "patient=p1&_include=*");
  Facts facts = facts_of_p1();
  for (const Row& row : rows) {
    const json reply = json::parse(row.reply);
    facts.policy.foreign = Foreign::audit;
    const Verdict passed = judge_reply(search, {.status = 200, .json = &reply}, facts);
    EXPECT_EQ(word_of(passed), "pass") << row.reply;
    EXPECT_EQ(!passed.overridden.empty(), row.foreign) << row.reply;
    facts.policy.foreign = Foreign::enforce;
    EXPECT_EQ(judge_reply(search, {.status = 200, .json = &reply}, facts).kind == Verdict::Kind::refuse, row.foreign)
        << row.reply;
  }
}

TEST(JudgeReply, AnErrorIsLookedThroughAndAnAnswerWithoutABodyPasses) {
  Facts facts = facts_of_p1();
  facts.policy.foreign = Foreign::enforce;
  const json other = json::parse(
      R"({"resourceType":"OperationOutcome","contained":[{"resourceType":"Observation","subject":{"reference":"Patient/p2"}}]})");
  const json plain = json::parse(R"({"resourceType":"OperationOutcome","issue":[]})");
  const auto read = sent("GET", "/Observation/1");
  EXPECT_EQ(word_of(judge_reply(read, {.status = 404, .json = &other}, facts)),
            "ResourceRejected contained[0].subject");
  EXPECT_EQ(word_of(judge_reply(read, {.status = 404, .json = &plain}, facts)), "pass");
  EXPECT_EQ(word_of(judge_reply(sent("GET", "/Observation/1"), {.status = 204}, facts_of_p1())), "pass");
}

TEST(JudgeReply, AReadShowsTheRecordThatWasAskedFor) {
  const struct {
    const char* path;
    const char* reply;
    const char* noted;
  } table[] = {
      {"/Patient/p1", R"({"resourceType":"Patient","id":"p1"})", ""},
      {"/Patient/p1", R"({"resourceType":"Patient","id":"p2"})", "foreign"},
      {"/Patient/p1", R"({"resourceType":"Observation","id":"p1","subject":{"reference":"Patient/p1"}})",
       "other_record"},
      {"/Observation/1", R"({"resourceType":"Observation","id":"2","subject":{"reference":"Patient/p1"}})",
       "other_record"},
      {"/Observation/1/_history/3", R"({"resourceType":"Observation","id":"1","subject":{"reference":"Patient/p1"}})",
       ""},
      {"/Observation/1", R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"}})", "other_record"},
      {"/Binary/1", R"({"resourceType":"Binary","id":"1"})", "unsaid"},
      {"/Binary/1", R"({"resourceType":"Binary","id":"1","securityContext":{"reference":"Patient/p1"}})", ""},
      {"/Binary/1", R"({"resourceType":"Binary","id":"1","securityContext":{"reference":"Patient/p2"}})", "foreign"},
      {"/Binary/1", R"({"resourceType":"Binary","id":"1","securityContext":{"reference":"DocumentReference/d"}})",
       "unsaid"},
      {"/Binary/1", R"({"resourceType":"Binary","id":"1","securityContext":"Patient/p1"})", "unsaid"},
      {"/Medication/1", R"({"resourceType":"Medication","id":"1","patient":{"reference":"Patient/p2"}})", "foreign"},
  };
  Facts facts = facts_of_p1();
  facts.granted = smart::ScopeSet("patient/*.cruds");
  for (const auto& row : table) {
    const json reply = json::parse(row.reply);
    const std::string noted = row.noted;
    facts.policy.foreign = Foreign::audit;
    const Verdict passed = judge_reply(sent("GET", row.path), {.status = 200, .json = &reply}, facts);
    EXPECT_EQ(word_of(passed), "pass") << row.reply;
    EXPECT_EQ(passed.overridden.empty() ? "" : passed.overridden.front(), noted) << row.path << row.reply;
    facts.policy.foreign = Foreign::enforce;
    EXPECT_EQ(judge_reply(sent("GET", row.path), {.status = 200, .json = &reply}, facts).kind == Verdict::Kind::refuse,
              !noted.empty())
        << row.reply;
  }
}

TEST(JudgeReply, AServerSaysOfItselfWhatItIsAndNothingOfAnybody) {
  Facts facts = facts_of_p1();
  facts.policy.foreign = Foreign::enforce;
  auto metadata = sent("GET", "/metadata");
  metadata.type = "CapabilityStatement";
  auto smart = sent("GET", "/.well-known/smart-configuration");
  smart.type = {};
  const auto passes = [&](const fhir::FhirRequest& request, const char* text) {
    const json reply = json::parse(text);
    return judge_reply(request, {.status = 200, .json = &reply}, facts).kind == Verdict::Kind::pass;
  };
  EXPECT_TRUE(passes(metadata, R"({"resourceType":"CapabilityStatement","rest":[{"resource":[{"type":"Patient"}]}]})"));
  EXPECT_TRUE(passes(metadata, R"({"resourceType":"TerminologyCapabilities"})"));
  EXPECT_TRUE(passes(metadata, R"({"resourceType":"Conformance"})"));
  EXPECT_FALSE(
      passes(metadata, R"({"resourceType":"CapabilityStatement","contained":[{"resourceType":"Observation"}]})"));
  EXPECT_FALSE(passes(metadata, R"({"resourceType":"Observation"})"));
  EXPECT_FALSE(passes(metadata, R"({"resourceType":"Bundle","entry":[]})"));
  EXPECT_FALSE(passes(metadata, R"({"issuer":"x"})"));
  EXPECT_TRUE(passes(smart, R"({"issuer":"x"})"));
  EXPECT_FALSE(passes(smart, R"({"resourceType":"Observation"})"));
  EXPECT_FALSE(passes(smart, R"({"issuer":"x","y":{"resourceType":"Observation"}})"));
}

TEST(JudgeReply, ANarrowedScopeIsComparedWithWhatWasRead) {
  Facts facts = facts_of_p1();
  facts.granted = smart::ScopeSet("patient/Observation.r?status=final");
  json reply = observation("Patient/p1", "1");
  const auto read = sent("GET", "/Observation/1");
  EXPECT_EQ(decided(read, facts), "inspect_reply");
  EXPECT_EQ(word_of(judge_reply(read, {.status = 200, .json = &reply}, facts)), "pass");
  reply["status"] = "preliminary";
  EXPECT_EQ(word_of(judge_reply(read, {.status = 200, .json = &reply}, facts)), "ScopeNotGranted");
  const json versions = {{"resourceType", "Bundle"}, {"entry", {{{"resource", reply}}}}};
  const auto history = sent("GET", "/Observation/1/_history");
  EXPECT_EQ(word_of(judge_reply(history, {.status = 200, .json = &versions}, facts)), "ScopeNotGranted");
  const auto batch = sent_in_bundle({"GET Observation/2", "GET Observation/1"});
  const auto answered = [&](const json& second) {
    const json outcome = {{"resourceType", "OperationOutcome"}};
    const json all = {{"resourceType", "Bundle"},
                      {"entry", {{{"resource", outcome}, {"response", {{"status", "404"}}}}, {{"resource", second}}}}};
    return word_of(judge_reply(batch, {.status = 200, .json = &all}, facts));
  };
  EXPECT_EQ(answered(reply), "ScopeNotGranted");
  reply["status"] = "final";
  EXPECT_EQ(answered(reply), "pass");
}

TEST(JudgeReply, ANarrowedScopeIsComparedWithARecordThatTheAppHasNotSent) {
  Facts facts = facts_of_p1();
  facts.policy.operations = {"$x"};
  json stored = observation("Patient/p1", "1");
  stored["status"] = "preliminary";
  int status = 200;
  const auto answered = [&](std::string_view method, std::string_view path, const std::string& scopes,
                            const std::vector<fhir::Header>& headers = {}) {
    facts.granted = smart::ScopeSet(scopes);
    return word_of(judge_reply(sent(method, path, {}, headers), {.status = status, .json = &stored}, facts));
  };
  const std::vector<fhir::Header> condition = {{"If-None-Exist", "patient=p1"}};
  const std::string narrowed = "patient/Observation.rs?status=final patient/Observation.cud";
  EXPECT_EQ(answered("PATCH", "/Observation/1", narrowed), "ScopeNotGranted");
  EXPECT_EQ(answered("GET", "/Observation/1/$x", narrowed), "ScopeNotGranted");
  EXPECT_EQ(answered("POST", "/Observation", narrowed, condition), "ScopeNotGranted");
  status = 201;
  EXPECT_EQ(answered("POST", "/Observation", narrowed, condition), "pass") << "there was none: this is what was sent";
  status = 200;
  EXPECT_EQ(answered("POST", "/Observation", narrowed), "pass") << "it is what was sent";
  EXPECT_EQ(answered("PATCH", "/Observation/1", "patient/Observation.cud"), "pass") << "who writes alone";
  stored["status"] = "final";
  EXPECT_EQ(answered("PATCH", "/Observation/1", narrowed), "pass");
}

// In a search for the patient a record that says nobody is the server's word.
TEST(JudgeReply, AReferenceThatContradictsItselfNamesSomebodyElse) {
  const auto judged = [](const char* subject) {
    const json page =
        json::parse(R"({"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"Observation",
                        "id":"1","subject":)" +
                    std::string(subject) + "}}]}");
    return judge_reply(sent("GET", "/Observation", "patient=p1"), {.status = 200, .json = &page}, enforced()).kind;
  };
  for (const char* own :
       {R"({"reference":"Patient/p1"})", R"({"reference":"Patient/p1","type":"Patient"})", R"({"display":"Ada"})",
        R"({"_reference":{"extension":[{"url":"urn:x","valueCode":"masked"}]}})"})
    EXPECT_EQ(judged(own), Verdict::Kind::pass) << own;
  for (const char* other :
       {R"({"reference":"Patient/p1","type":"RelatedPerson"})", R"({"_reference":"Patient/p1"})", R"({"_reference":7})",
        R"({"_reference":{"reference":"RelatedPerson/rb"}})",
        R"({"type":"RelatedPerson","identifier":{"system":"urn:x","value":"B"}})", R"({"type":"Group","display":"B"})",
        R"({"reference":{"reference":"RelatedPerson/rb"}})", R"({"reference":{"display":"B"}})",
        R"({"reference":["Patient/p1"]})", R"({"reference":null})"})
    EXPECT_EQ(judged(other), Verdict::Kind::refuse) << other;
}

// Spec: IHE MHD, DocumentReference.context.sourcePatientInfo
TEST(JudgeReply, ADocumentMayHoldThePatientAsItsSourceKnewThem) {
  const auto judged = [](const std::string& identifier, const char* subject = "Patient/p1",
                         const char* element = R"("context":{"sourcePatientInfo":{"reference":"#p"}})") {
    const json document = json::parse(
        R"({"resourceType":"DocumentReference","id":"d","subject":{"reference":")" + std::string(subject) +
        R"("},"contained":[{"resourceType":"Patient","id":"p","identifier":[)" + identifier + "]}]," + element + "}");
    const Verdict read =
        judge_reply(sent("GET", "/DocumentReference/d"), {.status = 200, .json = &document}, enforced());
    const json page = {{"resourceType", "Bundle"}, {"type", "searchset"}, {"entry", {{{"resource", document}}}}};
    const Verdict found =
        judge_reply(sent("GET", "/DocumentReference", "patient=p1"), {.status = 200, .json = &page}, enforced());
    EXPECT_EQ(read.kind, found.kind);
    return read.kind == Verdict::Kind::pass;
  };
  EXPECT_TRUE(judged(R"({"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765919"})"));
  EXPECT_TRUE(judged(R"({"system":"urn:source","value":"1"})"));
  EXPECT_TRUE(judged("", "Patient/p1", R"("context":{"sourcePatientInfo":{"reference":"#p","type":"Patient"}})"));
  EXPECT_FALSE(judged(R"({"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765870"})"));
  for (const char* written : {R"("system":" https://fhir.nhs.uk/Id/nhs-number","value":"9434765870")",
                              R"("system":"HTTPS://fhir.nhs.uk/Id/NHS-number","value":"9434765870")",
                              R"("system":"https://fhir.nhs.uk/Id/nhs-number","value":9434765870)"})
    EXPECT_FALSE(judged("{" + std::string(written) + "}")) << written;
  EXPECT_FALSE(judged(R"({"system":"urn:source","value":"1","extension":[{"url":"urn:x","valueIdentifier":
                          {"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765870"}}]})"));
  for (const char* also :
       {R"("author":[{"reference":"#p"}])", R"("extension":[{"url":"urn:x","valueReference":{"reference":"#p"}}])"})
    EXPECT_FALSE(judged("", "Patient/p1",
                        (R"("context":{"sourcePatientInfo":{"reference":"#p"}},)" + std::string(also)).c_str()))
        << also;
  EXPECT_FALSE(
      judged("", "Patient/p1", R"("context":{"sourcePatientInfo":{"reference":"#p"},"related":[{"reference":"#p"}]})"));
  EXPECT_FALSE(judged(R"({"system":"urn:source","value":"1"}]},{"resourceType":"Patient","id":"p","identifier":[)"))
      << "two of one name";
  EXPECT_FALSE(judged("", "#p"));
  EXPECT_FALSE(judged("", "Patient/p2"));
  EXPECT_FALSE(judged("", "Patient/p1", R"("author":[{"reference":"#p"}])")) << "no copy for the source";
  const json nameless =
      json::parse(R"({"resourceType":"DocumentReference","id":"d","subject":{"reference":"Patient/p1"},
      "contained":[{"resourceType":"Patient"}],"context":{"sourcePatientInfo":{"reference":"#"}}})");
  EXPECT_EQ(judge_reply(sent("GET", "/DocumentReference/d"), {.status = 200, .json = &nameless}, enforced()).kind,
            Verdict::Kind::refuse);
}

TEST(JudgeReply, NamesTheTrueCauseAndAStepThatExists) {
  const auto words = [](const char* path, const char* query, const char* text) {
    const json reply = json::parse(text);
    const Verdict refused = judge_reply(sent("GET", path, query), {.status = 200, .json = &reply}, enforced());
    return refused.error ? refused.error->detail() : std::string();
  };
  const struct {
    const char* path;
    const char* query;
    const char* reply;
    const char* word;
  } table[] = {
      {"/Observation/1", "",
       R"({"resourceType":"Observation","id":"1","subject":{"reference":"Patient/p1",
           "identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"09434765919"}}})",
       "names this patient, and its identifier another"},
      {"/Binary/1", "", R"({"resourceType":"Binary","id":"1","securityContext":{"reference":"DocumentReference/dr1"}})",
       "in one batch"},
      {"/Binary/1", "", R"({"resourceType":"Binary","id":"1"})", "X-Security-Context"},
      {"/Device/1", "", R"({"resourceType":"Device","id":"1"})", "_include=Observation:device"},
      {"/SupplyRequest/1", "", R"({"resourceType":"SupplyRequest","id":"1","deliverTo":{"reference":"Location/l"}})",
       "open it in the EHR"},
      {"/Observation/1", "", R"({"resourceType":"Observation","id":"1"})", "search with patient=ID"},
      {"/Schedule/1", "", R"({"resourceType":"Schedule","id":"1"})", "actor=Practitioner/ID"},
      {"/Observation", "performer=Patient/p1", R"({"resourceType":"Bundle","total":7})", "total"},
      {"/Bundle/1", "", R"({"resourceType":"Bundle","id":"1","type":"collection"})", "one by one"},
  };
  for (const auto& row : table) {
    const std::string told = words(row.path, row.query, row.reply);
    EXPECT_TRUE(told.contains(row.word)) << row.path << ": " << told;
  }
}

}  // namespace
}  // namespace wardend::guard
