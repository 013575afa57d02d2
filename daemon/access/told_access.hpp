// One FHIR request that an app carried out with a token, as it tells of it, and whether that can be written down. The
// app is believed: it could as well say nothing. Only what would make the trail unreadable, larger than it may be, or a
// place of secrets is refused. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/audit_acts.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace wardend::access {

struct ToldAccess {
  static constexpr std::size_t longest_patient = 256;     // bytes
  static constexpr std::size_t longest_query = 4096;      // bytes
  static constexpr std::size_t longest_request_id = 128;  // bytes
  enum class Outcome { success, denied, failure };

  ActOf<AuditKind::access> act;  // the interaction
  std::string resource;          // Type, Type/id or Type/id/_history/version; one of them with /$operation behind it
  std::optional<std::string> patient = {};  // its id; nullopt: the app does not know
  Outcome outcome = Outcome::failure;
  std::optional<std::int64_t> at = {};  // seconds since 1970; nullopt: now
  std::optional<std::string> query = {};
  std::optional<std::string> request_id = {};  // the X-Request-Id that it sent; nullopt: it sent none
};

[[nodiscard]] std::string_view name_of(ToldAccess::Outcome outcome);

// Why it cannot be recorded: InvalidRequest, with the member of accesses[index] that is wrong.
[[nodiscard]] Result<void> check(const ToldAccess& access, std::size_t index, WallTime now);

}  // namespace wardend::access
