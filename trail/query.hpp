// Entries that somebody asks for: by time, patient, app and user. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace wardend::trail {

struct Query {
  std::string since = {};  // timestamps as entries have them; empty: any
  std::string until = {};
  std::optional<std::string> patient = {};
  std::optional<std::string> app = {};
  std::optional<std::string> subject = {};  // who, as the EHR calls them
  std::optional<std::int64_t> uid = {};     // with `subject`: either of the two
};

// Whether the entry is asked for.
[[nodiscard]] bool matches(const nlohmann::json& entry, const Query& query);

// Gives each entry among the lines that is asked for, with its line. `next` gives a line, or says that there is none.
using NextLine = std::function<bool(std::string_view&)>;
using Visit = std::function<void(const nlohmann::json& entry, std::string_view line)>;
void select(const NextLine& next, const Query& query, const Visit& visit);

}  // namespace wardend::trail
