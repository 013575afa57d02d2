// An app that sends FHIR requests through the gateway at a steady pace for hours.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "tests/integration/site.hpp"

namespace wardend::test {

// Begins the ids of its requests, by which a server's log knows them.
inline constexpr std::string_view soak_mark = "soak-";

// The records that it reads and updates: Observation/p1-hr-01 and so on.
inline constexpr std::size_t soak_records = 45;
[[nodiscard]] std::string soak_record(std::size_t number);

struct SoakTally {
  std::map<long, std::size_t> answers = {};   // by status; 0: the connection was cut
  std::map<long, std::string> examples = {};  // of what else than 2xx came, the beginning of one
  void add(const SoakTally& more);
  [[nodiscard]] std::size_t all() const;
  [[nodiscard]] std::size_t good() const;  // 2xx
};

// Reads, searches, scans of 64 KiB ("Binary/scan"), creates and updates of p1, and now and then a read of p2, at this
// pace until `end`. Each of `workers` has a connection of its own. A request that waits does not slow the others.
[[nodiscard]] SoakTally soak(const Site& site, const std::string& session, unsigned per_second, unsigned workers,
                             std::chrono::steady_clock::time_point end);

}  // namespace wardend::test
