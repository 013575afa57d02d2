// Input: what a browser sends to the loopback listener. A launch of the user is pending, its id, cookie and state the
// same for every input.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/file_descriptor.hpp"
#include "daemon/launch/browser_request.hpp"
#include "daemon/launch/refusal.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/unit/launch/launch_world.hpp"

namespace wardend::fuzz {
namespace {

// What is said to a request that is no navigation of this workstation's own browser.
bool turns_away(const http::Reply& reply) {
  using enum launch::Refusal;
  return std::ranges::any_of(
      std::array{method, loaded_ahead, unknown_user, localhost, other_host, framed, in_background},
      [&](launch::Refusal refusal) { return reply.body.reveal().contains(launch::text_of(refusal).sentence); });
}

std::string lower(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return lowered;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The values of a header of the first request, read from its bytes by the simplest rules. A line that begins with a
// space goes on with the one before it, as Beast still reads it.
std::vector<std::string> values_of(std::string_view request, std::string_view name) {
  std::vector<std::string> lines;
  request = request.substr(0, request.find("\r\n\r\n"));
  for (std::size_t at = request.find("\r\n"); at != std::string_view::npos; at = request.find("\r\n", at + 2)) {
    const auto line = request.substr(at + 2, request.find("\r\n", at + 2) - at - 2);
    const bool goes_on = !lines.empty() && (line.starts_with(' ') || line.starts_with('\t'));
    if (goes_on)
      lines.back() += line;
    else
      lines.emplace_back(line);
  }
  std::vector<std::string> values;
  for (const std::string& line : lines) {
    const auto colon = line.find(':');
    if (colon != std::string::npos && lower(trimmed(std::string_view(line).substr(0, colon))) == name)
      values.emplace_back(trimmed(std::string_view(line).substr(colon + 1)));
  }
  return values;
}

void check_cookies(std::string_view header) {
  for (const std::string_view name : {"wardend-0123456789ab", "a", ""}) {
    const auto value = launch::cookie_value(header, name);
    require(!value.contains(';'), "a cookie ends at its semicolon");
    require(value.empty() || header.contains(std::string(name) + "=" + std::string(value)), "a cookie was sent");
  }
}

// What may be answered with anything but a refusal.
bool may_pass(const http::InboundRequest& request) {
  const auto is = [&](std::string_view name, std::string_view wanted) {
    const auto count = std::ranges::count(request.headers, name, &std::pair<std::string, std::string>::first);
    return count == 0 || (count == 1 && request.header(name) == wanted);
  };
  const std::string_view host = request.header("host");
  return request.method == "GET" && is("host", host) && (host == "127.0.0.1:8724" || host == "[::1]:8724") &&
         is("sec-fetch-mode", "navigate") && is("sec-fetch-dest", "document");
}

class Browser {
 public:
  explicit Browser(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    // Closed by a reset: thousands of connections a second would use up the ports.
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int tries = 0;
    while (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      require(errno == EADDRNOTAVAIL && ++tries < 100, "the listener can be reached");
      ::usleep(50'000);  // the ports of earlier inputs come free
    }
  }
  std::size_t say(std::string_view text) {
    const auto count = ::send(socket_.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return count < 0 ? 0 : static_cast<std::size_t>(count);
  }
  void end() { ::shutdown(socket_.get(), SHUT_WR); }
  // False once the listener has closed.
  bool read() {
    std::array<char, 16384> chunk{};
    ssize_t count = 0;
    while ((count = ::recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT)) > 0)
      heard_.append(chunk.data(), static_cast<std::size_t>(count));
    return count < 0 && errno == EAGAIN;
  }
  [[nodiscard]] const std::string& heard() const { return heard_; }

 private:
  FileDescriptor socket_;
  std::string heard_;
};

class Desk {
 public:
  Desk() {
    world_.begin_standalone();
    // One socket for all inputs, and with it one port.
    static const auto socket = http::listen_on("127.0.0.1:0");
    require(socket.has_value(), "a port can be had");
    port_ = http::local_port(*socket);
    listener_.emplace(world_.loop, world_.clock, std::vector<int>{::dup(*socket)}, http::Listener::Options{},
                      [this](http::InboundRequest request) { return handle(std::move(request)); });
  }
  ~Desk() {
    TaskGroup closing(world_.loop.get_executor());
    closing.spawn("close", listener_->shut_down());
    world_.clock.settle();
  }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  // Everything is sent, then the browser says no more; over when the listener has closed.
  std::string visit(std::string_view bytes) {
    Browser browser(port_);
    bool ended = false;
    for (int turn = 0; turn < 10'000; ++turn) {
      bytes.remove_prefix(browser.say(bytes));
      if (bytes.empty() && !std::exchange(ended, true)) browser.end();
      world_.clock.settle();
      if (!browser.read()) return browser.heard();
      if (turn > 2) {
        world_.loop.restart();
        world_.loop.run_one_for(std::chrono::milliseconds(1));
        world_.clock.advance(100ms);
      }
    }
    require(false, "every request comes to its end");
    return {};
  }
  [[nodiscard]] std::size_t passed() const { return passed_; }

 private:
  asio::awaitable<http::Reply> handle(http::InboundRequest request) {
    request.peer_uid = 1000;
    const bool may = may_pass(request);
    const bool guessed = std::ranges::any_of(request.headers, [](const auto& header) {
      return header.first.ends_with("purpose") || header.first == "x-moz";
    });
    check_cookies(request.header("cookie"));
    auto reply = co_await world_.loopback.handle(std::move(request));
    const bool passed = !turns_away(reply);
    require(may || !passed, "nothing but a navigation to the literal loopback address is answered");
    require(passed || !may || guessed, "a navigation to the literal loopback address is answered");
    const auto location = test::header_of(reply, "Location");
    require(location.empty() || location.starts_with("https://ehr.example.org/authorize?"),
            "the browser is sent to the EHR and nowhere else");
    for (const auto& [name, value] : reply.headers) require(!has_control(value), "a header is one line");
    passed_ += passed ? 1 : 0;
    co_return reply;
  }

  test::LaunchWorld world_;
  std::uint16_t port_ = 0;
  std::optional<http::Listener> listener_;
  std::size_t passed_ = 0;
};

}  // namespace

void fuzz_host_header(Bytes input) {
  const std::string_view bytes = text_of(input);
  check_cookies(bytes);
  Desk desk;
  const std::string heard = desk.visit(bytes);
  require(heard.empty() || heard.starts_with("HTTP/1."), "what is answered is HTTP");
  const auto hosts = values_of(bytes, "host");
  const bool literal = hosts.size() == 1 && (hosts[0] == "127.0.0.1:8724" || hosts[0] == "[::1]:8724");
  const bool one_request = bytes.find("\r\n\r\n") + 4 >= bytes.size();
  require(literal || !one_request || desk.passed() == 0, "nothing else than the literal loopback address is accepted");
}

}  // namespace wardend::fuzz
