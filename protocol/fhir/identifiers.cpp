#include "protocol/fhir/identifiers.hpp"

#include <algorithm>
#include <charconv>

namespace wardend::fhir {
namespace {

constexpr std::size_t nhs_digits = 10;
constexpr std::size_t nhi_characters = 7;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
int digit_of(char c) { return c - '0'; }

bool passes_mod_11(std::string_view digits) {
  int sum = 0;
  for (std::size_t i = 0; i < nhs_digits - 1; ++i) sum += digit_of(digits[i]) * static_cast<int>(nhs_digits - i);
  const int check = (11 - sum % 11) % 11;  // ten fits no digit
  return check == digit_of(digits.back());
}

bool passes_luhn(std::string_view digits) {
  int sum = 0;
  bool doubled = false;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, doubled = !doubled) {
    const int value = digit_of(*digit) * (doubled ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 == 0;
}

// Which century is not told, so that 29 February is a day of every year that divides by four.
bool begins_with_birthday(std::string_view digits) {
  constexpr int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const auto two = [&](std::size_t at) { return digit_of(digits[at]) * 10 + digit_of(digits[at + 1]); };
  const int day = two(0);
  const int month = two(2);
  if (month < 1 || month > 12 || day < 1 || day > days[month - 1]) return false;
  return month != 2 || day != 29 || two(4) % 4 == 0;
}

// The place in an alphabet without I and O, A being 1; 0: not in it.
int place_of(char c) {
  constexpr std::string_view alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ";
  const auto at = alphabet.find(c);
  return at == std::string_view::npos ? 0 : static_cast<int>(at) + 1;
}

bool has_form(std::string_view number, std::string_view form) {
  return number.size() == form.size() && std::ranges::equal(number, form, [](char c, char kind) {
           return kind == 'N' ? is_digit(c) : place_of(c) > 0;
         });
}

// Over the first six characters, weighted 7 down to 2.
int nhi_sum(std::string_view number) {
  int sum = 0;
  for (std::size_t i = 0; i < nhi_characters - 1; ++i)
    sum += (is_digit(number[i]) ? digit_of(number[i]) : place_of(number[i])) * static_cast<int>(nhi_characters - i);
  return sum;
}

bool passes_nhi_check(std::string_view number) {
  const int sum = nhi_sum(number);
  if (!is_digit(number.back())) return place_of(number.back()) == 23 - sum % 23;
  return sum % 11 != 0 && digit_of(number.back()) == (11 - sum % 11) % 10;
}

}  // namespace

std::expected<std::string, NumberFault> nhs_number(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c == ' ' || c == '-') continue;
    if (!is_digit(c) || digits.size() == nhs_digits) return std::unexpected(NumberFault::form);
    digits += c;
  }
  if (digits.size() != nhs_digits) return std::unexpected(NumberFault::form);
  if (digits.find_first_not_of(digits.front()) == std::string::npos) return std::unexpected(NumberFault::repeated);
  if (!passes_mod_11(digits) && !(begins_with_birthday(digits) && passes_luhn(digits)))
    return std::unexpected(NumberFault::check_digit);
  return digits;
}

NhsRange nhs_range(std::string_view digits) {
  std::int64_t serial = 0;
  std::from_chars(digits.data(), digits.data() + nhs_digits - 1, serial);
  const auto within = [serial](std::int64_t first, std::int64_t last) { return serial >= first && serial <= last; };
  if (begins_with_birthday(digits)) return NhsRange::scotland;
  if (within(320'000'001, 399'999'999)) return NhsRange::northern_ireland;
  if (within(400'000'000, 499'999'999) || within(600'000'000, 799'999'999)) return NhsRange::england_and_wales;
  return within(900'000'000, 999'999'999) ? NhsRange::test : NhsRange::not_issued;
}

std::expected<std::string, NumberFault> nhi_number(std::string_view text) {
  std::string number;
  for (const char c : text) {
    if (c == ' ' || c == '\t') continue;
    if (number.size() == nhi_characters) return std::unexpected(NumberFault::form);
    number += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  if (!has_form(number, "AAANNNN") && !has_form(number, "AAANNAA")) return std::unexpected(NumberFault::form);
  if (!passes_nhi_check(number)) return std::unexpected(NumberFault::check_digit);
  return number;
}

bool is_test_nhi(std::string_view number) { return number.starts_with('Z'); }

}  // namespace wardend::fhir
