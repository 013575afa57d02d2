// The pages on loopback: /launch/{app} for an EHR that opens a URL, /go/{id} that sends the browser to the EHR, and
// /callback where it comes back. Every request is from a browser of a known Unix user, at a literal loopback address,
// as a top-level navigation that the browser does not make on suspicion (a prefetch).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/http/listener.hpp"
#include "daemon/launch/app_users.hpp"
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
  };
  explicit Loopback(Parts parts) : parts_(parts) {}

  // Answers within the time of a call (base/call_time.hpp).
  [[nodiscard]] asio::awaitable<http::Reply> handle(http::InboundRequest request);

 private:
  [[nodiscard]] asio::awaitable<http::Reply> ehr_launch(http::InboundRequest request, std::string app, BootTime until);
  // Why this user may not launch this app here; nullopt: they may.
  [[nodiscard]] asio::awaitable<std::optional<http::Reply>> obstacle(std::string app, uid_t uid, BootTime until);
  [[nodiscard]] http::Reply go(const http::InboundRequest& request, const std::string& launch_id);
  [[nodiscard]] asio::awaitable<http::Reply> callback(http::InboundRequest request, BootTime until);
  [[nodiscard]] http::Reply finished(const Result<std::string>& outcome);
  [[nodiscard]] bool acceptable(const http::InboundRequest& request) const;

  Parts parts_;
};

// The value of one cookie in a Cookie header; empty: absent, or there twice.
[[nodiscard]] std::string_view cookie_value(std::string_view header, std::string_view name);

// The cookie that binds one launch to the browser that began it.
[[nodiscard]] std::string cookie_name(std::string_view launch_id);

}  // namespace wardend::launch
