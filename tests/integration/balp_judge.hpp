// tests/peers/balp-judge: three validators that others wrote, asked about AuditEvents.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace wardend::test {

enum class Profiles { as_claimed, required };

struct Judgement {
  bool asked = false;  // false: the judge did not run; `words` says why
  std::size_t events = 0;
  std::map<std::size_t, std::vector<std::string>> errors = {};  // by the event's number, counted from 0
  std::string words = {};
};

// One process for all of them. `lines`: an event a line.
[[nodiscard]] Judgement judged(const std::string& lines, const std::filesystem::path& folder,
                               Profiles profiles = Profiles::as_claimed);

}  // namespace wardend::test
