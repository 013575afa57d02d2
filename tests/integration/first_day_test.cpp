// What an administrator meets on the first day: --check, a file with faults at a start and at a reload, sockets that
// are not where the configuration says, and what wardctl says then.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <fstream>

#include "base/file_descriptor.hpp"
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// An address where nobody answers: nothing here needs a server.
Settings settings() { return {.fhir_base = "http://127.0.0.1:1/fhir"}; }

// The sockets that systemd's units make, held by the test as they are held by systemd.
class Sockets {
 public:
  explicit Sockets(const Site& site)
      : broker_(unix_socket(site.folder() / "broker.sock")), control_(unix_socket(site.folder() / "control.sock")) {}
  // Beside the two: the loopback, at a port of the kernel's choice.
  void add_loopback() {
    loopback_ = FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    if (::bind(loopback_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(loopback_.get(), 16) != 0)
      throw std::runtime_error("no loopback socket");
  }
  [[nodiscard]] std::vector<std::pair<std::string, int>> passed() const {
    std::vector<std::pair<std::string, int>> all = {{"broker", broker_.get()}, {"control", control_.get()}};
    if (loopback_.valid()) all.emplace_back("loopback", loopback_.get());
    return all;
  }

 private:
  static FileDescriptor unix_socket(const std::string& path) {
    FileDescriptor made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(made.get(), 16) != 0)
      throw std::runtime_error("no socket at " + path);
    return made;
  }
  FileDescriptor broker_;
  FileDescriptor control_;
  FileDescriptor loopback_;
};

void append(const Site& site, const std::string& text) { std::ofstream(site.config(), std::ios::app) << text; }

std::string last_line(const std::string& text) {
  const auto end = text.find_last_not_of('\n');
  const auto start = text.rfind('\n', end);
  return text.substr(start + 1, end - start);
}

TEST(FirstDay, CheckHasOneFormatAndACount) {
  const Site site;
  Settings good = settings();
  good.scopes = {"openid", "fhirUser", "patient/Observaton.rs"};
  site.write_config(good);
  const Finished noted = run({{program("wardend"), "--check", "--config", site.config()}});
  EXPECT_EQ(noted.exit_code, 0) << noted.out;
  EXPECT_THAT(noted.out, HasSubstr(": note: app vitals has neither the scope offline_access nor online_access: "));
  EXPECT_THAT(noted.out,
              HasSubstr(": note: FHIR has no resource type Observaton: did you mean patient/Observation.rs?"));
  EXPECT_THAT(last_line(noted.out),
              testing::MatchesRegex("The configuration is good: 1 server, 1 app; 0 errors, [0-9]+ "
                                    "notes\\."));
  append(site, "\n[brokr]\n");
  const Finished faulty = run({{program("wardend"), "--check", "--config", site.config()}});
  EXPECT_EQ(faulty.exit_code, 78);
  EXPECT_THAT(faulty.out, HasSubstr(": error: unknown key brokr in the file: did you mean broker?\n"));
  EXPECT_THAT(last_line(faulty.out), HasSubstr("The configuration cannot be used: 1 error, "));
}

TEST(FirstDay, AFaultyFileWithoutSystemdsSocketsEndsTheStart) {
  const Site site;
  site.write_config(settings());
  append(site, "\n[brokr]\n");
  const Finished ended = run({{program("wardend"), "--config", site.config()}});
  EXPECT_EQ(ended.exit_code, 78);
  EXPECT_THAT(ended.err, HasSubstr("error: unknown key brokr"));
}

TEST(FirstDay, AFaultyFileBehindSystemdsSocketsIsToldToEverybody) {
  const Site site;
  site.write_config(settings());
  append(site, "\n[brokr]\n");
  const Sockets sockets(site);
  const Child wardend({{program("wardend"), "--config", site.config()}, {}, {}, {}, sockets.passed()},
                      site.folder() / "log");
  ASSERT_TRUE(wardend.wait_for("wardend started")) << wardend.output();
  const std::string fault =
      "mend the configuration, then `systemctl reload wardend`: it has 1 fault: " + site.config().string();

  const Finished token = site.wardctl({"token"});
  EXPECT_EQ(token.exit_code, 75) << token.err;
  EXPECT_THAT(token.err, AllOf(HasSubstr("WorkstationLocked"), HasSubstr(fault),
                               HasSubstr("error: unknown key brokr in the file: did you mean broker?\n")));
  EXPECT_EQ(site.wardctl({"launch", "--no-browser"}).exit_code, 75);
  const Finished status = site.wardctl({"status"});
  EXPECT_THAT(status.out, AllOf(HasSubstr("no: " + fault), HasSubstr("next\n  not ready: " + fault)));
  EXPECT_EQ(site.metric("wardend_ready"), 0);
  EXPECT_EQ(site.metric("wardend_configuration_faults"), 1);
  EXPECT_EQ(request("http://127.0.0.1:" + std::to_string(site.metrics_port()) + "/readyz").status, 503);

  const Finished still = site.wardctl({"reload"});
  EXPECT_EQ(still.exit_code, 1);
  EXPECT_THAT(still.err, HasSubstr("error: unknown key brokr"));
  site.write_config(settings());
  const Finished mended = site.wardctl({"reload"});
  EXPECT_EQ(mended.exit_code, 0) << mended.err;
  EXPECT_THAT(site.wardctl({"token"}).err, HasSubstr("UnknownSession"));
  EXPECT_TRUE(eventually([&] { return site.metric("wardend_ready") == 1; }));
  EXPECT_EQ(site.metric("wardend_configuration_faults"), 0);
}

TEST(FirstDay, AMendedFileThatNeedsARestartSaysSo) {
  const Site site;
  std::ofstream(site.config()) << "this is no TOML\n";
  const Sockets sockets(site);
  const Child wardend({{program("wardend"), "--config", site.config()}, {}, {}, {}, sockets.passed()},
                      site.folder() / "log");
  if (!wardend.wait_for("wardend started", 5s))
    GTEST_SKIP() << "the default ports of wardend are taken here: " << wardend.output();
  site.write_config(settings());
  EXPECT_EQ(site.wardctl({"reload"}).exit_code, 0);
  EXPECT_THAT(site.wardctl({"token"}).err, HasSubstr("the configuration is good now, and needs a restart ("));
}

TEST(FirstDay, AReloadOfAFaultyFileIsToldUntilItIsMended) {
  Site site;
  site.start(settings());
  append(site, "\n[brokr]\n");
  const Finished reloaded = site.wardctl({"reload"});
  EXPECT_EQ(reloaded.exit_code, 1);
  EXPECT_THAT(reloaded.err, AllOf(HasSubstr("ConfigInvalid"), HasSubstr("error: unknown key brokr")));
  EXPECT_THAT(
      site.wardctl({"status"}).out,
      HasSubstr("the file on disk is not in force: mend it, then `systemctl reload wardend`; it has 1 fault: "));
  EXPECT_EQ(site.metric("wardend_configuration_faults"), 1);
  EXPECT_EQ(site.metric("wardend_ready"), 1);
  site.write_config(settings());
  EXPECT_EQ(site.wardctl({"reload"}).exit_code, 0);
  EXPECT_THAT(site.wardctl({"status"}).out, Not(HasSubstr("the file on disk")));
}

TEST(FirstDay, AnotherPortThanSystemdsIsSaid) {
  const Site site;
  site.write_config(settings());
  Sockets sockets(site);
  sockets.add_loopback();
  const Child wardend({{program("wardend"), "--config", site.config()}, {}, {}, {}, sockets.passed()},
                      site.folder() / "log");
  ASSERT_TRUE(wardend.wait_for("wardend started")) << wardend.output();
  const std::string said =
      "loopback_port is " + std::to_string(site.loopback_port()) + " in the configuration, and systemd listens at ";
  EXPECT_THAT(wardend.output(), HasSubstr(said));
  EXPECT_THAT(site.wardctl({"status"}).out, HasSubstr("next\n  not ready: " + said));
  EXPECT_EQ(site.metric("wardend_ready"), 0);
  const Finished launched = site.wardctl({"launch", "--no-browser"});
  EXPECT_NE(launched.exit_code, 0);
  EXPECT_THAT(launched.err, AllOf(HasSubstr("redirect_port"), HasSubstr("the browser would come back to port " +
                                                                        std::to_string(site.loopback_port()))));
}

TEST(FirstDay, AReloadNamesTheKeysThatWaitForARestart) {
  Site site;
  site.start(settings());
  std::ifstream in(site.config());
  std::string text((std::istreambuf_iterator<char>(in)), {});
  const std::string was = "state_dir = ";
  text.replace(text.find(was), was.size(), "max_connections = 100\nstate_dir = ");
  std::ofstream(site.config()) << text;
  const Finished reloaded = site.wardctl({"reload"});
  EXPECT_EQ(reloaded.exit_code, 0) << reloaded.err;
  EXPECT_THAT(reloaded.out,
              HasSubstr("  but max_connections waits for a restart\n  next: `systemctl restart wardend`\n"));
  EXPECT_THAT(site.wardctl({"status"}).out,
              HasSubstr("changed in the file, and in force at the next restart only: max_connections"));
}

TEST(FirstDay, StatusShowsWhatIsHeldAndWhyAServerHasNoAnswer) {
  Site site;
  site.start(settings());
  EXPECT_EQ(site.wardctl({"clear", "--reason", "trial"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] {
    return site.wardctl({"status"}).out.find("Connection refused") != std::string::npos ||
           site.wardctl({"status"}).out.find("connect") != std::string::npos;
  }));
  const std::string status = site.wardctl({"status"}).out;
  EXPECT_THAT(status, HasSubstr("HELD "));
  EXPECT_THAT(status, HasSubstr("an operator cleared it"));
  EXPECT_THAT(status, HasSubstr("a launch from the EHR, or a sign-in that begins after the clear"));
  EXPECT_THAT(status, Not(HasSubstr("answers only now and then")));
}

using FirstLaunch = Scenario;

TEST_F(FirstLaunch, ATokenInTheNextCommandComesOrIsToldHow) {
  start({});
  const std::string session = site.launched_session();
  const Finished token = site.wardctl({"token"});
  if (token.exit_code != 0) {
    EXPECT_THAT(token.err, HasSubstr("wardctl token --session " + session));
  }
  EXPECT_EQ(site.wardctl({"token", "--session", session}).exit_code, 0);
  EXPECT_THAT(site.wardctl({"sessions"}).out, Not(HasSubstr("http://")));
}

TEST(FirstDay, WardctlKnowsItsCommands) {
  const Finished misspelt = run({{program("wardctl"), "stauts"}});
  EXPECT_EQ(misspelt.exit_code, 2);
  EXPECT_THAT(misspelt.err, HasSubstr("there is no command \"stauts\": did you mean \"status\"?"));
  EXPECT_THAT(run({{program("wardctl"), "--help"}}).out, AllOf(HasSubstr("status"), Not(HasSubstr("disable"))));
}

}  // namespace
}  // namespace wardend::test
