// The one door through which JSON from outside comes in. Size, depth and the number of values are bounded before
// anything is built; no member is named twice; nothing throws (the texts of exceptions would quote the input).
#pragma once

#include <cstddef>
#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace wardend {

inline constexpr std::size_t max_json_depth = 64;
inline constexpr std::size_t most_json_on_loop = 64UL * 1024;  // bytes; a longer text is parsed and freed by a Worker
inline constexpr std::size_t any_number_of_values = static_cast<std::size_t>(-1);

// How much one kind of document may hold. It stands beside the parser of that kind.
struct JsonLimits {
  std::size_t bytes;
  std::size_t values = 20'000;  // lists, objects, texts, numbers, true, false and null, at every depth
};

// The value of `text`, or what is wrong with it in words that quote nothing of it but the name of a member: larger than
// the limits, nested deeper than 64 levels, a member named twice, not JSON, not UTF-8. Of several faults it names one.
// The work grows with the length of `text` (times the logarithm of an object's members), whatever the text is; so does
// freeing the value.
[[nodiscard]] std::expected<nlohmann::json, std::string> parse_json(std::string_view text, JsonLimits limits);
[[nodiscard]] std::expected<nlohmann::json, std::string> parse_json(std::string_view text, std::size_t max_bytes);

// Compact JSON; bytes that are not UTF-8 become U+FFFD, so that it never throws.
[[nodiscard]] std::string dump_json(const nlohmann::json& value);

}  // namespace wardend
