// One typed call to the broker. A command gives a parameters struct of the interface and gets the reply both as it came
// (for --json, so that a member that this version does not know is printed too) and as the interface's struct.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "ipc/checked.hpp"
#include "ipc/client/wardend/client.hpp"
#include "ipc/interface/broker.hpp"
#include "ipc/interface/control.hpp"
#include "wardctl/context.hpp"
#include "wardctl/explain.hpp"

namespace wardend::wardctl {

namespace broker = ipc::broker;
namespace control = ipc::control;

template <typename Reply>
struct Answer {
  nlohmann::json as_sent;
  Reply value;
};

[[nodiscard]] inline client::Outcome<client::Client> connect_broker(const Context& context) {
  return client::Client::connect(context.broker_socket);
}

// "org.wardend.Broker" + "GetToken", as on the wire.
[[nodiscard]] std::string qualified(std::string_view interface, std::string_view method);

// The failure of a reply that lacks `member`.
[[nodiscard]] client::Failure bad_reply(const std::string& member);

// Calls a method on an open connection.
template <typename Reply, typename Parameters>
[[nodiscard]] client::Outcome<Answer<Reply>> call(client::Client& connection, const std::string& method,
                                                  const Parameters& parameters,
                                                  client::Patience patience = client::default_patience) {
  auto sent = connection.call(method, parameters.to_json(), patience);
  if (!sent) return std::unexpected(std::move(sent.error()));
  auto value = Reply::from_json(*sent, ipc::Unknown::ignore);
  if (!value) return std::unexpected(bad_reply(value.error().parameter));
  return Answer<Reply>{std::move(*sent), std::move(*value)};
}

// Connects to the broker's socket, and calls one of its methods.
template <typename Reply, typename Parameters>
[[nodiscard]] client::Outcome<Answer<Reply>> ask_broker(const Context& context, std::string_view method,
                                                        const Parameters& parameters) {
  auto connection = connect_broker(context);
  if (!connection) return std::unexpected(std::move(connection.error()));
  return call<Reply>(*connection, qualified(broker::interface_name, method), parameters);
}

// Connects to the control socket, and calls one of its methods.
template <typename Reply, typename Parameters>
[[nodiscard]] client::Outcome<Answer<Reply>> ask_control(const Context& context, std::string_view method,
                                                         const Parameters& parameters) {
  auto connection = client::Client::connect(context.control_socket);
  if (!connection) return std::unexpected(std::move(connection.error()));
  return call<Reply>(*connection, qualified(control::interface_name, method), parameters);
}

// One object on a line of its own.
ExitCode print_json(const Context& context, const nlohmann::json& value);

// What most commands do with their reply: explain a failure, print the reply as it came with --json, or have `show`
// print it for people.
template <typename Reply, typename Show>
ExitCode print_reply(const Context& context, const client::Outcome<Answer<Reply>>& reply, Show show) {
  if (!reply) return explain(context, reply.error());
  if (context.format == Format::json) return print_json(context, reply->as_sent);
  show(reply->value);
  return ExitCode::done;
}

}  // namespace wardend::wardctl
