// What a step of a rehearsal brought. Values alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wardctl/rehearsal/subject.hpp"

namespace wardend::wardctl {

enum class Verdict { as_expected, not_as_expected, not_played };

struct Outcome {
  std::string name = {};  // on the command line; empty: a person plays it
  std::string step = {};  // its title in the plan
  Verdict verdict = Verdict::not_played;
  std::string expected = {};
  std::string seen = {};       // of a step that was not played: why not
  std::string clinician = {};  // the page, or the error that the app can show, as it stood there; empty: nothing
  std::string next = {};       // what a person does; empty: nothing
};

struct Rehearsal {
  Subject subject = {};
  std::string version = {};  // of wardend
  std::string like = {};     // what the sandbox was like; empty: as it is
  std::int64_t at = 0;       // Unix seconds
  std::vector<Outcome> outcomes = {};
};

}  // namespace wardend::wardctl
