// How long a subscription stands, and when it is asked for again: a value, changed by what happens to it.
// Spec: HL7 FHIRcast 3.0.0 (STU3), lease: it ends with the token that it was asked with.
#pragma once

#include <chrono>
#include <optional>

#include "base/clock.hpp"

namespace wardend::fhircast {

class Lease {
 public:
  // The hub has confirmed. `length`: nullopt where it named none.
  void confirmed(BootTime now, std::optional<std::chrono::seconds> length);
  // The token that it was asked with has been renewed, or has gone: it is due.
  void renew_now(BootTime now) { renew_at_ = now; }
  // It is due, and waits for a fresh token first.
  void awaits_token(BootTime now);
  // The hub has been asked, and is to confirm.
  void asked(BootTime now);
  // It would not, for now. `jitter` is in [0,1).
  void put_off(BootTime now, double jitter, std::optional<std::chrono::seconds> retry_after);

  [[nodiscard]] bool due(BootTime now) const { return now >= renew_at_; }
  [[nodiscard]] bool over(BootTime now) const { return now >= end_; }
  // A hub that denies so shortly before the end says that it is over.
  [[nodiscard]] bool about_over(BootTime now) const { return now + std::chrono::seconds(1) >= end_; }
  // Never, for one that no hub has confirmed.
  [[nodiscard]] BootTime due_at() const { return renew_at_; }
  [[nodiscard]] BootTime over_at() const { return end_; }

 private:
  BootTime renew_at_ = BootTime::max();
  BootTime end_ = BootTime::max();
  unsigned failures_ = 0;  // in a row
};

}  // namespace wardend::fhircast
