// How fast the requests of one user are answered: a few at once, then one after another with pauses. Nobody who asks
// all the time can keep the loop from the others. Pure but for what it remembers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "base/clock.hpp"

namespace wardend::http {

class Pace {
 public:
  struct Limit {
    Duration a_request = 50ms;   // in the long run
    int at_once = 50;            // that many before anybody waits
    Duration longest_wait = 2s;  // a page that floods under a user's name delays that user no longer
  };
  explicit Pace(Limit limit) : limit_(limit) {}

  // Notes a request of `user` at `now`, and returns how long its answer waits.
  [[nodiscard]] Duration take(std::uint64_t user, BootTime now);
  // Forgets users who have not asked for so long that they start anew.
  void forget(BootTime now);
  // How many users are remembered.
  [[nodiscard]] std::size_t size() const { return due_.size(); }

 private:
  Limit limit_;
  std::unordered_map<std::uint64_t, BootTime> due_;  // when all that the user has asked for is paid
};

}  // namespace wardend::http
