#include "daemon/fhircast/allowance.hpp"

#include <algorithm>
#include <utility>

namespace wardend::fhircast {

bool Allowance::take(std::size_t bytes, BootTime now) {
  const double seconds = std::chrono::duration<double>(now - std::exchange(at_, now)).count();
  messages_ = std::min(most_messages, messages_ + seconds * messages_a_second);
  bytes_ = std::min(most_bytes, bytes_ + seconds * bytes_a_second);
  const auto size = static_cast<double>(bytes);
  if (messages_ < 1 || bytes_ < size) return false;
  messages_ -= 1;
  bytes_ -= size;
  return true;
}

}  // namespace wardend::fhircast
