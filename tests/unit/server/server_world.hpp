// One server "ehr" whose every document is a line of a table, in virtual time.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/task_group.hpp"
#include "daemon/launch/issuer_keys.hpp"
#include "daemon/server/directory.hpp"
#include "tests/support/fake_vault.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::test {

// Answers by the end of the address, each answer after its time; a request that is out of time fails as libcurl's does.
class Documents final : public HttpClient {
 public:
  explicit Documents(Clock& clock) : clock_(clock) {}

  struct Document {
    std::string body = {};
    int status = 200;
    Duration takes = 20ms;
    std::optional<HttpFailure> failure = {};
    std::string etag = {};  // where the request names it, the answer is a 304
    std::string type = "application/json";
  };
  std::map<std::string, Document> at;  // by the end of the address; what is not there is a 404
  std::vector<std::string> asked;
  std::function<void(const HttpRequest&)> before = {};  // may change what its answer is

  asio::awaitable<std::expected<HttpResponse, HttpFailure>> send(HttpRequest request) override {
    if (before) before(request);
    asked.push_back(request.url);
    Document document{.status = 404};
    for (const auto& [end, known] : at)
      if (request.url.ends_with(end)) document = known;
    const bool late = document.takes > request.timeout;
    co_await clock_.sleep_for(late ? Duration(request.timeout) : document.takes);
    if (late) co_return std::unexpected(HttpFailure{HttpFailure::Kind::timeout, true, "timed out"});
    if (document.failure) co_return std::unexpected(*document.failure);
    HttpResponse response{.status = document.status, .headers = {{"content-type", document.type}}};
    if (!document.etag.empty()) response.headers.emplace_back("etag", document.etag);
    for (const auto& [name, value] : request.headers)
      if (name == "If-None-Match" && value == document.etag) response.status = 304;
    if (response.status != 304) response.body = Secret(document.body);
    co_return response;
  }

 private:
  Clock& clock_;
};

struct ServerWorld {
  asio::io_context loop;
  VirtualClock clock{loop};
  Documents documents{clock};
  std::shared_ptr<config::Config> settings = basic_config();
  config::Live config{settings};
  FakeVault vault;
  events::EventHub hub;
  server::ServerHealth server_health{clock, config, hub};
  server::ServerDirectory directory{loop.get_executor(), clock, documents, config, server_health, vault};
  TaskGroup tasks{loop.get_executor()};

  // `left` is what the process before this one left.
  explicit ServerWorld(const FakeVault& left = FakeVault()) : vault(left) {
    documents.at["/smart-configuration"] = {.body = smart_configuration()};
    directory.restore();
  }
  ~ServerWorld() {
    tasks.cancel();
    TaskGroup closing(loop.get_executor());
    closing.spawn("directory", directory.shut_down());
    clock.settle();
  }

  static std::string smart_configuration(const std::string& token_endpoint = "https://ehr.example.org/token",
                                         const std::string& more = "") {
    return R"({"token_endpoint":")" + token_endpoint +
           R"(","authorization_endpoint":"https://ehr.example.org/authorize",
      "revocation_endpoint":"https://ehr.example.org/revoke","issuer":"https://ehr.example.org",
      "jwks_uri":"https://ehr.example.org/jwks","capabilities":["launch-ehr","sso-openid-connect"],
      "code_challenge_methods_supported":["S256"])" +
           more + "}";
  }

  // Starts `work`; the value is there once it has ended.
  template <typename T>
  std::shared_ptr<std::optional<T>> start(asio::awaitable<T> work) {
    auto outcome = std::make_shared<std::optional<T>>();
    tasks.spawn("test", keep(std::move(work), outcome));
    clock.settle();
    return outcome;
  }
  // What get() gave, and after what time.
  struct Answered {
    server::ServerDirectory::Answer answer;
    Duration after;
  };
  Answered get(server::ServerDirectory::Need need, Duration patience = 8s) {
    const BootTime began = clock.now();
    const auto outcome = start(directory.get("ehr", need, began + patience));
    while (!*outcome && clock.now() < began + 60s) clock.advance(1ms);
    if (!*outcome) return {std::unexpected(server::DiscoveryFailure{"never_answered", "", false}), 60s};
    return {std::move(**outcome), clock.now() - began};
  }
  std::string code(server::ServerDirectory::Need need) {
    const auto answered = get(need);
    return answered.answer ? "" : answered.answer.error().code;
  }

 private:
  template <typename T>
  static asio::awaitable<void> keep(asio::awaitable<T> work, std::shared_ptr<std::optional<T>> outcome) {
    outcome->emplace(co_await std::move(work));
  }
};

}  // namespace wardend::test
