// One topic at a hub, shared by all sessions that hold it, from its first holder to its last. It asks the hub, holds
// the conversation, comes back after a loss. topic_state.hpp decides what follows from what; here it is done.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/clear_reason.hpp"
#include "base/context_channel.hpp"
#include "base/random.hpp"
#include "base/task_group.hpp"
#include "daemon/fhircast/conversation.hpp"
#include "daemon/fhircast/hearing.hpp"
#include "daemon/fhircast/holders.hpp"
#include "daemon/fhircast/hub_request.hpp"
#include "daemon/fhircast/topic_status.hpp"

namespace wardend::fhircast {

class FollowedTopic {
 public:
  struct Parts {
    Random& random;
    ContextChannels& channels;
    HubRequest::Parts request;
    session::SessionStore& store;
    refresh::Refresher& refresher;
    AuditSink& audit;
  };
  // What follows for those who hold the topic. Each is called in the turn in which it became known.
  struct Tell {
    std::function<void(const FollowedTopic&)> context_changed;
    std::function<void(Holders&, ClearReason)> must_clear;
    std::function<void()> ended;
  };
  FollowedTopic(asio::any_io_executor executor, const Parts& parts, Topic topic, Tell tell);

  // Begins. At least one session must hold it.
  void start();
  enum class Held : std::uint8_t { launched, restored };  // restored: it was followed before a restart
  void hold(const std::string& session, Held how);
  // The session lets go of the topic. What is under way with its token is given up; with the last session the socket is
  // closed as one that has finished.
  void release(const std::string& session);
  // The session has a new token.
  void refreshed(const std::string& session);
  // The machine was asleep: nothing of the socket is believed.
  void interrupted();
  // The configuration was read again.
  void reconsider() { changed_.notify_all(); }

  // Closes the socket, whoever holds the topic. shut_down() waits for it, for a second.
  void stop() { happen({.kind = FactKind::unwanted}); }
  [[nodiscard]] asio::awaitable<void> shut_down();

  [[nodiscard]] const Holders& holders() const { return holders_; }
  [[nodiscard]] const OnScreen& on_screen() const { return hearing_.on_screen(); }
  [[nodiscard]] bool has_ended() const { return progress_.state == TopicState::ended; }
  [[nodiscard]] TopicStatus status() const;

 private:
  // One for each state that lasts: it returns when another state has come.
  [[nodiscard]] asio::awaitable<void> live();
  [[nodiscard]] asio::awaitable<void> ask();
  [[nodiscard]] asio::awaitable<void> talk();
  [[nodiscard]] asio::awaitable<void> refresh();
  [[nodiscard]] asio::awaitable<void> rest();
  [[nodiscard]] asio::awaitable<void> watch_loss();

  void happen(const Fact& fact);
  void enter(TopicState before);
  void failed(const End& end);
  [[nodiscard]] bool is(TopicState state) const { return progress_.state == state; }
  [[nodiscard]] bool talks() const { return is(TopicState::opening) || is(TopicState::following); }
  [[nodiscard]] bool leaves() const { return is(TopicState::leaving) || is(TopicState::ended); }
  [[nodiscard]] Conversation::Tell ears();
  void clear(ClearReason reason) { tell_.must_clear(holders_, reason); }
  void confirmed(const Confirmation& confirmation);

  Parts parts_;
  Clock& clock_;
  Topic topic_;
  Tell tell_;
  HubTrail trail_;
  Holders holders_;
  Hearing hearing_;
  Event changed_ = {};
  HubRequest request_;
  Conversation conversation_;

  Progress progress_ = {};
  WallTime since_ = {};
  std::string trouble_ = {};
  std::optional<bool> tells_of_locks_ = {};  // as last granted
  Endpoint endpoint_ = {};
  TaskGroup tasks_;
};

}  // namespace wardend::fhircast
