// The discovery documents of the configured servers: fetched when wanted, one request at a time for each server, kept,
// and compared with the one before. A server whose endpoints have changed is refused until an operator accepts it:
// nothing that is secret is sent to an address that nobody approved.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/http_client.hpp"
#include "base/task_group.hpp"
#include "base/vault.hpp"
#include "config/live.hpp"
#include "daemon/server/document_request.hpp"
#include "daemon/server/server_health.hpp"
#include "protocol/smart/discovery.hpp"

namespace wardend::server {

using DiscoveryPtr = std::shared_ptr<const smart::Discovery>;

class ServerDirectory {
 public:
  ServerDirectory(asio::any_io_executor executor, Clock& clock, HttpClient& http, const config::Live& config,
                  ServerHealth& health, Vault& vault);

  // Takes back from the vault what the process before this one knew of the servers. Once, before the first get().
  void restore();
  [[nodiscard]] asio::awaitable<void> shut_down() { return fetches_.shut_down(clock_); }

  enum class Need {
    fresh_ten_minutes,  // before an interactive launch
    known,              // for an exchange: any age while the server does not answer
    tokens,             // the same for a refresh or a revocation, which needs those endpoints alone
    now,                // ask the server (a probe, a rejected client), for no longer than its health timeout
  };
  using Answer = std::expected<DiscoveryPtr, DiscoveryFailure>;
  // Answers by `until`, whoever's request is under way. While changed endpoints wait for an operator the answer is
  // discovery_changed, whether or not the server can be reached; for `tokens` only where the token or the revocation
  // endpoint is another one.
  [[nodiscard]] asio::awaitable<Answer> get(std::string server, Need need, BootTime until);

  enum class Acceptance {
    accepted,
    unknown_server,
    nothing_waits,
    other_than_shown,  // what waits now has not been shown, or is not what `digest` names: look again
  };
  // Lets a server go on whose endpoints have changed. `digest` names what is accepted, as Observation has it. Without
  // it: what show() gave last.
  Acceptance accept(const std::string& server, const std::optional<std::string>& digest);

  struct Observation {
    std::string changed = {};  // what is other than before and waits for an operator; empty: nothing
    std::string digest = {};   // names what waits; empty: nothing
  };
  // What the last look at a server's document showed; empty where there was none.
  [[nodiscard]] Observation observation(const std::string& server) const;
  // The same, for somebody who may accept it.
  Observation show(const std::string& server);

 private:
  struct Entry {
    std::string base = {};   // the FHIR base that all of this is about, in canonical form
    DiscoveryPtr document;   // the last one whose endpoints are approved
    DiscoveryPtr waiting;    // a changed one that waits for an operator
    std::string shown = {};  // the digest of what show() gave last; empty: nothing waited then
    std::optional<BootTime> fetched_at = {};
    bool fetching = false;
    std::uint64_t fetches = 0;  // that have ended
    Event fetched;
    std::optional<DiscoveryFailure> last_failure = {};
    Vault::RecordId record = 0;
    std::string kept = {};  // what the record says
  };
  [[nodiscard]] Entry& entry_of(const std::string& server);
  [[nodiscard]] static bool serves_on(const Entry& entry, Need need);
  [[nodiscard]] static Answer answer(const Entry& entry, Need need);
  [[nodiscard]] asio::awaitable<void> fetch(std::string server, BootTime until);
  // A server of SMART 1.0 says in its CapabilityStatement what others say in the document.
  [[nodiscard]] asio::awaitable<std::expected<smart::Discovery, DiscoveryFailure>> read_document(std::string name,
                                                                                                 BootTime until);
  void take(const std::string& server, Entry& entry, smart::Discovery document);
  // Says in the log that something waits, and what: by its digest.
  static void tell(const std::string& server, const smart::Discovery& waiting);
  void keep(const std::string& server, Entry& entry);

  Clock& clock_;
  HttpClient& http_;
  const config::Live& config_;
  ServerHealth& health_;
  Vault& vault_;
  std::map<std::string, Entry, std::less<>> entries_;  // never erased
  TaskGroup fetches_;
};

}  // namespace wardend::server
