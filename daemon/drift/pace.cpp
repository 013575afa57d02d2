#include "daemon/drift/pace.hpp"

namespace wardend::drift {

Pace pace() { return {}; }

}  // namespace wardend::drift
