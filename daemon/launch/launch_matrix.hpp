// What launches have brought so far, by app and server: which members of the context came, how it ended, and how often.
// So that a site sees from which screens of the EHR an app was opened, and what each of them gives. Counts alone: no
// patient and no user. Bounded.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "daemon/launch/pending.hpp"
#include "protocol/oauth/token.hpp"

namespace wardend::launch {

// The words for what a token response said, in this order: patient, encounter, fhirContext, intent, tenant,
// smart_style_url, banner_wanted and banner_shown (need_patient_banner true and false), user, fhirUser, unusable_id (a
// patient or an encounter that is no FHIR id), left_out (more of the context came, and could not be used).
[[nodiscard]] std::vector<std::string> members_of(const oauth::TokenResponse& response);
[[nodiscard]] bool is_member_word(std::string_view word);

// Launches that began, brought and ended alike.
struct LaunchKind {
  std::string app;
  std::string server;  // empty: none was found
  Mode mode = Mode::ehr;
  bool tokens = false;  // it came as far as tokens; without them nothing can have come
  std::vector<std::string> came = {};
  bool missing_scopes = false;
  std::string outcome = {};  // outcome_of()
  friend auto operator<=>(const LaunchKind&, const LaunchKind&) = default;
};
struct LaunchSeen {
  std::uint64_t count = 0;
  std::int64_t first_at = 0;  // Unix seconds
  std::int64_t last_at = 0;
  std::string meaning = {};  // the outcome in a sentence
  friend bool operator==(const LaunchSeen&, const LaunchSeen&) = default;
};

// The error's name; for LaunchFailed with its stage and code, as "LaunchFailed/identity/no_id_token". A code that a
// server can make up is left out.
[[nodiscard]] std::string outcome_of(const Error& error);

struct LaunchCounts {
  std::map<LaunchKind, LaunchSeen> kinds = {};
  std::int64_t since = 0;      // Unix seconds; 0: nothing was counted
  std::uint64_t unlisted = 0;  // launches of further kinds
  friend bool operator==(const LaunchCounts&, const LaunchCounts&) = default;
};

class LaunchMatrix {
 public:
  static constexpr std::size_t most_kinds = 1024;
  static constexpr std::size_t most_kinds_of_an_app = 128;

  explicit LaunchMatrix(Clock& clock) : clock_(clock) {}

  // Counts one launch that is over.
  void note(const LaunchKind& kind, std::string_view meaning);
  // Adds what the process before this one had counted.
  void add(const LaunchCounts& before);
  [[nodiscard]] const LaunchCounts& counts() const { return counts_; }
  // Notified whenever a launch was counted.
  [[nodiscard]] Event& changed() { return changed_; }

 private:
  // The place of a kind; nullptr: there is none left for a new one.
  [[nodiscard]] LaunchSeen* place_for(const LaunchKind& kind);

  Clock& clock_;
  LaunchCounts counts_;
  Event changed_;
};

// How a launch that came to a session is told: with or without a patient.
[[nodiscard]] std::string_view meaning_of_session(const std::vector<std::string>& came);

}  // namespace wardend::launch
