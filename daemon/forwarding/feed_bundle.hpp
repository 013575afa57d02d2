// What IHE's ITI-20 feed sends to an audit repository: a Bundle of type batch with an AuditEvent for each entry. Pure.
// Spec: FHIR R4 3.1.0.4.3, 3.1.0.8, 3.1.0.11; IHE RESTful ATNA, ITI-20
#pragma once

#include <cstddef>
#include <string>

#include "daemon/forwarding/outgoing.hpp"

namespace wardend::forwarding {

// How the repository keeps an event once, though it is sent twice.
enum class Once {
  by_id,   // PUT with an id made of the entry's hash: the second is an update of the same
  by_tag,  // POST with ifNoneExist on a tag with the entry's hash, for repositories that take no id from a client
};

struct FeedBundle {
  std::string text = {};
  std::size_t entries = 0;  // so many of the oldest are in it
};

// The oldest entries: all of them, or as many as `most_bytes` takes, but one at least.
[[nodiscard]] FeedBundle bundle_of(const Entries& entries, Once once, std::size_t most_bytes);

}  // namespace wardend::forwarding
