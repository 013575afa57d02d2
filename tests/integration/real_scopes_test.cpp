// What the EHR granted, and what its FHIR server declares, at a repository that others wrote: the sandbox grants, as it
// can grant anything.
#include "tests/integration/gateway_client.hpp"
#include "tests/integration/writing.hpp"

namespace wardend::test {
namespace {

// What an app may do with an Observation: create, update, patch, delete, and create in a transaction.
struct Write {
  char letter;
  json question;  // of AuthorizeWrite
  Sent sent;      // through the gateway
};

std::vector<Write> writes_of(const std::string& patient, const json& changes) {
  const json resource = observation(patient, changes);
  const json status = json::array({{{"op", "replace"}, {"path", "/status"}, {"value", "amended"}}});
  const std::string id = patient + "-hr-01";
  const std::string record = "Observation/" + id;
  json whole = resource;
  whole["id"] = id;
  const json bundle = {
      {"resourceType", "Bundle"},
      {"type", "transaction"},
      {"entry", json::array({{{"resource", resource}, {"request", {{"method", "POST"}, {"url", "Observation"}}}}})}};
  return {
      {'c',
       {{"interaction", "create"}, {"resource", resource}},
       {.method = "POST", .path = "Observation", .body = resource}},
      {'u',
       {{"interaction", "update"}, {"target", id}, {"resource", whole}},
       {.method = "PUT", .path = record, .body = whole}},
      {'p',
       {{"interaction", "patch"}, {"target", id}, {"patch", status}},
       {.method = "PATCH", .path = record, .body = status}},
      {'d', {{"interaction", "delete"}, {"target", id}}, {.method = "DELETE", .path = record}},
      {'t',
       {{"interaction", "transaction"}, {"resource_type", "Bundle"}, {"resource", bundle}},
       {.method = "POST", .path = "", .body = bundle}},
  };
}

class RealScopes : public Writing {
 protected:
  // Which of them pass for the session's patient: "cupdt".
  std::string permitted(const std::string& session, const std::string& patient, const json& changes) {
    std::string passed;
    for (const Write& write : writes_of(patient, changes)) {
      json question = {{"session", session}, {"patient", "p1"}, {"resource_type", "Observation"}};
      question.update(write.question);
      note(write.letter, patient, authorized(question), passed);
    }
    return passed;
  }
  // The same through the gateway, where what passes is done; and before that "r" and "s", a read and a search.
  std::string done(const std::string& session, const std::string& patient, const json& changes) {
    std::string passed;
    const auto tell = [&](char letter, const Passed& answer) {
      const bool well = answer.status >= 200 && answer.status < 300;
      note(letter, patient, well ? "permitted" : answer.error(), passed);
    };
    repository.reset();
    const json laid = repository.read("Observation/" + patient + "-hr-01");
    tell('r', through_gateway(site, session, {.method = "GET", .path = "Observation/" + patient + "-hr-01"}));
    tell('s',
         through_gateway(site, session, {.method = "GET", .path = "Observation?patient=" + patient + "&_count=2"}));
    for (Write& write : writes_of(patient, changes)) {
      repository.lay_down(laid);
      write.sent.headers.emplace_back("X-Wardend-Patient: p1");
      tell(write.letter, through_gateway(site, session, write.sent));
    }
    return passed;
  }

  Repository repository{site,
                        {.introspection = ehr.address() + "/oauth/introspect",
                         .smart_configuration = ehr.fhir_base() + "/.well-known/smart-configuration"}};

 private:
  static void note(char letter, const std::string& patient, const std::string& answered, std::string& passed) {
    if (answered == "permitted") passed += letter;
    if (patient == "p1" && answered != "permitted") EXPECT_EQ(answered, "ScopeNotGranted") << letter;
  }
};

struct Grant {
  const char* granted;
  const char* passes;  // of an Observation of the laboratory
  const char* passes_otherwise;
  const char* reads = "";  // a read and a search
};

constexpr std::size_t parts = 5;  // a slow machine takes minutes for all grants
class PartOfScopes : public RealScopes, public testing::WithParamInterface<std::size_t> {};

// Spec: STANDARDS, the covering rule and its letters
TEST_P(PartOfScopes, EachLetterPermitsItsOwnWritesOfThisPatient) {
  const Grant grants[] = {
      {"patient/Observation.cruds", "cupdt", "cupdt", "rs"},
      {"patient/Observation.rs", "", "", "rs"},
      {"patient/Observation.c", "ct", "ct"},
      {"patient/Observation.u", "up", "up"},
      {"patient/Observation.d", "d", "d"},
      {"patient/Observation.c patient/Observation.d", "cdt", "cdt"},
      {"patient/Observation.cu", "cupt", "cupt"},
      {"patient/Observation.write", "cupdt", "cupdt"},
      {"patient/Observation.read", "", "", "rs"},
      {"patient/Observation.*", "cupdt", "cupdt", "rs"},
      {"patient/*.write", "cupdt", "cupdt"},
      {"patient/*.*", "cupdt", "cupdt", "rs"},
      {"patient/*.cud", "cupdt", "cupdt"},
      {"user/Observation.cud", "cupdt", "cupdt"},
      {"user/Observation.r patient/Observation.s", "", "", "rs"},
      {"patient/Observation.s", "", "", "s"},
      {"patient/Observation.cr", "ct", "ct", "r"},
      {"patient/Condition.cruds", "", ""},
      {"patient/Observation.duc", "", ""},
      {"patient/Observation.", "", ""},
      {"patient/observation.cud", "", ""},
      {"Patient/Observation.cud", "", ""},
      {"patient/Observation.write?category=x", "", ""},
      {"patient/Observation.cud?", "", ""},
      {"patient/Observation.cud?category=laboratory", "ct", ""},
      {"patient/Observation.cud?category=laboratory&status=preliminary", "", ""},
      {"patient/Observation.cud?category=laboratory patient/Observation.d?category=vital-signs", "cdt", "d"},
  };
  Settings settings{.fhir_base = repository.fhir_base()};
  settings.scopes = {"openid", "fhirUser", "offline_access", "patient/Patient.r", "patient/*.cruds", "user/*.cruds"};
  settings.more = "[app.gateway]\nforeign = \"enforce\"\n";
  ehr.set("config", {{"aud", repository.fhir_base()}, {"patient", "p1"}});
  start(settings);
  const json laboratory = {{"category", json::array({{{"coding", json::array({{{"code", "laboratory"}}})}}})}};
  const json other = {{"category", json::array({{{"coding", json::array({{{"code", "survey"}}})}}})}};
  for (std::size_t at = GetParam(); at < std::size(grants); at += parts) {
    const Grant& grant = grants[at];
    SCOPED_TRACE(grant.granted);
    ehr.set("config",
            {{"token_members",
              {{"scope", std::string("openid fhirUser offline_access patient/Patient.r ") + grant.granted}}}});
    const std::string session = site.launched_session();
    EXPECT_EQ(permitted(session, "p1", laboratory), grant.passes);
    EXPECT_EQ(permitted(session, "p1", other), grant.passes_otherwise);
    EXPECT_EQ(permitted(session, "p2", laboratory), "");
    EXPECT_EQ(done(session, "p1", laboratory), std::string(grant.reads) + grant.passes);
    EXPECT_EQ(done(session, "p1", other), std::string(grant.reads) + grant.passes_otherwise);
    EXPECT_EQ(done(session, "p2", laboratory), "");
    repository.reset();
  }
}

INSTANTIATE_TEST_SUITE_P(Real, PartOfScopes, testing::Range(0UL, parts));

TEST_F(RealScopes, AScopeForSomeRecordsCoversNoOtherOnesVersions) {
  Settings settings{.fhir_base = repository.fhir_base()};
  settings.scopes = {"openid", "fhirUser", "offline_access", "patient/Patient.r", "patient/*.cruds"};
  ehr.set("config",
          {{"aud", repository.fhir_base()},
           {"patient", "p1"},
           {"token_members",
            {{"scope", "openid fhirUser offline_access patient/Patient.r patient/Observation.rs?category=vital"}}}});
  start(settings);
  const std::string session = site.launched_session();
  for (const auto& [id, status] : {std::pair{"vital", 200}, {"laboratory", 403}}) {
    json record = observation("p1", {{"category", json::array({{{"coding", json::array({{{"code", id}}})}}})}});
    record["id"] = id;
    repository.lay_down(record);
    const std::string path = std::string("Observation/") + id;
    for (const std::string& read : {path, path + "/_history"})
      EXPECT_EQ(through_gateway(site, session, {.method = "GET", .path = read}).status, status) << read;
    const json batch = {{"resourceType", "Bundle"},
                        {"type", "batch"},
                        {"entry", json::array({{{"request", {{"method", "GET"}, {"url", path + "/_history"}}}}})}};
    EXPECT_EQ(through_gateway(site, session, {.method = "POST", .path = "", .body = batch}).status, status) << path;
  }
}

// Spec: STANDARDS, an app's needs against a CapabilityStatement
TEST_F(RealScopes, WhatTheRepositoryDeclaresIsWhatAnAppMayNeed) {
  Settings settings{.fhir_base = repository.fhir_base()};
  settings.scopes = writing_scopes();
  settings.app = "fhir_versions = [\"R4\"]";
  settings.more =
      "[[app.requires]]\nresource = \"Observation\"\ninteractions = [\"read\", \"vread\", \"search-type\", \"create\", "
      "\"update\", \"patch\", \"delete\", \"history-instance\", \"history-type\"]\nsearch = [\"patient\", \"code\", "
      "\"colour\"]\n";
  start(settings);
  const Finished verified = site.wardctl({"verify", "--json", "vitals", "ehr"});
  const json report = json::parse(verified.out, nullptr, false);
  ASSERT_TRUE(report.is_object()) << verified.out << verified.err;
  const auto verdict = [&](const std::string& subject) {
    for (const json& finding : report.value("findings", json::array()))
      if (finding.value("subject", "") == "Observation: " + subject)
        return finding.value("severity", "") + " " + finding.value("verdict", "-");
    return std::string("nothing");
  };
  for (const char* needed : {"read", "vread", "search-type", "create", "update", "patch", "delete", "history-instance",
                             "search by patient", "search by code"})
    EXPECT_EQ(verdict(needed), "ok met") << needed;
  EXPECT_EQ(verdict("history-type"), "blocking contradicted") << report;
  EXPECT_EQ(verdict("search by colour"), "blocking not_declared") << report;
}

}  // namespace
}  // namespace wardend::test
