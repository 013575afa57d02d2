// A FHIRcast hub behind both of its seams: what is posted to it, and the sockets that it opens. It confirms what it is
// asked for unless told otherwise. For unit tests in virtual time.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/context_channel.hpp"
#include "base/encoding.hpp"
#include "base/http_client.hpp"

namespace wardend::test {

class FakeHub final : public HttpClient, public ContextChannels {
 public:
  explicit FakeHub(Clock& clock) : clock_(clock) {}

  // One socket, as the hub sees it.
  struct Socket {
    std::string target;
    std::string topic;
    std::string events;
    std::deque<std::string> to_us;
    std::vector<std::string> from_us;
    unsigned pings = 0;
    bool alive = true;
    bool reads = true;       // what we write
    bool finished = false;   // we closed it as one that has finished
    bool hold_back = false;  // the last piece of every message
    BootTime heard_at = {};
    Event changed;
    void say(std::string text) {
      to_us.push_back(std::move(text));
      changed.notify_all();
    }
    void cut() {
      alive = false;
      changed.notify_all();
    }
  };
  struct Request {
    std::string url;
    std::string authorization;
    std::map<std::string, std::string> form;
    BootTime at;
  };

  int status = 202;
  std::deque<int> statuses;  // of the coming requests; then `status`
  std::string retry_after = {};
  bool down = false;
  bool opens = true;  // the WebSocket
  bool confirms = true;
  bool answers_pings = true;
  bool moves = false;          // a renewal gets another endpoint
  std::string granted = {};    // instead of what was asked for
  std::string lease = "3600";  // JSON; empty: not said
  Duration latency = 10ms;
  std::size_t piece_size = 64UL * 1024;  // bytes in which a message comes in

  std::vector<Request> requests;
  std::vector<std::shared_ptr<Socket>> sockets;

  [[nodiscard]] std::size_t asked(const std::string& mode) const {
    std::size_t count = 0;
    for (const Request& request : requests) count += request.form.at("hub.mode") == mode ? 1 : 0;
    return count;
  }
  [[nodiscard]] Socket& socket() { return *sockets.back(); }
  [[nodiscard]] std::size_t alive() const {
    std::size_t count = 0;
    for (const auto& socket : sockets) count += socket->alive ? 1 : 0;
    return count;
  }
  void confirm(Socket& socket) {
    socket.say(R"({"hub.mode":"subscribe","hub.topic":")" + socket.topic + R"(","hub.events":")" +
               (granted.empty() ? socket.events : granted) + "\"" +
               (lease.empty() ? "" : ",\"hub.lease_seconds\":" + lease) + "}");
  }
  void deny(Socket& socket, const std::string& reason = "session ended") {
    socket.say(R"({"hub.mode":"denied","hub.topic":")" + socket.topic + R"(","hub.events":"","hub.reason":")" + reason +
               "\"}");
  }
  // An event of the socket's topic. `context`: JSON entries.
  void tell(Socket& socket, const std::string& id, const std::string& event, const std::string& context = "",
            const std::string& topic = "", const std::string& timestamp = "2027-01-15T08:00:00Z") {
    socket.say(R"({"timestamp":")" + timestamp + R"(","id":")" + id + R"(","event":{"hub.topic":")" +
               (topic.empty() ? socket.topic : topic) + R"(","hub.event":")" + event + R"(","context":[)" + context +
               "]}}");
  }
  static std::string patient(const std::string& id) {
    return R"({"key":"patient","resource":{"resourceType":"Patient","id":")" + id + "\"}}";
  }

  asio::awaitable<std::expected<HttpResponse, HttpFailure>> send(HttpRequest request) override {
    Request seen{.url = request.url,
                 .authorization = std::string(request.authorization.reveal()),
                 .form = {},
                 .at = clock_.now()};
    if (const auto fields = parse_form(request.body.reveal()))
      for (const auto& [name, value] : *fields) seen.form[name] = value;
    requests.push_back(seen);
    co_await clock_.sleep_for(latency);
    if (down) co_return std::unexpected(HttpFailure{HttpFailure::Kind::network, false, "connection refused"});
    int answer = status;
    if (!statuses.empty()) {
      answer = statuses.front();
      statuses.pop_front();
    }
    HttpResponse response{.status = answer, .headers = {{"content-type", "application/json"}}};
    if (!retry_after.empty()) response.headers.emplace_back("retry-after", retry_after);
    if (answer / 100 == 2) response.body = Secret(act(seen));
    response.sent_at = seen.at;
    co_return response;
  }

  std::unique_ptr<ContextChannel> make() override { return std::make_unique<Channel>(*this); }

 private:
  class Channel final : public ContextChannel {
   public:
    explicit Channel(FakeHub& hub) : hub_(hub) {}
    asio::awaitable<std::expected<void, ChannelFailure>> open(ChannelAddress address) override {
      co_await hub_.clock_.sleep_for(hub_.latency);
      const std::string target(address.target.reveal());
      const auto known = hub_.endpoints_.find(target);
      if (!hub_.opens || known == hub_.endpoints_.end() || dropped_)
        co_return std::unexpected(ChannelFailure{ChannelFailure::Kind::refused, "HTTP 404"});
      socket_ = known->second;
      hub_.endpoints_.erase(known);
      socket_->heard_at = hub_.clock_.now();
      hub_.sockets.push_back(socket_);
      if (hub_.confirms) hub_.confirm(*socket_);
      co_return std::expected<void, ChannelFailure>{};
    }
    asio::awaitable<std::expected<ChannelPiece, ChannelFailure>> read() override {
      while (socket_->alive && !ready()) co_await hub_.clock_.wait(socket_->changed, BootTime::max());
      if (!socket_->alive) co_return std::unexpected(ChannelFailure{ChannelFailure::Kind::network, "reset"});
      std::string& text = socket_->to_us.front();
      const std::size_t size = std::min(text.size(), hub_.piece_size);
      ChannelPiece piece{.bytes = Secret(std::string_view(text).substr(0, size)), .last = size == text.size()};
      text.erase(0, size);
      if (piece.last) socket_->to_us.pop_front();
      socket_->heard_at = hub_.clock_.now();
      co_return piece;
    }
    asio::awaitable<bool> write(std::string text) override {
      while (socket_->alive && !socket_->reads) co_await hub_.clock_.wait(socket_->changed, BootTime::max());
      if (!socket_->alive) co_return false;
      socket_->from_us.push_back(std::move(text));
      co_return true;
    }
    asio::awaitable<bool> ping() override {
      ++socket_->pings;
      if (hub_.answers_pings) socket_->heard_at = hub_.clock_.now();
      co_return true;
    }
    [[nodiscard]] BootTime heard_at() const override { return socket_->heard_at; }
    asio::awaitable<void> close() override {
      if (socket_->alive) socket_->finished = true;
      drop();
      co_return;
    }
    void drop() override {
      dropped_ = true;
      if (socket_) socket_->cut();
    }

   private:
    [[nodiscard]] bool ready() const {
      if (socket_->to_us.empty()) return false;
      return !socket_->hold_back || socket_->to_us.front().size() > hub_.piece_size;
    }

    FakeHub& hub_;
    std::shared_ptr<Socket> socket_;
    bool dropped_ = false;
  };

  std::string act(const Request& request) {
    const auto field = [&](const char* name) {
      const auto found = request.form.find(name);
      return found == request.form.end() ? std::string() : found->second;
    };
    std::string endpoint = field("hub.channel.endpoint");
    if (!endpoint.empty() && !moves) {
      for (const auto& socket : sockets)
        if (endpoint.ends_with(socket->target) && socket->alive && confirms) confirm(*socket);
    } else {
      auto socket = std::make_shared<Socket>();
      socket->target = "/ws/" + std::to_string(++last_);
      socket->topic = field("hub.topic");
      socket->events = field("hub.events");
      endpoint = "wss://ehr.example.org" + socket->target;
      endpoints_[socket->target] = socket;
    }
    return R"({"hub.channel.endpoint":")" + endpoint + "\"}";
  }

  Clock& clock_;
  std::map<std::string, std::shared_ptr<Socket>> endpoints_;  // asked for, and not opened yet
  unsigned last_ = 0;
};

}  // namespace wardend::test
