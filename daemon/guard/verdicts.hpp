// Verdicts and refusals as the rules write them.
#pragma once

#include <string>
#include <utility>

#include "daemon/guard/decision.hpp"

namespace wardend::guard {

// A verdict without more to say.
[[nodiscard]] inline Verdict verdict(Verdict::Kind kind) { return {.kind = kind}; }

// The refusal of a request, for that error.
[[nodiscard]] inline Verdict refuse(Error error) { return {.kind = Verdict::Kind::refuse, .error = std::move(error)}; }

// ResourceRejected. `reason` names no patient; `path` is empty where the request as a whole is meant.
[[nodiscard]] inline Error rejected(std::string reason, std::string path = {}) {
  errors::ResourceRejected error{.reason = std::move(reason)};
  if (!path.empty()) error.path = std::move(path);
  return error;
}

// The error at that path.
[[nodiscard]] inline Error at_path(const std::string& path, Error error) {
  if (auto* rejection = error.as<errors::ResourceRejected>(); rejection != nullptr && !path.empty())
    rejection->path = path;
  return error;
}

// The error with its path below `place`, as "entry[2]": what a part of a Bundle or of a patch is refused for.
[[nodiscard]] inline Error below(std::string place, Error error) {
  auto* inside = error.as<errors::ResourceRejected>();
  if (inside == nullptr) return error;
  if (inside->path && !inside->path->starts_with('[')) place += ".";
  inside->path = place + inside->path.value_or("");
  return error;
}

}  // namespace wardend::guard
