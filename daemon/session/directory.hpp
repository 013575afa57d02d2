// The discovery documents of the configured servers: fetched when wanted, one request at a time for each server, kept,
// and compared with the one before. A server whose endpoints have changed is refused until an operator accepts it:
// refresh tokens are not sent to an address that nobody approved.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <expected>
#include <map>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/http_client.hpp"
#include "config/live.hpp"
#include "daemon/session/link.hpp"
#include "protocol/smart/discovery.hpp"

namespace wardend::session {

using DiscoveryPtr = std::shared_ptr<const smart::Discovery>;

struct DiscoveryFailure {
  std::string code;  // discovery_unreachable, discovery_timeout, discovery_tls, discovery_changed, or the parser's
  std::string description;   // what is wrong and what to do
  bool unreachable = false;  // the server gave no usable answer: waiting may help
};

class ServerDirectory {
 public:
  ServerDirectory(Clock& clock, HttpClient& http, const config::Live& config, Link& link)
      : clock_(clock), http_(http), config_(config), link_(link) {}

  enum class Need {
    fresh_ten_minutes,  // before an interactive launch
    known,              // for refresh and revocation: any age while the server does not answer
    now,                // ask the server (a probe, a rejected client), for no longer than its health timeout
  };
  [[nodiscard]] asio::awaitable<std::expected<DiscoveryPtr, DiscoveryFailure>> get(std::string server, Need need);

  // Lets a server go on whose endpoints have changed. False: no such server.
  bool accept(const std::string& server);

  struct Observation {
    std::optional<BootTime> fetched_at = {};
    std::string changed = {};  // what is other than before and waits for an operator; empty: nothing
  };
  [[nodiscard]] Observation observation(const std::string& server) const;

 private:
  struct Entry {
    DiscoveryPtr document;
    DiscoveryPtr refused;  // a changed document that waits for an operator
    BootTime fetched_at = {};
    bool fetching = false;
    std::optional<DiscoveryFailure> last_failure = {};
    Event fetched;
  };
  [[nodiscard]] asio::awaitable<std::expected<DiscoveryPtr, DiscoveryFailure>> fetch(std::string server, Need need);
  // A server of SMART 1.0 says in its CapabilityStatement what others say in the document.
  [[nodiscard]] asio::awaitable<std::expected<smart::Discovery, DiscoveryFailure>> read_document(std::string name,
                                                                                                 Need need);
  std::expected<DiscoveryPtr, DiscoveryFailure> take(const std::string& server, Entry& entry,
                                                     smart::Discovery document);

  Clock& clock_;
  HttpClient& http_;
  const config::Live& config_;
  Link& link_;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace wardend::session
