// The members of a JSON object as pieces of its text: where one of them breaks a rule of JSON, the others can be read.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace wardend {

struct MemberText {
  std::string_view name;   // with its quote marks
  std::string_view value;  // without blanks around it; may be no JSON
};
// In the order in which they stand. nullopt: `text` is no object, or where its members begin and end cannot be told.
// The work grows with the length of `text`. Spec: RFC 8259 §4, §7
[[nodiscard]] std::optional<std::vector<MemberText>> split_object(std::string_view text);

}  // namespace wardend
