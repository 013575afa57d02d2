// Saved documents of every kind that servers have, through the real wardctl and wardend; no server runs.
#include <gmock/gmock.h>

#include <fstream>
#include <functional>
#include <string>

#include "tests/integration/site.hpp"

namespace wardend::test {
namespace {

using nlohmann::json;

json smart_document() {
  return json::parse(R"({"token_endpoint":"https://ehr.example.org/token",
    "authorization_endpoint":"https://ehr.example.org/authorize","issuer":"https://ehr.example.org",
    "capabilities":["launch-ehr","launch-standalone","client-public","sso-openid-connect","context-ehr-patient",
    "context-standalone-patient","permission-offline","permission-patient","permission-v2"],
    "scopes_supported":["openid","fhirUser","offline_access","patient/*.rs"],
    "code_challenge_methods_supported":["S256"],"grant_types_supported":["authorization_code"]})");
}

json statement() {
  return json::parse(R"({"resourceType":"CapabilityStatement","status":"active","kind":"instance","fhirVersion":"4.0.1",
    "rest":[{"mode":"server","security":{"extension":[{
    "url":"http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris","extension":[
    {"url":"token","valueUri":"https://ehr.example.org/token"},
    {"url":"authorize","valueUri":"https://ehr.example.org/authorize"}]}]},
    "resource":[{"type":"Observation","interaction":[{"code":"read"},{"code":"search-type"}],
    "searchParam":[{"name":"patient","type":"reference"}]}]}]})");
}

struct Saved {
  const char* name;
  std::function<void(json& smart, json& metadata)> change;
  std::string metadata_text = {};  // in place of the statement
  int code = 0;
  const char* subject = "";
  const char* judged = "";
  const char* oauth = "";  // lines of [server.oauth]
};

json with_type(json metadata, const char* version) {
  metadata["resourceType"] = "Conformance";
  metadata["fhirVersion"] = version;
  return metadata;
}

// null for a document: it is not saved.
const Saved rows[] = {
    {"Conformant", [](json&, json&) {}, {}, 0, "Observation: search by patient", "ok met"},
    {"Dstu2", [](json&, json& m) { m = with_type(m, "1.0.2"); }, {}, 1, "FHIR version R4", "blocking contradicted"},
    {"Stu3", [](json&, json& m) { m["fhirVersion"] = "3.0.2"; }, {}, 1, "FHIR version R4", "blocking contradicted"},
    {"R4b", [](json&, json& m) { m["fhirVersion"] = "4.3.0"; }, {}, 1, "FHIR version R4", "blocking contradicted"},
    {"Bundle",
     [](json&, json& m) { m = {{"resourceType", "Bundle"}, {"entry", json::array({{{"resource", m}}})}}; },
     {},
     0,
     "Observation: read",
     "ok met"},
    {"SeveralRests",
     [](json&, json& m) { m["rest"].insert(m["rest"].begin(), {{"mode", "client"}}); },
     {},
     0,
     "Observation: read",
     "ok met"},
    {"Imports",
     [](json&, json& m) {
       m["imports"] = json::array({"http://x"});
       m["rest"][0]["resource"] = json::array();
     },
     {},
     0,
     "Observation: read",
     "warning unknown"},
    {"NullsEverywhere",
     [](json& s, json& m) {
       s["scopes_supported"] = s["grant_types_supported"] = nullptr;
       m["status"] = m["kind"] = m["rest"][0]["searchParam"] = nullptr;
     },
     {},
     0,
     "scope patient/Observation.rs",
     "note unknown"},
    {"AnElementThatIsNoText",
     [](json& s, json&) {
       for (const char* list : {"capabilities", "code_challenge_methods_supported", "grant_types_supported"})
         s[list].insert(s[list].begin(), {nullptr, 7});
     },
     {},
     0,
     "launch from the EHR",
     "ok met"},
    {"NoServersPart", [](json&, json& m) { m["rest"][0]["mode"] = "client"; }, {}, 1, "metadata", "blocking -"},
    {"SmartOneWithoutItsFlag", [](json& s, json&) { s = nullptr; }, {}, 1, "smart-configuration", "blocking -"},
    {"SmartOne", [](json& s, json&) { s = nullptr; }, {}, 0, "scope syntax v1", "ok met", "smart1_discovery = true"},
    {"NoPkce",
     [](json& s, json&) { s.erase("code_challenge_methods_supported"); },
     {},
     1,
     "PKCE with S256",
     "blocking not_declared"},
    {"NoPkceAndAllowed",
     [](json& s, json&) { s.erase("code_challenge_methods_supported"); },
     {},
     0,
     "PKCE with S256",
     "warning not_declared",
     "legacy_pkce = true"},
    {"ForeignHost",
     [](json& s, json&) { s["token_endpoint"] = "https://login.example.net/t"; },
     {},
     1,
     "token_endpoint",
     "blocking contradicted"},
    {"Page", [](json&, json&) {}, "<!DOCTYPE html><title>Sign in</title>", 1, "metadata", "blocking -"},
    {"MemberTwice", [](json&, json&) {}, R"({"resourceType":"CapabilityStatement","rest":[],"rest":[]})", 1, "metadata",
     "blocking -"},
    {"TooLarge", [](json&, json&) {}, std::string(20UL * 1024 * 1024 + 1, ' '), 1, "metadata", "blocking -"},
    {"TooDeep", [](json&, json&) {}, R"({"resourceType":"CapabilityStatement","rest":)" + std::string(100'000, '['), 1,
     "metadata", "blocking -"},
};

class VerifyDocuments : public ::testing::TestWithParam<Saved> {};
TEST_P(VerifyDocuments, AreJudgedOffline) {
  const Saved& row = GetParam();
  Site site;
  site.write_config({.fhir_base = "https://ehr.example.org/fhir",
                     .oauth = row.oauth,
                     .app = "fhir_versions = [\"R4\"]",
                     .more = "[[app.requires]]\nresource = \"Observation\"\ninteractions = [\"read\"]\nsearch = "
                             "[\"patient\"]\n"});
  json smart = smart_document(), metadata = statement();
  row.change(smart, metadata);
  const auto folder = site.folder() / "saved";
  std::filesystem::create_directory(folder);
  if (!smart.is_null()) std::ofstream(folder / "smart-configuration.json") << smart;
  std::ofstream(folder / "metadata.json") << (row.metadata_text.empty() ? metadata.dump() : row.metadata_text);
  const Finished done = site.wardctl({"verify", "--json", "--offline", "--config", site.config(), "vitals", folder});
  EXPECT_EQ(done.exit_code, row.code) << done.out << done.err;
  const json report = json::parse(done.out, nullptr, false);
  std::string judged;
  for (const json& finding : report.value("findings", json::array()))
    if (judged.empty() && finding.value("subject", "") == row.subject)
      judged = finding.value("severity", "") + " " + finding.value("verdict", "-");
  EXPECT_EQ(judged, row.judged) << report;
}
INSTANTIATE_TEST_SUITE_P(Saved, VerifyDocuments, ::testing::ValuesIn(rows),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace wardend::test
