// Every place of a resource that names a patient, or a record that may be a patient's: references of all forms, in
// extensions, contained resources, Bundles and Parameters, addresses that are references by their form (of an
// attachment above all), and Patient resources inside. No I/O. Spec: FHIR R4, references, Reference, contained
// resources, Bundle
#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/fhir/base_url.hpp"
#include "protocol/fhir/mentions.hpp"

namespace wardend::fhir {

// What stands at a path of members ("participant.actor") in a resource, where a list stands for its entries; an empty
// path: nothing.
[[nodiscard]] std::vector<const nlohmann::json*> elements_at(const nlohmann::json& resource, std::string_view path);

struct Refused {
  Naming naming = Naming::malformed;
  std::string id = {};
  std::string path = {};  // "entry[0].resource.subject.reference"; printable, at most 256 bytes
};

// The first mention that `accepts` does not accept, in document order by name of member; nullopt: none. Whom the links
// of the Patient `unlinked` lead to is passed over, empty: nobody's are. Without recursion; the work grows with the
// size of the resource.
[[nodiscard]] std::optional<Refused> first_refused(const nlohmann::json& resource, const BaseUrl& base,
                                                   const std::function<bool(const Mention&)>& accepts,
                                                   std::string_view unlinked = {});

}  // namespace wardend::fhir
