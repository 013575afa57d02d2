// What the entries of a Bundle are called in it, so that they can refer to each other. Pure.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "daemon/guard/facts.hpp"
#include "protocol/fhir/base_url.hpp"

namespace wardend::guard {

// What the entries of a Bundle are called in it, by their fullUrl and, where they are of the session's server, as
// Type/id; and what each is.
struct EntryResource {
  std::string_view type;
  std::string_view id;  // where it will be; empty: the server gives it one
  bool gone = false;    // the entry deletes it
};
using Entries = std::map<std::string_view, EntryResource, std::less<>>;

// The entries of a Bundle: what a request writes to, else the resource's own id. Views into it. The error is
// ResourceRejected: two entries of one fullUrl.
[[nodiscard]] Result<Entries> entries_of(const nlohmann::json& bundle, const fhir::BaseUrl& base);

// nullopt: the entry has no fullUrl, or one that is made up (urn:uuid:) or of this server, and not another patient.
[[nodiscard]] std::optional<Error> name_fault(const nlohmann::json& entry, const Facts& facts);

// The first name_fault() of a Bundle that is kept as it is, a document for one; with its path.
[[nodiscard]] std::optional<Error> names_fault(const nlohmann::json& bundle, const Facts& facts);

}  // namespace wardend::guard
