// Plays one step after the other in a room, and hands what was seen to its judge.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "wardctl/rehearsal/outcome.hpp"
#include "wardctl/rehearsal/plan.hpp"
#include "wardctl/rehearsal/room.hpp"

namespace wardend::wardctl {

// Plays the plan, or of it only the steps of these names, and says before each step which one it is.
[[nodiscard]] std::vector<Outcome> play_all(Room& room, const std::vector<std::string>& only,
                                            const std::function<void(std::string_view)>& before_each);

// Steps about what ends: a token, a sign-in, the server. Each launches anew, and leaves the server as it was.
[[nodiscard]] Outcome play_token_end(Room& room);
[[nodiscard]] Outcome play_sign_in_end(Room& room);
[[nodiscard]] Outcome play_outage(Room& room, Step step);

}  // namespace wardend::wardctl
