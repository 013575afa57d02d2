// Tells that a server declares something else than before: journal, audit trail, watchers and counts. What has become
// of the need of an app is told for that app.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/audit_sink.hpp"
#include "base/clock.hpp"
#include "config/model.hpp"
#include "daemon/drift/memory.hpp"
#include "daemon/drift/standing.hpp"
#include "daemon/events/session_event.hpp"

namespace wardend::drift {

class DriftNews {
 public:
  DriftNews(Clock& clock, events::EventHub& hub, AuditSink& audit) : clock_(clock), hub_(hub), audit_(audit) {}

  // What has changed at one server.
  struct Drift {
    std::string server;
    std::string documents;                        // which: "metadata", "smart-configuration and metadata"
    std::map<std::string, Difference> apps = {};  // every app of that server; an empty one stands as before
  };
  // One change. What blocks an app is a warning; what alters no verdict is told once, for the server.
  void tell(const Drift& drift);

  // By server.
  [[nodiscard]] const std::map<std::string, std::uint64_t>& counts() const { return counts_; }

 private:
  void tell_of_app(const Drift& drift, const std::string& app, const Difference& difference);

  Clock& clock_;
  events::EventHub& hub_;
  AuditSink& audit_;
  std::map<std::string, std::uint64_t> counts_;
};

// What is blocked, a sentence each with the command that shows it: for Status. An app that is no longer one of the
// server is left out.
[[nodiscard]] std::vector<std::string> notices_of(const Memory& memory, const config::Config& config);

}  // namespace wardend::drift
