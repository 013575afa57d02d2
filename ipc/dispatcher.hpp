// One Varlink interface as the server sees it: its names, its text, and a way to call a method with parsed parameters.
// The generated Dispatcher classes implement it over their Handler; nothing here knows a socket.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "ipc/call.hpp"

namespace wardend::ipc {

namespace asio = boost::asio;

// `prepared`: replies with a PreparedReply, and its parameters hold nothing secret, so that a connection may remember
// them. `stream`: answers only calls made with "more".
enum class MethodKind { plain, prepared, stream };
struct MethodInfo {
  std::string_view name;
  MethodKind kind;
};

struct PlainReply {
  std::string parameters_json;
};
// One of org.varlink.service's errors, with its one member where it has one.
struct StandardError {
  std::string_view name;
  std::string_view member = {};
  std::string value = {};
};
// A stream that ended without a last word: the connection is closed.
struct StreamEnd {};
using Outcome = std::variant<PlainReply, PreparedReply, Error, StandardError, StreamEnd>;

[[nodiscard]] inline StandardError invalid_parameter(std::string parameter) {
  return {"InvalidParameter", "parameter", std::move(parameter)};
}

// Where a streaming method's replies go. The parameters are the JSON text of an object.
class StreamSink {
 public:
  virtual ~StreamSink() = default;
  // `about`: as Call::about, of this one reply. Completes once the reply is queued and the queue is short. False: the
  // peer is gone, stop.
  [[nodiscard]] virtual asio::awaitable<bool> send(std::string parameters_json, std::vector<std::string> about) = 0;
};

class Dispatcher {
 public:
  virtual ~Dispatcher() = default;
  [[nodiscard]] virtual std::string_view interface_name() const = 0;
  // The interface file's exact text.
  [[nodiscard]] virtual std::string_view description() const = 0;
  [[nodiscard]] virtual std::span<const MethodInfo> methods() const = 0;
  // What the interface tells of `error`: the JSON text of an object with the declared members. nullopt: the interface
  // does not declare that error.
  [[nodiscard]] virtual std::optional<std::string> error_parameters(const Error& error) const = 0;
  // Calls methods()[method]. `call`, `parameters` (an object) and `sink` must outlive the coroutine.
  [[nodiscard]] virtual asio::awaitable<Outcome> call(std::size_t method, Call& call, const nlohmann::json& parameters,
                                                      StreamSink& sink) = 0;

  // By its bare name; nullopt: the interface has no such method.
  [[nodiscard]] std::optional<std::size_t> find_method(std::string_view name) const;
};

}  // namespace wardend::ipc
