#include <sys/stat.h>

#include <fstream>

#include "tests/unit/wardctl/wardctl_run.hpp"

namespace wardend::wardctl::test {
namespace {

using ControlCommands = WardctlRun;

TEST_F(ControlCommands, SupportBundleIsANewPrivateFileWithoutFreeText) {
  control_answers("Status", a_status());
  const auto path = folder.file("bundle.json");
  EXPECT_EQ(run({"support-bundle", path}), ExitCode::done);
  struct stat found{};
  ASSERT_EQ(::stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
  std::ifstream file(path);
  const auto bundle = nlohmann::json::parse(file);
  EXPECT_EQ(bundle["status"]["sessions"][0]["id"], "s-1");
  EXPECT_EQ(bundle.dump().find("typed by somebody"), std::string::npos);
  EXPECT_EQ(run({"support-bundle", path}), ExitCode::refused) << "an existing file is kept";
}

}  // namespace
}  // namespace wardend::wardctl::test
