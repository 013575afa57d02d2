// What servers' documents hold in practice, a small document for each, by the number that the list of such traps has.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/verify/comparison.hpp"

namespace wardend::verify::test {

struct Trap {
  int number;
  const char* name;
  std::function<void(Comparison&)> set;
  const char* subject;
  const char* words;  // in the detail
  Severity severity;
  std::optional<Verdict> verdict;
  const char* path;
};

[[nodiscard]] const std::vector<Trap>& statement_traps();
[[nodiscard]] const std::vector<Trap>& smart_traps();

inline void smart(Comparison& of, const char* changes) { of.smart = changed(conformant_smart, changes); }
inline void metadata(Comparison& of, const std::string& changes) {
  of.metadata = changed(conformant_metadata, changes.c_str());
}
inline constexpr auto ok = Severity::ok;
inline constexpr auto note = Severity::note;
inline constexpr auto warning = Severity::warning;
inline constexpr auto blocking = Severity::blocking;
inline constexpr auto met = Verdict::met;
inline constexpr auto not_declared = Verdict::not_declared;
inline constexpr auto contradicted = Verdict::contradicted;
inline constexpr auto unknown = Verdict::unknown;
inline constexpr std::optional<Verdict> none = std::nullopt;

}  // namespace wardend::verify::test
