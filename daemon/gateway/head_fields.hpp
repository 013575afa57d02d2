// The header fields that mean something to the gateway, each of them there at most once. No I/O.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

#include "daemon/gateway/refusal.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::gateway {

enum class HeadName : std::uint8_t {
  accept,
  accept_language,
  cache_control,
  content_encoding,
  content_length,
  content_type,
  encounter,
  expect,
  host,
  if_match,
  if_modified_since,
  if_none_exist,
  if_none_match,
  override_reason,
  patient,
  prefer,
  request_id,
  transfer_encoding,
};
inline constexpr std::size_t head_names = 18;

// As it is sent.
[[nodiscard]] std::string_view name_of(HeadName name);

class HeadFields {
 public:
  // Refused: a name that is no token, a control character in a value, one of these names twice, one that Connection
  // names (it would be dropped on the way, and what it asks with it), a header that makes the request another one
  // (Upgrade to a WebSocket, X-HTTP-Method-Override, If-Unmodified-Since...), an X-Wardend- header that is not known,
  // too many fields.
  [[nodiscard]] static std::expected<HeadFields, Refusal> read(std::span<const fhir::Header> fields);

  // The value; nullopt: it is not there. An empty one is.
  [[nodiscard]] std::optional<std::string_view> operator[](HeadName name) const {
    return values_[static_cast<std::size_t>(name)];
  }

 private:
  std::array<std::optional<std::string_view>, head_names> values_ = {};
};

// Refusals as these files write them.
[[nodiscard]] Refusal refused_header(std::string_view name, std::string_view reason, int status = 400);

}  // namespace wardend::gateway
