// What a clinician reads where a launch fails: one sentence and one next step for each cause. The technical text stays
// in the error. No I/O.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "daemon/workstation/presence.hpp"

namespace wardend::launch {

struct Words {
  // lasting: waiting does not help. passing: it may, and the app's advice says what to do meanwhile.
  enum class Trouble { lasting, passing };

  std::string_view sentence = {};
  std::string_view next_step = {};
  Trouble trouble = Trouble::lasting;
};

// The words for an error of a launch; every error has some. `presence`: whether somebody is known to be at the
// workstation, as WorkstationLocked stands for both "locked" and "nobody has signed in since".
[[nodiscard]] Words words_for(const Error& error, workstation::Presence presence = workstation::Presence::present);

// The same for a failed launch, by the stage and the code of LaunchFailed.
[[nodiscard]] Words words_for(LaunchStage stage, std::string_view code);

// Whether a row of the table is about exactly that code.
[[nodiscard]] bool is_known_code(LaunchStage stage, std::string_view code);

}  // namespace wardend::launch
