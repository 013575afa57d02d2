// One WebSocket of a hub while it is open: it reads, answers, pings, and tells when it has ended. What is in a message
// is for its ears to judge; a sign-out alone is looked for here, so that nothing else of a message can delay it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <deque>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/context_channel.hpp"
#include "base/pace.hpp"
#include "base/task_group.hpp"
#include "daemon/fhircast/ending.hpp"
#include "daemon/fhircast/incoming.hpp"

namespace wardend::fhircast {

class HubSocket {
 public:
  // Each is called in the turn that read it.
  struct Ears {
    std::function<void(EventKind kind)> sign_out;                  // of a message that may not be complete yet
    std::function<std::optional<std::string>(Incoming&)> message;  // complete, or cut off; what to answer, if anything
    std::function<void(End)> ended;                                // once
  };
  // `topic` must outlive the socket. `changed` is notified when the socket has ended or has nothing to send any more.
  HubSocket(const asio::any_io_executor& executor, Clock& clock, ContextChannels& channels, const Secret& topic,
            Ears ears, Event& changed);

  // Connects, within ten seconds; then reads until it has ended.
  [[nodiscard]] asio::awaitable<std::expected<void, End>> open(ChannelAddress address);
  // Does what is due at `now`, and returns when the next thing is. A minute without a sign of life ends the socket.
  [[nodiscard]] BootTime tick(BootTime now);
  [[nodiscard]] bool is_open() const { return reading_; }
  // The message that is read has signed the user out.
  [[nodiscard]] bool is_signing_out() const { return signed_out_; }
  // That message is not complete, or an answer is not sent yet.
  [[nodiscard]] bool owes() const { return signed_out_ || writing_ || !answers_.empty(); }

  // Closes as one who has finished (1000), within two seconds.
  [[nodiscard]] asio::awaitable<void> finish() { return channel_->close(); }
  // Cuts the connection.
  void drop() { channel_->drop(); }
  // Before it goes.
  [[nodiscard]] asio::awaitable<void> shut_down();

 private:
  [[nodiscard]] asio::awaitable<void> read_on();
  [[nodiscard]] asio::awaitable<void> write_on();
  [[nodiscard]] asio::awaitable<void> ping_once();
  using Finding = SignOutScan::Finding;
  void look_for_sign_out(Incoming& message, Finding finding);
  void take(Incoming& message);
  void end(End why);

  Clock& clock_;
  Ears ears_;
  Event& changed_;
  const Secret& topic_;
  std::unique_ptr<ContextChannel> channel_;
  Pace pace_ = {};  // of reading
  bool reading_ = false;
  bool signed_out_ = false;
  bool writing_ = false;
  bool pinging_ = false;
  BootTime ping_at_ = {};
  std::deque<std::string> answers_ = {};  // to be sent
  Event answered_ = {};
  TaskGroup tasks_;
};

}  // namespace wardend::fhircast
