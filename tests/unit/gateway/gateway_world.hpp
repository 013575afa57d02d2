// The gateway over the whole core: a session that may read and write, a server that answers what it is told to, and an
// app whose connection is a value.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/unit/writes/write_world.hpp"

namespace wardend::test {

// An app's connection: what it sends, and what it was sent.
class FakeClient final : public gateway::Client {
 public:
  FakeClient(const ipc::Caller& caller, workstation::EpochNumber epoch, std::string body)
      : caller_(caller), epoch_(epoch), body_(std::move(body)) {}

  [[nodiscard]] const ipc::Caller& caller() const override { return caller_; }
  [[nodiscard]] workstation::EpochNumber epoch() const override { return epoch_; }
  [[nodiscard]] asio::awaitable<Result<Secret>> body(std::size_t most) override {
    ++bodies_read;
    if (body_.size() > most) co_return fail(errors::TooLarge{.limit = 1, .reason = "too large"});
    co_return Secret(body_);
  }
  [[nodiscard]] asio::awaitable<bool> reply(gateway::ReplyHead head, Secret body) override {
    took = std::move(head);
    text = body.reveal();
    co_return !cut_off;
  }
  [[nodiscard]] asio::awaitable<bool> begin(gateway::ReplyHead head, std::optional<std::uint64_t> /*length*/) override {
    took = std::move(head);
    begun = true;
    co_return !cut_off;
  }
  [[nodiscard]] asio::awaitable<bool> write(Secret part) override {
    if (!cut_off) text += part.reveal();
    co_return !cut_off && !leaves;
  }
  [[nodiscard]] asio::awaitable<bool> end() override {
    ended = true;
    co_return !cut_off;
  }
  void cut() override { cut_off = true; }

  [[nodiscard]] std::string header(const std::string& name) const {
    for (const auto& [key, value] : took->headers)
      if (key == name) return value;
    return {};
  }
  // The error of an OperationOutcome; else the status.
  [[nodiscard]] std::string said() const {
    if (!took) return "nothing";
    const auto json = nlohmann::json::parse(text, nullptr, false);
    const auto code = nlohmann::json::json_pointer("/issue/0/details/coding/0/code");
    if (json.is_object() && json.contains(code)) return json.at(code).get<std::string>();
    return std::to_string(took->status);
  }

  std::optional<gateway::ReplyHead> took;
  std::string text;
  int bodies_read = 0;
  bool begun = false, ended = false, cut_off = false, leaves = false;

 private:
  const ipc::Caller& caller_;
  workstation::EpochNumber epoch_;
  std::string body_;
};

struct GatewayWorld : WriteWorld {
  struct Request {
    std::string method = "GET";
    std::string path = "/Patient/p1";
    std::string query = {};
    std::optional<std::string> patient = {};
    std::string body = {};
    std::string session = "s";
    std::string content_type = "application/fhir+json";
    std::string if_none_match = {};
    std::optional<gateway::Refusal> fault = {};  // what is wrong with its head
  };
  static gateway::RequestHead head_of(const Request& request) {
    gateway::RequestHead head{.session = request.session,
                              .method = request.method,
                              .path = request.path,
                              .query = request.query,
                              .forwarded = {{"Accept", "application/fhir+json"}},
                              .patient = request.patient,
                              .fault = request.fault};
    if (!request.body.empty()) {
      head.forwarded.emplace_back("Content-Type", request.content_type);
      head.framing = {.kind = gateway::Framing::Kind::length, .length = request.body.size()};
    }
    if (!request.if_none_match.empty()) head.forwarded.emplace_back("If-None-Match", request.if_none_match);
    return head;
  }
  // Starts it; `app` must live until it has ended.
  void send(FakeClient& app, const Request& request) {
    tasks.spawn("request", core.gateway.answer(head_of(request), app));
    clock.settle();
  }
  FakeClient connected(std::string body = {}) {
    return FakeClient(client.caller, client.call.epoch_tag, std::move(body));
  }
  // The error's name or the status, after as long as it takes.
  std::string asked(const Request& request) {
    FakeClient one = connected(request.body);
    send(one, request);
    for (int i = 0; i < 100 && !one.took; ++i) clock.advance(100ms);
    clock.advance(10ms);
    last = one.text;
    status = one.took ? one.took->status : 0;
    return one.said();
  }
  std::string last;
  int status = 0;
};

}  // namespace wardend::test
