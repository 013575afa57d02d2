// What each server declared when its documents were last read, and how each app stood there: what a later look is
// compared with, over restarts too. Pure. Digests and verdicts alone; nothing of it is secret.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/drift/standing.hpp"
#include "daemon/verify/imprint.hpp"

namespace wardend::drift {

// An app that a change of the server's documents has blocked.
struct Blocked {
  std::int64_t since = 0;               // Unix seconds
  std::vector<std::string> needs = {};  // by the subject of the findings; never empty
  friend bool operator==(const Blocked&, const Blocked&) = default;
};

struct ServerMemory {
  std::string base = {};  // the FHIR base that all of this is about, in canonical form; empty: nothing is known
  verify::Imprints documents = {};
  std::int64_t read_at = 0;  // Unix seconds
  std::string basis = {};    // digest of the configuration with which the apps were judged
  std::map<std::string, Standing> apps = {};
  std::map<std::string, Blocked> blocked = {};  // by app
  friend bool operator==(const ServerMemory&, const ServerMemory&) = default;

  // Notes what a change blocks at `now`, beside what one before it did.
  void block(const std::string& app, std::int64_t now, const std::vector<Change>& changes);
  // Takes out what no longer blocks the app, as its standing says.
  void unblock(const std::string& app, const Standing& standing);
};
using Memory = std::map<std::string, ServerMemory>;  // by server

inline constexpr std::size_t longest_memory = 8UL * 1024 * 1024;  // bytes

// One line of JSON.
[[nodiscard]] std::string to_text(const Memory& memory);
// nullopt: not such a text.
[[nodiscard]] std::optional<Memory> read_memory(std::string_view text);

}  // namespace wardend::drift
