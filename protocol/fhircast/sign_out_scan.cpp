#include "protocol/fhircast/sign_out_scan.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace wardend::fhircast {

void SignOutScan::take(std::string_view piece) {
  names_.take(piece);
  envelope_.take(piece);
}

SignOutScan::Finding SignOutScan::so_far() const {
  const auto kind = envelope_.kind();
  const bool leaves = envelope_.event_whole() && kind && ends_session(*kind);
  return leaves && envelope_.topic() != EnvelopeScan::Topic::other ? Finding::sign_out : Finding::none;
}

SignOutScan::Finding SignOutScan::at_end() {
  names_.end();
  const auto kind = envelope_.kind();
  if (envelope_.whole() && kind) {
    if (!ends_session(*kind)) return Finding::none;
    return envelope_.topic() == EnvelopeScan::Topic::other ? Finding::other_topic : Finding::sign_out;
  }
  if (envelope_.whole() && envelope_.is_answer()) return Finding::none;
  if (so_far() == Finding::sign_out) return Finding::sign_out;
  return names_.found() ? Finding::unreadable : Finding::none;
}

EventKind SignOutScan::kind() const {
  const auto kind = envelope_.kind();
  if (kind && ends_session(*kind)) return *kind;
  return names_.found().value_or(EventKind::user_logout);
}

std::optional<std::string> SignOutScan::id() const {
  const auto id = envelope_.id();
  return parse_json(id, max_event_id) ? std::optional(std::string(id)) : std::nullopt;
}

}  // namespace wardend::fhircast
