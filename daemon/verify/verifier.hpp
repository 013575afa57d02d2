// The one reader of a server's two documents for a comparison: as an operator asks for it, and on the long schedule of
// daemon/drift. Documents are read, compared and freed beside the loop where they are large: one may be 20 MiB.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/http_client.hpp"
#include "base/result.hpp"
#include "config/model.hpp"
#include "daemon/server/directory.hpp"
#include "daemon/verify/imprint.hpp"
#include "daemon/verify/report.hpp"

namespace wardend::verify {

class Verifier {
 public:
  Verifier(Clock& clock, HttpClient& http, server::ServerDirectory& directory)
      : clock_(clock), http_(http), directory_(directory) {}

  // `app` must be an app of `server`, and both in `config`. Takes up to 5 s for the smart-configuration and 30 s for
  // the metadata. One comparison runs at a time. InvalidTarget: others were being compared for 20 s.
  [[nodiscard]] asio::awaitable<Result<Report>> verify(config::ConfigPtr config, std::string app, std::string server);

  // What a request for one document showed. `status` is HTTP's, 0 where there was no answer; `imprint` is empty where
  // no such document was had.
  struct Sight {
    Imprint imprint = {};
    int status = 0;
  };
  struct Sights {
    Sight smart = {};
    Sight metadata = {};
  };
  // All apps at one server, and the documents with which they were compared.
  struct Study {
    Sights sights = {};
    std::map<std::string, Report> reports = {};  // by app
  };
  // The same for each app of `server` together, without what waits for AcceptServer: that is no document's matter.
  [[nodiscard]] asio::awaitable<Result<Study>> study(config::ConfigPtr config, std::string server);

  enum class Asking { conditional, anew };
  // Which documents the server has now, against those that are `known`. `conditional`: a server that still has the one
  // with that ETag may say so instead of sending it. Takes the same time, and waits for no comparison.
  [[nodiscard]] asio::awaitable<Sights> look(config::ConfigPtr config, std::string server, Imprints known,
                                             Asking asking);

 private:
  struct Order {
    config::ConfigPtr config;
    std::string server;
    std::vector<std::string> apps;
    std::string endpoints_changed = {};
    bool with_imprints = false;
  };
  [[nodiscard]] asio::awaitable<Result<Study>> compare_in_turn(Order order);
  [[nodiscard]] asio::awaitable<Study> compare_now(Order order);
  [[nodiscard]] asio::awaitable<Sight> sight_of(config::ConfigPtr config, std::string server, Source source,
                                                Imprint known);

  Clock& clock_;
  HttpClient& http_;
  server::ServerDirectory& directory_;
  bool busy_ = false;
  Event free_;
};

}  // namespace wardend::verify
