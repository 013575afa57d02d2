// The few encodings that OAuth needs: base64url, hexadecimal, percent-encoding, SHA-256.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wardend {

// Spec: RFC 4648 §5, without padding.
[[nodiscard]] std::string base64url(std::string_view bytes);
// nullopt for a character outside the alphabet, padding, or an impossible length.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

// Two lowercase digits a byte.
[[nodiscard]] std::string hex(std::string_view bytes);

// Thirty-two raw bytes.
[[nodiscard]] std::string sha256(std::string_view bytes);

// application/x-www-form-urlencoded, spaces as "+" (form) or "%20" (query).
enum class SpaceAs { plus, percent20 };
[[nodiscard]] std::string percent_encode(std::string_view text, SpaceAs space = SpaceAs::percent20);
// nullopt for a broken escape or a NUL. "+" is a space.
[[nodiscard]] std::optional<std::string> form_decode(std::string_view text);

// A form body or query of name=value pairs, in order.
using FormFields = std::vector<std::pair<std::string_view, std::string_view>>;
[[nodiscard]] std::string form_encode(const FormFields& fields);
// At most 64 pairs; nullopt for more, or for a broken escape.
[[nodiscard]] std::optional<std::vector<std::pair<std::string, std::string>>> parse_form(std::string_view text);

}  // namespace wardend
