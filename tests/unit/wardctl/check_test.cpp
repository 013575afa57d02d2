// `wardctl check FILE` asks wardend itself: the one beside this program where it is built, else one that plays it.
#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/unit/wardctl/wardctl_run.hpp"
#include "wardctl/process.hpp"

namespace wardend::wardctl::test {
namespace {

class Check : public WardctlRun {
 public:
  Check() {
    std::ofstream(folder.file("good.toml")) << "# every default\n";
    std::ofstream(folder.file("bad.toml")) << "bad = 1\n";
    if (sibling_program("wardend") != "wardend") return;
    std::ofstream(folder.file("wardend")) << "#!/bin/sh\ngrep -q bad \"$3\" && exit 78\nexit 0\n";
    ::chmod(folder.file("wardend").c_str(), 0700);
    ::setenv("PATH", (path + ":" + folder.file("")).c_str(), 1);
  }
  ~Check() override { ::setenv("PATH", path.c_str(), 1); }
  const std::string path = ::getenv("PATH");
};

TEST_F(Check, IsDoneWhereTheFileCanBeUsed) {
  EXPECT_EQ(run({"check", folder.file("good.toml")}), ExitCode::done);
  EXPECT_EQ(err.str(), "");
}

TEST_F(Check, SaysWhatToDoWithAFileThatCannot) {
  EXPECT_EQ(run({"check", folder.file("bad.toml")}), ExitCode::refused);
  EXPECT_NE(err.str().find("ConfigInvalid"), std::string::npos) << err.str();
  EXPECT_NE(err.str().find("wardctl reload"), std::string::npos) << err.str();
}

TEST_F(Check, WithJsonSaysItAsAnObject) {
  EXPECT_EQ(run({"--json", "check", folder.file("bad.toml")}), ExitCode::refused);
  const auto told = nlohmann::json::parse(err.str());
  EXPECT_EQ(told.at("error"), "ConfigInvalid");
  EXPECT_EQ(told.at("exit_code"), 1);
}

TEST_F(Check, SaysThatTheProgramIsMissing) {
  if (sibling_program("wardend") != "wardend") GTEST_SKIP() << "wardend stands beside this program";
  ::setenv("PATH", "/nonexistent", 1);
  EXPECT_EQ(run({"check", folder.file("good.toml")}), ExitCode::refused);
  EXPECT_NE(err.str().find("NotSupported"), std::string::npos) << err.str();
}

}  // namespace
}  // namespace wardend::wardctl::test
