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

// A name that can still take as many deeds as `part.times` says.
struct Slot {
  const Deed* whole;
  Part part;
};

// What `ours` name, each of which takes one of theirs: whatever took it. All deeds are in order of time.
class NamedParts {
 public:
  NamedParts(const std::vector<const Deed*>& ours, std::chrono::milliseconds window);

  // The deeds of `theirs` that are named by one of ours with the same request id, within the window. Who and whose is
  // no reason: where these differ the caller tells it.
  [[nodiscard]] std::vector<Taken> take_by_request_id(const std::vector<const Deed*>& theirs);

  // For servers that keep no request id: the reads among `theirs` without one that one of ours names. Neither user nor
  // patient differs.
  [[nodiscard]] std::vector<Taken> take_reads_by_time(const std::vector<const Deed*>& theirs);

 private:
  std::vector<Slot> reads_;     // to judge a request
  std::vector<Slot> requests_;  // of a Bundle
  std::chrono::milliseconds window_;
};

}  // namespace wardend::trail
