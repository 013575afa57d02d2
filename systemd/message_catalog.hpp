// The log lines that support looks up. Each has an id in the journal, by which `journalctl -x` explains it
// (units/wardend.catalog) and `journalctl MESSAGE_ID=` finds it, and its fields stand apart as WARDEND_SERVER= and the
// like. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wardend::systemd {

struct KnownMessage {
  std::string_view text;  // the constant text of the line
  std::string_view id;    // 128 bits in hexadecimal
};
// All of them.
[[nodiscard]] std::span<const KnownMessage> known_messages();

struct ReadLine {
  std::string_view id = {};  // empty: no line that is known
  std::vector<std::pair<std::string, std::string>> fields = {};
};
// A line as base/log writes it: constant text, then key=value. Fields of known lines alone, sixteen at most.
[[nodiscard]] ReadLine read_line(std::string_view line);

}  // namespace wardend::systemd
