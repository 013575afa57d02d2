// The sessions that hold one topic, and the access token among theirs that a hub is asked with.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "daemon/fhircast/hub_request.hpp"
#include "daemon/refresh/refresher.hpp"
#include "daemon/session/store.hpp"

namespace wardend::fhircast {

class Holders {
 public:
  Holders(Clock& clock, session::SessionStore& store, refresh::Refresher& refresher)
      : clock_(clock), store_(store), refresher_(refresher) {}

  bool add(const std::string& session) { return ids_.insert(session).second; }
  bool remove(const std::string& session) { return ids_.erase(session) != 0; }
  [[nodiscard]] bool has(const std::string& session) const { return ids_.contains(session); }
  [[nodiscard]] bool empty() const { return ids_.empty(); }
  [[nodiscard]] std::size_t size() const { return ids_.size(); }
  [[nodiscard]] const std::set<std::string>& ids() const { return ids_; }
  // Each once.
  [[nodiscard]] std::set<std::string> login_sessions();

  // The access token that lives longest; nullopt: none of the sessions has one. Not to be kept over an await.
  [[nodiscard]] std::optional<HubRequest::Bearer> bearer();
  // Whether the bearer's token is good for another minute, or half of its life where that is shorter.
  [[nodiscard]] bool fresh();
  // Has a token refreshed now, the bearer's first; false: none of them can be.
  bool hurry();
  enum class Need : std::uint8_t { fresh, another };
  // Waits until there is a fresh token, or another one than now, for ten seconds at most. False: there is none.
  [[nodiscard]] asio::awaitable<bool> freshen(Need need);

 private:
  [[nodiscard]] session::Session* longest();
  [[nodiscard]] session::Session* refreshable();

  Clock& clock_;
  session::SessionStore& store_;
  refresh::Refresher& refresher_;
  std::set<std::string> ids_;
};

}  // namespace wardend::fhircast
