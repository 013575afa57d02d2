// Two accounts of the same deeds, the trail's and the server's, held against each other: what each side has that the
// other lacks, and what they tell differently. Pure; n log n for n deeds.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "trail/instant.hpp"

namespace wardend::trail {

// One request of a Bundle, as far as it is named.
struct Part {
  std::string interaction = {};  // as a Deed's; empty: any
  std::string resource = {};     // "Observation/7"; a type alone: any record of it
  bool only_reads = false;
  std::size_t times = 1;  // how many such there are at most
};

// What somebody did with a record. An empty member says nothing, and differs from nothing.
struct Deed {
  std::size_t index = 0;  // in the account that it comes from
  Instant at = {};
  std::string request_id = {};
  std::string user = {};     // "Practitioner/a", or however the account calls them
  std::string patient = {};  // an id
  // read, search, create, update, delete, history, operation, transaction, batch; empty: it is only what was read
  // before a write, and no request itself
  std::string interaction = {};
  std::string resource = {};            // "Observation/7", or a type alone
  std::vector<std::string> reads = {};  // records that were read to judge it, under its request id: "Observation/7"
  std::vector<Part> parts = {};         // of a batch or transaction: what it asks for
  bool sure = true;                     // false: whether it reached the server is not known, so it need not be there
};

enum class Difference {
  missing_at_server,
  missing_in_trail,
  duplicate_at_server,
  duplicate_in_trail,
  other_patient,
  other_user,
  other_resource,
  other_time,
};
[[nodiscard]] std::string_view name_of(Difference difference);

struct Discrepancy {
  Difference what = Difference::missing_at_server;
  const Deed* ours = nullptr;    // null: there is none
  const Deed* theirs = nullptr;  // the same
};

struct Reconciliation {
  std::size_t matched = 0;  // pairs, those that differ too
  std::vector<Discrepancy> discrepancies = {};
};

// `window`: how far apart the clocks and the ways of writing may be. Deeds belong together by request id, however each
// side calls them; what a server tells of single entries of a Bundle, and of what was read before a write, is part of
// the Bundle or the write of that id, if that names it, and once for each time that it does. Without one they do by
// user, patient, interaction and resource within the window; then where one of these differs alone. The deeds must
// outlive the result.
[[nodiscard]] Reconciliation reconcile(const std::vector<Deed>& ours, const std::vector<Deed>& theirs,
                                       std::chrono::milliseconds window);

}  // namespace wardend::trail
