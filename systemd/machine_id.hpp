// A number of this machine that stays the same over reboots and tells nobody which machine it is; and the number of
// this boot.
#pragma once

#include <string>

namespace wardend::systemd {

// 32 hexadecimal digits; the same text on every machine where /etc/machine-id is missing. Spec:
// sd_id128_get_machine(3).
[[nodiscard]] std::string machine_id();

// The number of this boot, as the kernel and the journal have it: 32 hexadecimal digits; empty: the kernel does not
// say.
[[nodiscard]] std::string boot_id();

}  // namespace wardend::systemd
