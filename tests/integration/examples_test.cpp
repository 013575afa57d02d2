// The apps of examples/ as a developer runs them: each goes through a clinician's morning with the real wardend. The
// C++ one is built out of the tree, against the client as it is installed.
#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include "tests/integration/scenario.hpp"
#include "tests/integration/terminal.hpp"

namespace wardend::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* empty_screen = "\033[2J\033[H";
const std::filesystem::path source = WARDEND_SOURCE_DIR;
const std::filesystem::path examples = source / "examples";

class Examples : public Scenario {
 protected:
  void morning(const std::vector<std::string>& app) {
    start({.scopes = {"openid", "fhirUser", "offline_access", "patient/Patient.r", "patient/Observation.cruds"},
           .server = "staleness = \"3s\"",
           .oauth = "prompt = \"login\""});
    Terminal terminal(site.folder(), {app, {"WARDEND_SOCKET=" + (site.folder() / "broker.sock").string()}});
    ASSERT_TRUE(terminal.shows("Type launch")) << terminal.shown();
    EXPECT_EQ(click("user=practitioner-1&patient=patient-1").status, 200);  // the EHR launches it
    ASSERT_TRUE(terminal.shows("Confirmed.")) << terminal.shown();
    EXPECT_THAT(terminal.shown(), HasSubstr("Patient patient-1: "));
    EXPECT_TRUE(eventually([&] {
      return site.audited({R"("kind":"access")", "patient-1", "Observation", "request_id"});
    })) << "it does not tell what it read, and by which request";
    token_rejected(terminal);
    server_down(terminal);
    write(terminal);
    locked(terminal);
    wait_for_the_next_second();
    terminal.launch(Browser(site.folder() / "second"));
    EXPECT_TRUE(terminal.shows("Your note is back: half a thought")) << terminal.shown();
    EXPECT_TRUE(terminal.shows("Confirmed.")) << terminal.shown();
    no_token(terminal);
    EXPECT_EQ(terminal.quit(), 0);
  }

  // The FHIR server takes the token for none, once: there is a new one, and nothing else to see.
  void token_rejected(Terminal& terminal) {
    terminal.look_away();
    ehr.fault({{"at", "fhir"}, {"kind", "status"}, {"status", 401}, {"count", 1}});
    EXPECT_TRUE(refreshed()) << "it does not tell wardend of the 401";
    terminal.type("look");
    EXPECT_FALSE(terminal.shows("NOT CONFIRMED", 100ms)) << terminal.shown();
    EXPECT_EQ(ehr.stats().value("refreshes", 0), 1) << "once";
  }

  void server_down(Terminal& terminal) {
    terminal.look_away();
    ehr.set("down", {{"down", true}});
    EXPECT_TRUE(terminal.shows("NOT CONFIRMED, read at ")) << terminal.shown();
    EXPECT_TRUE(terminal.shows(Settings{}.advice)) << terminal.shown();
    EXPECT_THAT(terminal.shown(), HasSubstr("Patient patient-1: ")) << "it is an outage and no lock";
    terminal.look_away();
    ehr.set("down", {{"down", false}});
    EXPECT_TRUE(terminal.shows("\nConfirmed.")) << terminal.shown();
  }

  // There is none, and none is to be had now.
  void no_token(Terminal& terminal) {
    terminal.look_away();
    ehr.fault({{"at", "token"}, {"kind", "status"}, {"status", 503}});
    ehr.fault({{"at", "fhir"}, {"kind", "status"}, {"status", 401}, {"count", 1}});
    EXPECT_TRUE(terminal.shows("The EHR cannot be reached. " + Settings{}.advice)) << terminal.shown();
    EXPECT_THAT(terminal.shown(), HasSubstr("NOT CONFIRMED, read at "));
  }

  // A server that takes no write, and one that does: the app says so, and wardend is told.
  void write(Terminal& terminal) {
    terminal.type("note a whole thought");
    ehr.fault({{"at", "fhir"}, {"kind", "status"}, {"status", 422}});
    terminal.type("save");
    EXPECT_TRUE(terminal.shows("NOT SAVED: the EHR answered 422.")) << terminal.shown();
    EXPECT_TRUE(eventually([&] { return site.audited({R"("kind":"write")", "outcome", "failure"}); }));
    ehr.no_faults();
    terminal.look_away();
    terminal.type("save");
    EXPECT_TRUE(terminal.shows("Saved.")) << terminal.shown();
    EXPECT_TRUE(terminal.shows("Patient patient-1: 4 observations")) << "it stands at the EHR: " << terminal.shown();
    EXPECT_TRUE(eventually([&] { return site.audited({R"("kind":"write")", "outcome", "success"}); }));
    terminal.type("note half a thought");
  }

  // In the middle of a request that nobody answers.
  void locked(Terminal& terminal) {
    ehr.fault({{"at", "fhir"}, {"kind", "hang"}});
    EXPECT_TRUE(eventually([&] { return ehr.asked("/fhir/Observation").back().value("fault", "") == "hang"; }));
    terminal.look_away();
    EXPECT_EQ(site.wardctl({"lock"}).exit_code, 0);
    EXPECT_TRUE(terminal.shows(empty_screen, 4s)) << "a request that hangs holds the wipe up";
    EXPECT_TRUE(terminal.shows("Your note is kept for you.")) << terminal.shown();
    const std::string after = terminal.shown();
    EXPECT_THAT(after.substr(after.rfind(empty_screen)), Not(HasSubstr("patient-1")));
    ehr.no_faults();
  }
};

TEST_F(Examples, InPythonGoesThroughAMorning) { morning({WARDEND_PYTHON, examples / "python/app.py"}); }

TEST_F(Examples, InNodeGoesThroughAMorning) { morning({WARDEND_NODE, examples / "node/app.mjs"}); }

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// error -> action, sentence and member, as one line.
std::map<std::string, std::string> rows(const std::filesystem::path& file, const char* pattern) {
  std::map<std::string, std::string> found;
  const std::string text = text_of(file);
  const std::regex row(pattern);
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at)
    found[(*at)[1]] = (*at)[2].str() + " | " + (*at)[3].str() + " | " + (*at)[4].str();
  return found;
}

TEST(ExamplesTable, IsOneInAllLanguagesAndInTheDocs) {
  const auto python = rows(examples / "python/wardend.py", R"re("(\w+)": \("(\w+)", "([^"]+)", "(\w*)"\))re");
  EXPECT_EQ(rows(examples / "node/wardend.mjs", R"re((\w+): \['(\w+)', ['"](.+)['"], '(\w*)'\])re"), python);
  EXPECT_EQ(rows(examples / "cpp/what_to_do.hpp", R"re(\{"(\w+)", "(\w+)", "([^"]+)", "(\w*)"\})re"), python);
  const auto docs = rows(source / "docs/for-developers.md", R"re(\n\| `(\w+)` \| (\w+) \| ([^|]+) \| `?(\w*)`? ?\|)re");
  EXPECT_EQ(docs, python);
  const std::string interface = text_of(source / "ipc/interfaces/org.wardend.Broker.varlink");
  const std::regex error(R"re(\nerror (\w+))re");
  int errors = 0;
  for (std::sregex_iterator at(interface.begin(), interface.end(), error), end; at != end; ++at, ++errors)
    EXPECT_TRUE(python.contains((*at)[1])) << (*at)[1];
  EXPECT_EQ(errors, python.size());
}

// What a developer does with the package: a prefix of its own in place of /usr.
class Installed : public Examples {
 protected:
  [[nodiscard]] std::filesystem::path prefix() const { return site.folder() / "prefix"; }
  void install() const {
    done({WARDEND_CMAKE, "--install", WARDEND_BUILD_DIR, "--component", "dev", "--prefix", prefix()});
  }
  static void done(std::vector<std::string> words, std::vector<std::string> environment = {}) {
    const Finished finished = run({std::move(words), std::move(environment)}, 100s);
    ASSERT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  }
  [[nodiscard]] std::filesystem::path library() const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(prefix()))
      if (entry.path().filename() == "libwardend.a") return entry.path().parent_path();
    return {};
  }
};

TEST_F(Installed, ExampleInCppIsBuiltByCMakeAndGoesThroughAMorning) {
  install();
  const std::string build = site.folder() / "build";
  done({WARDEND_CMAKE, "-S", prefix() / "share/doc/libwardend-dev/examples/cpp", "-B", build,
        "-DCMAKE_PREFIX_PATH=" + prefix().string(), "-DCMAKE_CXX_COMPILER=g++"});
  done({WARDEND_CMAKE, "--build", build});
  morning({build + "/trend"});
}

TEST_F(Installed, ClientIsFoundByPkgConfigAndNeedsNothingBeside) {
  install();
  start();
  const std::filesystem::path file = site.folder() / "health.cpp";
  std::ofstream(file) << "#include <iostream>\n#include <nlohmann/json.hpp>\n#include <wardend/client.hpp>\n"
                         "int main(int, char** words) {\n"
                         "  auto broker = wardend::client::Client::connect(words[1]);\n"
                         "  auto reply = broker->call(\"org.wardend.Broker.GetHealth\", nlohmann::json::object());\n"
                         "  std::cout << reply.value().at(\"servers\")[0].at(\"server\") << '\\n';\n}\n";
  const std::string program = site.folder() / "health";
  done({"sh", "-c",
        "g++ -std=c++23 -Wall -Wextra -Werror -pedantic " + file.string() + " -o " + program +
            " $(pkg-config --cflags --libs wardend)"},
       {"PKG_CONFIG_PATH=" + (library() / "pkgconfig").string()});
  EXPECT_EQ(run({{program, site.folder() / "broker.sock"}}).out, "\"ehr\"\n");
  EXPECT_TRUE(std::filesystem::exists(prefix() / "share/wardend/interfaces/org.wardend.Broker.varlink"));
}

}  // namespace
}  // namespace wardend::test
