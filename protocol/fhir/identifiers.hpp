// National patient numbers: whether one can be right at all. A check digit proves that a number was typed correctly,
// and never whose it is. No I/O.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace wardend::fhir {

// Why a text is no number of its kind.
enum class NumberFault : std::uint8_t {
  form,         // not as many digits and letters as there must be, or others
  repeated,     // one digit ten times: it passes the check, and nobody has it
  check_digit,  // mistyped
};

// The ten digits of an NHS number. Spaces and hyphens between them do not count. A number of Scotland (CHI: the first
// six digits are a birthday) may have a check digit of either kind. Spec: standards digest §12.2
[[nodiscard]] std::expected<std::string, NumberFault> nhs_number(std::string_view text);

// To whom numbers of that range are given.
enum class NhsRange : std::uint8_t { england_and_wales, northern_ireland, scotland, test, not_issued };
// `digits`: what nhs_number() gave. Spec: standards digest §12.2
[[nodiscard]] NhsRange nhs_range(std::string_view digits);

// A New Zealand NHI number in upper case, of the old form (AAANNNC) or the new (AAANNAX). White space does not count.
// Spec: HISO 10046; standards digest §12.3
[[nodiscard]] std::expected<std::string, NumberFault> nhi_number(std::string_view text);
// Whether it was made for tests. `number`: what nhi_number() gave.
[[nodiscard]] bool is_test_nhi(std::string_view number);

}  // namespace wardend::fhir
