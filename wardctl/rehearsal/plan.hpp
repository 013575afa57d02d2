// The plan of a rehearsal: its steps in their order, what each expects, and what only a person can play. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wardctl/rehearsal/outcome.hpp"

namespace wardend::wardctl {

enum class Step {
  launch,
  failed_launch,
  no_patient,
  token_end,
  sign_in_end,
  busy_server,
  gone_server,
  wrong_write,
  lock,
  switch_off,
  trail,
};

// What a step is called on the command line and by people, and what it expects of the app.
struct Scene {
  Step step;
  std::string_view name;
  std::string_view title;
  std::string_view expected;
};

// Every step, in the order in which it is played.
[[nodiscard]] std::vector<Scene> plan_for(const Subject& subject);

// The names of all steps, for the command line.
[[nodiscard]] std::vector<std::string> step_names();

// The row of the plan, and an outcome that holds its title and what it expects.
[[nodiscard]] Outcome begun(const Subject& subject, Step step);

// A step that --only leaves out.
[[nodiscard]] Outcome left_out(const Subject& subject, Step step);

// What the rehearsal cannot play, and who does it instead.
[[nodiscard]] std::vector<Outcome> for_a_person(const Subject& subject);

}  // namespace wardend::wardctl
