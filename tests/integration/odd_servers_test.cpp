// Inputs that real servers are known to send, each with what a launch makes of it: taken, or refused with a sentence
// that names the cause.
#include "base/encoding.hpp"
#include "tests/integration/scenario.hpp"
#include "tests/integration/second_app.hpp"

namespace wardend::test {
namespace {

class OddServers : public Scenario {
 protected:
  void lay_over(const char* place, const json& members) const {
    ehr.no_faults();
    ehr.fault({{"at", place}, {"kind", "set_members"}, {"members", members}});
  }
  [[nodiscard]] json keys() const { return json::parse(request(ehr.address() + "/oauth/jwks").body).at("keys"); }
};

// C12: there is nothing to compare it with.
TEST_F(OddServers, ARedirectsIssuerIsTakenWhereTheServerNamesNone) {
  const json documents[] = {{{"remove", {"issuer"}}},
                            {{"set", {{"issuer", nullptr}}}},
                            {{"set", {{"issuer", ""}}}},
                            {{"remove", {"issuer", "authorization_response_iss_parameter_supported"}}}};
  for (const json& document : documents) {
    ehr.set("profile", {{"name", "none"}});
    ehr.set("discovery", document);
    start();
    for (const char* iss : {"https://kc.example.org/realms/ehr", "https://kc.example.org/realms/ehr/", "ehr"}) {
      lay_over("authorize", {{"iss", iss}});
      EXPECT_FALSE(site.launched_session().empty()) << document << iss;
    }
    EXPECT_TRUE(logged({"warn", "names an issuer, and the server's document none"})) << document;
    (void)site.stop();
  }
}

TEST_F(OddServers, ARedirectsIssuerIsComparedWhereThereIsOne) {
  start();
  const std::string known = ehr.fhir_base();
  for (const std::string& iss : {known + "/", std::string("https://kc.example.org/realms/ehr"),
                                 "HTTP" + known.substr(4), known.substr(0, known.size() - 1), known + "?"}) {
    lay_over("authorize", {{"iss", iss}});
    EXPECT_TRUE(launch_error().contains("issuer_mismatch")) << iss;
  }
  EXPECT_TRUE(ehr.asked("/oauth/token").empty()) << "no code was sent on";
}

// F8
TEST_F(OddServers, ANonceThatIsMissingIsNamed) {
  start();
  const char* words[] = {"Missing parameter: nonce", "nonce is required", "NONCE_REQUIRED", "The 'Nonce' is needed",
                         "invalid nonce"};
  for (const char* description : words)
    for (const json& fault :
         {json{{"at", "authorize"},
               {"kind", "status"},
               {"oauth_error", "invalid_request"},
               {"members", {{"error_description", description}}}},
          json{{"at", "token"},
               {"kind", "status"},
               {"status", 400},
               {"content_type", "application/json"},
               {"body", json({{"error", "invalid_request"}, {"error_description", description}}).dump()}}}) {
      ehr.no_faults();
      ehr.fault(fault);
      const std::string told = launch_error();
      EXPECT_TRUE(told.contains("this server wants a nonce: set nonce = true")) << description << told;
    }
}

TEST_F(OddServers, AnAlgorithmThatIsNotSupportedIsNamed) {
  start();
  const std::pair<const char*, const char*> algorithms[] = {
      {"eddsa", "EdDSA"}, {"es256k", "ES256K"}, {"rs1", "RS1"}, {"hs256", "HS256"}, {"alg_none", "none"}};
  for (const auto& [flaw, name] : algorithms) {
    ehr.no_faults();
    ehr.fault({{"at", "token"}, {"kind", "id_token"}, {"flaw", flaw}});
    const std::string told = launch_error();
    EXPECT_TRUE(told.contains("signed in a way that is not supported: RS256, RS384 and ES384 are (") &&
                told.contains(std::string("(") + name + ")"))
        << told;
  }
}

// C9.2, and C9.3 at a launch
TEST_F(OddServers, CodesAndTokensOfAnySizeAndAlphabetAreTaken) {
  start();
  for (const int padding : {0, 1024, 2048, 4096, 4200}) {
    ehr.set("config", {{"code_padding", padding}});
    EXPECT_FALSE(site.launched_session().empty()) << padding;
  }
  ehr.set("config", {{"code_padding", 0}, {"at_hash", false}});
  for (const char* token : {"17|s3cr3t", "usr:7:x", "00Dxx!AR8..", "a\"b\\c", "{x}~`^"}) {
    lay_over("token", {{"access_token", token}});
    const std::string id = site.launched_session();
    EXPECT_EQ(answer({{"session", id}}), "token") << token << reply;
    EXPECT_EQ(reply.value("access_token", ""), token);
  }
}

// C9.6, C13.1, C13.2
TEST_F(OddServers, KeySetsAreReadAsFarAsTheyCanBe) {
  const json key = keys().at(0);
  const auto with = [&](const char* member, const json& value) {
    json other = key;
    other[member] = value;
    return json::array({other});
  };
  json many = json::array();
  for (int i = 0; i < 101; ++i) {
    many.push_back(key);
    many.back()["kid"] = "old-" + std::to_string(i);
  }
  many.push_back(key);
  json among_others = json::array({{{"kty", "OKP"}, {"crv", "Ed25519"}, {"kid", "x"}}, nullptr, 7, key});
  const std::pair<const char*, json> sets[] = {{"a hundred more", many},
                                               {"a private member of null", with("d", nullptr)},
                                               {"padding", with("n", key.value("n", "") + "==")},
                                               {"null where there is nothing", with("x5c", nullptr)},
                                               {"others that cannot be used", among_others}};
  for (const auto& [what, set] : sets) {
    lay_over("jwks", {{"keys", set}});
    start();
    EXPECT_FALSE(site.launched_session().empty()) << what << site.wardend().output();
    (void)site.stop();
  }
  lay_over("jwks", {{"keys", with("n", "!!")}});
  start();
  const std::string told = launch_error();
  EXPECT_TRUE(told.contains("1 of 1 keys cannot be used: n is not base64url")) << told;
}

// C10 at a launch, C11.3
TEST_F(OddServers, ScopesMayBeAListAndJsonMayHaveAnotherType) {
  for (const char* type : {"application/octet-stream", "text/plain", "text/html", "application/fhir+json", ""}) {
    ehr.no_faults();
    for (const char* place : {"discovery", "token", "jwks"})
      ehr.fault({{"at", place}, {"kind", "dress"}, {"content_type", type}});
    start();
    EXPECT_FALSE(site.launched_session().empty()) << type << site.wardend().output();
    (void)site.stop();
  }
  start();
  lay_over("token", {{"scope", {"openid", "fhirUser", "offline_access", "patient/Observation.rs"}}});
  const std::string id = site.launched_session();
  EXPECT_TRUE(session(id).at("missing_scopes").empty()) << session(id);
  EXPECT_FALSE(logged({"names no scope"}));
}

// C14: what a person reads names the cause.
TEST_F(OddServers, WhatADocumentHasWrongIsNamed) {
  const std::pair<json, const char*> documents[] = {
      {{{"kind", "redirect"}, {"status", 307}, {"location", ehr.address() + "/moved"}},
       "/moved, which is not followed"},
      {{{"kind", "set_members"}, {"members", {{"code_challenge_methods_supported", "S256"}}}}, "is not a list"},
      {{{"kind", "dress"}, {"insert", R"("token_endpoint":"x")"}}, "token_endpoint is there twice"},
      {{{"kind", "set_members"}, {"members", {{"token_endpoint", nullptr}}}}, "token_endpoint"},
      {{{"kind", "set_members"}, {"members", {{"authorization_endpoint", nullptr}}}}, "no interactive launch"},
      {{{"kind", "truncate"}}, "discovery"}};
  for (auto [fault, words] : documents) {
    ehr.no_faults();
    fault["at"] = "discovery";
    ehr.fault(fault);
    start();
    const std::string told = launch_error();
    EXPECT_TRUE(told.contains(words)) << words << " is not in " << told;
    (void)site.stop();
  }
}

// C14.1, and the one that is no JSON
TEST_F(OddServers, AnAnswerThatAgreesAndCannotBeReadIsToldAsThat) {
  start();
  const std::pair<json, const char*> answers[] = {
      {{{"kind", "bad_json"}, {"body", "{"}}, "but its answer cannot be read"},
      {{{"kind", "bad_json"}, {"body", "[]"}}, "but its answer cannot be read"},
      {{{"kind", "bad_json"}, {"body", ""}}, "but its answer is empty"},
      {{{"kind", "set_members"}, {"members", {{"access_token", "a b"}}}}, "access_token"},
      {{{"kind", "set_members"}, {"members", {{"access_token", 7}}}}, "access_token"}};
  for (auto [fault, words] : answers) {
    ehr.no_faults();
    fault["at"] = "token";
    ehr.fault(fault);
    const std::string told = launch_error();
    EXPECT_TRUE(told.contains("the server agreed to the sign-in, ") && told.contains(words)) << words << told;
  }
}

// C3: one person in every spelling, at a refresh and at the launch of another app.
TEST_F(OddServers, OnePersonInEverySpellingKeepsTheWorkstation) {
  const std::string base = ehr.fhir_base();
  start({.more = second_app(site, "ehr", "root")});
  const std::string first = site.launched_session({"--app", "vitals"});
  const std::string spellings[] = {"HTTP" + base.substr(4) + "/Practitioner/{user}", base + "//Practitioner/{user}",
                                   ehr.address() + "/fhir/r4/Practitioner/{user}",
                                   base + "/Practitioner/{user}/_history/2", "Practitioner/{user}"};
  for (const std::string& spelling : spellings) {
    ehr.set("config", {{"fhir_user", "foreign"}, {"foreign_base", spelling}});
    const std::string other = site.launched_session({"--app", "vitals"});
    EXPECT_FALSE(other.empty()) << spelling << site.wardend().output();
    EXPECT_EQ(state(first), "active") << spelling;
    ASSERT_EQ(answer({{"session", other}}), "token") << reply;
    const std::string rejected = hex(sha256(reply.value("access_token", "")));
    ehr.set("config", {{"fhir_user", "absolute"}});
    EXPECT_EQ(answer({{"session", other}, {"rejected", rejected}}), "token") << spelling << reply;
  }
  EXPECT_EQ(site.metric(R"(wardend_odd_users_total{server="ehr"})"), 0);
}

// F4
TEST_F(OddServers, ARefusedTokensDigestIsTakenInEverySpelling) {
  start();
  const auto spelt = [](const std::string& token, int how) {
    std::string digest = hex(sha256(token));
    if (how == 1)
      for (char& c : digest) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (how == 2) digest = base64url(sha256(token));
    if (how == 3) digest = base64url(sha256(token)) + "=";
    return digest;
  };
  for (int how = 0; how < 4; ++how) {
    const std::string id = site.launched_session();
    ASSERT_EQ(answer({{"session", id}}), "token");
    const std::string before = reply.value("access_token", "");
    EXPECT_EQ(answer({{"session", id}, {"rejected", spelt(before, how)}}), "token") << reply;
    EXPECT_NE(reply.value("access_token", ""), before) << how;
    for (const std::string odd : {"", "x", before.c_str()}) {
      EXPECT_EQ(answer({{"session", id}, {"rejected", odd}}), "InvalidRequest") << odd;
      EXPECT_EQ(reply.value("field", ""), "rejected");
    }
  }
}

// F1: whoever launches again is served, with and without naming the session or the patient.
TEST_F(OddServers, AGrantThatEndedDoesNotCompeteWithTheNextLaunch) {
  ehr.set("config", {{"token_life", 4}});
  start();
  EXPECT_EQ(click("patient=patient-7").status, 200);
  ehr.set("logout", json::object());
  EXPECT_TRUE(eventually([&] { return answer(json::object()) == "ReauthenticationRequired"; })) << reply;
  ehr.set("config", {{"token_life", 300}});
  for (const char* patient : {"patient-7", "patient-7", "patient-8", "patient-7"}) {
    EXPECT_EQ(click(std::string("patient=") + patient).status, 200);
    EXPECT_EQ(answer(json::object()), "token") << reply;
    EXPECT_EQ(reply.value("/context/patient"_json_pointer, ""), patient);
    EXPECT_EQ(answer({{"patient", patient}}), "token") << reply;
  }
  EXPECT_EQ(answer({{"patient", "patient-8"}}), "token") << "the one of before is still there: " << reply;
  EXPECT_EQ(answer({{"patient", "patient-9"}}), "PatientMismatch") << reply;
}

}  // namespace
}  // namespace wardend::test
