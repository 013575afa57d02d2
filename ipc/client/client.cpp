#include "ipc/client/wardend/client.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/secret.hpp"
#include "ipc/client/stream_socket.hpp"

namespace wardend::client {
namespace {

using Kind = Failure::Kind;

Deadline deadline_of(Patience patience) {
  if (!patience) return std::nullopt;
  return std::chrono::steady_clock::now() + *patience;
}

bool has_parameters(const nlohmann::json& reply) {
  return reply.contains("parameters") && !reply["parameters"].is_null();
}

// A reply is an object with, perhaps, parameters (an object), error (text) and continues (true or false).
bool well_formed(const nlohmann::json& reply) {
  if (!reply.is_object()) return false;
  if (has_parameters(reply) && !reply["parameters"].is_object()) return false;
  if (reply.contains("error") && !reply["error"].is_string()) return false;
  return !reply.contains("continues") || reply["continues"].is_boolean();
}

nlohmann::json parameters_of(nlohmann::json& reply) {
  return has_parameters(reply) ? std::move(reply["parameters"]) : nlohmann::json::object();
}

}  // namespace

Client::Client(StreamSocket socket) : socket_(std::make_unique<StreamSocket>(std::move(socket))) {}

Client::Client(int connected) : Client(StreamSocket(FileDescriptor(connected))) {}

Client::Client(Client&& other) noexcept = default;

Client& Client::operator=(Client&& other) noexcept {
  if (this != &other) {
    wipe(unread_);
    socket_ = std::move(other.socket_);
    unread_ = std::move(other.unread_);
  }
  return *this;
}

Client::~Client() { wipe(unread_); }

Outcome<Client> Client::connect(const std::string& path, Patience patience) {
  auto socket = StreamSocket::connect(path, deadline_of(patience));
  if (!socket) return std::unexpected(std::move(socket.error()));
  return Client(std::move(*socket));
}

Failure Client::broken(Failure failure) {
  socket_->close();
  wipe(unread_);
  return failure;
}

Outcome<void> Client::send(std::string_view method, const nlohmann::json& parameters, Replies replies,
                           Patience patience) {
  if (!socket_ || !socket_->open())
    return failure(Kind::closed, "the connection has been closed by an earlier failure");
  auto request = nlohmann::json::object();
  request["method"] = method;
  request["parameters"] = parameters;
  if (replies == Replies::more) request["more"] = true;
  auto frame = dump_json(request);
  frame.push_back('\0');
  auto sent = socket_->send_all(frame, deadline_of(patience));
  wipe(frame);
  if (!sent) return std::unexpected(broken(std::move(sent.error())));
  return {};
}

Outcome<std::string> Client::next_frame(Patience patience) {
  const auto deadline = deadline_of(patience);
  for (std::size_t searched = 0;;) {
    const auto end = unread_.find('\0', searched);
    if (end != std::string::npos) {
      std::string frame = unread_.substr(0, end);
      std::string rest = unread_.substr(end + 1);
      wipe(unread_);
      unread_ = std::move(rest);
      return frame;
    }
    searched = unread_.size();
    if (searched > max_frame_bytes)
      return std::unexpected(broken({.kind = Kind::protocol, .detail = "the reply is larger than 1 MiB"}));
    if (auto received = socket_->receive_some(unread_, deadline); !received)
      return std::unexpected(broken(std::move(received.error())));
  }
}

Outcome<nlohmann::json> Client::next_reply(Patience patience) {
  auto frame = next_frame(patience);
  if (!frame) return std::unexpected(std::move(frame.error()));
  auto reply = parse_json(*frame, {.bytes = max_frame_bytes, .values = any_number_of_values});
  wipe(*frame);
  if (!reply) return std::unexpected(broken({.kind = Kind::protocol, .detail = "the reply: " + reply.error()}));
  if (!well_formed(*reply))
    return std::unexpected(broken({.kind = Kind::protocol, .detail = "what came is not a Varlink reply"}));
  if (!reply->contains("error")) return std::move(*reply);
  return std::unexpected(Failure{.kind = Kind::refused,
                                 .error = (*reply)["error"].get<std::string>(),
                                 .parameters_json = dump_json(parameters_of(*reply))});
}

Outcome<nlohmann::json> Client::call(std::string_view method, const nlohmann::json& parameters, Patience patience) {
  if (auto sent = send(method, parameters, Replies::one, patience); !sent)
    return std::unexpected(std::move(sent.error()));
  auto reply = next_reply(patience);
  if (!reply) return std::unexpected(std::move(reply.error()));
  if (reply->value("continues", false))
    return std::unexpected(broken({.kind = Kind::protocol, .detail = "more replies than were asked for"}));
  return parameters_of(*reply);
}

Outcome<void> Client::call_more(std::string_view method, const nlohmann::json& parameters,
                                const std::function<bool(const nlohmann::json&)>& on_reply, Patience patience) {
  if (auto sent = send(method, parameters, Replies::more, patience ? patience : Patience(default_patience)); !sent)
    return std::unexpected(std::move(sent.error()));
  for (;;) {
    auto reply = next_reply(patience);
    if (!reply) return std::unexpected(std::move(reply.error()));
    const bool last = !reply->value("continues", false);
    const bool wanted = on_reply(parameters_of(*reply));
    if (last) return {};
    if (!wanted) {
      socket_->close();
      return {};
    }
  }
}

}  // namespace wardend::client
