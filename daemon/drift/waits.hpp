// When documents are read again. Pure but for the dice.
#pragma once

#include "base/random.hpp"
#include "daemon/drift/pace.hpp"

namespace wardend::drift {

// 80 to 120 % of `span`.
[[nodiscard]] Duration jittered(Duration span, Random& random);

// When the first look after a start may be, which falls `due` from now as the kept time of the last one says: never
// all together, never further away than a day and a fifth, as the clock may have been set.
[[nodiscard]] Duration first_wait(Duration due, const Pace& pace, Random& random);

// How long to wait after so many looks in a row that brought nothing.
[[nodiscard]] Duration wait_after(unsigned failures, const Pace& pace);

}  // namespace wardend::drift
