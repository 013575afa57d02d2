// An app in a clinician's login session that tries what an app would not.
//
//   session_probe hints|locks|reports ROUNDS EHR_LAUNCH_URL TOKENS_FILE
//     launches, asks for tokens without pause, has its own login session locked by LockedHint or by the signal Lock of
//     logind, or reports a lock as the EHR's agent, and notes how long after the signal's arrival here, or after the
//     report was sent, the first refusal came. Exit code 3: p99 was 50 ms or more, ten
//     times what is promised: a busy machine is no failure.
//   session_probe write PATIENT
//     has a write of an Observation judged, sends it with curl, and tells what became of it. Prints the error's name
//     where it was refused, else the server's status.
//   session_probe orphan
//     connects, ends, and has a child ask on that connection. Prints the error's name, "closed" when none came.
#include <poll.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "ipc/client/wardend/client.hpp"

namespace {

using Time = std::chrono::steady_clock::time_point;
using Clock = std::chrono::steady_clock;
constexpr auto login1 = "org.freedesktop.login1";
constexpr auto own_session = "/org/freedesktop/login1/session/self";
constexpr auto session_interface = "org.freedesktop.login1.Session";

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "session_probe: %s\n", why.c_str());
  std::exit(1);
}

struct Heard {
  std::optional<Time> at;
};

int on_change(sd_bus_message*, void* heard, sd_bus_error*) {
  auto& it = *static_cast<Heard*>(heard);
  if (!it.at) it.at = Clock::now();
  return 0;
}

void set_locked(sd_bus* bus, int locked) {
  sd_bus_error error{};
  if (sd_bus_call_method(bus, login1, own_session, session_interface, "SetLockedHint", &error, nullptr, "b", locked) <
      0)
    give_up(error.message == nullptr ? "SetLockedHint" : error.message);
}

std::string ask_token(wardend::client::Client& broker, std::string& refusal) {
  const auto reply = broker.call("org.wardend.Broker.GetToken", nlohmann::json::object());
  if (reply) return reply->at("access_token").get<std::string>();
  refusal = reply.error().error.empty() ? "closed" : reply.error().error;
  return {};
}

wardend::client::Client connect() {
  auto client = wardend::client::Client::connect("/run/wardend/broker.sock");
  if (!client) give_up(client.error().detail);
  return std::move(*client);
}

enum class Kind { hints, locks, reports };

void begin_lock(Kind kind, sd_bus* bus, Heard& heard) {
  int sent = 0;
  switch (kind) {
    case Kind::hints:
      sent = sd_bus_call_method_async(bus, nullptr, login1, own_session, session_interface, "SetLockedHint", nullptr,
                                      nullptr, "b", 1);
      break;
    case Kind::locks:
      sent = sd_bus_call_method_async(bus, nullptr, login1, own_session, session_interface, "Lock", nullptr, nullptr,
                                      nullptr);
      break;
    case Kind::reports: {
      auto control = wardend::client::Client::connect("/run/wardend/control.sock");
      if (!control) give_up(control.error().detail);
      heard.at = Clock::now();
      const nlohmann::json parameters{{"reason", "ehr_lock"}, {"target", nlohmann::json::object()}};
      if (const auto reply = control->call("org.wardend.Control.ReportLock", parameters); !reply)
        give_up("ReportLock: " + reply.error().error);
      break;
    }
  }
  if (sent < 0) give_up("the lock could not be sent");
}

// Asks until refused; the time from the signal's arrival here to the refusal, never less than zero.
double lock_and_wait(Kind kind, sd_bus* bus, Heard& heard, wardend::client::Client& broker) {
  heard.at.reset();
  begin_lock(kind, bus, heard);
  std::string refusal;
  const Time until = Clock::now() + std::chrono::seconds(5);
  while (refusal.empty()) {
    if (Clock::now() > until) give_up("no refusal within 5 s of the lock");
    while (sd_bus_process(bus, nullptr) > 0) {
    }
    (void)ask_token(broker, refusal);
  }
  const Time refused = Clock::now();
  while (!heard.at && Clock::now() < until) {
    sd_bus_wait(bus, 100'000);
    while (sd_bus_process(bus, nullptr) > 0) {
    }
  }
  if (refusal != "org.wardend.Broker.WorkstationLocked") give_up("refused with " + refusal);
  return std::max(0.0, std::chrono::duration<double, std::milli>(refused - heard.at.value_or(refused)).count());
}

int count_locks(Kind kind, int rounds, const std::string& ehr_launch, const std::string& tokens_file) {
  std::ofstream tokens(tokens_file);
  sd_bus* bus = nullptr;
  if (sd_bus_open_system(&bus) < 0) give_up("no system bus");
  Heard heard;
  const std::string from = std::string("type='signal',sender='") + login1 + "',interface='";
  const std::string match = kind == Kind::locks
                                ? from + session_interface + "',member='Lock'"
                                : from + "org.freedesktop.DBus.Properties',arg0='" + session_interface + "'";
  sd_bus_add_match(bus, nullptr, match.c_str(), &on_change, &heard);
  const std::string launch =
      "rm -f ~/jar; curl -sSL -f --max-time 10 -b ~/jar -c ~/jar -o /dev/null "
      "-H 'Sec-Fetch-Mode: navigate' -H 'Sec-Fetch-User: ?1' '" +
      ehr_launch + "'";
  std::vector<double> milliseconds;
  for (int round = 0; round < rounds; ++round) {
    if (std::system(launch.c_str()) != 0) give_up("the EHR launch failed");
    auto broker = connect();
    std::string refusal;
    const std::string token = ask_token(broker, refusal);
    if (token.empty()) give_up("no token after a launch: " + refusal);
    tokens << token << std::endl;
    milliseconds.push_back(lock_and_wait(kind, bus, heard, broker));
    if (kind == Kind::hints) set_locked(bus, 0);
  }
  std::ranges::sort(milliseconds);
  const auto at = [&](std::size_t percent) { return milliseconds[(milliseconds.size() - 1) * percent / 100]; };
  std::printf("%zu locks, signal to first refusal: median %.3f ms, p99 %.3f ms, longest %.3f ms\n", milliseconds.size(),
              at(50), at(99), milliseconds.back());
  sd_bus_unref(bus);
  return at(99) < 50.0 ? 0 : 3;
}

int write(const std::string& patient) {
  auto broker = connect();
  const nlohmann::json resource{{"resourceType", "Observation"},
                                {"status", "preliminary"},
                                {"code", {{"text", "Note"}}},
                                {"subject", {{"reference", "Patient/" + patient}}},
                                {"valueString", "well"}};
  const auto token = broker.call("org.wardend.Broker.GetToken", nlohmann::json::object());
  if (!token) give_up("no token: " + token.error().error);
  const auto permit = broker.call("org.wardend.Broker.AuthorizeWrite", {{"session", token->at("session")},
                                                                        {"patient", patient},
                                                                        {"interaction", "create"},
                                                                        {"resource_type", "Observation"},
                                                                        {"resource", resource}});
  if (!permit) return std::puts(permit.error().error.c_str()) < 0;
  const std::string file = "/tmp/session_probe." + std::to_string(::getpid());
  std::ofstream(file) << resource;
  const std::string sent = "curl -sf -o /dev/null -w '%{http_code}\n' -H @- -H 'Content-Type: application/fhir+json' " +
                           ("--data-binary @" + file) + " " + token->at("fhir_base_url").get<std::string>() +
                           "/Observation";
  std::FILE* const curl = ::popen(sent.c_str(), "w");  // its header by a pipe: a token is on no command line
  std::fprintf(curl, "Authorization: Bearer %s\n", permit->at("access_token").get<std::string>().c_str());
  const int code = ::pclose(curl);
  std::remove(file.c_str());
  const auto recorded = broker.call("org.wardend.Broker.RecordWrite",
                                    {{"permit", permit->at("permit")}, {"outcome", code == 0 ? "success" : "failure"}});
  if (!recorded) give_up("RecordWrite: " + recorded.error().error);
  return code == 0 ? 0 : 1;
}

// The child of a process that has ended asks on its connection. The caller waits for the child through the pipe.
int ask_as_orphan() {
  int ended[2];
  if (::pipe(ended) != 0) give_up("pipe");
  const pid_t middle = ::fork();
  if (middle == 0) {
    auto broker = connect();
    std::string refusal;
    if (ask_token(broker, refusal).empty()) give_up("no token while alive: " + refusal);
    const pid_t self = ::getpid();
    if (::fork() != 0) ::_exit(0);
    ::close(ended[0]);
    while (::getppid() == self) ::usleep(1000);
    std::printf("%s\n", ask_token(broker, refusal).empty() ? refusal.c_str() : "granted");
    std::fflush(stdout);
    ::_exit(0);
  }
  ::close(ended[1]);
  int status = 0;
  ::waitpid(middle, &status, 0);  // only then is it gone for the kernel
  char byte = 0;
  while (::read(ended[0], &byte, 1) > 0) {
  }
  return status == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  const auto count = [&](Kind kind) { return count_locks(kind, std::atoi(argv[2]), argv[3], argv[4]); };
  if (what == "hints" && argc == 5) return count(Kind::hints);
  if (what == "locks" && argc == 5) return count(Kind::locks);
  if (what == "reports" && argc == 5) return count(Kind::reports);
  if (what == "write" && argc == 3) return write(argv[2]);
  if (what == "orphan" && argc == 2) return ask_as_orphan();
  give_up("hints|locks|reports ROUNDS EHR_LAUNCH_URL TOKENS_FILE, write PATIENT, or orphan");
}
