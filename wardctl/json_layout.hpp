// JSON laid out anew, by its brackets alone: numbers and texts stay letter by letter as they came. A decimal that is
// read and written again may lose its last digits, which mean something in a chart.
#pragma once

#include <string>
#include <string_view>

namespace wardend::wardctl {

// A member a line, two blanks a level; no deeper than 64 levels. What is not JSON keeps its letters too.
[[nodiscard]] std::string indented(std::string_view json);

// Without blanks and lines between the values.
[[nodiscard]] std::string on_one_line(std::string_view json);

}  // namespace wardend::wardctl
