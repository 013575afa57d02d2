// What the step "a write for the wrong patient" sends: a resource of a type that the session may create and that says
// itself whose it is. No I/O.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace wardend::wardctl {

// What the scopes of a session let an app write.
struct Writable {
  std::string type;       // may be created, and names its patient; empty: there is no such type
  bool anything = false;  // something may be written, if only changed or deleted
};
[[nodiscard]] Writable writable_by(const std::vector<std::string>& scopes);

// A resource of `type` about that patient, with what most types must have. `type` is one that writable_by() found.
[[nodiscard]] nlohmann::json resource_about(const std::string& type, const std::string& patient);

}  // namespace wardend::wardctl
