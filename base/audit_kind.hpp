// The kinds of audit entries. audit_acts.hpp has the actions of each.
#pragma once

#include <cstdint>
#include <string_view>

namespace wardend {

enum class AuditKind {
  launch,
  token,
  refresh,
  clear,
  session_end,
  revocation,
  control,
  service,
  work,
  fhircast,
  patient,
  write,
  access,
  start,
  stop,
  rotation,
  gap
};

[[nodiscard]] constexpr std::string_view name_of(AuditKind kind) {
  switch (kind) {
    case AuditKind::launch:
      return "launch";
    case AuditKind::token:
      return "token";
    case AuditKind::refresh:
      return "refresh";
    case AuditKind::clear:
      return "clear";
    case AuditKind::session_end:
      return "session_end";
    case AuditKind::revocation:
      return "revocation";
    case AuditKind::control:
      return "control";
    case AuditKind::service:
      return "service";
    case AuditKind::work:
      return "work";
    case AuditKind::fhircast:
      return "fhircast";
    case AuditKind::patient:
      return "patient";
    case AuditKind::write:
      return "write";
    case AuditKind::access:
      return "access";
    case AuditKind::start:
      return "start";
    case AuditKind::stop:
      return "stop";
    case AuditKind::rotation:
      return "rotation";
    case AuditKind::gap:
      return "gap";
  }
  return "service";
}

}  // namespace wardend
