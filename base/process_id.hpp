// A process, for ever: its number is given away again after its end, its number and birth together are not.
#pragma once

#include <sys/types.h>

#include <string>

namespace wardend {

struct ProcessId {
  pid_t pid = 0;  // 0: no process
  // What no other process of that number has until the next boot: the number that the kernel gave it, else when it
  // started. Only ever compared. Spec: proc(5), stat, field 22
  std::string birth = {};
  [[nodiscard]] bool exists() const { return pid != 0; }
  friend bool operator==(const ProcessId&, const ProcessId&) = default;
};

}  // namespace wardend
