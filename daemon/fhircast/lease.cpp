#include "daemon/fhircast/lease.hpp"

#include "daemon/fhircast/ending.hpp"
#include "daemon/fhircast/patience.hpp"
#include "protocol/fhircast/subscription.hpp"

namespace wardend::fhircast {

void Lease::confirmed(BootTime now, std::optional<std::chrono::seconds> length) {
  failures_ = 0;
  end_ = length ? now + *length : BootTime::max();
  renew_at_ = length ? now + renew_after(*length) : BootTime::max();
}

void Lease::awaits_token(BootTime now) { renew_at_ = now + refresh_patience; }

void Lease::asked(BootTime now) { renew_at_ = now + request_patience + confirmation_timeout; }

void Lease::put_off(BootTime now, double jitter, std::optional<std::chrono::seconds> retry_after) {
  renew_at_ = now + pause_before(failures_++, jitter, retry_after);
}

}  // namespace wardend::fhircast
