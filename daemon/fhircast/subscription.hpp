// The life of one subscription: a topic at a hub, shared by all sessions that hold it. It asks the hub, keeps the
// socket, renews before the lease ends, comes back after a loss, and goes when nobody holds the topic. What a hub's
// words mean is protocol/fhircast's matter, what follows an end subscription_policy's.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/audit_sink.hpp"
#include "base/clear_reason.hpp"
#include "base/context_channel.hpp"
#include "base/http_client.hpp"
#include "base/random.hpp"
#include "base/task_group.hpp"
#include "config/live.hpp"
#include "daemon/fhircast/holders.hpp"
#include "daemon/fhircast/incoming.hpp"
#include "daemon/fhircast/row.hpp"
#include "daemon/fhircast/subscription_policy.hpp"
#include "protocol/fhircast/current_context.hpp"
#include "protocol/fhircast/subscription.hpp"

namespace wardend::fhircast {

class Subscription {
 public:
  // What follows for those who hold the topic. All of it in the same turn.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void context_changed(Subscription& subscription) = 0;
    virtual void must_clear(Subscription& subscription, ClearReason reason,
                            std::chrono::steady_clock::time_point received_at) = 0;
    virtual void ended(Subscription& subscription) = 0;
  };
  struct Parts {
    Clock& clock;
    Random& random;
    HttpClient& http;
    ContextChannels& channels;
    session::SessionStore& store;
    session::Refresher& refresher;
    AuditSink& audit;
    const config::Live& config;
    std::string subscriber;  // what the hub may show of us to users
  };
  struct Topic {
    std::string server;
    smart::Url hub;
    Secret topic;
  };
  Subscription(asio::any_io_executor executor, const Parts& parts, Topic topic, Listener& listener);

  // Begins. At least one session must hold it.
  void start();
  enum class Held : std::uint8_t { launched, restored };  // restored: it was followed before a restart
  void hold(const std::string& session, Held how);
  // `farewell`: the session's access token, with which the hub is told if nobody else holds the topic; empty: the
  // socket is closed and the hub is told nothing.
  void release(const std::string& session, Secret farewell);
  // The session has a new token.
  void refreshed(const std::string& session);
  // The machine was asleep: nothing of the socket is believed.
  void interrupted();
  // The configuration was read again.
  void reconsider() { changed_.notify_all(); }

  // Closes the socket, whoever holds the topic; shut_down() waits for it, for a second.
  void stop();
  [[nodiscard]] asio::awaitable<void> shut_down();

  [[nodiscard]] const Holders& holders() const { return holders_; }
  [[nodiscard]] std::set<std::string> login_sessions() { return holders_.login_sessions(); }
  [[nodiscard]] const OnScreen& on_screen() const { return context_.on_screen(); }
  [[nodiscard]] SubscriptionState state() const { return state_; }
  [[nodiscard]] const std::string& server() const { return topic_.server; }
  [[nodiscard]] SubscriptionRow row() const;

 private:
  // Why it is over, for now.
  struct End {
    Ending kind = Ending::lost;
    std::string code = {};  // a word for logs and the audit
    std::optional<std::chrono::seconds> retry_after = {};
    std::string hub_says = {};  // the reason of a denial
    bool at_once = false;       // no pause: nothing has failed
  };
  using Answer = std::expected<Endpoint, End>;
  enum class Purpose : std::uint8_t { subscribe, renew, unsubscribe };
  class Asking;

  // subscription.cpp: the life
  [[nodiscard]] bool wanted() const { return !stopping_ && !holders_.empty(); }
  [[nodiscard]] asio::awaitable<void> live();
  [[nodiscard]] asio::awaitable<void> watch_loss();
  [[nodiscard]] asio::awaitable<End> attempt();
  [[nodiscard]] asio::awaitable<void> recover(End end);
  [[nodiscard]] asio::awaitable<void> pause(BootTime until);
  void enter(SubscriptionState state);
  void note_loss();
  void record(std::string action, std::string reason, std::string detail = {});

  // subscription_ask.cpp: what is posted to the hub
  [[nodiscard]] bool ask(Purpose purpose);
  [[nodiscard]] asio::awaitable<void> send(HttpRequest request, HubRules rules, Asking asking);
  [[nodiscard]] asio::awaitable<void> answered(BootTime until);
  [[nodiscard]] static HubRules rules_of(const config::Server& server);

  // subscription_talk.cpp: while the socket is open
  [[nodiscard]] asio::awaitable<End> talk();
  [[nodiscard]] asio::awaitable<void> read_on();
  [[nodiscard]] asio::awaitable<void> ping_once();
  [[nodiscard]] asio::awaitable<void> say_goodbye();
  [[nodiscard]] BootTime tick(BootTime now);
  void renew(BootTime now);
  void renewed(BootTime now);
  void fail(End end);
  // One message has ended. The acknowledgement to send, if any.
  [[nodiscard]] std::optional<std::string> take(Incoming& message);
  // The status of the acknowledgement, if any.
  [[nodiscard]] std::optional<int> take_text(Incoming& incoming);
  void doubt(const std::string& why);
  void sign_out_of(EventKind kind);
  void record_sign_out(Incoming& message, SignOutScan::Finding finding);
  void confirmed(const Confirmation& confirmation);
  void denied(const Denial& denial);
  [[nodiscard]] int happened(const Event& event);

  Parts parts_;
  Topic topic_;
  Listener& listener_;
  Holders holders_;
  CurrentContext context_ = {};

  SubscriptionState state_ = SubscriptionState::connecting;
  WallTime since_ = {};
  bool stopping_ = false;
  bool hurry_ = false;     // what one waited for is there: no pause
  bool followed_ = false;  // at any time
  std::optional<BootTime> lost_at_ = {};
  bool loss_told_ = false;
  unsigned attempts_ = 0;  // in a row, without settling
  unsigned refusals_ = 0;
  std::string trouble_ = {};
  std::optional<bool> tells_of_locks_ = {};  // as last granted
  Secret farewell_ = {};

  std::optional<Purpose> asking_ = {};
  std::string token_of_ = {};  // the session whose token the hub was last asked with
  std::optional<Answer> answer_ = {};

  std::unique_ptr<ContextChannel> channel_ = {};
  Endpoint endpoint_ = {};
  std::optional<End> end_ = {};
  std::optional<BootTime> confirmed_at_ = {};  // first, on this socket
  BootTime opened_at_ = {};
  BootTime ping_at_ = {};
  BootTime quiet_at_ = {};
  BootTime renew_at_ = {};
  BootTime lease_end_ = {};
  unsigned renewals_failed_ = 0;
  bool reading_ = false;
  bool answering_ = false;
  bool pinging_ = false;

  wardend::Event changed_;
  TaskGroup asks_;
  TaskGroup tasks_;
};

}  // namespace wardend::fhircast
