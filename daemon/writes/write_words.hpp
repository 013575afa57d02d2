// A write, as the audit trail and the journal tell of it. Values alone.
#pragma once

#include <string>

namespace wardend::writes {

// What an app asked to do.
struct WriteWords {
  std::string interaction;  // create, update, patch, delete, transaction
  std::string type;
  std::string target = {};  // as the app named it; empty: none

  // "Observation", "Observation/7", or the target as the app wrote it.
  [[nodiscard]] std::string object() const {
    if (target.empty()) return type;
    return target.contains('/') ? target : type + "/" + target;
  }
};

}  // namespace wardend::writes
