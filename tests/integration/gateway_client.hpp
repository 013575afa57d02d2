// FHIR requests through fhir.sock, as an app sends them with any HTTP library.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/integration/repository.hpp"

namespace wardend::test {

// What came back.
struct Passed {
  int status = 0;                                   // 0: no answer
  std::map<std::string, std::string> headers = {};  // names in lower case
  std::string body = {};

  // The error's name in an OperationOutcome of wardend's; "": it is none.
  [[nodiscard]] std::string error() const;
  [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }
};

// An answer as it came, as one of these.
[[nodiscard]] Passed passed_of(const std::string& answer);
// One request with curl over the site's fhir.sock. `path` of `sent` is below /fhir/SESSION. As `uid`, where one is
// given.
[[nodiscard]] Passed through_gateway(const Site& site, const std::string& session, const Sent& sent,
                                     std::optional<uid_t> uid = {});
// The same by its whole address.
[[nodiscard]] Passed through_gateway_at(const Site& site, const std::string& address, const Sent& sent,
                                        std::optional<uid_t> uid = {});
// The same request of an app that has a token, to the server itself or to whatever stands before it.
[[nodiscard]] Passed with_token(const std::string& address, const Sent& sent, const std::string& token);

}  // namespace wardend::test
