// A number of this machine that stays the same over reboots and tells nobody which machine it is.
#pragma once

#include <string>

namespace wardend::systemd {

// 32 hexadecimal digits; the same text on every machine where /etc/machine-id is missing. Spec:
// sd_id128_get_machine(3).
[[nodiscard]] std::string machine_id();

}  // namespace wardend::systemd
