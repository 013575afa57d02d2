// A row of the table that script/bench prints.
#pragma once

#include <cstdio>
#include <string>

namespace wardend::bench {

// What was measured beside its yardstick, their ratio, and whether that is what is wanted.
inline void row(const std::string& what, const char* unit, double measured, double yardstick, double ratio,
                const char* wanted, bool met) {
  std::printf("%-36s %10.1f %10.1f %-10s %6.2f   %-16s %s\n", what.c_str(), measured, yardstick, unit, ratio, wanted,
              *wanted == '\0' ? "" : (met ? "met" : "NOT MET"));
}

}  // namespace wardend::bench
