// Members of a JSON object that somebody else wrote: absent, of another type and empty are told apart by whoever asks,
// and nothing here throws. What is kept of a list is bounded.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wardend {

// The member `name`; nullptr: `object` is no object, or has none of that name.
[[nodiscard]] const nlohmann::json* find_member(const nlohmann::json& object, const char* name);

// The text of a member; empty: there is none, or it is no text.
[[nodiscard]] std::string text_member(const nlohmann::json& object, const char* name);

// The same as a view, which lives as long as `object` is left as it is.
[[nodiscard]] std::string_view text_view_member(const nlohmann::json& object, const char* name);

// A list's elements; an empty list: there is no such member, or it is no list.
[[nodiscard]] const nlohmann::json& list_member(const nlohmann::json& object, const char* name);

// How much of a list of texts is kept: its first texts, and of these only the short ones.
struct TextListLimits {
  std::size_t texts = 256;
  std::size_t bytes = 256;  // of each
};
// The texts of a list; what else is in it is passed over.
[[nodiscard]] std::vector<std::string> texts_in(const nlohmann::json& list, TextListLimits limits = {});
// The texts of a list. nullopt: there is no such member, it is no list, or something in it is no text.
[[nodiscard]] std::optional<std::vector<std::string>> texts_member(const nlohmann::json& object, const char* name,
                                                                   TextListLimits limits = {});

}  // namespace wardend
