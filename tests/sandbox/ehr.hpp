// The simulated EHR without its sockets: one request in, one reply out. It finds the endpoint, lets a fault have its
// way, and keeps the log.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "tests/sandbox/authorize.hpp"
#include "tests/sandbox/control.hpp"
#include "tests/sandbox/faults.hpp"
#include "tests/sandbox/fhir.hpp"
#include "tests/sandbox/grants.hpp"
#include "tests/sandbox/message.hpp"
#include "tests/sandbox/oauth.hpp"
#include "tests/sandbox/request_log.hpp"
#include "tests/sandbox/settings.hpp"
#include "tests/sandbox/sign_ins.hpp"

namespace wardend::sandbox {

class Ehr {
 public:
  Ehr(Settings settings, Random& random);
  Ehr(const Ehr&) = delete;
  Ehr& operator=(const Ehr&) = delete;

  // `now` is the world's time; this server's clock may be ahead of it.
  [[nodiscard]] Reply handle(const Request& request, WallTime now);
  // What this server's clock shows.
  [[nodiscard]] WallTime clock(WallTime now) const { return now + std::chrono::seconds(settings_.clock_offset); }
  // Asked once a TLS connection: the fault that the certificate has to have.
  [[nodiscard]] std::optional<Kind> certificate_fault() {
    const Struck struck = faults_.take(Place::tls);
    return struck.fault ? std::optional(struck.fault->kind) : std::nullopt;
  }
  // The port is known only once the socket is bound.
  void set_origin(std::string origin) { settings_.origin = std::move(origin); }
  [[nodiscard]] const Settings& settings() const { return settings_; }

 private:
  [[nodiscard]] Reply meet_fault(Place place, const Request& request, LogEntry& entry, WallTime now);
  [[nodiscard]] Reply work(Place place, const Request& request, const Struck& struck, WallTime now);
  [[nodiscard]] Reply work_form(Place place, const Request& request, const Struck& struck, WallTime now);
  [[nodiscard]] Reply work_discovery(Place place) const;
  // Counts what Inferno would have found in a request that no fault met.
  void check(Place place, const Request& request, const Reply& reply);
  [[nodiscard]] Reply work_ehr(const Request& request, WallTime now);

  Settings settings_;
  SigningKeys keys_;
  Grants grants_;
  SignIns sign_ins_;
  Clients clients_;
  Discovery discovery_;
  FaultTable faults_;
  RequestLog log_;
  InfernoChecks inferno_;
  Shelf shelf_;
  Authorize authorize_;
  OAuth oauth_;
  Fhir fhir_;
  Control control_;
};

}  // namespace wardend::sandbox
