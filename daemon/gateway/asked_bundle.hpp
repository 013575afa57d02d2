// What a batch or a transaction asks for, by the words of its entries: for the audit trail, and for whether it can
// write. No I/O.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace wardend::gateway {

struct AskedBundle {
  static constexpr std::size_t most_bytes = 4096;  // of `entries`

  bool is_batch = false;  // else a transaction
  bool reads = false;     // it has entries, and each is a GET
  // Method and address of each, "GET Observation?patient=p1, DELETE Condition/c1". Where there are too many for
  // `most_bytes`, addresses are cut, and at last entries are counted: "and 3 more".
  std::string entries = {};
};
[[nodiscard]] AskedBundle asked_bundle(const nlohmann::json& bundle);

// Whom a resource says that it is about: its references and identifiers, "Patient/p1". Empty: nobody, or it is no
// resource. At most 200 bytes.
[[nodiscard]] std::string asked_subject(const nlohmann::json& resource);

}  // namespace wardend::gateway
