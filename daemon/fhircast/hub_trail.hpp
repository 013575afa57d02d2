// What is written down about one server's hub: audit records, and lines of the log. Whatever the hub's own messages
// bring about is bounded: a record a minute at most, with how often it happened meanwhile. No hub fills a disk.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/audit_sink.hpp"
#include "base/clock.hpp"

namespace wardend::fhircast {

class HubTrail {
 public:
  using Act = ActOf<AuditKind::fhircast>;

  HubTrail(Clock& clock, AuditSink& audit, std::string server)
      : clock_(clock), audit_(audit), server_(std::move(server)) {}
  // Writes what wardend itself did, such as a subscription.
  void record(Act act, std::string reason, std::string detail = {});
  // Writes what a message caused: of each act and reason the first one at once, and later how many came.
  void record_seldom(Act act, const std::string& reason, const std::string& detail = {});
  // Logs that a message cannot be read. `why` is a sentence of ours.
  void warn(const std::string& why) const;
  // Writes what was counted and not written.
  void flush();

 private:
  struct Withheld {
    BootTime since = {};
    std::int64_t count = 0;
    std::string detail = {};  // of the last one
  };
  using Key = std::pair<Act, std::string>;
  // How many are to be written now: 0 within a minute of the last time.
  [[nodiscard]] std::int64_t due(const Key& key, const std::string& detail);
  void write(const Key& key, const std::string& detail, std::int64_t count);

  Clock& clock_;
  AuditSink& audit_;
  std::string server_;
  std::map<Key, Withheld> withheld_ = {};  // by act and reason, which is a word of ours
};

}  // namespace wardend::fhircast
