// Reads both documents of a server as they are now, and compares an app's needs with them. One comparison at a time:
// a document may be 20 MiB.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "base/clock.hpp"
#include "base/http_client.hpp"
#include "base/result.hpp"
#include "config/model.hpp"
#include "daemon/server/directory.hpp"
#include "daemon/verify/report.hpp"

namespace wardend::verify {

class Verifier {
 public:
  Verifier(Clock& clock, HttpClient& http, server::ServerDirectory& directory)
      : clock_(clock), http_(http), directory_(directory) {}

  // `app` must be an app of `server`, and both in `config`. Takes up to 5 s for the smart-configuration and 30 s for
  // the metadata; both are read beside the loop. InvalidTarget: others were being compared for 20 s.
  [[nodiscard]] asio::awaitable<Result<Report>> verify(config::ConfigPtr config, std::string app, std::string server);

 private:
  Clock& clock_;
  HttpClient& http_;
  server::ServerDirectory& directory_;
  bool busy_ = false;
  Event free_;
};

}  // namespace wardend::verify
