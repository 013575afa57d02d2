// The one door through which JSON from outside comes in: bounded in size and depth before anything is built, without
// duplicate members, without exceptions (their texts would quote the input).
#pragma once

#include <cstddef>
#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace wardend {

inline constexpr std::size_t max_json_depth = 64;

// The value of `text`, or what is wrong with it in words that never quote it: larger than `max_bytes`, nested deeper
// than 64 levels, a member named twice, not JSON, not UTF-8.
[[nodiscard]] std::expected<nlohmann::json, std::string> parse_json(std::string_view text, std::size_t max_bytes);

// Compact JSON; bytes that are not UTF-8 become U+FFFD, so that it never throws.
[[nodiscard]] std::string dump_json(const nlohmann::json& value);

}  // namespace wardend
