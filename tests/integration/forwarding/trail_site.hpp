// A site whose trail is forwarded, and what tests of it share.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tests/integration/forwarding/receivers.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {

class TrailSite : public ::testing::Test {
 protected:
  TrailSite();
  // A trail that somebody has had for long: so many entries, before wardend starts.
  void prepare(std::size_t entries) const;
  // Starts wardend; then the lines of [audit] come by a reload.
  void start(const std::string& audit, const std::string& repository,
             const std::string& ehr = "http://127.0.0.1:1/fhir");
  void forward(const std::string& audit);
  void restart(const std::string& audit);
  void lock() const;
  // Makes entries by calls of the control socket, until the file has so many lines.
  void make_entries(std::size_t lines) const;
  // The trail's lines, and the ids of their events.
  [[nodiscard]] std::vector<std::string> trail() const;
  [[nodiscard]] std::vector<std::string> event_ids() const;
  [[nodiscard]] double behind(const std::string& sink) const {
    return site.metric("wardend_audit_backlog{sink=\"" + sink + "\"}");
  }
  [[nodiscard]] std::vector<std::string> notices() const;
  // What the repository has is what the trail has, each once.
  void expect_all_there(const AuditRepository& repository, std::chrono::milliseconds patience = 60s) const;
  [[nodiscard]] std::string credential(const std::string& name, const std::string& text) const;

  Site site;
  Settings settings;
};

}  // namespace wardend::test
