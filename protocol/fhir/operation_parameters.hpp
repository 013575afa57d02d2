// Whom the parameters of an operation name, in its address or in Parameters: servers read much under such names. No
// I/O. Spec: FHIR R4, operations, Parameters
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

#include "protocol/fhir/mentions.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::fhir {

// Whether a parameter of that name is whom it is about: "patient", "subjectId".
[[nodiscard]] bool names_whom(std::string_view parameter);

// Whether a parameter of an operation says by its name that it names somebody, or an encounter: as names_whom(), and
// "id", "mrn", "encounter".
[[nodiscard]] bool names_somebody(std::string_view parameter);

// All that a parameter of an operation names by a text, decoded as often as somebody may. One that says whom it is
// about names a patient, or an encounter: a text that is neither an id nor Type/id of this server is somebody for
// people alone. Whatever another one is called, `system|value` is an identifier, the address of a record is that
// record, and a search names whoever it is for. The mentions live as long as the call of `offer`.
void each_named(std::string_view parameter, std::string_view text, const BaseUrl& base,
                const std::function<void(const Mention&)>& offer);

// What it names by a value that is an object; `element` is what that is called: "valueReference". nullopt: it is about
// something else.
[[nodiscard]] std::optional<Mention> named_by(std::string_view parameter, std::string_view element,
                                              const nlohmann::json& value, const BaseUrl& base);

// Whether one entry of Parameters.parameter, or a part of one, has only members that FHIR has there.
[[nodiscard]] bool is_parameter_of_fhir(const nlohmann::json& parameter);

// Adds the parameters of an operation's body that say whom it is about to those of its address: its answer is judged by
// both. One that says it by anything but a text or a reference has no value then.
void add_whom(FhirRequest& operation, const nlohmann::json& body);

}  // namespace wardend::fhir
