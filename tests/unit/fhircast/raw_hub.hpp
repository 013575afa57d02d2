// The hub's end of a WebSocket, byte by byte: what Beast's own server would not do is easy here. On the test's loop.
#pragma once

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <string>
#include <vector>

#include "base/task_group.hpp"

namespace wardend::test {

// Spec: RFC 6455 §4.2.2
inline std::string accept_key(const std::string& request) {
  const std::string name = "Sec-WebSocket-Key: ";
  const auto at = request.find(name);
  if (at == std::string::npos) return {};
  const std::string key = request.substr(at + name.size(), 24) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(key.data()), key.size(), digest.data());
  std::array<unsigned char, 64> text{};
  const int size = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
  return {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(size)};
}

// A frame from a server. Spec: RFC 6455 §5.2
inline std::string frame(int opcode, const std::string& payload, bool last = true) {
  std::string bytes(1, static_cast<char>((last ? 0x80 : 0) | opcode));
  if (payload.size() < 126) {
    bytes += static_cast<char>(payload.size());
  } else {
    bytes += static_cast<char>(126);
    bytes += static_cast<char>(payload.size() >> 8 & 0xff);
    bytes += static_cast<char>(payload.size() & 0xff);
  }
  return bytes + payload;
}
inline constexpr int text_frame = 1;
inline constexpr int binary_frame = 2;
inline constexpr int rest_frame = 0;
inline constexpr int close_frame = 8;
inline constexpr int ping_frame = 9;
inline constexpr int pong_frame = 10;

class RawHub {
 public:
  explicit RawHub(asio::io_context& loop)
      : acceptor_(loop, {asio::ip::address_v4::loopback(), 0}), socket_(loop), tasks_(loop.get_executor()) {
    tasks_.spawn("hub", serve());
  }
  ~RawHub() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    socket_.close(ignored);
  }
  RawHub(const RawHub&) = delete;
  RawHub& operator=(const RawHub&) = delete;

  std::string answer = {};  // to the request, instead of an upgrade; "-": none
  bool answers_pings = true;
  bool answers_close = true;
  std::string request;
  std::vector<std::pair<int, std::string>> frames;  // as they came: opcode and payload
  bool gone = false;

  [[nodiscard]] std::string port() const { return std::to_string(acceptor_.local_endpoint().port()); }
  void say(const std::string& bytes) { asio::write(socket_, asio::buffer(bytes)); }
  void cut() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    socket_.close(ignored);
  }
  [[nodiscard]] std::size_t tasks() const { return tasks_.size(); }

 private:
  static constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);

  asio::awaitable<void> serve() {
    auto [refused, socket] = co_await acceptor_.async_accept(use_tuple);
    if (refused) co_return;
    socket_ = std::move(socket);
    const auto [error, count] =
        co_await asio::async_read_until(socket_, asio::dynamic_buffer(request), "\r\n\r\n", use_tuple);
    if (error) co_return;
    const std::string upgrade =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        accept_key(request) + "\r\n\r\n";
    if (answer != "-") co_await asio::async_write(socket_, asio::buffer(answer.empty() ? upgrade : answer), use_tuple);
    while (co_await take()) {
    }
    gone = true;
  }
  // One frame of a client: masked, and short.
  asio::awaitable<bool> take() {
    std::array<unsigned char, 2> head{};
    if (!co_await fill(head.data(), 2)) co_return false;
    std::size_t size = head[1] & 0x7fU;
    if (size == 126) {
      std::array<unsigned char, 2> longer{};
      if (!co_await fill(longer.data(), 2)) co_return false;
      size = static_cast<std::size_t>(longer[0]) << 8U | longer[1];
    }
    std::array<unsigned char, 4> mask{};
    std::string payload(size, '\0');
    if (!co_await fill(mask.data(), 4)) co_return false;
    if (!co_await fill(reinterpret_cast<unsigned char*>(payload.data()), size)) co_return false;
    for (std::size_t i = 0; i < size; ++i)
      payload[i] = static_cast<char>(static_cast<unsigned char>(payload[i]) ^ mask.at(i % 4));
    const int opcode = head[0] & 0xf;
    frames.emplace_back(opcode, payload);
    if (opcode == ping_frame && answers_pings) say(frame(pong_frame, payload));
    if (opcode == close_frame && answers_close) say(frame(close_frame, payload));
    co_return true;
  }
  asio::awaitable<bool> fill(unsigned char* to, std::size_t size) {
    const auto [error, count] = co_await asio::async_read(socket_, asio::buffer(to, size), use_tuple);
    co_return !error;
  }

  asio::ip::tcp::acceptor acceptor_;
  asio::ip::tcp::socket socket_;
  TaskGroup tasks_;
};

}  // namespace wardend::test
