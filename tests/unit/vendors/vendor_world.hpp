// A workstation whose EHR is the sandbox, in one process and in virtual time: the core over its seams, the sandbox
// behind the HTTP seam, and a browser that goes back and forth between the two.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "tests/sandbox/ehr.hpp"
#include "tests/unit/service/service_world.hpp"

namespace wardend::test {

// The sandbox as the core's network: each request takes 20 ms. What is meant for another host cannot be reached.
class SandboxNetwork final : public HttpClient {
 public:
  SandboxNetwork(Clock& clock, sandbox::Ehr& ehr) : clock_(clock), ehr_(ehr) {}

  asio::awaitable<std::expected<HttpResponse, HttpFailure>> send(HttpRequest request) override {
    const BootTime sent_at = clock_.now();
    co_await clock_.sleep_for(20ms);
    const std::string& origin = ehr_.settings().origin;
    if (!request.url.starts_with(origin + "/"))
      co_return std::unexpected(HttpFailure{HttpFailure::Kind::network, false, "no route to " + request.url});
    const std::string target = request.url.substr(origin.size());
    const auto question = std::min(target.find('?'), target.size());
    const bool post = request.method == HttpRequest::Method::post;
    sandbox::Reply reply = ehr_.handle({.method = post ? "POST" : "GET",
                                        .path = target.substr(0, question),
                                        .query = target.substr(std::min(question + 1, target.size())),
                                        .authorization = std::string(request.authorization.reveal()),
                                        .content_type = post ? "application/x-www-form-urlencoded" : "",
                                        .body = std::string(request.body.reveal())},
                                       clock_.wall_now());
    HttpResponse response{.status = reply.status, .headers = {{"content-type", reply.content_type}}};
    for (auto& [name, value] : reply.headers) response.headers.emplace_back(lower_case(name), std::move(value));
    response.body = Secret(reply.body);
    response.sent_at = sent_at;
    response.elapsed = clock_.now() - sent_at;
    co_return response;
  }

 private:
  Clock& clock_;
  sandbox::Ehr& ehr_;
};

class VendorWorld {
 public:
  static constexpr const char* origin = "https://ehr.example.org";
  static constexpr const char* loopback = "http://127.0.0.1:8724";

  VendorWorld() {
    core.workstation.attach(logind);
    logind.add("c1", 1000);
    core.workstation.read_picture({});
    core.restore();
    core.start();
    clock.settle();
  }
  ~VendorWorld() {
    tasks.cancel();
    TaskGroup closing(loop.get_executor());
    closing.spawn("core", core.shut_down());
    clock.advance(3s);
  }
  VendorWorld(const VendorWorld&) = delete;
  VendorWorld& operator=(const VendorWorld&) = delete;

  config::Server& server() { return settings->servers.front(); }
  config::App& app() { return settings->apps.front(); }

  // The sandbox's control interface.
  void tell(const std::string& what, const nlohmann::json& body) {
    const sandbox::Reply reply = ehr.handle(
        {.method = "POST", .path = "/_sandbox/" + what, .content_type = "application/json", .body = body.dump()},
        clock.wall_now());
    ASSERT_LT(reply.status, 300) << reply.body;
  }
  nlohmann::json stats() { return nlohmann::json::parse(get("/_sandbox/stats").body); }
  // A request to the EHR of somebody else than wardend: a browser, or an app with its token.
  sandbox::Reply get(const std::string& path, const std::string& query = "", const std::string& token = "") {
    return ehr.handle(
        {.method = "GET", .path = path, .query = query, .authorization = token.empty() ? "" : "Bearer " + token},
        clock.wall_now());
  }
  // The click in the EHR, and wherever the browser is sent from there; the status of the last page.
  int click(const std::string& context = "patient=patient-7") {
    std::string address =
        std::string(origin) + "/ehr/launch?app_url=" + loopback + "/launch/" + app().id + "&" + context;
    for (int hops = 0; hops < 8; ++hops) {
      const auto [status, next] = address.starts_with(loopback) ? at_wardend(address) : at_ehr(address);
      if (status != 302) return status;
      address = next;
    }
    return 0;
  }

  // What `work` gave within 12 s of virtual time.
  template <typename T>
  std::optional<T> within(asio::awaitable<T> work) {
    auto outcome = std::make_shared<std::optional<T>>();
    tasks.spawn("test", keep(std::move(work), outcome));
    clock.settle();
    for (int tick = 0; !*outcome && tick < 1200; ++tick) clock.advance(10ms);
    return std::move(*outcome);
  }
  // GetToken of the user's app, which may name its session: its reply, or why there is none.
  std::expected<nlohmann::json, Error> token(std::optional<std::string> session = {}) {
    Client client(in_login_session(1000, "c1"), core.gate.epoch_at_accept(ipc::Caller(in_login_session(1000, "c1"))));
    auto answered = within(core.broker.get_token(client.call, {.session = std::move(session)}));
    if (!answered) return fail(no_answer("GetToken was not answered"));
    if (!*answered) return std::unexpected((*answered).error());
    return nlohmann::json::parse((*answered)->parameters_json.reveal());
  }
  // The EHR's agent reports a lock.
  void lock() {
    ipc::CallerFacts facts = in_login_session(1000, "c1");
    facts.groups = {500};
    Client agent(std::move(facts));
    const auto reply = within(
        core.control.report_lock(agent.call, {.reason = ipc::control::ReportLockReason::ehr_lock, .target = {}}));
    ASSERT_TRUE(reply && *reply);
  }

  asio::io_context loop;
  VirtualClock clock{loop};
  VirtualRandom random;
  sandbox::Ehr ehr{{.origin = origin}, random};
  SandboxNetwork network{clock, ehr};
  FakeHub fhircast_hub{clock};
  FakeAudit audit;
  FakeLogind logind;
  TemporaryFolder folder;
  std::shared_ptr<config::Config> settings = site();
  config::Live config{settings};
  FakeVault vault;
  Worker worker{clock};
  core::Core core{seams()};
  TaskGroup tasks{loop.get_executor()};
  std::string page = {};  // the last one of wardend's

 private:
  static std::shared_ptr<config::Config> site() {
    auto config = basic_config();
    config->roles.ehr.gids = {500};
    config::App& app = config->apps.front();
    app.identity = config::Identity::required;
    for (const char* scope : {"openid", "fhirUser", "offline_access"})
      app.scopes.push_back({.scope = scope, .action = "a", .approved_by = "b", .approved_on = "2026-01-01"});
    return config;
  }
  [[nodiscard]] core::Seams seams() {
    settings->broker.state_dir = folder.file("state").string();
    return {.executor = loop.get_executor(),
            .clock = clock,
            .random = random,
            .http = network,
            .upstream = network,
            .channels = fhircast_hub,
            .vault = vault,
            .audit = audit,
            .config = config,
            .look_ups = worker,
            .configuration = worker,
            .files = worker,
            .configuration_file = folder.file("wardend.toml"),
            .machine_id = "machine",
            .subscriber = "wardend on ws-1",
            .version = "1.2",
            .loopback_port = 8724,
            .not_ready_reason = [] { return std::string(); },
            .ehr_unit_trouble = [] { return std::string(); }};
  }

  using Hop = std::pair<int, std::string>;  // the status, and where it leads
  template <typename Headers>
  static std::string location(const Headers& headers) {
    for (const auto& [name, value] : headers)
      if (name == "Location") return value;
    return {};
  }
  static std::pair<std::string, std::string> path_and_query(const std::string& address, std::string_view before) {
    const std::string target = address.substr(before.size());
    const auto question = std::min(target.find('?'), target.size());
    return {target.substr(0, question), target.substr(std::min(question + 1, target.size()))};
  }
  Hop at_ehr(const std::string& address) {
    const auto [path, query] = path_and_query(address, origin);
    const sandbox::Reply reply = get(path, query);
    return {reply.status, location(reply.headers)};
  }
  Hop at_wardend(const std::string& address) {
    auto [path, query] = path_and_query(address, loopback);
    http::InboundRequest request{.method = "GET",
                                 .path = path,
                                 .query = Secret(query),
                                 .headers = {{"host", "127.0.0.1:8724"},
                                             {"sec-fetch-mode", "navigate"},
                                             {"sec-fetch-dest", "document"},
                                             {"sec-fetch-user", "?1"}},
                                 .peer_uid = 1000};
    if (!cookie_.empty()) request.headers.emplace_back("cookie", cookie_);
    const auto reply = within(core.loopback.handle(std::move(request)));
    if (!reply) return {0, {}};
    if (const std::string set = header_of(*reply, "Set-Cookie"); !set.empty()) cookie_ = set.substr(0, set.find(';'));
    page = std::string(reply->body.reveal());
    return {reply->status, location(reply->headers)};
  }
  template <typename T>
  static asio::awaitable<void> keep(asio::awaitable<T> work, std::shared_ptr<std::optional<T>> outcome) {
    outcome->emplace(co_await std::move(work));
  }

  std::string cookie_;
};

}  // namespace wardend::test
