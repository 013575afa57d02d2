// Numbers and times as sentences for people have them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wardend::words {

// Unix seconds as HH:MM:SS of the local time zone; "-" when absent.
[[nodiscard]] std::string local_time(std::optional<std::int64_t> unix_seconds);

// Unix seconds as YYYY-MM-DD HH:MM:SS; "-" when absent.
[[nodiscard]] std::string local_date_time(std::optional<std::int64_t> unix_seconds);

// "1 session", "3 sessions".
[[nodiscard]] std::string counted(std::int64_t count, std::string_view noun);

}  // namespace wardend::words
