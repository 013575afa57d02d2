// wardctl: the command line of the broker. commands.hpp lists what it can do.
#include <sys/resource.h>

#include <iostream>
#include <string>
#include <vector>

#include "wardctl/command_line.hpp"

int main(int count, char** words) {
  using namespace wardend::wardctl;
  // A token passes through this process: no core file may keep it.
  const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const auto code = run_command_line(std::vector<std::string>(words + (count > 0 ? 1 : 0), words + count),
                                     {.in = std::cin, .out = std::cout, .err = std::cerr});
  if (std::cout.flush()) return static_cast<int>(code);
  std::cerr << "wardctl: standard output took not all of the result\n";
  return static_cast<int>(code == ExitCode::done ? ExitCode::refused : code);
}
