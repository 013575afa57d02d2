// JSON that is read although it is not as it should be, where a refusal would lose what it brings: an answer with
// tokens. Everything else goes through base/json.hpp.
#pragma once

#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace wardend {

// What a text has that was overlooked.
struct JsonOddities {
  std::vector<std::string> twice = {};  // names of members of the outermost object that came more than once; at most 16
  // Members of the outermost object that were left out; at most 16. "": one whose name cannot be read.
  std::vector<std::string> unread = {};
  bool repaired = false;  // bytes were not UTF-8
};

// As parse_json(), but bytes that are not UTF-8 become U+FFFD, of members with the same name the last one counts, and a
// member of the outermost object that is no JSON, nests too deep or holds too much costs only itself. `oddities` says
// which. A member that is a number which no double holds is the largest or smallest double.
[[nodiscard]] std::expected<nlohmann::json, std::string> parse_lenient_json(std::string_view text, JsonLimits limits,
                                                                            JsonOddities& oddities);

}  // namespace wardend
