// A write, as the audit trail and the journal tell of it. Values alone.
#pragma once

#include <string>

namespace wardend::writes {

// What an app asked to do.
struct WriteWords {
  std::string interaction;  // create, update, patch, delete, transaction
  std::string type;
  std::string target = {};   // as the app named it; empty: none
  std::string query = {};    // the condition on which it happens; empty: none
  std::string entries = {};  // of a Bundle: what each entry asks for

  // "Observation", "Observation/7", or the target as the app wrote it.
  [[nodiscard]] std::string object() const {
    if (target.empty()) return type;
    return target.contains('/') ? target : type + "/" + target;
  }
  // The same, with all that is known of it.
  [[nodiscard]] std::string words() const { return entries.empty() ? object() : object() + " (" + entries + ")"; }
};

}  // namespace wardend::writes
