#include "protocol/fhir/id.hpp"

#include <algorithm>

namespace wardend::fhir {

bool valid_id(std::string_view id) {
  return !id.empty() && id.size() <= 256 &&
         std::ranges::all_of(id,
                             [](char c) {
                               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                                      c == '-' || c == '.' || c == '_';
                             }) &&
         id != "." && id != "..";
}

bool conformant_id(std::string_view id) { return valid_id(id) && id.size() <= 64 && !id.contains('_'); }

}  // namespace wardend::fhir
