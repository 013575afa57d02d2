// Launches that are under way: bounded, short-lived, each bound to the epoch, the user and the browser that began it.
#pragma once

#include <sys/types.h>

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <expected>
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
#include "daemon/clearing/launches_under_way.hpp"
#include "daemon/launch/launch_values.hpp"
#include "daemon/server/client_credentials.hpp"
#include "daemon/session/session.hpp"
#include "daemon/workstation/ownership.hpp"
#include "daemon/workstation/workstation.hpp"

namespace wardend::launch {

// What a launch is called where others see it: in its cookie's name and at the head of its state.
[[nodiscard]] std::string public_name(std::string_view launch_id);
// The public name at the head of a state, though the rest may have changed on the way; empty: it names no launch.
[[nodiscard]] std::string name_in(std::string_view state);

// How the browser carries the authorization request to the EHR.
enum class Carriage { redirect, form };

enum class Mode { ehr, standalone };
[[nodiscard]] constexpr std::string_view name_of(Mode mode) { return mode == Mode::ehr ? "ehr" : "standalone"; }

// How a launch began. Launches of one origin make room for each other first, and are counted apart: a web page that
// opens /launch again and again takes nothing from what the user clicks or an app begins.
enum class Origin {
  app,         // BeginLaunch
  click,       // the browser opened /launch, and says that its user did something for it
  navigation,  // a page opened /launch by itself
  undeclared,  // /launch was opened, and the browser does not say for whom, or no page did it
};

// Where a launch's `launch` value comes from, as far as it can prove that somebody is there.
enum class LaunchValue { proves_nothing, new_from_browser };

struct Pending {
  std::string id;
  std::string app;
  std::string server;
  Mode mode = Mode::standalone;
  Origin origin = Origin::app;
  LaunchValue value = LaunchValue::proves_nothing;
  std::string reference = {};                         // reference.hpp
  std::optional<LaunchValues::Mark> value_mark = {};  // of an EHR launch's value
  std::string login_session;
  workstation::EpochNumber epoch = 0;  // 0 while its user is settled: no clear ends it then
  workstation::Order began = 0;        // see session::Stay
  uid_t uid = 0;
  ProcessId launcher = {};
  std::string redirect_uri;
  Secret state;  // begins with its public name and a dot; wiped on first use
  Secret verifier;
  Secret cookie;  // empty: the redirect does not come through a browser of ours (CompleteLaunch)
  Secret authorization_url;
  Carriage carriage = Carriage::redirect;
  std::string prompt = {};  // what the server was told to ask of the user, as config::Oauth::prompt; empty: nothing
  std::string nonce = {};   // what the id_token must repeat; empty: none was sent
  smart::ScopeSet requested = {};
  std::optional<smart::ScopeSet> assumed_scope = {};  // what an answer grants that names no scopes; nullopt: nothing
  server::Client client = {};
  BootTime began_at = {};
  BootTime expires_at = {};
  std::optional<BootTime> exchange_until = {};      // the code is being exchanged, and that ends by then
  std::optional<Result<std::string>> outcome = {};  // the session's id, once over
  std::string grant_note = {};                      // how the grant differs from the request, for the audit trail
  // What the token response said, in the words of launch_matrix.hpp; nullopt: none came.
  std::optional<std::vector<std::string>> came = {};
  std::string signed_in_as = {};  // the id_token's name, for the page in its browser
  Event finished;

  [[nodiscard]] workstation::Ownership ownership() const { return {app, login_session, uid}; }
  // What must still stand when it makes a session.
  [[nodiscard]] workstation::Stay stay() const { return {login_session, epoch, {.server = server, .app = app}, began}; }
};

// Why there is nothing to wait for: of that id or state there is none any more; nobody came back from the EHR.
[[nodiscard]] errors::LaunchExpired no_such_launch();
[[nodiscard]] errors::LaunchExpired unfinished_launch();

class LaunchLog;

class PendingLaunches final : public clearing::LaunchesUnderWay {
 public:
  static constexpr std::size_t max_per_uid = 8;
  static constexpr std::size_t max_altogether = 64;
  static constexpr Duration life = 10min;

  // `log` hears of every launch that ends here.
  PendingLaunches(Clock& clock, LaunchLog& log) : clock_(clock), log_(log) {}

  // Takes a launch in; it stays at its address until it is over.
  Pending& add(std::unique_ptr<Pending> pending);
  // By its id; nullptr: there is none. Whose it is has to be asked.
  [[nodiscard]] Pending* find(const std::string& id);
  // The one whose state this is; compared in constant time, spent states never match.
  [[nodiscard]] Pending* find_by_state(std::string_view state);
  // The one under way that `which` is true for; nullptr: none, or several.
  [[nodiscard]] Pending* only(const std::function<bool(const Pending&)>& which) const;
  // The one that began last of those, over or not, that `which` is true for; nullptr: none.
  [[nodiscard]] Pending* newest(const std::function<bool(const Pending&)>& which) const;
  [[nodiscard]] std::size_t size() const { return pending_.size(); }

  // The launch that must end before one more of this user and origin begins; nullptr: there is room. A user's own
  // oldest goes, of the same origin where there is one; when all places are taken, the oldest of whoever has most. One
  // user's only launch goes for somebody who has none, and for nobody else. A launch whose code is being exchanged
  // stays. The error is how long until there is room.
  [[nodiscard]] std::expected<Pending*, Duration> to_replace(uid_t uid, Origin origin) const;

  // Ends a launch: secrets wiped, waiters woken; the outcome stays until the entry expires. Ending it again does
  // nothing.
  void over(Pending& pending, Result<std::string> outcome);
  // Ends every launch that is not over yet and that `which` is true for, its code exchange included: whoever waits for
  // it gets `error`, and tokens that still come are revoked. Returns how many.
  std::size_t end_where(const std::function<bool(const Pending&)>& which, const Error& error);
  [[nodiscard]] std::vector<Of> owners() const override;
  void end_fallen(const workstation::Workstation& workstation, const Error& error) override;

  // Waits until the launch is over, `until` at the latest. LaunchExpired: no such launch, or nobody finished it;
  // LaunchFailed (token): not over by `until`.
  [[nodiscard]] asio::awaitable<Result<std::string>> await(std::string id, BootTime until);
  // Lets launches expire: runs until cancelled.
  [[nodiscard]] asio::awaitable<void> run();

 private:
  [[nodiscard]] std::vector<Pending*> matching(const std::function<bool(const Pending&)>& which) const;
  void purge();
  [[nodiscard]] BootTime next_expiry() const;

  Clock& clock_;
  LaunchLog& log_;
  std::map<std::string, std::unique_ptr<Pending>> pending_;
  Event added_;
};

}  // namespace wardend::launch
