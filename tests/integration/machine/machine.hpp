// What the tests inside the booted machine have at hand: the installed service, the sandbox as the EHR, real login
// sessions, and a way to run a program in one. The tests are root, and the machine is theirs alone.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ipc/client/wardend/client.hpp"
#include "tests/integration/child.hpp"

namespace wardend::test {

// The click in the EHR that opens the app vitals for `patient`.
[[nodiscard]] std::string ehr_launch_address(const std::string& patient = "patient-1");

// Runs `command` with sh, as root, outside every login session.
[[nodiscard]] Finished shell(const std::string& command);
// The same, and a failure of the test when it fails. What it printed, without the last line end.
std::string done(const std::string& command);

// none: a desktop of a terminal server. no_desktop: as ssh, su or cron open one.
enum class Seat { seat0, none, no_desktop };

// A login session as a display manager opens it: on seat0 it becomes the active one. Ends with the object.
class LoginSession {
 public:
  explicit LoginSession(std::string user, Seat seat = Seat::seat0);
  LoginSession(const LoginSession&) = delete;
  LoginSession& operator=(const LoginSession&) = delete;
  ~LoginSession();

  [[nodiscard]] const std::string& id() const { return id_; }
  // logind's object path.
  [[nodiscard]] std::string path() const;
  // Runs one line of sh in the session, as its user.
  [[nodiscard]] Finished run(const std::string& command) const;
  // The EHR opens the app: a browser in this session follows the EHR's launch to its end.
  void launch_from_ehr(const std::string& patient = "patient-1") const;
  // "granted", or the name of the error that GetToken was refused with.
  [[nodiscard]] std::string token_answer() const;
  // The token itself; empty: refused.
  [[nodiscard]] std::string token() const;
  [[nodiscard]] bool is_refused() const { return token_answer() != "granted"; }
  void end();

 private:
  std::string user_;
  std::filesystem::path folder_;
  std::string id_;
};

// The installed wardend, its configuration written once and its sockets listening.
class Machine {
 public:
  // What the control socket says to root.
  [[nodiscard]] static nlohmann::json status();
  [[nodiscard]] static std::string last_clear();
  // The tests' wardend.toml. `session` is what follows the keys of the app vitals: [app.session] and the like.
  [[nodiscard]] static std::string configuration(const std::string& session = {});
  // Writes it anew and has it read.
  static void configure(const std::string& session = {});
  // What the sandbox's control interface answers to a GET, or to a POST of `body`.
  static nlohmann::json sandbox(const std::string& what, const nlohmann::json& body = nullptr);
  // There is no /sys/power here: logind is shown one, and `instead` runs in place of what would stop the machine.
  static void let_it_sleep(const std::string& instead = "/bin/sleep 1");
  [[nodiscard]] static int ready_status();  // of GET /readyz
  [[nodiscard]] static bool is_ready() { return ready_status() == 200; }
  [[nodiscard]] static std::string metrics();
  [[nodiscard]] static pid_t main_pid();
  // Everything that wardend wrote to the journal since the machine started.
  [[nodiscard]] static std::string journal();
  [[nodiscard]] static std::string audit();
};

// Alice sits at the workstation, the EHR has opened the app for her, and the app has its token.
class AtWork : public ::testing::Test {
 protected:
  void SetUp() override;
  // Refused, cleared for `reason`, and so it stands in the audit.
  void expect_cleared(const LoginSession& whose, const std::string& reason) const;

  LoginSession alice{"alice"};
};

}  // namespace wardend::test
