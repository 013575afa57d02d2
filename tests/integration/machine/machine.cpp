#include "tests/integration/machine/machine.hpp"

#include <unistd.h>

#include <fstream>
#include <sstream>

namespace wardend::test {
namespace {

constexpr const char* file = R"([broker]
lock_sources = ["logind", "control"]
lock_grace = "2s"

[[server]]
name = "ehr"
fhir_base_url = "http://127.0.0.1:9500/fhir"
ehr_unit = "ehr-*.service"

[server.health]
interval = "1s"

[[app]]
id = "vitals"
name = "Vitals trend"
servers = ["ehr"]
client_id = "vitals"
client_auth = "none"
redirect_uri = "http://127.0.0.1:8724/callback"
launch = ["ehr", "standalone"]
patient_context = "required"
[[app.peer]]
user = "alice"
[[app.peer]]
user = "bob"
@SCOPES@@SESSION@
[[app]]
id = "pump"
name = "Pump gateway"
servers = ["ehr"]
client_id = "pump"
client_auth = "none"
redirect_uri = "http://127.0.0.1:8724/callback"
launch = ["standalone"]
patient_context = "required"
[[app.peer]]
unit = "pump.service"
@SCOPES@)";

std::string_view environment_of(Seat seat) {
  // A seat that has virtual terminals wants to know which one; the container's has none.
  static const bool terminals = std::filesystem::exists("/dev/tty0");
  switch (seat) {
    case Seat::seat0:
      return terminals ? " XDG_SEAT=seat0 XDG_VTNR=1 XDG_SESSION_TYPE=wayland"
                       : " XDG_SEAT=seat0 XDG_SESSION_TYPE=wayland";
    case Seat::none:
      return " XDG_SESSION_TYPE=x11";
    case Seat::no_desktop:
      return "";
  }
  return "";
}

std::string contents(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

std::string ehr_launch_address(const std::string& patient) {
  return "http://127.0.0.1:9500/ehr/launch?app_url=http://127.0.0.1:8724/launch/vitals&user=practitioner-1&patient=" +
         patient;
}

Finished shell(const std::string& command) { return run({{"sh", "-c", command}}); }

std::string done(const std::string& command) {
  Finished finished = shell(command);
  EXPECT_EQ(finished.exit_code, 0) << command << "\n" << finished.out << finished.err;
  while (finished.out.ends_with('\n')) finished.out.pop_back();
  return finished.out;
}

LoginSession::LoginSession(std::string user, Seat seat) : user_(std::move(user)) {
  static int number = 0;
  folder_ = "/run/session-" + user_ + "-" + std::to_string(++number);
  const std::string folder = folder_.string();
  done("mkdir " + folder + " && mkfifo " + folder + "/in " + folder + "/code && chown -R " + user_ + " " + folder);
  done("systemd-run -q --unit=" + folder_.filename().string() + " --uid=" + user_ +
       " -p PAMName=login -p Environment='XDG_SESSION_CLASS=user" + std::string(environment_of(seat)) +
       "' /opt/tests/session-shell " + folder);
  id_ = run("echo $XDG_SESSION_ID").out;
  while (id_.ends_with('\n')) id_.pop_back();
  EXPECT_FALSE(id_.empty());
}

LoginSession::~LoginSession() { end(); }

void LoginSession::end() {
  if (id_.empty()) return;
  (void)shell("loginctl terminate-session " + id_ + "; systemctl stop " + folder_.filename().string());
  EXPECT_TRUE(eventually([&] { return shell("loginctl show-session " + id_).exit_code != 0; })) << id_;
  id_.clear();
}

std::string LoginSession::path() const {
  return done(
      "busctl -j call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager GetSession s " +
      id_ + " | sed 's/.*\\(\\/org[^\"]*\\).*/\\1/'");
}

Finished LoginSession::run(const std::string& command) const {
  const std::string folder = folder_.string();
  const Finished code = test::run({{"sh", "-c", "printf '%s\\n' \"$1\" >\"$0/in\"; cat \"$0/code\"", folder, command}});
  if (code.exit_code != 0 || code.out.empty()) return {.exit_code = -1, .out = {}, .err = "the session is gone"};
  return {.exit_code = std::stoi(code.out), .out = contents(folder_ / "out"), .err = contents(folder_ / "err")};
}

void LoginSession::launch_from_ehr(const std::string& patient) const {
  const Finished browser =
      run("rm -f ~/jar; curl -sSL -f --max-time 10 -b ~/jar -c ~/jar -H 'Sec-Fetch-Mode: navigate' -H 'Sec-Fetch-User: "
          "?1' '" +
          ehr_launch_address(patient) + "'");
  EXPECT_EQ(browser.exit_code, 0) << browser.out << browser.err;
}

std::string LoginSession::token_answer() const {
  const Finished token = run("wardctl token");
  if (token.exit_code == 0) return "granted";
  const auto name = token.err.find("wardctl: ") + 9;
  return token.err.substr(name, token.err.find_first_of(":\n ", name) - name);
}

nlohmann::json Machine::status() {
  auto control = client::Client::connect("/run/wardend/control.sock");
  if (!control) return {{"unreachable", control.error().detail}};
  auto reply = control->call("org.wardend.Control.Status", nlohmann::json::object());
  return reply ? std::move(*reply) : nlohmann::json{{"refused", reply.error().error}};
}

std::string Machine::last_clear() { return status().value("/last_clear/reason"_json_pointer, ""); }

std::string Machine::configuration(const std::string& session) {
  std::string scopes;
  for (const char* scope : {"openid", "fhirUser", "offline_access", "patient/Observation.rs"})
    scopes += std::string("[[app.scope]]\nscope = \"") + scope +
              "\"\naction = \"show trends\"\napproved_by = \"Board\"\napproved_on = 2026-05-04\n";
  std::string text = file;
  for (auto at = text.find("@SCOPES@"); at != std::string::npos; at = text.find("@SCOPES@"))
    text.replace(at, 8, scopes);
  text.replace(text.find("@SESSION@"), 9, session);
  return text;
}

void Machine::configure(const std::string& session) {
  std::ofstream("/etc/wardend/wardend.toml") << configuration(session);
  done("wardctl reload");
}

nlohmann::json Machine::sandbox(const std::string& what, const nlohmann::json& body) {
  const std::string posted = body.is_null() ? "" : "-d '" + body.dump() + "' ";
  return nlohmann::json::parse(done("curl -sf " + posted + "http://127.0.0.1:9500/_sandbox/" + what), nullptr, false);
}

void Machine::let_it_sleep(const std::string& instead) {
  done(
      "f=/run/fakesys; mkdir -p $f && mount -t tmpfs tmpfs $f && for e in /sys/*; do mkdir -p $f/${e#/sys/}; "
      "[ $e = /sys/power ] || mount --rbind $e $f/${e#/sys/}; done; mkdir -p $f/power && "
      "echo 'freeze mem' >$f/power/state && echo '[s2idle]' >$f/power/mem_sleep && mount --rbind $f /sys && "
      "mkdir -p /run/systemd/system/systemd-suspend.service.d && "
      "printf '[Service]\nExecStart=\nExecStart=" +
      instead +
      "\n' >/run/systemd/system/systemd-suspend.service.d/instead.conf && "
      "systemctl daemon-reload && systemctl restart systemd-logind");
}

int Machine::ready_status() {
  const Finished curl = shell("curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:9724/readyz");
  return curl.out.empty() ? 0 : std::stoi(curl.out);
}

std::string Machine::metrics() { return done("curl -sf http://127.0.0.1:9724/metrics"); }

pid_t Machine::main_pid() { return std::stoi("0" + done("systemctl show wardend -P MainPID")); }

std::string Machine::journal() { return done("journalctl --sync; journalctl -q -o cat -u wardend"); }

std::string Machine::audit() { return contents("/var/log/wardend/audit.jsonl"); }

std::string LoginSession::token() const {
  std::string token = run("wardctl token").out;
  while (token.ends_with('\n')) token.pop_back();
  return token;
}

void AtWork::SetUp() {
  done("systemctl start wardend");
  ASSERT_TRUE(eventually(&Machine::is_ready)) << Machine::status();
  alice.launch_from_ehr();
  ASSERT_EQ(alice.token_answer(), "granted");
}

void AtWork::expect_cleared(const LoginSession& whose, const std::string& reason) const {
  EXPECT_TRUE(eventually([&] { return Machine::last_clear() == reason; })) << Machine::status();
  if (!whose.id().empty()) EXPECT_EQ(whose.token_answer(), "WorkstationLocked");
  EXPECT_TRUE(eventually([&] { return Machine::audit().contains("\"reason\":\"" + reason + "\""); })) << reason;
}

}  // namespace wardend::test
