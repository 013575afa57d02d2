// The pages on loopback: /launch/{app} for an EHR that opens a URL, /go/{id} that sends the browser to the EHR,
// /callback where it comes back, /done, and /status for whoever wonders what is wrong. Every request is from a browser
// of a known Unix user, at a literal loopback address, as a top-level navigation that the browser does not make on
// suspicion (a prefetch).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/http/listener.hpp"
#include "daemon/launch/app_users.hpp"
#include "daemon/launch/failure_page.hpp"
#include "daemon/launch/launcher.hpp"

namespace wardend::launch {

class Loopback {
 public:
  struct Parts {
    Clock& clock;
    const config::Live& config;
    Launcher& launcher;
    PendingLaunches& pending;
    AppUsers& users;
    workstation::Workstation& workstation;
    session::SessionStore& store;
    std::uint16_t port;
    std::function<std::string()> status_page;  // asked during requests
  };
  explicit Loopback(Parts parts) : parts_(std::move(parts)) {}

  // Answers within the time of a call (base/call_time.hpp).
  [[nodiscard]] asio::awaitable<http::Reply> handle(http::InboundRequest request);

 private:
  [[nodiscard]] asio::awaitable<http::Reply> ehr_launch(http::InboundRequest request, std::string app, BootTime until);
  // Why this user may not launch this app here; nullopt: they may.
  [[nodiscard]] asio::awaitable<std::optional<http::Reply>> obstacle(std::string app, uid_t uid, BootTime until);
  [[nodiscard]] http::Reply go(const http::InboundRequest& request, const std::string& launch_id);
  [[nodiscard]] asio::awaitable<http::Reply> callback(http::InboundRequest request, BootTime until);
  // The launch that a redirect is for. Without its state: the only one of which this browser has the cookie, unless the
  // state names another one.
  [[nodiscard]] Pending* launch_of(const http::InboundRequest& request, const Secret& state);
  // A redirect that is for no launch under way: why the launch that its state names came to nothing, if it did; where
  // it names none, the last launch of this browser.
  [[nodiscard]] http::Reply no_launch(const http::InboundRequest& request, const Secret& state);

  // Turns a request away. What somebody may have to ask support about is in the journal under the page's reference.
  struct About {
    std::optional<uid_t> uid = {};
    std::string app = {};
    std::string server = {};
    std::string technical = {};
  };
  [[nodiscard]] http::Reply refuse(Refusal refusal, const About& about);
  [[nodiscard]] http::Reply refuse(Refusal refusal, uid_t uid, const Pending& pending);
  [[nodiscard]] http::Reply failed(const Error& error, const Scene& scene);
  // The last page of a launch. It takes the cookie back.
  [[nodiscard]] http::Reply finished(Pending& pending, const Result<std::string>& outcome);
  [[nodiscard]] http::Reply end_of(Pending& pending, const Result<std::string>& outcome);
  [[nodiscard]] http::Reply launched(Pending& pending, const session::Session& session, const config::App& app);
  [[nodiscard]] Scene scene_of(std::string reference, std::string_view app, std::string server) const;
  [[nodiscard]] Scene scene_of(const Pending& pending) const;
  // Whether a login session of that user is known to be locked.
  [[nodiscard]] bool locked_for(uid_t uid) const;

  Parts parts_;
};

}  // namespace wardend::launch
