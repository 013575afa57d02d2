// A request that does not get as far as a session: what HTTP calls it, and what the broker does.
#pragma once

#include <string>

#include "base/result.hpp"

namespace wardend::gateway {

struct Refusal {
  int status = 400;
  Error error;            // InvalidRequest, NotSupported, TooLarge
  std::string more = {};  // what the app must know besides; empty: nothing
};

}  // namespace wardend::gateway
