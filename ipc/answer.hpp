// The three ways in which a method answers, as coroutines that the generated dispatchers return: read the parameters,
// call the handler, write the reply. Included by generated sources only.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "base/json.hpp"
#include "ipc/checked.hpp"
#include "ipc/dispatcher.hpp"

namespace wardend::ipc {

enum class Secrecy { open, secret };

// One reply. With Secrecy::secret its text is held in a Secret and sent as a secret frame.
template <Secrecy secrecy, typename Handler, typename Parameters, typename Reply>
asio::awaitable<Outcome> answer(Handler& handler, asio::awaitable<Result<Reply>> (Handler::*method)(Call&, Parameters),
                                Call& call, const nlohmann::json& json) {
  auto parameters = Parameters::from_json(json);
  if (!parameters) co_return invalid_parameter(std::move(parameters.error().parameter));
  auto reply = co_await (handler.*method)(call, std::move(*parameters));
  if (!reply) co_return std::move(reply.error());
  auto text = dump_json(reply->to_json());
  if constexpr (secrecy == Secrecy::open) co_return PlainReply{std::move(text)};
  PreparedReply prepared{Secret(text)};
  wipe(text);
  co_return prepared;
}

// One reply that the handler has in writing.
template <typename Handler, typename Parameters>
asio::awaitable<Outcome> answer_prepared(Handler& handler,
                                         asio::awaitable<Result<PreparedReply>> (Handler::*method)(Call&, Parameters),
                                         Call& call, const nlohmann::json& json) {
  auto parameters = Parameters::from_json(json);
  if (!parameters) co_return invalid_parameter(std::move(parameters.error().parameter));
  auto reply = co_await (handler.*method)(call, std::move(*parameters));
  if (!reply) co_return std::move(reply.error());
  co_return std::move(*reply);
}

// A stream of replies, for a call with "more". `Stream` is the generated stream's implementation over a StreamSink.
template <typename Stream, typename Handler, typename Parameters, typename Interface>
asio::awaitable<Outcome> answer_stream(Handler& handler,
                                       asio::awaitable<Result<void>> (Handler::*method)(Call&, Parameters, Interface&),
                                       Call& call, const nlohmann::json& json, StreamSink& sink) {
  if (!call.more) co_return StandardError{"ExpectedMore"};
  auto parameters = Parameters::from_json(json);
  if (!parameters) co_return invalid_parameter(std::move(parameters.error().parameter));
  Stream stream(sink);
  auto ended = co_await (handler.*method)(call, std::move(*parameters), stream);
  if (!ended) co_return std::move(ended.error());
  co_return StreamEnd{};
}

}  // namespace wardend::ipc
