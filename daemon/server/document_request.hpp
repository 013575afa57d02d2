// One of a server's documents: how it is asked for, and why there is none.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/http_client.hpp"
#include "base/json.hpp"
#include "config/model.hpp"

namespace wardend::server {

struct DiscoveryFailure {
  std::string code;  // discovery_unreachable, discovery_timeout, discovery_tls, discovery_changed, or the parser's
  std::string description;   // what is wrong and what to do
  bool unreachable = false;  // the server gave no usable answer: waiting may help
};

// The request for the document at `path` below the FHIR base, which may take as long as is `left`.
[[nodiscard]] HttpRequest request_for(const config::Server& server, std::string_view path, JsonLimits limits,
                                      Duration left);

// Why such a request had no answer.
[[nodiscard]] DiscoveryFailure failure_of(const HttpFailure& failure, JsonLimits limits);
[[nodiscard]] DiscoveryFailure timed_out();

}  // namespace wardend::server
