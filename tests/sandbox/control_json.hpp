// What the control interface shows of faults and of the log, as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "tests/sandbox/faults.hpp"
#include "tests/sandbox/request_log.hpp"

namespace wardend::sandbox {

[[nodiscard]] nlohmann::json fault_json(const Fault& fault);
[[nodiscard]] nlohmann::json log_json(const LogEntry& entry);

}  // namespace wardend::sandbox
