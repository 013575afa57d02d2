// The short name of one launch or refusal: on the page that a person sees, in the journal and in the audit trail, so
// that support finds what a person tells them. No secret: it opens nothing.
#pragma once

#include <string>

#include "base/random.hpp"

namespace wardend::launch {

// A new one: forty random bits in letters that can be read out on the telephone, as in "K7QM-2XFD".
[[nodiscard]] std::string new_reference(Random& random);

}  // namespace wardend::launch
