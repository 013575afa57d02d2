#include "base/beat.hpp"

#include "base/retry.hpp"

namespace wardend {

Beat::Beat(std::string_view machine) : before_start_(part_of(24h, part_drawn_from(machine))) {}

}  // namespace wardend
