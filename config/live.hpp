// The configuration in force: what was read from the files, with what an operator has switched off laid over it. It is
// replaced as a whole: hold a ConfigPtr across an await, never a pointer into it.
#pragma once

#include <utility>

#include "config/model.hpp"
#include "config/switches.hpp"

namespace wardend::config {

class Live {
 public:
  explicit Live(ConfigPtr config) : read_(std::move(config)), config_(read_) {}
  [[nodiscard]] const Config& get() const { return *config_; }
  [[nodiscard]] ConfigPtr hold() const { return config_; }
  // Puts another configuration in force; what is switched off stays so. Who holds the one before keeps it.
  void replace(ConfigPtr config) {
    read_ = std::move(config);
    config_ = switches_.over(read_);
  }

  // Which apps an operator has switched off.
  [[nodiscard]] const Switches& switches() const { return switches_; }
  // Puts other switches in force, over the same files.
  void turn(Switches switches) {
    switches_ = std::move(switches);
    config_ = switches_.over(read_);
  }

 private:
  ConfigPtr read_;
  ConfigPtr config_;
  Switches switches_;
};

}  // namespace wardend::config
