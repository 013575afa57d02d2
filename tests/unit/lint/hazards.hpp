// Whether docs/hazard-log.md has the form that its readers rely on. A function over its text: it reads no files.
// Whether the tests and headings that it names are there, links.hpp says.
#pragma once

#include <string>
#include <vector>

#include "tests/unit/lint/rules.hpp"

namespace wardend::lint {

// The rating of a severity and a likelihood on the 5 × 5 matrix, 1 to 5; 0 where one of the words is none.
[[nodiscard]] int rating_of(const std::string& severity, const std::string& likelihood);

// Entries (### H01 Name) that are not numbered one after the other, lack a part or have an empty one, rate a risk
// otherwise than the matrix, grow a risk by its controls, or have a control by design without a link or a test; and
// rows of the table at the top that differ from their entry.
[[nodiscard]] std::vector<std::string> hazard_faults(const SourceFile& page);

}  // namespace wardend::lint
