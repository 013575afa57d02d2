// How much of what a hub sends is read: so many messages and bytes at once, and so many a second after that. What comes
// beyond is searched for a sign-out and nothing else. A hub that changes its screen by hand never meets it.
#pragma once

#include <cstddef>

#include "base/clock.hpp"

namespace wardend::fhircast {

class Allowance {
 public:
  static constexpr double most_messages = 1000;
  static constexpr double messages_a_second = 50;
  static constexpr double most_bytes = 4.0 * 1024 * 1024;
  static constexpr double bytes_a_second = 512.0 * 1024;

  // Whether a message of this size is read. One that is not takes nothing of the allowance.
  [[nodiscard]] bool take(std::size_t bytes, BootTime now);

 private:
  double messages_ = most_messages;
  double bytes_ = most_bytes;
  BootTime at_ = {};
};

}  // namespace wardend::fhircast
