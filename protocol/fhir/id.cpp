#include "protocol/fhir/id.hpp"

#include <algorithm>

namespace wardend::fhir {

bool valid_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 &&
         std::ranges::all_of(id,
                             [](char c) {
                               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                                      c == '-' || c == '.';
                             }) &&
         id != "." && id != "..";
}

}  // namespace wardend::fhir
