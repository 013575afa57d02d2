// A blocking Varlink client over a Unix socket, for programs that do one thing at a time: wardctl, tests, small apps.
// One call at a time, each with a deadline; no thread, no event loop. It knows frames and errors, and nothing of what
// the methods mean. A program that calls while it listens to Monitor has two of them, each in a thread of its own.
// Spec: https://varlink.org/Method-Call
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <wardend/failure.hpp>

namespace wardend::client {

class StreamSocket;

// Where the installed broker is, unless the environment's WARDEND_SOCKET names another one.
inline constexpr const char* default_socket = "/run/wardend/broker.sock";

// How long to wait for an answer; none means for ever.
using Patience = std::optional<std::chrono::milliseconds>;

// The broker answers every plain call within ten seconds.
inline constexpr std::chrono::milliseconds default_patience{15'000};

class Client {
 public:
  static constexpr std::size_t max_frame_bytes = 1024UL * 1024;

  // Takes over a descriptor: a connected Unix stream socket.
  explicit Client(int connected);
  Client(Client&& other) noexcept;
  Client& operator=(Client&& other) noexcept;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  // Overwrites what was received and not read: it may be a token.
  ~Client();

  // Fails with unreachable, not_permitted or timed_out.
  [[nodiscard]] static Outcome<Client> connect(const std::string& path, Patience patience = default_patience);

  // Calls `method` (qualified: "org.wardend.Broker.GetToken") and returns the reply's parameters, an object. After any
  // failure but `refused` the connection is closed: a late reply must not answer the next call.
  [[nodiscard]] Outcome<nlohmann::json> call(std::string_view method, const nlohmann::json& parameters,
                                             Patience patience = default_patience);

  // Calls `method` with "more" and hands over the parameters of each reply as it comes. Ends without a failure when
  // `on_reply` returns false (the connection is closed then: more replies would come), or after a reply that says it is
  // the last. `patience` is for each reply. Fails as call() does; a broker that ends the stream gives `closed`.
  [[nodiscard]] Outcome<void> call_more(std::string_view method, const nlohmann::json& parameters,
                                        const std::function<bool(const nlohmann::json&)>& on_reply,
                                        Patience patience = std::nullopt);

 private:
  explicit Client(StreamSocket socket);
  enum class Replies { one, more };
  [[nodiscard]] Outcome<void> send(std::string_view method, const nlohmann::json& parameters, Replies replies,
                                   Patience patience);
  // The next whole frame, without its NUL.
  [[nodiscard]] Outcome<std::string> next_frame(Patience patience);
  // The next reply as it came, checked to be an object whose members have the right types.
  [[nodiscard]] Outcome<nlohmann::json> next_reply(Patience patience);
  [[nodiscard]] Failure broken(Failure failure);

  std::unique_ptr<StreamSocket> socket_;
  std::string unread_;
};

}  // namespace wardend::client
