// Reads both documents of a server as they are now, and compares an app's needs with them. Whoever asks the same
// meanwhile gets the same report. A few at a time: a document may be 20 MiB.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <tuple>

#include "base/clock.hpp"
#include "base/http_client.hpp"
#include "base/result.hpp"
#include "base/single_flight.hpp"
#include "config/model.hpp"
#include "daemon/server/directory.hpp"
#include "daemon/verify/report.hpp"

namespace wardend::verify {

class Verifier {
 public:
  Verifier(Clock& clock, HttpClient& http, server::ServerDirectory& directory)
      : clock_(clock), http_(http), directory_(directory) {}

  static constexpr Duration patience = 8s;          // for both documents
  static constexpr std::size_t most_at_a_time = 4;  // of different apps or servers

  // `app` must be an app of `server`, and both in `config`. Is answered within `patience`: a document that has not come
  // by then is told as that in the report. Both are read beside the loop. RateLimited: `most_at_a_time` others are
  // under way; the error says until when at the latest.
  [[nodiscard]] asio::awaitable<Result<Report>> verify(config::ConfigPtr config, std::string app, std::string server);

 private:
  using Subject = std::tuple<const config::Config*, std::string, std::string>;  // of a configuration: app, server
  struct Flight {
    SingleFlight<std::shared_ptr<const Report>> report = {};
    BootTime until = {};
    unsigned askers = 0;
  };
  [[nodiscard]] asio::awaitable<std::shared_ptr<const Report>> compare_now(config::ConfigPtr config, std::string app,
                                                                           std::string server, BootTime until);

  Clock& clock_;
  HttpClient& http_;
  server::ServerDirectory& directory_;
  std::map<Subject, std::shared_ptr<Flight>> flights_;
};

}  // namespace wardend::verify
