// Before go-live: an app against a server that runs, and against saved documents.
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Verify : public Scenario {
 protected:
  static Settings with_needs(const std::string& interactions = "\"search-type\"") {
    return {.app = "fhir_versions = [\"R4\"]",
            .more = "[[app.requires]]\nresource = \"Observation\"\ninteractions = [" + interactions +
                    "]\nsearch = [\"patient\"]\n"};
  }
  void start_with(Settings settings) {
    settings.fhir_base = ehr.fhir_base();
    start(settings);
  }
  // The sandbox's CapabilityStatement, or its SMART configuration, with members replaced.
  void publish(const char* document, const json& changes) const {
    ehr.set("discovery", {{"document", document}, {"set", changes}});
  }
  static json rest(const std::string& resources) {
    return json::parse(R"({"rest":[{"mode":"server","resource":)" + resources + "}]}");
  }
  [[nodiscard]] json report(const std::vector<std::string>& arguments) const {
    std::vector<std::string> words = {"verify", "--json"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    last = site.wardctl(words);
    return json::parse(last.out, nullptr, false);
  }
  // "SEVERITY VERDICT" of the first finding about `subject` with those words; "" when there is none.
  static std::string judged(const json& report, const std::string& subject, const std::string& words = "") {
    for (const json& finding : report.value("findings", json::array()))
      if (finding.value("subject", "") == subject && finding.value("detail", "").contains(words))
        return finding.value("severity", "") + " " + finding.value("verdict", "-");
    return {};
  }
  void save(const std::string& name, const std::string& text) const {
    std::filesystem::create_directory(site.folder() / "saved");
    std::ofstream(site.folder() / "saved" / name) << text;
  }
  [[nodiscard]] std::string saved() const { return (site.folder() / "saved").string(); }
  static std::string text_of(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

  mutable Finished last;
};

TEST_F(Verify, AnAppThatFindsAllItNeedsIsReady) {
  start_with(with_needs());
  const json found = report({"vitals", "ehr"});
  EXPECT_EQ(last.exit_code, 0) << last.out << last.err;
  EXPECT_EQ(judged(found, "Observation: search by patient"), "ok met") << found;
  EXPECT_EQ(judged(found, "FHIR version R4"), "ok met") << found;
  EXPECT_EQ(found.at("documents").size(), 2U);
  EXPECT_TRUE(site.audited({"VerifyApp", "vitals at ehr: ready"}));
  const Finished text = site.wardctl({"verify", "vitals"});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, AllOf(HasSubstr("PKCE with S256"), HasSubstr("vitals is ready for ehr")));
}

TEST_F(Verify, ANeedThatIsContradictedBlocksThePipeline) {
  publish("metadata", rest(R"([{"type":"Observation","interaction":[{"code":"search-type"}]}])"));
  start_with(with_needs(R"("read", "search-type")"));
  const json found = report({"vitals", "ehr"});
  EXPECT_EQ(last.exit_code, 1);
  EXPECT_EQ(judged(found, "Observation: read"), "blocking contradicted") << found;
  EXPECT_EQ(judged(found, "Observation: search by patient"), "blocking not_declared") << found;
  const Finished text = site.wardctl({"verify", "vitals", "ehr"});
  EXPECT_EQ(text.exit_code, 1);
  EXPECT_THAT(text.out,
              AllOf(HasSubstr("metadata, rest[0].resource[0].interaction"), HasSubstr("is not ready for ehr")));
  EXPECT_THAT(text.err, HasSubstr("NotReady"));
}

TEST_F(Verify, ACapabilityAndAScopeAreToldApart) {
  publish("metadata", rest(R"([{"type":"Observation","interaction":[{"code":"read"},{"code":"create"}]}])"));
  Settings settings = with_needs(R"("create")");
  settings.scopes.emplace_back("patient/Observation.d");
  start_with(settings);
  const json found = report({"vitals", "ehr"});
  EXPECT_EQ(judged(found, "Observation: create", "declares create"), "ok met") << found;
  EXPECT_EQ(judged(found, "Observation: create", "no scope of the app"), "blocking contradicted") << found;
  EXPECT_EQ(judged(found, "scope patient/Observation.d", "no interaction"), "blocking contradicted") << found;
}

TEST_F(Verify, MetadataForThoseWhoSignedInBlocksNothing) {
  ehr.set("profile", {{"name", "azure-closed-metadata"}});
  start_with(with_needs());
  const json found = report({"vitals", "ehr"});
  EXPECT_EQ(last.exit_code, 0) << last.out << last.err;
  EXPECT_EQ(judged(found, "metadata", "without a token"), "warning -") << found;
  EXPECT_EQ(judged(found, "Observation: search-type"), "note unknown") << found;
}

TEST_F(Verify, AServerThatIsNotThereIsAReportToo) {
  Settings settings = with_needs();
  settings.fhir_base = "http://127.0.0.1:" + std::to_string(free_port()) + "/fhir";
  start(settings);
  const json found = report({"vitals", "ehr"});
  EXPECT_EQ(last.exit_code, 1) << last.err;
  EXPECT_EQ(judged(found, "smart-configuration", "cannot be reached"), "blocking -") << found;
}

TEST_F(Verify, AHangingDocumentIsToldInTimeToAllWhoAsk) {
  start_with(with_needs());
  ehr.fault({{"at", "metadata"}, {"kind", "hang"}});
  const auto begun = std::chrono::steady_clock::now();
  Child other(Command{{program("wardctl"), "verify", "vitals", "ehr"},
                      {"WARDEND_CONTROL=" + (site.folder() / "control.sock").string()}},
              site.folder() / "other");
  std::this_thread::sleep_for(1s);
  const json found = report({"vitals", "ehr"});
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
  EXPECT_EQ(judged(found, "metadata", "did not answer in time"), "blocking -") << found << last.err;
  EXPECT_GE(other.wait_end(), 0);
  EXPECT_TRUE(other.output().contains("did not answer in time")) << other.output();
}

// The files of a folder over HTTP, from a server that others wrote.
struct FileServer {
  explicit FileServer(const std::filesystem::path& folder)
      : server({{"python3", "-u", "-m", "http.server", std::to_string(port), "--bind", "127.0.0.1", "--directory",
                 folder}},
               folder.string() + ".log") {
    EXPECT_TRUE(server.wait_for("Serving HTTP")) << server.output();
  }
  [[nodiscard]] std::string address() const { return "http://127.0.0.1:" + std::to_string(port); }
  std::uint16_t port = free_port();
  Child server;
};

std::string statement_of_fifteen_megabytes() {
  const std::string documentation(1000, 'x');
  std::string text = R"({"resourceType":"CapabilityStatement","status":"active","kind":"instance","fhirVersion":"4.0.1",
    "rest":[{"mode":"server","resource":[{"type":"Observation","interaction":[{"code":"read"}],"searchParam":[)";
  while (text.size() < 15UL * 1024 * 1024)
    text += R"({"name":"a","type":"token","documentation":")" + documentation + R"("},{"name":"b","type":"date"},)";
  text.back() = ']';
  return text + "}]}]}";
}

TEST_F(Verify, AStatementOfFifteenMegabytesHoldsUpNoToken) {
  const auto folder = site.folder() / "big";
  std::filesystem::create_directories(folder / ".well-known");
  std::ofstream(folder / "metadata") << statement_of_fifteen_megabytes();
  const FileServer files(folder);
  std::ofstream(folder / ".well-known" / "smart-configuration")
      << json{{"token_endpoint", files.address() + "/token"},
              {"authorization_endpoint", files.address() + "/authorize"},
              {"capabilities", {"launch-ehr", "client-public"}},
              {"code_challenge_methods_supported", json::array({"S256"})}};
  Settings settings;
  settings.more =
      "[[server]]\nname = \"big\"\nfhir_base_url = \"" + files.address() +
      "\"\n\n[[app]]\nid = \"reader\"\nservers = [\"big\"]\nclient_id = \"c\"\nidentity = "
      "\"none\"\npopulation = \"all\"\nconsent = \"implied\"\nlaunch = [\"ehr\"]\nredirect_uri = \"" +
      site.loopback() +
      "/callback\"\n[[app.peer]]\nuser = \"nobody\"\n[[app.requires]]\nresource = "
      "\"Observation\"\ninteractions = [\"read\"]\n[[app.scope]]\nscope = \"patient/Observation.r\"\naction "
      "= \"a\"\napproved_by = \"b\"\napproved_on = 2026-05-04\n";
  start_with(settings);
  const std::string session = site.launched_session();
  const auto began = std::chrono::steady_clock::now();
  Child verification({{program("wardctl"), "verify", "reader", "big"},
                      {"WARDEND_CONTROL=" + (site.folder() / "control.sock").string()}},
                     site.folder() / "verification");
  std::chrono::steady_clock::duration slowest{};
  while (!verification.wait_for(" for big\n", 1ms)) {
    const auto asked = std::chrono::steady_clock::now();
    ASSERT_EQ(answer({{"session", session}}), "token");
    slowest = std::max(slowest, std::chrono::steady_clock::now() - asked);
    ASSERT_LT(std::chrono::steady_clock::now() - began, 100s) << verification.output();
  }
  EXPECT_THAT(verification.output(),
              AllOf(HasSubstr("the server declares read of Observation"), HasSubstr("is ready for big")));
  EXPECT_LT(slowest * 2, std::chrono::steady_clock::now() - began)
      << "read on the loop it would take nearly all the time";
}

TEST_F(Verify, WhoMayNotAskIsToldWhichRoleItTakes) {
  start_with(with_needs());
  const Finished refused = site.wardctl({"verify", "vitals", "ehr"}, 65534);
  EXPECT_EQ(refused.exit_code, 77) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("observer"));
  EXPECT_THAT(site.wardctl({"verify", "nope", "ehr"}).err, HasSubstr("UnknownApp"));
  EXPECT_THAT(site.wardctl({"verify", "vitals", "nope"}).err, HasSubstr("UnknownServer"));
}

TEST_F(Verify, SavedDocumentsNeedNoServiceAndNoServer) {
  const auto fetched = [&](const std::string& path) { return request(ehr.fhir_base() + path).body; };
  save("smart-configuration.json", fetched("/.well-known/smart-configuration"));
  save("metadata.json", fetched("/metadata"));
  Settings settings = with_needs();
  settings.fhir_base = ehr.fhir_base();
  site.write_config(settings);
  const std::vector<std::string> words = {"--offline", "--config", site.config(), "vitals", saved()};
  const json found = report(words);
  EXPECT_EQ(last.exit_code, 0) << last.out << last.err;
  EXPECT_EQ(judged(found, "Observation: search-type"), "ok met") << found;
  start(settings);
  const json now = report({"vitals", "ehr"});
  EXPECT_EQ(now.at("findings"), found.at("findings")) << "both ways come to one report";

  const auto file = site.folder() / "offline.md";
  EXPECT_EQ(
      site.wardctl({"verify", "--offline", "--config", site.config(), "vitals", saved(), "--markdown", file}).exit_code,
      0);
  EXPECT_THAT(text_of(file), AllOf(HasSubstr("# Verification of vitals at ehr\n"), HasSubstr("| server | ehr |"),
                                   HasSubstr("| configuration, SHA-256 | ")));

  save("metadata.json", R"({"resourceType":"CapabilityStatement","fhirVersion":"1.0.2","rest":[]})");
  EXPECT_EQ(judged(report(words), "FHIR version R4"), "blocking contradicted");
  EXPECT_EQ(last.exit_code, 1);
}

TEST_F(Verify, AReportIsFiledOnceAndNamesItsDocuments) {
  start_with(with_needs());
  const auto file = site.folder() / "report.md";
  const Finished first = site.wardctl({"verify", "vitals", "ehr", "--markdown", file});
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(text_of(file), AllOf(HasSubstr("# Verification of vitals at ehr"), HasSubstr("metadata, SHA-256"),
                                   HasSubstr("| result | ready |"), Not(HasSubstr("not had"))));
  const Finished again = site.wardctl({"verify", "vitals", "ehr", "--markdown", file});
  EXPECT_THAT(again.err, HasSubstr("NotWritten"));
  EXPECT_EQ(again.exit_code, 2) << "1 says that the app is not ready";
}

struct Refused {
  std::vector<std::string> words;
  int code;
  const char* said;
};
TEST_F(Verify, WhatSavedDocumentsLackIsSaidInWords) {
  site.write_config(with_needs());
  const std::string config = site.config();
  save("notes.txt", "nothing");
  const Refused table[] = {
      {{"vitals", saved()}, 1, "neither smart-configuration.json nor metadata.json"},
      {{"vitals", "/no/such/folder"}, 1, "NoDocuments"},
      {{"nope", saved()}, 1, "the configuration has no app nope"},
      {{"vitals", saved(), "--server", "nope"}, 1, "has no server nope"},
      {{"vitals"}, 2, "wardctl verify --offline APP DIR"},
  };
  Settings settings = with_needs();
  settings.fhir_base = ehr.fhir_base();
  site.write_config(settings);
  for (const Refused& row : table) {
    std::vector<std::string> words = {"verify", "--offline", "--config", config};
    words.insert(words.end(), row.words.begin(), row.words.end());
    const Finished refused = site.wardctl(words);
    EXPECT_EQ(refused.exit_code, row.code) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr(row.said));
  }
  EXPECT_THAT(site.wardctl({"verify", "--offline", "--config", "/no/such/file", "vitals", saved()}).err,
              HasSubstr("ConfigInvalid"));
}

}  // namespace
}  // namespace wardend::test
