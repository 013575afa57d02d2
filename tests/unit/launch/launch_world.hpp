// Launches, and the pages on loopback: a browser is a handful of headers.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/call_time.hpp"
#include "base/encoding.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/test_issuer.hpp"
#include "tests/unit/session/world.hpp"

namespace wardend::test {

// An id_token from the server's issuer for the app's client, issued when the virtual clocks begin.
inline std::string id_token(const std::string& subject, std::optional<std::int64_t> auth_time = {},
                            const std::string& issuer = "https://ehr.example.org",
                            const std::string& audience = "vitals-client", std::int64_t issued_at = 1'800'000'000) {
  std::string claims = R"({"iss":")" + issuer + R"(","sub":")" + subject + R"(","aud":")" + audience + R"(","iat":)" +
                       std::to_string(issued_at) +
                       R"(,"exp":1900000000,"fhirUser":"https://ehr.example.org/fhir/Practitioner/)" + subject + "\"";
  if (auth_time) claims += ",\"auth_time\":" + std::to_string(*auth_time);
  return signed_by_issuer(claims + "}");
}

inline std::string with_id_token(const std::string& token) { return R"(,"id_token":")" + token + "\""; }

struct LaunchWorld : World {
  using World::begin;  // a session without a launch

  launch::LaunchLog& launch_log = core.launch_log;
  launch::PendingLaunches& pending = core.pending_launches;
  launch::LaunchValues& values = core.launch_values;
  launch::SessionFounding& founding = core.founding;
  launch::Launcher& launcher = core.launcher;
  launch::Loopback& loopback = core.loopback;
  TaskGroup launches{loop.get_executor()};

  LaunchWorld() {
    ehr.jwks = issuer_public_keys;
    static_cast<void>(workstation.enter("c1"));
    launches.spawn("pending launches", pending.run());
    clock.settle();
  }
  ~LaunchWorld() {
    launches.cancel();
    launches.spawn("launcher", launcher.shut_down());
    clock.settle();
  }

  config::App& app() { return settings->apps.front(); }
  config::Server& server() { return settings->servers.front(); }
  workstation::EpochNumber epoch() { return workstation.enter("c1"); }
  // The app's scopes let the server tell who signs in, and when.
  void ask_who_signs_in() {
    app().scopes.push_back({.scope = "openid", .action = "", .approved_by = "", .approved_on = ""});
  }
  [[nodiscard]] std::int64_t wall() const { return unix_seconds(clock.wall_now()); }

  // What `work` gave within `span` of virtual time.
  template <typename T>
  std::optional<T> within(Duration span, asio::awaitable<T> work) {
    auto outcome = start(std::move(work));
    clock.settle();
    if (!*outcome) clock.advance(span);
    return std::move(*outcome);
  }
  // Starts `work`; the value is there once it has ended.
  template <typename T>
  std::shared_ptr<std::optional<T>> start(asio::awaitable<T> work) {
    auto outcome = std::make_shared<std::optional<T>>();
    launches.spawn("test", keep(std::move(work), outcome));
    return outcome;
  }

  launch::Beginning standalone() {
    return {.app = "vitals", .login_session = "c1", .epoch = epoch(), .uid = 1000, .launcher = {.pid = 77}};
  }
  launch::Beginning from_ehr(const std::string& iss = "https://ehr.example.org/fhir") {
    launch::Beginning beginning = standalone();
    beginning.iss = iss;
    beginning.launch = Secret("launch-value-1");
    return beginning;
  }
  Result<launch::Launcher::Begun> begin(launch::Beginning beginning) {
    auto begun = within(1s, launcher.begin(std::move(beginning)));
    if (!begun) return fail(no_answer("begin did not end"));
    return std::move(*begun);
  }
  launch::Pending& begin_standalone() { return *pending.find(begin(standalone())->launch_id); }

  // The browser comes back to the launcher with a code, or with whatever else the query says.
  asio::awaitable<Result<std::string>> redirect(std::string launch_id, std::string query) {
    auto response = oauth::parse_authorization_response(query);
    if (!response) co_return fail(errors::InvalidRequest{.field = "query", .reason = response.error()});
    co_return co_await launcher.redirected(std::move(launch_id), std::move(*response), clock.now() + call_time);
  }
  Result<std::string> come_back(const launch::Pending& of, const std::string& query) {
    auto outcome = within(30s, redirect(of.id, query));
    if (!outcome) return fail(no_answer("redirect did not end"));
    return std::move(*outcome);
  }
  Result<std::string> launch_with_code(const std::string& code) {
    return come_back(begin_standalone(), "code=" + code);
  }

  http::InboundRequest page(const std::string& path, const std::string& query = "") {
    return {.method = "GET",
            .path = path,
            .query = Secret(query),
            .headers = {{"host", "127.0.0.1:8724"}, {"sec-fetch-mode", "navigate"}, {"sec-fetch-dest", "document"}},
            .peer_uid = 1000};
  }
  http::Reply visit(http::InboundRequest request) {
    auto reply = within(30s, loopback.handle(std::move(request)));
    EXPECT_TRUE(reply);
    return reply ? std::move(*reply) : http::Reply{.status = 0};
  }

 private:
  template <typename T>
  static asio::awaitable<void> keep(asio::awaitable<T> work, std::shared_ptr<std::optional<T>> outcome) {
    outcome->emplace(co_await std::move(work));
  }
};

inline std::string header_of(const http::Reply& reply, std::string_view name) {
  for (const auto& [key, value] : reply.headers)
    if (key == name) return value;
  return {};
}

// One parameter of a URL's query; empty: not there.
inline std::string parameter(std::string_view url, std::string_view name) {
  const auto question = url.find('?');
  if (question == std::string_view::npos) return {};
  const auto fields = parse_form(url.substr(question + 1));
  if (fields)
    for (const auto& [key, value] : *fields)
      if (key == name) return value;
  return {};
}

// What went wrong in a launch: the stage and the word of its LaunchFailed.
inline std::string stage_of(const Error& error) {
  return std::string(name_of(*told<errors::LaunchFailed>(error).stage));
}
inline std::string code_of(const Error& error) { return *told<errors::LaunchFailed>(error).code; }

}  // namespace wardend::test
