// Teams, groups and rotas: records that have a place for a patient, and are about none where all who are in it are
// staff.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "daemon/guard/facts.hpp"

namespace wardend::guard {

// Whether a team, a group or a rota is of staff alone: one of them is named by a reference, or by type and identifier,
// and none is, or may be, a patient.
[[nodiscard]] bool is_of_staff(const nlohmann::json& record, const Facts& facts);

}  // namespace wardend::guard
