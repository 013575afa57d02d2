// The one reader of a server's two documents for a comparison: as an operator asks for it, and on the long schedule of
// daemon/drift. Documents are read, compared and freed beside the loop where they are large: one may be 20 MiB.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "base/clock.hpp"
#include "base/http_client.hpp"
#include "base/result.hpp"
#include "base/single_flight.hpp"
#include "config/model.hpp"
#include "daemon/server/directory.hpp"
#include "daemon/verify/imprint.hpp"
#include "daemon/verify/report.hpp"

namespace wardend::verify {

class Verifier {
 public:
  Verifier(Clock& clock, HttpClient& http, server::ServerDirectory& directory)
      : clock_(clock), http_(http), directory_(directory) {}

  static constexpr Duration patience = 8s;          // of an operator, for both documents
  static constexpr std::size_t most_at_a_time = 4;  // of different apps or servers

  // `app` must be an app of `server`, and both in `config`. Is answered within `patience`: a document that has not come
  // by then is told as that in the report. Whoever asks the same meanwhile gets the same report. InvalidTarget:
  // `most_at_a_time` others are under way; the error says until when at the latest.
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
  // Takes up to 35 s.
  [[nodiscard]] asio::awaitable<Study> study(config::ConfigPtr config, std::string server);

  enum class Asking { conditional, anew };
  // Which documents the server has now, against those that are `known`. `conditional`: a server that still has the one
  // with that ETag may say so instead of sending it. Takes up to 33 s.
  [[nodiscard]] asio::awaitable<Sights> look(config::ConfigPtr config, std::string server, Imprints known,
                                             Asking asking);

 private:
  struct Order {
    config::ConfigPtr config;
    std::string server;
    std::vector<std::string> apps;
    BootTime until = {};  // it ends by then
    std::string endpoints_changed = {};
    bool with_imprints = false;
  };
  using Subject = std::tuple<const config::Config*, std::string, std::string>;  // of a configuration: app, server
  struct Flight {
    SingleFlight<std::shared_ptr<const Study>> study = {};
    BootTime until = {};
    unsigned askers = 0;
  };
  [[nodiscard]] asio::awaitable<std::shared_ptr<const Study>> compare_for_all(Order order);
  [[nodiscard]] asio::awaitable<Study> compare_now(Order order);
  [[nodiscard]] asio::awaitable<Sight> sight_of(config::ConfigPtr config, std::string server, Source source,
                                                Imprint known);

  Clock& clock_;
  HttpClient& http_;
  server::ServerDirectory& directory_;
  std::map<Subject, std::shared_ptr<Flight>> flights_;
};

}  // namespace wardend::verify
