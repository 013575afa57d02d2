// A Bundle of writes: a transaction, of which everything happens or nothing, or a batch, each entry for itself.
// Spec: FHIR R4 RESTful API, batch/transaction.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "tests/sandbox/message.hpp"
#include "tests/sandbox/settings.hpp"
#include "tests/sandbox/shelf.hpp"
#include "tests/sandbox/writes.hpp"

namespace wardend::sandbox {

// The answer to an entry that the token does not open; nullopt: it does.
using Refusal = std::function<std::optional<Reply>(const Write&)>;

// A Bundle of responses in the order of the entries, or, where anything of a transaction is wrong, the OperationOutcome
// of the first such entry; then nothing has changed.
[[nodiscard]] Reply transaction(Shelf& shelf, std::string_view body, const Settings& settings, WallTime now,
                                const Refusal& refusal);

}  // namespace wardend::sandbox
