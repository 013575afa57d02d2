// The configuration in force. It is replaced as a whole on reload: hold a ConfigPtr across an await, never a pointer
// into it.
#pragma once

#include <utility>

#include "config/model.hpp"

namespace wardend::config {

class Live {
 public:
  explicit Live(ConfigPtr config) : config_(std::move(config)) {}
  [[nodiscard]] const Config& get() const { return *config_; }
  [[nodiscard]] ConfigPtr hold() const { return config_; }
  // Puts another configuration in force. Who holds the one before keeps it.
  void replace(ConfigPtr config) { config_ = std::move(config); }

 private:
  ConfigPtr config_;
};

}  // namespace wardend::config
