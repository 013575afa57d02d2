#include "tests/integration/audit/audit_day.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/integration/balp_judge.hpp"

namespace wardend::test {
namespace {

constexpr std::ptrdiff_t most_judged = 500;

}  // namespace

AuditDay::AuditDay() {
  settings.fhir_base = ehr.fhir_base();
  settings.scopes = writing_scopes();
  lay_down("Patient/patient-1", patient("patient-1"));
}

void AuditDay::start() {
  Scenario::start(settings);
  expect("a start", {"rotation/begun", "start/started/granted"});
}

std::vector<json> AuditDay::all_lines() const {
  std::vector<json> lines;
  std::ifstream in(site.audit());
  for (std::string line; std::getline(in, line);)
    if (json parsed = json::parse(line, nullptr, false); parsed.is_object()) lines.push_back(std::move(parsed));
  return lines;
}

// Waits until there are so many, and until nothing waits any more.
Texts AuditDay::news(std::size_t expected) {
  std::vector<json> lines;
  static_cast<void>(eventually([&] {
    lines = all_lines();
    return lines.size() >= seen_ + expected && site.metric("wardend_audit_backlog{sink=\"file\"}") <= 0;
  }));
  Texts found;
  last.assign(lines.begin() + static_cast<std::ptrdiff_t>(std::min(seen_, lines.size())), lines.end());
  for (const json& line : last) {
    const std::string kind = line.value("kind", "");
    const std::string action = line.value("action", "");
    const auto act = find_act(kind, action);
    EXPECT_TRUE(act) << "no act: " << line;
    if (act) shown_.insert(*act);
    EXPECT_EQ(line.value("organization", ""), "St Elsewhere") << line;
    EXPECT_EQ(line.value("purpose_of_use", ""), "TREAT") << line;
    EXPECT_NE(line.value("host", ""), "") << line;
    EXPECT_EQ(line.contains("server"), line.contains("fhir_base_url")) << line;
    found.push_back(kind + "/" + action + (line.contains("outcome") ? "/" + line.value("outcome", "") : ""));
  }
  std::ranges::sort(found);
  seen_ = lines.size();
  return found;
}

void AuditDay::expect(const std::string& what, Texts entries) {
  std::ranges::sort(entries);
  EXPECT_EQ(news(entries.size()), entries) << what;
}

json AuditDay::entry(const std::string& kind) const {
  for (const json& line : last)
    if (line.value("kind", "") == kind) return line;
  return json::object();
}

void AuditDay::judge() const {
  const Finished all = site.wardctl({"audit", "export", "--fhir", "--file", site.audit()});
  ASSERT_EQ(all.exit_code, 0) << all.err;
  std::vector<std::string> events;
  std::istringstream in(all.out);
  for (std::string line; std::getline(in, line);) events.push_back(line);
  EXPECT_GE(events.size(), all_lines().size()) << "an event for each entry";
  // A day of thousands that are alike needs not be judged whole.
  if (events.size() > most_judged) events.erase(events.begin(), events.end() - most_judged);
  std::string text;
  for (const std::string& event : events) text += event + "\n";
  const Judgement found = judged(text, site.folder());
  ASSERT_TRUE(found.asked) << found.words;
  EXPECT_EQ(found.events, events.size());
  for (const auto& [index, errors] : found.errors) ADD_FAILURE() << errors.front() << "\n" << events.at(index);
}

std::string AuditDay::control(const std::string& method, const json& parameters) const {
  auto client = site.control();
  const auto answered = client.call("org.wardend.Control." + method, parameters);
  return answered ? "ok" : answered.error().error.substr(answered.error().error.rfind('.') + 1);
}

std::string AuditDay::app(const std::string& method, const json& parameters) {
  const auto answered = broker().call("org.wardend.Broker." + method, parameters);
  reply = answered ? *answered : json::parse(answered.error().parameters_json, nullptr, false);
  return answered ? "ok" : answered.error().error.substr(answered.error().error.rfind('.') + 1);
}

// The system call changes this thread alone, the C library's function all of them.
std::string AuditDay::called_as(uid_t uid, const std::string& method, const json& parameters) const {
  std::string error;
  std::thread([&] {
    if (::syscall(SYS_setresuid, uid, uid, uid) != 0) return;
    auto client = method.starts_with("Control.") ? site.control() : site.broker();
    error = refused(client, method, parameters);
  }).join();
  return error;
}

void AuditDay::launched() {
  id = site.launched_session();
  expect("a launch", {"launch/standalone/granted", "patient/check/granted"});
}

void AuditDay::opened_by_the_ehr() {
  EXPECT_EQ(click("patient=patient-1").status, 200);
  expect("the EHR's launch", {"launch/ehr/granted", "patient/check/granted"});
  id = entry("launch").value("session", "");
}

Texts with_end(Texts more) {
  more.insert(more.end(), {"session_end/end/granted", "revocation/refresh_token/granted"});
  return more;
}

json a_read() {
  return {{"interaction", "read"}, {"resource", "Observation/7"}, {"patient", "patient-1"}, {"outcome", "success"}};
}

}  // namespace wardend::test
