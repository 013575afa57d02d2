// Tables of a Markdown document to file, whose cells others may have written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wardend::wardctl::markdown {

// `text` as it stands, for a cell or a heading: it ends no cell, and becomes no link and no markup. "-" for nothing.
[[nodiscard]] std::string cell(std::string_view text);

// A row of a table with its line's end.
[[nodiscard]] std::string row(const std::vector<std::string>& cells);

}  // namespace wardend::wardctl::markdown
