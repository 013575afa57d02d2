// wardctl rehearse on the real programs: the whole plan, defects that it must name, and that nothing of it stays.
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> writing_scopes() {
  return {"openid", "fhirUser", "offline_access", "patient/Patient.r", "patient/Observation.cruds"};
}

class Rehearsal : public Scenario {
 protected:
  // The site's configuration, which no service of the test need run with.
  void configure(Settings settings = {}) {
    if (settings.fhir_base.empty()) settings.fhir_base = "https://ehr.example.org/fhir";
    site.write_config(settings);
    std::filesystem::create_directory(runtime());
  }
  [[nodiscard]] std::filesystem::path runtime() const { return site.folder() / "runtime"; }
  [[nodiscard]] Command command(std::vector<std::string> words = {}) const {
    words.insert(words.begin(), {program("wardctl"), "rehearse", "vitals", "ehr", "--config", site.config()});
    return {words, {"XDG_RUNTIME_DIR=" + runtime().string()}};
  }
  // The report of a whole rehearsal.
  [[nodiscard]] json rehearsed(std::vector<std::string> words = {}, std::vector<std::string> environment = {}) {
    words.emplace_back("--json");
    Command whole = command(words);
    whole.environment.insert(whole.environment.end(), environment.begin(), environment.end());
    done = run(whole, 120s);
    return json::parse(done.out, nullptr, false);
  }
  [[nodiscard]] static json step(const json& report, const std::string& title) {
    for (const json& one : report.value("steps", json::array()))
      if (one.value("step", "") == title) return one;
    ADD_FAILURE() << "no step " << title << " in " << report;
    return json::object();
  }
  // Steps otherwise than expected.
  [[nodiscard]] static std::vector<std::string> faults(const json& report) {
    std::vector<std::string> titles;
    for (const json& one : report.value("steps", json::array()))
      if (one.value("verdict", "") == "not_as_expected")
        titles.push_back(one.value("step", "") + ": " + one.value("seen", ""));
    return titles;
  }
  // Programs whose command line names a folder of this test's rehearsals.
  [[nodiscard]] std::vector<std::string> left_running() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      std::ostringstream words;
      words << std::ifstream(entry.path() / "cmdline").rdbuf();
      if (words.str().contains(runtime().string() + "/")) found.push_back(words.str());
    }
    return found;
  }
  void expect_nothing_left() const {
    EXPECT_TRUE(std::filesystem::is_empty(runtime()));
    EXPECT_TRUE(eventually([&] { return left_running().empty(); }, 2s));
  }

  Finished done;
};

TEST_F(Rehearsal, OfAGoodAppGoesAsExpected) {
  configure({.scopes = writing_scopes()});
  const std::string file = site.folder() / "rehearsal.md";
  const json report = rehearsed({"--markdown", file});
  ASSERT_TRUE(report.is_object()) << done.out << done.err;
  EXPECT_EQ(done.exit_code, 0) << done.out;
  EXPECT_THAT(faults(report), testing::IsEmpty());
  EXPECT_TRUE(report.at("as_expected").get<bool>());
  int played = 0;
  for (const json& one : report.at("steps")) {
    played += one.at("verdict") == "as_expected" ? 1 : 0;
    EXPECT_FALSE(one.at("seen").get<std::string>().empty()) << one;
    if (one.at("verdict") == "not_played") EXPECT_THAT(one.at("next"), HasSubstr("docs/go-live.md")) << one;
  }
  EXPECT_EQ(played, 11);
  EXPECT_THAT(step(report, "A launch that works").at("clinician"),
              AllOf(HasSubstr("Signed in as: Practitioner practitioner-1; Patient: patient-1")));
  EXPECT_THAT(step(report, "A launch that fails").at("clinician"), HasSubstr("The EHR does not accept this app."));
  EXPECT_THAT(step(report, "A server that is gone").at("clinician"), HasSubstr(Settings{}.advice));
  EXPECT_THAT(step(report, "A lock in mid-work").at("clinician"), HasSubstr("WorkstationLocked: "));
  std::ostringstream filed;
  filed << std::ifstream(file).rdbuf();
  EXPECT_THAT(filed.str(),
              AllOf(HasSubstr("# Rehearsal of vitals at ehr"), HasSubstr("not played"),
                    HasSubstr("| A lock in mid-work | as expected |"), HasSubstr("Nothing was sent to ehr")));
  expect_nothing_left();
}

TEST_F(Rehearsal, LeavesTheInstalledServiceAlone) {
  Settings settings{.scopes = writing_scopes()};
  start(settings);
  const std::string id = site.launched_session();
  std::filesystem::create_directory(runtime());
  const auto asked = ehr.log().at("requests").size();
  const json report = rehearsed({"--only", "lock", "--only", "switch", "--only", "gone-server"});
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  EXPECT_EQ(answer({{"session", id}}), "token") << "a clinician worked on";
  EXPECT_EQ(site.metric("wardend_app_enabled{app=\"vitals\"}"), 1);
  EXPECT_FALSE(site.audited({"rehearsal"}));
  EXPECT_FALSE(site.audited({"ReportLock"}));
  for (const json& line : ehr.log().at("requests"))
    EXPECT_NE(line.value("path", ""), "/ehr/launch") << "nothing of it reached the site's server";
  EXPECT_GE(ehr.log().at("requests").size(), asked);
  expect_nothing_left();
}

TEST_F(Rehearsal, NeedsNoRights) {
  configure({.scopes = writing_scopes()});
  Command as_nobody = command({"--json", "--only", "launch", "--only", "lock", "--only", "switch", "--only", "trail"});
  as_nobody.uid = 65534;
  done = run(as_nobody, 120s);
  const json report = json::parse(done.out, nullptr, false);
  ASSERT_TRUE(report.is_object()) << done.out << done.err;
  EXPECT_THAT(faults(report), testing::IsEmpty()) << done.err;
}

TEST_F(Rehearsal, OfAnAppThatBeginsItsOwnLaunches) {
  configure({.oauth = "prompt = \"login\"", .app = "launch = [\"standalone\"]"});
  const json report = rehearsed(
      {"--only", "launch", "--only", "no-patient", "--only", "gone-server", "--only", "lock", "--only", "switch"});
  ASSERT_TRUE(report.is_object()) << done.out << done.err;
  EXPECT_THAT(faults(report), testing::IsEmpty());
  EXPECT_THAT(step(report, "A server that is gone").at("clinician"), HasSubstr("ServerUnavailable"))
      << "its own screen would show that";
}

struct Defect {
  const char* name;
  Settings settings;
  std::vector<std::string> words;
  const char* step;
  const char* verdict;
  const char* cause;
};
void PrintTo(const Defect& defect, std::ostream* out) { *out << defect.name; }
class RehearsalOf : public Rehearsal, public ::testing::WithParamInterface<Defect> {};

TEST_P(RehearsalOf, NamesTheStepAndItsTrueCause) {
  const Defect& defect = GetParam();
  configure(defect.settings);
  const json report = rehearsed(defect.words);
  ASSERT_TRUE(report.is_object()) << done.out << done.err;
  const json found = step(report, defect.step);
  EXPECT_EQ(found.at("verdict"), defect.verdict) << found;
  EXPECT_THAT(found.at("seen").get<std::string>() + found.at("clinician").get<std::string>(), HasSubstr(defect.cause));
  EXPECT_FALSE(found.at("next").get<std::string>().empty()) << found;
  const bool fails = std::string(defect.verdict) == "not_as_expected";
  EXPECT_EQ(done.exit_code, fails ? 1 : 0) << report;
  if (fails) EXPECT_FALSE(report.at("as_expected").get<bool>());
}
INSTANTIATE_TEST_SUITE_P(Defects, RehearsalOf,
                         ::testing::Values(Defect{"NoWriteScope",
                                                  {},
                                                  {"--only", "wrong-write"},
                                                  "A write for the wrong patient",
                                                  "not_played",
                                                  "No scope of the session writes"},
                                           Defect{"ScopesIgnored",
                                                  {.scopes = writing_scopes(), .oauth = "scope_syntax = \"v2\""},
                                                  {"--like", "cerner-v1", "--only", "launch"},
                                                  "A launch that works",
                                                  "not_as_expected",
                                                  "Not granted: patient/Patient.r, patient/Observation.cruds"},
                                           Defect{"NoRefresh",
                                                  {.scopes = {"openid", "fhirUser", "patient/Observation.rs"}},
                                                  {"--only", "token-end"},
                                                  "A token that ends in mid-session",
                                                  "not_as_expected",
                                                  "asks for neither offline_access nor online_access"},
                                           Defect{"NoPatientFromTheServer",
                                                  {},
                                                  {"--like", "bluebutton", "--only", "launch"},
                                                  "A launch that works",
                                                  "not_as_expected",
                                                  "The EHR named no patient."},
                                           Defect{"NoAdvice",
                                                  {.advice = ""},
                                                  {"--only", "gone-server"},
                                                  "A server that is gone",
                                                  "not_as_expected",
                                                  "There is no advice"}),
                         [](const auto& info) { return info.param.name; });

TEST_F(Rehearsal, OfATrailThatCannotBeWrittenNamesIt) {
  if (!std::filesystem::exists(program("libslow_calls.so"))) GTEST_SKIP() << "not with sanitizers";
  configure({.scopes = writing_scopes()});
  std::filesystem::create_directory(site.folder() / "slow");
  std::ofstream(site.folder() / "slow" / "fdatasync") << "600000 audit.jsonl";
  const json report = rehearsed({"--only", "trail"}, {"LD_PRELOAD=" + program("libslow_calls.so").string(),
                                                      "SLOW_CALLS=" + (site.folder() / "slow").string()});
  ASSERT_TRUE(report.is_object()) << done.out << done.err;
  EXPECT_EQ(done.exit_code, 1);
  const json found = step(report, "A test entry through the audit trail and back");
  EXPECT_EQ(found.at("verdict"), "not_as_expected") << found;
  EXPECT_THAT(found.at("seen"), HasSubstr("the audit trail"));
  EXPECT_THAT(found.at("next"), HasSubstr("[audit] file"));
}

// Each step, in its midst: the service that plays is gone, and so is its folder.
TEST_F(Rehearsal, InterruptedInAnyStepLeavesNothing) {
  configure({.scopes = writing_scopes()});
  const std::vector<std::string> steps = {"launch",      "failed-launch", "no-patient",  "token-end",
                                          "sign-in-end", "busy-server",   "gone-server", "wrong-write",
                                          "lock",        "switch",        "trail"};
  const std::vector<int> signals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
  std::size_t at = 0;
  for (const std::string& name : steps) {
    SCOPED_TRACE(name);
    Child rehearsal(command({"--only", name}), site.folder() / "interrupted");
    ASSERT_TRUE(rehearsal.wait_for("playing: ", 30s)) << rehearsal.output();
    const int number = signals[at++ % signals.size()];
    rehearsal.send_signal(number);
    EXPECT_EQ(rehearsal.wait_end(5s), 128 + number);
    EXPECT_THAT(rehearsal.output(), AllOf(HasSubstr("interrupted"), HasSubstr("nothing was filed")));
    expect_nothing_left();
    std::filesystem::remove(site.folder() / "interrupted");
  }
}

TEST_F(Rehearsal, KilledLeavesNoProcessAndTheNextOneSweeps) {
  configure();
  {
    Child rehearsal(command(), site.folder() / "killed");
    ASSERT_TRUE(rehearsal.wait_for("playing: ", 30s)) << rehearsal.output();
    rehearsal.send_signal(SIGKILL);
    EXPECT_EQ(rehearsal.wait_end(5s), 128 + SIGKILL);
  }
  EXPECT_TRUE(eventually([&] { return left_running().empty(); }, 5s));
  for (const auto& folder : std::filesystem::directory_iterator(runtime()))
    std::filesystem::last_write_time(folder, std::filesystem::file_time_type::clock::now() - 2min);
  const Finished refused = run({{program("wardctl"), "rehearse", "vitlas", "--config", site.config()},
                                {"XDG_RUNTIME_DIR=" + runtime().string()}});
  EXPECT_EQ(refused.exit_code, 1) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("has no app vitlas"));
  expect_nothing_left();
}

// The process that plays is killed, and not the one that clears away.
TEST_F(Rehearsal, WhosePlayerIsKilledLeavesNothing) {
  configure();
  Child rehearsal(command(), site.folder() / "killed");
  ASSERT_TRUE(rehearsal.wait_for("playing: ", 30s)) << rehearsal.output();
  const std::string keeper = std::to_string(rehearsal.pid());
  pid_t player = 0;
  std::ifstream("/proc/" + keeper + "/task/" + keeper + "/children") >> player;
  ASSERT_GT(player, 0);
  ::kill(player, SIGKILL);
  EXPECT_EQ(rehearsal.wait_end(5s), 75);
  EXPECT_THAT(rehearsal.output(), HasSubstr("nothing of it is left"));
  expect_nothing_left();
}

TEST_F(Rehearsal, SaysWhatItCannotRehearse) {
  configure();
  const auto said = [&](const std::vector<std::string>& words) {
    std::vector<std::string> all = {program("wardctl"), "rehearse"};
    all.insert(all.end(), words.begin(), words.end());
    done = run({all, {"XDG_RUNTIME_DIR=" + runtime().string()}});
    return done.err;
  };
  EXPECT_THAT(said({"vitals", "other", "--config", site.config()}), HasSubstr("InvalidRequest"));
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(said({"vitals", "--config", "/nowhere/wardend.toml"}), HasSubstr("cannot be read"));
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(said({"vitals", "--config", site.config(), "--like", "nobody"}), HasSubstr("--list-profiles"));
  EXPECT_EQ(done.exit_code, 2);
  expect_nothing_left();
}

}  // namespace
}  // namespace wardend::test
