// How the names of events are compared: by letters, digits and dots. Case does not count, nor do dashes, underscores,
// blanks and control characters. A dot does, because it marks a vendor's own name.
#pragma once

namespace wardend::fhircast {

// The character in lower case; '\0': it does not count.
[[nodiscard]] constexpr char folded(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte <= ' ' || byte == 0x7F || c == '-' || c == '_') return '\0';
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace wardend::fhircast
