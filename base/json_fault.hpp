// The fault of a JSON text from outside, with its kind: too large, or wrong. Most callers need only the words, and call
// parse_json().
#pragma once

#include <cstdint>
#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace wardend {

struct JsonFault {
  // too_much: more bytes, values or levels than it may have. wrong: a member named twice, not JSON, not UTF-8.
  enum class Kind : std::uint8_t { wrong, too_much };
  Kind kind = Kind::wrong;
  std::string words = {};  // as of parse_json()
};

// The value of `text`, or what is wrong with it: see parse_json().
[[nodiscard]] std::expected<nlohmann::json, JsonFault> read_json(std::string_view text, JsonLimits limits);

}  // namespace wardend
