// A day of one workstation: whatever happens there, the trail has exactly the entries of it, and no more.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/audit_acts.hpp"
#include "tests/integration/writing.hpp"

namespace wardend::test {

using Texts = std::vector<std::string>;

// What the acts of a day share. Entries are written "kind/action", with "/granted" or "/denied" where they have one.
class AuditDay : public Writing {
 public:
  using Scenario::answer;
  using Scenario::begin;
  using Scenario::broker;
  using Scenario::browser;
  using Scenario::click;
  using Scenario::ehr;
  using Scenario::launch_error;
  using Scenario::reply;
  using Scenario::session;
  using Scenario::site;
  using Writing::authorized;
  using Writing::lay_down;
  using Writing::record;
  using Writing::told;

  AuditDay();
  // A start whose trail is new.
  void start();
  // Since this was called last the trail has these entries and no others, in whatever order.
  void expect(const std::string& what, Texts entries);
  // The first of that kind among those of the last expect(), the newest one, and all of them.
  [[nodiscard]] json entry(const std::string& kind) const;
  [[nodiscard]] json newest() const { return last.empty() ? json::object() : last.back(); }
  std::vector<json> last;
  // The trail goes on in a file that has so many lines.
  void goes_on_behind(std::size_t lines) { seen_ = lines; }
  // What the trail has shown by now.
  [[nodiscard]] const std::set<AuditAct>& shown() const { return shown_; }
  // Every entry's AuditEvent, before the judge.
  void judge() const;

  // "ok", or the bare name of the error; `reply` is what an app's call brought.
  std::string control(const std::string& method, const json& parameters = json::object()) const;
  std::string app(const std::string& method, const json& parameters);
  // The same by a Unix user whom no rule names: the bare name of the error.
  [[nodiscard]] std::string called_as(uid_t uid, const std::string& method, const json& parameters) const;
  // Both leave the session's id in `id`.
  void launched();
  void opened_by_the_ehr();

  Settings settings;
  std::string id;

 private:
  [[nodiscard]] std::vector<json> all_lines() const;
  [[nodiscard]] Texts news(std::size_t expected);
  std::size_t seen_ = 0;
  std::set<AuditAct> shown_;
};

// What ends a session, beside the cause of it.
[[nodiscard]] Texts with_end(Texts more);
// What RecordAccess is told of a read.
[[nodiscard]] json a_read();

struct Day {
  std::string name;
  void (*play)(AuditDay& day);
  std::vector<AuditAct> shows;
};
[[nodiscard]] std::vector<Day> days_of_apps();
[[nodiscard]] std::vector<Day> days_of_writes();
[[nodiscard]] std::vector<Day> days_of_operators();
[[nodiscard]] std::vector<Day> days_of_hubs();
[[nodiscard]] std::vector<Day> days_of_the_machine();
[[nodiscard]] std::vector<Day> days_of_gaps();

}  // namespace wardend::test
