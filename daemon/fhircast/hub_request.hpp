// What is posted to a hub, and what it answers: one question at a time. A question carries somebody's access token:
// when that session goes, so does the question. Nothing is unsubscribed: that would need a token which its session no
// longer has. To close the socket says the same. Spec: HL7 FHIRcast 3.0.0 (STU3), subscribing.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "base/http_client.hpp"
#include "base/secret.hpp"
#include "base/task_group.hpp"
#include "config/live.hpp"
#include "daemon/fhircast/ending.hpp"
#include "protocol/fhircast/subscription.hpp"

namespace wardend::fhircast {

struct Topic {
  std::string server;
  http::Url hub;
  Secret topic;
};

class HubRequest {
 public:
  struct Parts {
    Clock& clock;
    HttpClient& http;
    const config::Live& config;
    std::string subscriber;  // what the hub may show of us to users
  };
  // With whose token the hub is asked.
  struct Bearer {
    std::string session;
    const Secret& token;
    const smart::ScopeSet& granted;
    std::chrono::seconds token_left;
  };
  using Answer = std::expected<Endpoint, End>;

  // `answered` is notified whenever a question has ended.
  HubRequest(const asio::any_io_executor& executor, const Parts& parts, Event& answered)
      : parts_(parts), answered_(answered), tasks_(executor) {}

  // Each ends what was asked before. False: the server is not configured any more.
  bool subscribe(const Topic& topic, const Bearer& bearer);
  bool renew(const Topic& topic, const Bearer& bearer, const Endpoint& endpoint);

  [[nodiscard]] bool open() const { return open_ != 0; }
  // The session with whose token the hub was last asked; empty: none.
  [[nodiscard]] const std::string& bearer() const { return bearer_; }
  // Waits while the question is open, until `until` at the longest.
  [[nodiscard]] asio::awaitable<void> done(BootTime until);
  // Once a question. nullopt: it is open, or was given up.
  [[nodiscard]] std::optional<Answer> take() { return std::exchange(answer_, std::nullopt); }
  void give_up() { tasks_.cancel(); }
  [[nodiscard]] asio::awaitable<void> shut_down() { return tasks_.shut_down(parts_.clock); }

 private:
  class Asking;
  bool post(const Topic& topic, const Bearer& bearer, Secret body);
  [[nodiscard]] asio::awaitable<void> send(HttpRequest request, HubRules rules, Asking asking);
  [[nodiscard]] SubscriptionForm form_of(const Topic& topic, const Bearer& bearer) const;

  Parts parts_;
  Event& answered_;
  std::uint64_t last_ = 0;  // question's number
  std::uint64_t open_ = 0;  // 0: none
  std::string bearer_ = {};
  std::optional<Answer> answer_ = {};
  TaskGroup tasks_;
};

}  // namespace wardend::fhircast
