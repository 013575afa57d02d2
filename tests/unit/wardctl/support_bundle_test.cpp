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
  EXPECT_EQ(run({"support-bundle", path}), ExitCode::usage) << "an existing file is kept";
}

nlohmann::json written(const std::string& path) {
  std::ifstream file(path);
  return nlohmann::json::parse(file);
}

TEST_F(ControlCommands, SupportBundleIsMadeWhileTheServiceIsDown) {
  const auto path = folder.file("bundle.json");
  const auto config = folder.file("odd.toml");
  std::ofstream(config) << "[broker]\nsokcet = \"/x\"\n";
  EXPECT_EQ(run_command_line({"--control", folder.file("nobody"), "support-bundle", path, "--config", config},
                             {.in = in, .out = out, .err = err}),
            ExitCode::done);
  EXPECT_TRUE(printed("wardend does not answer"));
  EXPECT_TRUE(printed("wrote " + path));
  const auto bundle = written(path);
  EXPECT_FALSE(bundle.contains("status"));
  EXPECT_TRUE(bundle["no_status"].is_string());
  for (const char* part : {"unit", "sockets", "journal", "check"}) {
    EXPECT_TRUE(bundle[part].contains("exit")) << part;
    EXPECT_TRUE(bundle[part]["output"].is_string()) << part;
  }
  EXPECT_TRUE(bundle["check"]["command"].get<std::string>().contains(config));
}

TEST_F(ControlCommands, SupportBundleIsRefusedToWhomTheServiceRefuses) {
  control.answer("org.wardend.Control.Status",
                 error_frame("org.wardend.Control.NotAuthorized", {{"role", "observer"}}));
  const auto path = folder.file("bundle.json");
  EXPECT_EQ(run({"support-bundle", path}), ExitCode::not_permitted);
  EXPECT_FALSE(std::ifstream(path).is_open());
}

}  // namespace
}  // namespace wardend::wardctl::test
