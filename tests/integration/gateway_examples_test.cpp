// The gateway as a developer meets it: the examples of examples/, and each command of docs/gateway.md as it stands
// there, against a repository that others wrote.
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include "tests/integration/real_writes.hpp"

namespace wardend::test {
namespace {

using testing::HasSubstr;

const std::filesystem::path source = WARDEND_SOURCE_DIR;
const std::filesystem::path examples = source / "examples";

class GatewayExamples : public RealWrites {
 protected:
  void SetUp() override {
    start({.app = "token_access = \"gateway\""});
    session = launched(first_chart());
    ASSERT_FALSE(session.empty());
  }
  [[nodiscard]] std::string broker_path() const { return site.folder() / "broker.sock"; }
  [[nodiscard]] Finished example(std::vector<std::string> words) const {
    words.insert(words.end(), {session, "half a thought"});
    return run({std::move(words), {"WARDEND_SOCKET=" + broker_path(), "PYTHONDONTWRITEBYTECODE=1"}}, 60s);
  }
  // It reads, follows the pages and writes; after a lock it says so, and reads nothing.
  void goes_through(const std::vector<std::string>& words) {
    const Finished done = example(words);
    ASSERT_EQ(done.exit_code, 0) << done.out << done.err;
    static const std::regex shown("Patient p1\n(\\d+) observations\nSaved as Observation/(\\S+)\n");
    std::smatch found;
    ASSERT_TRUE(std::regex_match(done.out, found, shown)) << done.out;
    EXPECT_GT(std::stoi(found[1]), 40) << "it stays on the first page";
    EXPECT_EQ(repository.read("Observation/" + found[2].str()).value("valueString", ""), "half a thought");
    EXPECT_EQ(site.wardctl({"lock"}).exit_code, 0);
    const Finished locked = example(words);
    EXPECT_NE(locked.exit_code, 0);
    EXPECT_EQ(locked.out, "");
    EXPECT_THAT(locked.err, HasSubstr("WorkstationLocked"));
  }

  std::string session;
};

TEST_F(GatewayExamples, InPythonReadsSearchesAndWrites) {
  goes_through({WARDEND_PYTHON, examples / "python/gateway.py"});
}

TEST_F(GatewayExamples, InNodeReadsSearchesAndWrites) { goes_through({WARDEND_NODE, examples / "node/gateway.mjs"}); }

TEST_F(GatewayExamples, InCppReadsSearchesAndWrites) {
  const std::string prefix = site.folder() / "prefix", build = site.folder() / "build";
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {WARDEND_CMAKE, "--install", WARDEND_BUILD_DIR, "--component", "dev", "--prefix", prefix},
           {WARDEND_CMAKE, "-S", prefix + "/share/doc/libwardend-dev/examples/cpp", "-B", build,
            "-DCMAKE_PREFIX_PATH=" + prefix, "-DCMAKE_CXX_COMPILER=g++"},
           {WARDEND_CMAKE, "--build", build, "--target", "gateway"}}) {
    const Finished done = run({words}, 100s);
    ASSERT_EQ(done.exit_code, 0) << done.out << done.err;
  }
  goes_through({build + "/gateway"});
}

TEST_F(GatewayExamples, OnATerminalWardctlIndentsAndNothingIsObeyed) {
  repository.lay_down({{"resourceType", "Observation"},
                       {"id", "odd-words"},
                       {"status", "final"},
                       {"code", {{"text", "Note"}}},
                       {"subject", {{"reference", "Patient/p1"}}},
                       {"valueString", "a\u009b2J"}});
  const Finished shown = run({{WARDEND_PYTHON, "-c", "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]))",
                               program("wardctl"), "fhir", "GET", "Observation/odd-words", "--session", session},
                              {"WARDEND_SOCKET=" + broker_path()}},
                             30s);
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_THAT(shown.out, testing::StartsWith("{\r\n  \"")) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("\"valueString\": \"a?2J\""));
}

TEST_F(GatewayExamples, WardctlTellsARefusalInItsUsualWords) {
  const Finished refused = run(
      {{program("wardctl"), "fhir", "GET", "Patient/p2", "--session", session}, {"WARDEND_SOCKET=" + broker_path()}});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_EQ(refused.out, "");
  EXPECT_THAT(refused.err,
              testing::AllOf(testing::StartsWith("wardctl: "), HasSubstr("\n  request id: "), HasSubstr("\n  next: ")));
  EXPECT_EQ(run({{program("wardctl"), "fhir", "GET", "Observation/none", "--session", session},
                 {"WARDEND_SOCKET=" + broker_path()}})
                .exit_code,
            1);
}

// The indented lines of the page, in order.
std::string commands_of_the_page() {
  std::ifstream page(source / "docs/gateway.md");
  std::string commands;
  for (std::string line; std::getline(page, line);)
    if (line.starts_with("    ")) commands += line.substr(4) + "\n";
  return commands;
}

TEST_F(GatewayExamples, ThePagesCommandsWorkAsTheyStandThere) {
  std::string commands = commands_of_the_page();
  ASSERT_THAT(commands, HasSubstr("curl -sS --fail-with-body --unix-socket /run/wardend/fhir.sock"));
  ASSERT_THAT(commands, HasSubstr("wardctl fhir POST"));
  commands = std::regex_replace(commands, std::regex("/run/wardend/fhir.sock"), (site.folder() / "fhir.sock").string());
  const std::size_t before = repository.received("POST");
  const Finished done =
      run({{"bash", "-ec", "set -o pipefail\ncd " + site.folder().string() + "\n" + commands},
           {"PATH=" + program("wardctl").parent_path().string() + ":" + std::getenv("PATH"),
            "WARDEND_SOCKET=" + broker_path(), "SESSION=" + session, "PATIENT=" + first_chart().patient}},
          60s);
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  EXPECT_EQ(repository.received("POST"), before + 2) << done.out;
  EXPECT_THAT(done.out, HasSubstr("slept well"));
  EXPECT_EQ(site.metric(R"(wardend_gateway_requests_total{app="vitals",interaction="create",result="ok"})"), 2);
  EXPECT_EQ(site.metric(R"(wardend_gateway_requests_total{app="vitals",interaction="search",result="ok"})"), 2);
  EXPECT_GT(site.metric(R"(wardend_gateway_bytes_total{app="vitals"})"), 1000);
  EXPECT_GT(site.metric("wardend_gateway_upstream_seconds_total"), 0);
}

}  // namespace
}  // namespace wardend::test
