// Times in HTTP headers. No I/O.
// Spec: RFC 9110 §5.6.7 (IMF-fixdate alone: nothing that speaks JSON sends the older forms).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace wardend::http {

// Seconds since 1970; nullopt: not such a date.
[[nodiscard]] std::optional<std::int64_t> parse_http_date(std::string_view text);

// How far the clock of whoever sent this Date header is ahead of `now`; negative: behind. nullopt: no such header.
[[nodiscard]] std::optional<std::chrono::seconds> clock_ahead(std::string_view date,
                                                              std::chrono::system_clock::time_point now);

// Retry-After as seconds or IMF-fixdate against the Date header; clamped to 1 s .. 1 h. nullopt: absent or unreadable.
[[nodiscard]] std::optional<std::chrono::seconds> retry_after(std::string_view value, std::string_view date);

}  // namespace wardend::http
