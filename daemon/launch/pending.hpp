// Launches that are under way: bounded, short-lived, each bound to the epoch, the user and the browser that began it.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "daemon/session/client_proof.hpp"
#include "daemon/session/ownership.hpp"
#include "daemon/session/session.hpp"
#include "daemon/session/workstation.hpp"

namespace wardend::launch {

// How the browser carries the authorization request to the EHR.
enum class Carriage { redirect, form };

enum class Mode { ehr, standalone };
[[nodiscard]] constexpr std::string_view name_of(Mode mode) { return mode == Mode::ehr ? "ehr" : "standalone"; }

struct Pending {
  std::string id;
  std::string app;
  std::string server;
  Mode mode = Mode::standalone;
  std::string login_session;
  session::EpochNumber epoch = 0;
  uid_t uid = 0;
  ProcessId launcher = {};
  std::string redirect_uri;
  Secret state;  // wiped on first use
  Secret verifier;
  Secret cookie;  // empty: the redirect does not come through a browser of ours (CompleteLaunch)
  Secret authorization_url;
  Carriage carriage = Carriage::redirect;
  std::string nonce = {};  // what the id_token must repeat; empty: none was sent
  smart::ScopeSet requested = {};
  session::Client client = {};
  BootTime expires_at = {};
  bool exchanging = false;
  std::optional<Result<std::string>> outcome = {};  // the session's id, once over
  Event finished;

  [[nodiscard]] session::Ownership ownership() const { return {app, login_session, uid}; }
};

// What a caller is told of a launch that is not there, or that nobody finished.
[[nodiscard]] errors::LaunchExpired no_such_launch();
[[nodiscard]] errors::LaunchExpired unfinished_launch();

class PendingLaunches {
 public:
  static constexpr std::size_t max_per_uid = 8;
  static constexpr std::size_t max_altogether = 64;
  static constexpr Duration life = 10min;

  // Of launches that are not over yet.
  [[nodiscard]] std::size_t count(uid_t uid) const;
  Pending& add(std::unique_ptr<Pending> pending);
  [[nodiscard]] Pending* find(const std::string& id);
  // The one whose state this is; compared in constant time, spent states never match.
  [[nodiscard]] Pending* find_by_state(std::string_view state);
  // Ends a launch: secrets wiped, waiters woken; the outcome stays until the entry expires.
  void finish(Pending& pending, Result<std::string> outcome);
  // Those that are not over yet and that `which` is true for.
  [[nodiscard]] std::vector<Pending*> matching(const std::function<bool(const Pending&)>& which) const;
  // Forgets what is older than its life; launches that never came back end with LaunchExpired.
  void purge(BootTime now);
  [[nodiscard]] std::size_t waiting() const;
  [[nodiscard]] std::size_t size() const { return pending_.size(); }
  // The earliest expiry.
  [[nodiscard]] BootTime next_expiry() const;

 private:
  std::map<std::string, std::unique_ptr<Pending>> pending_;
};

}  // namespace wardend::launch
