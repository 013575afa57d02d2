// The pages on loopback: /launch/{app} for an EHR that opens a URL, /go/{id} that sends the browser to the EHR, and
// /callback where it comes back. Every request is from a browser of a known Unix user, at a literal loopback address,
// as a top-level navigation.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/http/listener.hpp"
#include "daemon/launch/launcher.hpp"

namespace wardend::launch {

class Loopback {
 public:
  Loopback(Launcher& launcher, session::Workstation& workstation, session::SessionStore& store,
           const config::Live& config, std::uint16_t port)
      : launcher_(launcher), workstation_(workstation), store_(store), config_(config), port_(port) {}

  [[nodiscard]] asio::awaitable<http::Reply> handle(http::InboundRequest request);

 private:
  [[nodiscard]] asio::awaitable<http::Reply> ehr_launch(http::InboundRequest request, std::string app);
  [[nodiscard]] http::Reply go(const http::InboundRequest& request, const std::string& launch_id);
  [[nodiscard]] asio::awaitable<http::Reply> callback(http::InboundRequest request);
  [[nodiscard]] http::Reply finished(const Result<std::string>& outcome);
  [[nodiscard]] bool acceptable(const http::InboundRequest& request) const;

  Launcher& launcher_;
  session::Workstation& workstation_;
  session::SessionStore& store_;
  const config::Live& config_;
  std::uint16_t port_;
};

// The value of one cookie in a Cookie header; empty: absent, or there twice.
[[nodiscard]] std::string_view cookie_value(std::string_view header, std::string_view name);

// The cookie that binds one launch to the browser that began it.
[[nodiscard]] std::string cookie_name(std::string_view launch_id);

}  // namespace wardend::launch
