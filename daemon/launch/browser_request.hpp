// What a request on loopback says of itself: whether a person opened it in a browser of this workstation, and what it
// carries. No I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "config/model.hpp"
#include "daemon/http/listener.hpp"
#include "daemon/launch/pending.hpp"
#include "daemon/launch/refusal.hpp"

namespace wardend::launch {

// Why it is refused before its path is looked at; nullopt: a browser of a known user opens a page at `port`.
[[nodiscard]] std::optional<Refusal> fault_of(const http::InboundRequest& request, std::uint16_t port);

// Who opened the page, as far as the browser tells.
[[nodiscard]] Origin origin_of(const http::InboundRequest& request);

// What an EHR passes; nullopt: one is missing, repeated, or the query is broken.
struct LaunchParameters {
  std::string iss;
  Secret launch;
};
[[nodiscard]] std::optional<LaunchParameters> launch_parameters(std::string_view query);

// The state of a redirect, also of one that cannot be used otherwise. Empty: none, or several.
[[nodiscard]] Secret state_of(std::string_view query);

// The app that an address means whose `written` part behind /launch/ is no app's id: it has slashes, capital letters or
// escapes that the id has not. nullptr: none.
[[nodiscard]] const config::App* misspelt_app(const config::Config& config, std::string_view written);

// The value of one cookie in a Cookie header; empty: absent, or there twice.
[[nodiscard]] std::string_view cookie_value(std::string_view header, std::string_view name);

// The cookie that binds one launch to the browser that began it.
[[nodiscard]] std::string cookie_name(std::string_view launch_id);
// The Set-Cookie that gives it to the browser, and the one that takes it back once the launch is over.
[[nodiscard]] std::string cookie_given(const Pending& pending);
[[nodiscard]] std::string cookie_taken_back(std::string_view launch_id);

// Whether the browser and the user that began `pending` send this.
[[nodiscard]] bool is_of(const http::InboundRequest& request, const Pending& pending);

}  // namespace wardend::launch
