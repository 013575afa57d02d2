// Attached where wardend was started with a configuration that it cannot use: as a lock source that is not live it
// keeps every session away until a good configuration is in force. It knows no login sessions.
#pragma once

#include <functional>
#include <utility>

#include "base/lock_source.hpp"

namespace wardend::workstation {

class ConfigurationSource final : public LockSource {
 public:
  // `fault`: what is wrong and what to do, in a sentence; empty text: nothing. Asked at every call.
  explicit ConfigurationSource(std::function<std::string()> fault) : fault_(std::move(fault)) {}
  [[nodiscard]] std::string_view name() const override { return "configuration"; }
  [[nodiscard]] bool live() const override { return fault_().empty(); }
  [[nodiscard]] std::string trouble() const override { return fault_(); }
  [[nodiscard]] std::optional<LoginSession> find(std::string_view) const override { return std::nullopt; }
  [[nodiscard]] std::vector<LoginSession> all() const override { return {}; }

 private:
  std::function<std::string()> fault_;
};

}  // namespace wardend::workstation
