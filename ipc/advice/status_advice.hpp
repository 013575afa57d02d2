// What support should do about a broker's status: pure functions from what Status returned to sentences.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "ipc/interface/control.hpp"

namespace wardend::advice {

// A reason of a clear in plain words; "" for one that this version does not know.
[[nodiscard]] std::string_view clear_reason_text(std::string_view reason);

// What a server does that is neither up nor down, after its name: "answers again". Its trouble says why.
[[nodiscard]] std::string_view degraded_text(const ipc::control::ServerRow& server);

// The most urgent first; never empty.
[[nodiscard]] std::vector<std::string> next_steps(const ipc::control::StatusReply& status,
                                                  std::chrono::sys_seconds now);

}  // namespace wardend::advice
