// What a server tells one by one, and the trail as one: the requests of a Bundle, and what was read before a write. No
// I/O.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "trail/reconciliation.hpp"

namespace wardend::trail {

// One of theirs, and the one of ours that it is a part of.
struct Taken {
  const Deed* whole;
  const Deed* part;
};

// Whether both say something, and not the same.
[[nodiscard]] bool differ(const std::string& one, const std::string& other);

// Whether it is a batch or a transaction.
[[nodiscard]] bool is_bundle(const Deed& deed);

// The deeds of `theirs` that are named by one of `ours` with the same request id, within the window; each name takes
// one. Who and whose is no reason: where these differ the caller tells it. Both are in order of time.
[[nodiscard]] std::vector<Taken> parts_by_request_id(const std::vector<const Deed*>& ours,
                                                     const std::vector<const Deed*>& theirs,
                                                     std::chrono::milliseconds window);

// For servers that keep no request id: the reads among `theirs` without one that a write of `ours` names. Neither user
// nor patient differs.
[[nodiscard]] std::vector<Taken> reads_by_time(const std::vector<const Deed*>& ours,
                                               const std::vector<const Deed*>& theirs,
                                               std::chrono::milliseconds window);

}  // namespace wardend::trail
