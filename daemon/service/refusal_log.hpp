// The journal's word on callers that are refused for who they are: the first refusal at once, the same again at most
// once a minute with its count. Whoever is refused can come back thousands of times a second.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "ipc/caller.hpp"

namespace wardend::service {

class RefusalLog {
 public:
  explicit RefusalLog(const Clock& clock) : clock_(clock) {}

  // `reason` is text of our own. Writes a warning, or counts.
  void note(const ipc::Caller& caller, std::string_view reason);

 private:
  struct Refused {
    uid_t uid = 0;
    std::string reason;
    BootTime written_at{};
    std::uint64_t since_then = 0;
  };
  static constexpr std::size_t remembered = 64;

  const Clock& clock_;
  std::vector<Refused> refused_;  // the oldest first, never more than `remembered`
};

}  // namespace wardend::service
