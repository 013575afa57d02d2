// A rehearsal as text, as a Markdown document to file beside the verification, and as JSON. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "wardctl/context.hpp"
#include "wardctl/rehearsal/outcome.hpp"

namespace wardend::wardctl {

// Whether no step was otherwise than expected. Steps that were not played do not count.
[[nodiscard]] bool all_as_expected(const Rehearsal& rehearsal);

// "as expected", "not as expected", "not played".
[[nodiscard]] std::string words_for(Verdict verdict);

// Prints the steps that were played, then what a person has to do.
void print_rehearsal(const Context& context, const Rehearsal& rehearsal);

// The whole, as a Markdown document.
[[nodiscard]] std::string markdown_of(const Rehearsal& rehearsal);

// The whole, as one object.
[[nodiscard]] nlohmann::json json_of(const Rehearsal& rehearsal);

}  // namespace wardend::wardctl
