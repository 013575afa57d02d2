// Input: a byte, then what a peer sends. The byte's lower seven bits say in how many bytes at a time (0: all at once),
// its highest bit whether frames may have 256 bytes only.
#include <sys/socket.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "ipc/frame_buffer.hpp"
#include "ipc/server.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/fuzz/trivial_service.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::fuzz {
namespace {

struct Sending {
  std::string_view bytes;
  std::size_t at_a_time;
  std::size_t largest_frame;
};

Sending sending_of(Bytes input) {
  const std::string_view text = text_of(input);
  if (text.empty()) return {text, 1, 256};
  const auto how = static_cast<unsigned char>(text.front());
  const std::size_t at_a_time = 8UL * (how & 127U);
  return {text.substr(1), at_a_time == 0 ? text.size() : at_a_time, how >= 128 ? 256UL : 256UL * 1024};
}

// Frames come out of the buffer as they went in.
void check_buffer(const Sending& sending) {
  ipc::FrameBuffer buffer(sending.largest_frame);
  std::string_view left = sending.bytes;
  std::string_view expected = sending.bytes;
  while (!left.empty() && !buffer.too_large()) {
    if (buffer.wants_to_be_large()) buffer.let_grow();  // as a connection does that has leave
    const auto room = buffer.room();
    const std::size_t count = std::min({room.size(), left.size(), sending.at_a_time});
    require(count > 0 || buffer.has_frame(), "a buffer without room has a frame");
    std::copy_n(left.data(), count, room.data());
    left.remove_prefix(count);
    const bool completed = buffer.commit(count);
    require(!completed || buffer.has_frame(), "a frame that was completed is there");
    // Every second frame waits for the next bytes.
    for (bool first = true; buffer.has_frame() && (first || buffer.room().empty()); first = false) {
      const auto frame = buffer.front();
      require(frame.size() <= sending.largest_frame, "no frame is over the limit");
      require(expected.starts_with(frame) && expected[frame.size()] == '\0', "a frame comes out as it went in");
      expected.remove_prefix(frame.size() + 1);
      buffer.pop();
    }
  }
}

// How many replies a peer is owed, and whether it breaks the protocol.
struct Owed {
  std::size_t replies = 0;
  bool broken = false;
};
bool is_flag(const nlohmann::json& call, const char* name) {
  return !call.contains(name) || call[name].is_null() || call[name].is_boolean();
}
bool flag(const nlohmann::json& call, const char* name) { return call.contains(name) && call[name] == true; }

Owed owed(const Sending& sending) {
  Owed due;
  std::string_view left = sending.bytes;
  for (auto end = left.find('\0'); end != std::string_view::npos; end = left.find('\0')) {
    const auto call = parse_json(left.substr(0, end), sending.largest_frame);
    left.remove_prefix(end + 1);
    if (end > 16 * sending.largest_frame) return {due.replies, true};
    if (end > sending.largest_frame) {  // told, and passed over
      ++due.replies;
      continue;
    }
    const bool right =
        call && call->is_object() && call->contains("method") && (*call)["method"].is_string() &&
        is_flag(*call, "more") && is_flag(*call, "oneway") && is_flag(*call, "upgrade") &&
        (!call->contains("parameters") || (*call)["parameters"].is_null() || (*call)["parameters"].is_object()) &&
        !(flag(*call, "more") && flag(*call, "oneway"));
    if (!right) return {due.replies + 1, true};  // told before the end
    if (!flag(*call, "oneway")) ++due.replies;
  }
  return {due.replies, left.size() > sending.largest_frame};
}

class Peer {
 public:
  explicit Peer(FileDescriptor socket) : socket_(std::move(socket)) {}
  std::size_t put(std::string_view bytes) const {
    const auto count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return count < 0 ? 0 : static_cast<std::size_t>(count);
  }
  void end() const { ::shutdown(socket_.get(), SHUT_WR); }
  // True when something came.
  bool read() {
    std::array<char, 16384> chunk{};
    const auto count = ::recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (count > 0) heard_.append(chunk.data(), static_cast<std::size_t>(count));
    closed_ = closed_ || count == 0 || (count < 0 && errno != EAGAIN);
    return count > 0;
  }
  [[nodiscard]] bool closed() const { return closed_; }
  [[nodiscard]] std::string_view heard() const { return heard_; }

 private:
  FileDescriptor socket_;
  std::string heard_;
  bool closed_ = false;
};

// One server for each limit serves all inputs; each input is a connection of its own.
struct Service {
  explicit Service(std::size_t largest_frame)
      : server(loop, clock, unsent, {.limits = {.frame_bytes = largest_frame}, .version = "1"}, {&broker, &control},
               {}) {}
  Peer connect() {
    std::array<int, 2> ends{};
    require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0, "a socket pair can be had");
    server.adopt(FileDescriptor(ends[1]));
    clock.settle();
    return Peer(FileDescriptor(ends[0]));
  }
  asio::io_context loop;
  test::VirtualClock clock{loop};
  TrivialBroker broker_handler;
  TrivialControl control_handler;
  ipc::broker::Dispatcher broker{broker_handler};
  ipc::control::Dispatcher control{control_handler};
  ipc::UnsentReplies unsent;
  ipc::Server server;
};

// Never taken down: libFuzzer leaves by exit().
Service& service_for(std::size_t largest_frame) {
  static auto* usual = new Service(256UL * 1024);
  static auto* narrow = new Service(256);
  return largest_frame == 256 ? *narrow : *usual;
}

void talk(Service& service, Peer& peer, const Sending& sending) {
  std::string_view left = sending.bytes;
  bool ended = false;
  while (!peer.closed()) {
    const auto sent = peer.put(left.substr(0, sending.at_a_time));
    left.remove_prefix(sent);
    if (left.empty() && !ended) {
      peer.end();
      ended = true;
    }
    service.clock.settle();
    bool heard = peer.read();
    if (sent == 0 && !heard && !peer.closed()) {  // it may have been made to wait for being refused so often
      service.clock.advance(2s);
      heard = peer.read();
    }
    require(sent > 0 || heard || !ended || peer.closed(), "a connection that is over is closed");
  }
}

std::size_t check_replies(std::string_view heard) {
  std::size_t finals = 0;
  for (auto end = heard.find('\0'); end != std::string_view::npos; end = heard.find('\0')) {
    const auto reply = parse_json(heard.substr(0, end), 8UL * 1024 * 1024);
    heard.remove_prefix(end + 1);
    require(reply && reply->is_object(), "a reply is a JSON object");
    require(reply->contains("parameters") && (*reply)["parameters"].is_object(), "a reply has parameters");
    require(!reply->contains("error") || (*reply)["error"].is_string(), "an error has a name");
    if (!flag(*reply, "continues")) ++finals;
  }
  require(heard.empty(), "a reply ends with a NUL");
  return finals;
}

}  // namespace

void fuzz_varlink_frame(Bytes input) {
  const Sending sending = sending_of(input);
  check_buffer(sending);
  Service& service = service_for(sending.largest_frame);
  const Owed due = owed(sending);
  service.clock.advance(1s);  // nobody's nonsense of before counts
  Peer peer = service.connect();
  talk(service, peer, sending);
  const std::size_t finals = check_replies(peer.heard());
  require(due.broken ? finals <= due.replies : finals == due.replies, "each call has its one last reply");
  service.clock.settle();
  require(service.server.counters().connections == 0, "no connection is left over");
}

}  // namespace wardend::fuzz
