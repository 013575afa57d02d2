// A process, for ever: its number is given away again after its end, its number and start time together are not.
#pragma once

#include <sys/types.h>

#include <string>

namespace wardend {

struct ProcessId {
  pid_t pid = 0;                // 0: no process
  std::string start_time = {};  // clock ticks from boot to its start, as text. Spec: proc(5), stat, field 22
  [[nodiscard]] bool exists() const { return pid != 0; }
  friend bool operator==(const ProcessId&, const ProcessId&) = default;
};

}  // namespace wardend
