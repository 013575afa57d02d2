// Whose a session or a launch is: what a caller must share with it to name it by its id.
#pragma once

#include <sys/types.h>

#include <string_view>

namespace wardend::workstation {

// Views into the session or launch that it was asked of.
struct Ownership {
  std::string_view app;
  std::string_view login_session;
  uid_t uid = 0;
};

}  // namespace wardend::workstation
