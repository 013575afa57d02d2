// The go-live checklist, line by line: each command that needs neither hands nor systemd is run.
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>

#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

using ::testing::HasSubstr;

struct Line {
  std::string number;
  std::string what;
  std::string command;
  std::string good;
  std::string signer;
};

// The rows of the table in docs/go-live.md.
std::vector<Line> checklist() {
  static const std::regex row(R"(^\| (\d+) \| ([^|]+) \| `([^`|]+)` \| ([^|]+) \| ([^|]+) \|$)");
  std::ifstream page(WARDEND_SOURCE_DIR "/docs/go-live.md");
  std::vector<Line> lines;
  for (std::string text; std::getline(page, text);) {
    std::smatch match;
    if (std::regex_match(text, match, row))
      lines.push_back({match[1].str(), match[2].str(), match[3].str(), match[4].str(), match[5].str()});
  }
  return lines;
}

class GoLive : public Scenario {
 protected:
  void prepare() {
    start({.fhir_base = ehr.fhir_base(),
           .app = "fhir_versions = [\"R4\"]",
           .more = "[[app.requires]]\nresource = \"Observation\"\ninteractions = [\"search-type\"]\n"});
    session_id = site.launched_session();
    ASSERT_EQ(answer({{"session", session_id}}), "token");
    request_id = reply.at("request_id");
    patient = reply.at("context").at("patient");
    EXPECT_TRUE(eventually([&] { return site.audited({request_id}); }));
    const auto saved = site.folder() / "saved";
    std::filesystem::create_directory(saved);
    std::ofstream(saved / "smart-configuration.json")
        << request(ehr.fhir_base() + "/.well-known/smart-configuration").body;
    std::ofstream(saved / "metadata.json") << request(ehr.fhir_base() + "/metadata").body;
    std::ofstream(site.folder() / "other.json") << R"({"resourceType":"Observation"})";
  }
  // The command with this site in place of the one on paper.
  [[nodiscard]] std::string here(std::string command) const {
    const std::vector<std::pair<std::string, std::string>> names = {
        {"https://ehr.example.org/fhir/r4", ehr.fhir_base()},
        {"st-elsewhere", "ehr"},
        {"vitals-trend", "vitals"},
        {"/etc/wardend/wardend.toml", site.config()},
        {"/var/log/wardend/audit.jsonl", site.audit()},
        {"127.0.0.1:9724", "127.0.0.1:" + std::to_string(site.metrics_port())},
        {"docs/", WARDEND_SOURCE_DIR "/docs/"},
        {"SESSION", session_id},
        {"PATIENT", patient},
        {"OTHER", "another"},
        {"NAME", "root"},
        {"REQUEST_ID", request_id}};
    for (const auto& [what, by] : names)
      for (auto at = command.find(what); at != std::string::npos; at = command.find(what, at + by.size()))
        command.replace(at, what.size(), by);
    return command;
  }
  [[nodiscard]] Finished typed(const std::string& command) const {
    return run({{"bash", "-c", "set -o pipefail; cd " + site.folder().string() + "; " + here(command)},
                {"PATH=" + program("wardctl").parent_path().string() + ":" + std::getenv("PATH"),
                 "WARDEND_SOCKET=" + (site.folder() / "broker.sock").string(),
                 "WARDEND_CONTROL=" + (site.folder() / "control.sock").string()}},
               90s);
  }

  std::string session_id;
  std::string request_id;
  std::string patient;
};

TEST_F(GoLive, EachLineOfTheChecklistHasACommandThatWorks) {
  prepare();
  const std::set<std::string> of_systemd = {"journalctl", "systemctl"};
  std::size_t number = 0;
  for (const Line& line : checklist()) {
    SCOPED_TRACE(line.number + " " + line.command);
    EXPECT_EQ(line.number, std::to_string(++number)) << "a line before has another form";
    EXPECT_FALSE(line.signer.empty());
    if (of_systemd.contains(line.command.substr(0, line.command.find(' ')))) continue;
    if (line.what.contains("second clinician")) EXPECT_EQ(click("user=practitioner-2&patient=patient-2").status, 200);
    const Finished done = typed(line.command);
    static const std::regex error("`([A-Z][A-Za-z]+)`");
    std::smatch refusal;
    if (std::regex_search(line.good, refusal, error)) {
      EXPECT_EQ(done.exit_code, 1) << done.out;
      EXPECT_THAT(done.err, HasSubstr(refusal[1].str()));
    } else {
      EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
    }
  }
  EXPECT_GE(number, 26U);
}

}  // namespace
}  // namespace wardend::test
