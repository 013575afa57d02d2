// How the entries of the audit trail hang together. An entry is a line of JSON that begins with its number and the hash
// of the entry before it, and ends with its own hash:
//
//   {"sequence":7,"previous":"<64 digits>","at":"...","kind":"...", ... ,"hash":"<64 digits>"}
//
// The hash is SHA-256 over the bytes of the line up to `,"hash"`, as they are written. Pure; writer and readers share
// it.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace wardend::trail {

// Where a trail stands: its last entry. Before the first one the number is 0, and the hash is 64 zeros.
struct Link {
  std::uint64_t sequence = 0;
  std::string hash = std::string(64, '0');
  bool operator==(const Link&) const = default;
};

// `members` (JSON members without braces, "at" and "kind" first) as the entry that follows `last`, with its line end.
// `last` is that entry afterwards.
[[nodiscard]] std::string sealed(std::string_view members, Link& last);

// An entry as it stands in a line. The views live as long as the line.
struct Entry {
  std::uint64_t sequence = 0;
  std::string_view previous;
  std::string_view hash;
  std::string_view members;  // without "sequence", "previous" and "hash"
  std::string_view kind;
  [[nodiscard]] Link link() const { return {sequence, std::string(hash)}; }
};

// Reads a line without its line end. The error says what is wrong with it by itself: it has not the form of an entry,
// or its hash is not that of its bytes.
[[nodiscard]] std::expected<Entry, std::string> read_entry(std::string_view line);

}  // namespace wardend::trail
