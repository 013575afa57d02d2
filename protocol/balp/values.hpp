// Texts of the trail as values of FHIR: every one of them is either as FHIR has it, or left out. No I/O.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace wardend::balp {

// The member as a text that FHIR lets be: printable, no space at its ends, bounded. Empty: there is none. A number is
// written in digits.
[[nodiscard]] std::string words_of(const nlohmann::json& entry, const char* member);

// What a reference of the trail names.
struct Named {
  std::string type;       // of the resource
  std::string reference;  // absolute where the trail knows the server's base
};
// `text` ("Type/id", with a version, relative or absolute) as a reference that R4 lets be; nullopt: it is none.
[[nodiscard]] std::optional<Named> reference_of(std::string_view text, std::string_view fhir_base_url);

// An absolute address (http, https) without what no address has; else empty.
[[nodiscard]] std::string address_of(std::string_view text);

// A text that FHIR's `code` lets be; else empty.
[[nodiscard]] std::string code_of(std::string_view text);

// A time as FHIR's `instant` has it; the year 1970 where the entry tells none.
[[nodiscard]] std::string instant_of(const nlohmann::json& entry);

// Spec: RFC 4648 section 4, with padding.
[[nodiscard]] std::string base64(std::string_view bytes);

}  // namespace wardend::balp
