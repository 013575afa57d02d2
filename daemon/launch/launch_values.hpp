// Which `launch` values were seen here before, over clears and restarts: a value that an app kept, or that a browser
// finds in its history, proves nobody's presence. Values are known by a keyed hash only.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "base/vault.hpp"

namespace wardend::launch {

// The form in which two values are compared, as a server may read both as one: percent-encodings undone, however many,
// blanks left out, letters in lower case. For comparison only. Empty: nothing is left, or it is encoded too often.
[[nodiscard]] std::string comparable(std::string_view value);

class LaunchValues {
 public:
  // More than a workstation sees in a month of shifts. Values that came to a session outlast those that did not, so
  // that nobody pushes them out by making values up.
  static constexpr std::size_t most = 1024;
  static constexpr Duration kept_for = std::chrono::hours(24 * 30);

  LaunchValues(Clock& clock, Random& random, Vault& vault) : clock_(clock), random_(random), vault_(vault) {}

  // Takes back what the process before this one had seen. Once, before anything else.
  void restore();

  using Mark = std::array<char, 16>;  // stands for a server's value; only this object can tell for which
  struct Sighting {
    Mark mark = {};
    bool before = false;  // it was seen before
  };
  // Notes that `server` (its name) sent this value. A value whose comparable() is empty counts as seen before. Over the
  // limit the oldest one is forgotten.
  Sighting see(std::string_view server, std::string_view value);
  // A launch with this value came to a session.
  void came_to_session(const Mark& mark);

  [[nodiscard]] std::size_t size() const { return seen_.size(); }

 private:
  struct Seen {
    Mark mark = {};
    BootTime at = {};
    bool used = false;  // came to a session
  };
  [[nodiscard]] Mark mark_of(std::string_view server, std::string_view form);
  void forget_old();
  void keep();

  Clock& clock_;
  Random& random_;
  Vault& vault_;
  Secret key_;              // of the hash; made when the first value is seen
  std::vector<Seen> seen_;  // oldest first
  Vault::RecordId record_ = 0;
};

}  // namespace wardend::launch
