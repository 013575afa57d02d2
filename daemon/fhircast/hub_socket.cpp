#include "daemon/fhircast/hub_socket.hpp"

#include <algorithm>
#include <utility>

#include "protocol/fhircast/subscription.hpp"

namespace wardend::fhircast {
namespace {

constexpr std::size_t most_answers = 1024;

// How fast a hub is read, in bytes; a piece costs something by itself. More stays with the kernel, and is the hub's own
// wait.
constexpr PaceLimits reading{.at_once = 16U * 1024 * 1024, .each = 60ns, .shortest_pause = 1ms, .longest_pause = 2s};
constexpr unsigned bytes_a_piece = 1024;

std::string code_of(const ChannelFailure& failure) {
  switch (failure.kind) {
    case ChannelFailure::Kind::network:
      return "network";
    case ChannelFailure::Kind::tls:
      return "tls";
    case ChannelFailure::Kind::refused:
      return "no_websocket";
    case ChannelFailure::Kind::timeout:
      return "timeout";
    case ChannelFailure::Kind::closed:
      return "closed";
  }
  std::unreachable();
}

}  // namespace

HubSocket::HubSocket(const asio::any_io_executor& executor, Clock& clock, ContextChannels& channels,
                     const Secret& topic, Ears ears, Event& changed)
    : clock_(clock),
      ears_(std::move(ears)),
      changed_(changed),
      topic_(topic),
      channel_(channels.make()),
      tasks_(executor) {}

asio::awaitable<std::expected<void, End>> HubSocket::open(ChannelAddress address) {
  const auto opened = co_await channel_->open(std::move(address));
  if (!opened) co_return std::unexpected(End{.kind = Ending::lost, .code = code_of(opened.error())});
  ping_at_ = clock_.now() + ping_interval;
  reading_ = true;
  tasks_.spawn("a hub's messages", read_on());
  tasks_.spawn("answers to a hub", write_on());
  co_return std::expected<void, End>{};
}

asio::awaitable<void> HubSocket::shut_down() {
  channel_->drop();
  return tasks_.shut_down(clock_);
}

// A sign-out clears in the turn that reads the end of its event, be the message complete or not.
asio::awaitable<void> HubSocket::read_on() {
  std::optional<Incoming> message(std::in_place, topic_);
  for (;;) {
    auto piece = co_await channel_->read();
    if (!piece) {
      if (message->scan().at_end() != Finding::none) take(*message);
      co_return end({.kind = Ending::lost, .code = code_of(piece.error())});
    }
    const auto size = static_cast<unsigned>(piece->bytes.size());
    message->take(std::move(piece->bytes));
    look_for_sign_out(*message, message->scan().so_far());
    if (piece->last) {
      take(*message);
      message.emplace(topic_);
      changed_.notify_all();
    }
    const Duration pause = pace_.spend(clock_.now(), size + bytes_a_piece, reading);
    if (pause > Duration(0)) co_await clock_.sleep_for(pause);
  }
}

void HubSocket::look_for_sign_out(Incoming& message, Finding finding) {
  if (signed_out_ || (finding != Finding::sign_out && finding != Finding::unreadable)) return;
  signed_out_ = true;
  ears_.sign_out(message.scan().kind());
}

void HubSocket::take(Incoming& message) {
  look_for_sign_out(message, message.scan().at_end());
  auto answer = ears_.message(message);
  signed_out_ = false;
  if (!answer) return;
  answers_.push_back(std::move(*answer));
  answered_.notify_all();
  if (answers_.size() > most_answers) end({.kind = Ending::lost, .code = "reads_nothing"});
}

// Reading never waits for it: a hub that reads nothing is heard all the same.
asio::awaitable<void> HubSocket::write_on() {
  for (;;) {
    while (answers_.empty()) co_await clock_.wait(answered_, BootTime::max());
    writing_ = true;
    std::string answer = std::move(answers_.front());
    answers_.pop_front();
    const bool sent = co_await channel_->write(std::move(answer));
    writing_ = false;
    changed_.notify_all();
    if (!sent) co_return end({.kind = Ending::lost, .code = "network"});
  }
}

asio::awaitable<void> HubSocket::ping_once() {
  static_cast<void>(co_await channel_->ping());
  pinging_ = false;
}

BootTime HubSocket::tick(BootTime now) {
  const BootTime silent_at = channel_->heard_at() + 2 * ping_interval;
  if (now >= silent_at) end({.kind = Ending::lost, .code = "silent"});
  if (!reading_) return BootTime::max();
  if (now >= ping_at_) {
    ping_at_ = now + ping_interval;
    if (!std::exchange(pinging_, true)) tasks_.spawn("ping to a hub", ping_once());
  }
  return std::min(silent_at, ping_at_);
}

void HubSocket::end(End why) {
  if (!std::exchange(reading_, false)) return;
  ears_.ended(std::move(why));
  changed_.notify_all();
}

}  // namespace wardend::fhircast
