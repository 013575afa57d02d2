// The lock source "control": the EHR's own agent reports locks by ReportLock. It knows no login sessions, and it is
// live as long as the control socket is bound, which is as long as the daemon runs.
#pragma once

#include "base/lock_source.hpp"

namespace wardend::workstation {

class ControlSource final : public LockSource {
 public:
  [[nodiscard]] std::string_view name() const override { return "control"; }
  [[nodiscard]] bool live() const override { return true; }
  [[nodiscard]] std::string trouble() const override { return {}; }
  [[nodiscard]] std::optional<LoginSession> find(std::string_view) const override { return std::nullopt; }
  [[nodiscard]] std::vector<LoginSession> all() const override { return {}; }
};

}  // namespace wardend::workstation
