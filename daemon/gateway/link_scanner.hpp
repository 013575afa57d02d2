// Where the addresses of a Bundle stand in its JSON text: one pass over the bytes, nothing is built and nothing written
// again, so that every other byte stays as it was. It fails closed: what is not JSON has no addresses. No I/O.
// Spec: RFC 8259; FHIR R4, Bundle
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace wardend::gateway {

enum class LinkKind : std::uint8_t {
  page,      // Bundle.link[].url
  entry,     // Bundle.entry[].link[].url
  full_url,  // Bundle.entry[].fullUrl
  location,  // Bundle.entry[].response.location
};

// A text between its quote marks, escapes and all: text.substr(begin, size).
struct LinkSpan {
  LinkKind kind = LinkKind::page;
  std::size_t begin = 0;
  std::size_t size = 0;
  friend bool operator==(const LinkSpan&, const LinkSpan&) = default;
};

inline constexpr std::size_t most_links = 200'000;  // of one Bundle
inline constexpr std::size_t most_page_links = 64;  // of these, Bundle.link[].url

// In the order in which they stand; none where the outermost object is no Bundle, wherever its resourceType stands. An
// error is a sentence, and the reply is to be refused: not JSON, not UTF-8, deeper than max_json_depth, a member on the
// way to an address named twice, more links than the limits.
[[nodiscard]] std::expected<std::vector<LinkSpan>, std::string> scan_links(std::string_view text);

}  // namespace wardend::gateway
