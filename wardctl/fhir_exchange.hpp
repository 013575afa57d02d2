// One FHIR request over fhir.sock and its answer, as any app sends it. The answer's meaning is not known here.
#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ipc/client/wardend/failure.hpp"

namespace wardend::wardctl {

struct FhirRequest {
  std::string socket;
  std::string method;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers = {};  // values without line breaks
  std::optional<std::string> body = {};
};

struct FhirAnswer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers = {};  // names in lower case
  std::string body = {};                                          // unless it went elsewhere

  // "": it is not there.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

// Sends it, and waits for the answer: two minutes without a byte end it. `where_to` is asked once, when the head is
// there: a body goes there as it comes, or with nullptr into the answer, which has room for 64 MiB.
// Failures: unreachable, not_permitted, timed_out, closed (also in the middle of the answer), protocol.
[[nodiscard]] client::Outcome<FhirAnswer> exchange(const FhirRequest& request,
                                                   const std::function<std::ostream*(const FhirAnswer&)>& where_to);

}  // namespace wardend::wardctl
