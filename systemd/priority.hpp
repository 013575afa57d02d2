// The loop comes before what users run: a lock does not wait for somebody's busy program.
#pragma once

namespace wardend::systemd {

// Raises the calling thread, and those that it starts from now on, above every program of ordinary priority. True as
// well where the unit has done so. False: it may not; set Nice=-15 in the unit. Spec: sched_setattr(2), getpriority(2).
[[nodiscard]] bool come_before_users();

}  // namespace wardend::systemd
