// One clinician's stay, as the sweep plays it: two launches, a refresh, a lock that the EHR reports; and after a death
// and a restart the judgement of what came back. The EHR is strict: a refresh token that is used twice ends its grant.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/integration/crash/supervisor.hpp"
#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {

class Stay {
 public:
  // The tokens' lives, in seconds. That of a launch is long enough for a refresh to come only where it is asked for;
  // that of a refresh is so short that the next one comes by itself, after half of it.
  static constexpr int launched_life = 90;
  static constexpr int refreshed_life = 6;

  // Without a `lock_grace` blindness never counts.
  explicit Stay(const std::string& lock_grace = "60s", int token_life = launched_life);
  ~Stay();
  Stay(const Stay&) = delete;
  Stay& operator=(const Stay&) = delete;

  // Each step is false when the service ended over it; a step that fails otherwise fails the test.
  [[nodiscard]] bool start(const std::vector<std::string>& environment = {});
  [[nodiscard]] bool launch();
  [[nodiscard]] bool refresh();  // of the first session
  [[nodiscard]] bool lock();
  // All of them.
  [[nodiscard]] bool play(const std::vector<std::string>& environment = {});

  // Who keeps what they were told, judged after a restart by the step that was under way when the service ended, and
  // by the points that it had passed: README.md has the table.
  void expect_as_promised();
  // Without changing anything at the server, for a service that will end once more.
  void expect_served_or_cleared();
  void expect_all_cleared();

  struct Held {
    std::string id;
    std::string token;
    int life = launched_life;
  };
  [[nodiscard]] const std::vector<Held>& held() const { return held_; }
  // A token of the session, good for so many seconds; nullopt: refused, and `refusal` names the error.
  [[nodiscard]] std::optional<std::string> token(const std::string& session, std::optional<int> min_validity = {});
  [[nodiscard]] const std::string& refusal() const { return refusal_; }
  // Asking for this validity makes a refresh once the session's token of `life` seconds has aged by one of them.
  [[nodiscard]] static constexpr int refreshing_validity(int life) { return life - 1; }
  // Waits for that. False: the session is refused.
  [[nodiscard]] bool await_ageing(const std::string& session, int life);
  [[nodiscard]] bool honoured(const std::string& token) const;  // by the FHIR server
  [[nodiscard]] int refresh_requests() const;                   // that reached the server
  [[nodiscard]] int revocations() const;
  // The failure points that the service has passed since its last start, in order; not those of the audit trail, whose
  // thread has a time of its own (trail_test.cpp).
  [[nodiscard]] std::vector<std::string> passed() const;

  Site site;
  Sandbox ehr;
  Supervisor service{site};

 private:
  enum class Step { none, launching, refreshing, locking, locked };
  [[nodiscard]] std::optional<nlohmann::json> call(const std::string& method, const nlohmann::json& parameters);
  [[nodiscard]] bool ended(const std::string& otherwise);
  void expect_whole(Held& of);
  void expect_unrepeated(const Held& of);
  [[nodiscard]] bool waits_to_repeat(const std::string& session) const;
  [[nodiscard]] std::size_t had_passed(const std::string& point) const;

  std::filesystem::path points_;
  std::vector<std::string> passed_before_;  // by the process that ended
  std::vector<Held> held_;
  Step step_ = Step::none;
  int refreshes_before_ = 0;
  std::string refusal_;
};

}  // namespace wardend::test
