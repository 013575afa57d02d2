// Which sessions hold which topic: from what token responses offer to topics that are followed, one for each server,
// hub and topic. It listens to what happens to sessions, and tells them what the EHR shows.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "daemon/clearing/clearing.hpp"
#include "daemon/events/session_event.hpp"
#include "daemon/fhircast/followed_topic.hpp"

namespace wardend::fhircast {

class Follower {
 public:
  struct Parts {
    FollowedTopic::Parts topic;
    clearing::Clearing& clearing;
    events::EventHub& hub;
  };
  Follower(asio::any_io_executor executor, Parts parts);

  // Runs until cancelled.
  [[nodiscard]] asio::awaitable<void> run();
  // The configuration was read again: sessions of servers that are followed now, or no longer, or elsewhere.
  void reconfigured();
  // The machine was asleep.
  void interrupted();
  // Closes every socket as one that has finished, within a second or so. run() must have ended.
  [[nodiscard]] asio::awaitable<void> shut_down();

  // Those that somebody holds.
  [[nodiscard]] std::vector<TopicStatus> status() const;

 private:
  using Key = std::tuple<std::string, std::string, std::string>;  // server, hub.url, SHA-256 of the topic
  struct Offer {
    Key key;
    http::Url hub;
  };
  [[nodiscard]] FollowedTopic::Tell listening();
  void context_changed(const FollowedTopic& topic);
  void must_clear(Holders& holders, ClearReason reason);

  void take(const events::SessionEvent& happening);
  void consider(session::Session& session, FollowedTopic::Held how);
  void release(const std::string& session);
  void gone(const std::string& session);
  void show(session::Session& session, const std::optional<OnScreen>& on_screen);
  // What of a session's offer may be followed; nullopt: nothing.
  [[nodiscard]] std::optional<Offer> offer_of(const session::Session& session);
  void refuse(const session::Session& session, const HubFault& fault);
  [[nodiscard]] asio::awaitable<void> reap();

  asio::any_io_executor executor_;
  Parts parts_;
  events::EventHub::Subscription events_;
  std::map<Key, std::unique_ptr<FollowedTopic>> followed_;
  std::list<std::unique_ptr<FollowedTopic>> ending_;
  std::map<std::string, Key, std::less<>> held_;             // by session
  std::map<std::string, std::string, std::less<>> refused_;  // by session: the hub.url that is not followed
};

}  // namespace wardend::fhircast
