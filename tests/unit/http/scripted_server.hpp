// A server that answers with exactly the bytes that a test gives it, on the test's own loop.
#pragma once

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "base/task_group.hpp"

namespace wardend::test {

// Runs the loop until `reached`, ten seconds at most.
inline bool until(asio::io_context& loop, const std::function<bool()>& reached) {
  const auto give_up = std::chrono::steady_clock::now() + 10s;
  while (!reached() && std::chrono::steady_clock::now() < give_up) {
    loop.restart();
    loop.run_one_for(20ms);
  }
  return reached();
}

// Cancels the group's tasks from within the loop, where nothing can end between the order and its effect, and waits for
// the last of them.
inline void end(asio::io_context& loop, TaskGroup& tasks) {
  asio::post(loop, [&tasks] { tasks.cancel(); });
  until(loop, [&tasks] { return tasks.size() == 0; });
}

class ScriptedServer {
 public:
  enum class Then { close, keep_open };
  struct Script {
    std::string reply;
    Then then = Then::close;
  };

  explicit ScriptedServer(asio::io_context& loop)
      : loop_(loop), acceptor_(loop, {asio::ip::address_v4::loopback(), 0}), tasks_(loop.get_executor()) {
    tasks_.spawn("accept", accept());
  }
  ~ScriptedServer() { end(loop_, tasks_); }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::deque<Script> scripts;         // one for each coming request; none left: silence
  std::vector<std::string> requests;  // as they came, header and body
  unsigned connections = 0;
  unsigned replied = 0;
  unsigned closed_by_client = 0;

  [[nodiscard]] std::string url(const std::string& path = "/", const std::string& scheme = "http") const {
    return scheme + "://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + path;
  }

 private:
  static constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);
  using Socket = asio::ip::tcp::socket;

  asio::awaitable<void> accept() {
    for (;;) {
      auto [error, socket] = co_await acceptor_.async_accept(use_tuple);
      if (error) co_return;
      ++connections;
      tasks_.spawn("serve", serve(std::make_shared<Socket>(std::move(socket))));
    }
  }
  static std::size_t body_length(const std::string& head) {
    const auto at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
  }
  asio::awaitable<void> serve(std::shared_ptr<Socket> socket) {
    std::string buffer;
    for (;;) {
      const auto [error, count] =
          co_await asio::async_read_until(*socket, asio::dynamic_buffer(buffer), "\r\n\r\n", use_tuple);
      if (error) {
        if (error == asio::error::eof || error == asio::error::connection_reset) ++closed_by_client;
        co_return;
      }
      const std::size_t whole = count + body_length(buffer.substr(0, count));
      if (buffer.size() < whole)
        co_await asio::async_read(*socket, asio::dynamic_buffer(buffer), asio::transfer_exactly(whole - buffer.size()),
                                  use_tuple);
      requests.push_back(buffer.substr(0, whole));
      buffer.erase(0, whole);
      if (scripts.empty()) continue;  // says nothing, and notices when the client goes
      const Script script = scripts.front();
      scripts.pop_front();
      co_await asio::async_write(*socket, asio::buffer(script.reply), use_tuple);
      ++replied;
      if (script.then == Then::close) co_return;
    }
  }

  asio::io_context& loop_;
  asio::ip::tcp::acceptor acceptor_;
  TaskGroup tasks_;
};

// A complete reply with its length.
inline std::string reply(const std::string& status, const std::string& body, const std::string& headers = "") {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
}

}  // namespace wardend::test
