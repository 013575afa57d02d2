// The part of Connection that knows what a frame says: requests in, handlers called, replies out.
#include <algorithm>
#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.hpp"
#include "base/log.hpp"
#include "ipc/connection.hpp"
#include "ipc/error_frame.hpp"
#include "ipc/server.hpp"

namespace wardend::ipc {

struct Connection::Request {
  std::string method = {};
  nlohmann::json parameters = {};
  bool more = false;
  bool oneway = false;
  bool upgrade = false;
  Dispatcher* dispatcher = nullptr;
  std::size_t index = 0;  // of the method, in the dispatcher
  std::optional<StandardError> refused = {};
};

namespace {

constexpr std::size_t remembered_frame_bytes = 1024;
constexpr std::size_t worker_frame_bytes = 8UL * 1024;
// An app that errs is answered at once; one that does nothing else waits longer for each next turn, so that the loop
// stays free for the others.
constexpr unsigned refusals_for_nothing = 8;
constexpr unsigned most_refusals = refusals_for_nothing + 11;
constexpr std::size_t bytes_a_refusal = 4096;  // a large one counts as many
constexpr Duration longest_pause = 2s;
constexpr std::size_t stream_backlog_bytes = 64UL * 1024;

// Absent is false; false when it is there and no boolean.
bool read_flag(const nlohmann::json& frame, const char* name, bool& flag) {
  const auto found = frame.find(name);
  if (found == frame.end() || found->is_null()) return true;
  if (!found->is_boolean()) return false;
  flag = found->get<bool>();
  return true;
}

// Null when the text is no call.
template <typename Request>
std::unique_ptr<Request> parse_call(std::string_view text, std::size_t largest_bytes) {
  auto frame = parse_json(text, largest_bytes);
  if (!frame || !frame->is_object()) return nullptr;
  const auto method = frame->find("method");
  if (method == frame->end() || !method->is_string()) return nullptr;
  auto request = std::make_unique<Request>();
  request->method = std::move(method->template get_ref<std::string&>());
  const bool flags = read_flag(*frame, "more", request->more) && read_flag(*frame, "oneway", request->oneway) &&
                     read_flag(*frame, "upgrade", request->upgrade);
  // Many replies and none: a stream that its caller has asked not to hear.
  if (!flags || (request->more && request->oneway)) return nullptr;
  request->parameters = nlohmann::json::object();
  const auto parameters = frame->find("parameters");
  if (parameters == frame->end() || parameters->is_null()) return request;
  if (!parameters->is_object()) return nullptr;
  request->parameters = std::move(*parameters);
  return request;
}

Duration pause_after(unsigned refused_in_row) {
  if (refused_in_row <= refusals_for_nothing) return Duration(0);
  return std::min<Duration>(longest_pause, std::chrono::milliseconds(1U << (refused_in_row - refusals_for_nothing)));
}

std::string reply_text(std::string_view head, std::string_view parameters_json) {
  std::string text;
  text.reserve(head.size() + parameters_json.size() + 1);
  text.append(head).append(parameters_json).push_back('}');
  return text;
}

}  // namespace

Connection::Connection(Server& server, Socket socket, Caller caller, Rank rank, std::uint64_t tag)
    : server_(server),
      socket_(std::move(socket)),
      caller_(std::move(caller)),
      rank_(rank),
      tag_(tag),
      since_(server.clock_.now()),
      input_(rank == Rank::known ? server.options_.limits.frame_bytes : server.options_.limits.stranger_frame_bytes) {}

Connection::~Connection() = default;

asio::awaitable<void> Connection::work() {
  wait_readable();
  while (co_await next_turn()) {
    handling_ = true;
    // At the first call only: an idle connection costs one descriptor.
    if (!std::exchange(met_, true)) caller_.hold(socket_.native_handle());
    co_await handle_frame();
    handling_ = false;
    since_ = server_.clock_.now();
    if (const Duration pause = pause_after(refused_in_row_); pause > Duration(0) && !closed_) {
      flush();
      co_await server_.clock_.sleep_for(pause);
    }
    // Inside drive() it is drive that goes on from here.
    if (!driving_ && !closed_) after_turn();
  }
}

asio::awaitable<bool> Connection::next_turn() {
  if (closed_) co_return false;
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
      [this](auto handler) { turn_ = std::move(handler); }, asio::use_awaitable);
  co_return !closed_;
}

asio::awaitable<void> Connection::handle_frame() {
  const auto began = std::chrono::steady_clock::now();
  ++server_.counters_.frames;
  const auto weight = 1 + static_cast<unsigned>(input_.front().size() / bytes_a_refusal);
  std::unique_ptr<Request> fresh;
  if (last_request_ && input_.front() == last_frame_) {
    input_.pop();
  } else {
    fresh = co_await take_request();
    if (!fresh) co_return co_await end_malformed();
  }
  const Request& request = fresh ? *fresh : *last_request_;
  Call call{.caller = caller_, .epoch_tag = tag_, .more = request.more, .oneway = request.oneway};
  Outcome outcome = StreamEnd{};
  if (request.refused) {
    outcome = *request.refused;
  } else {
    outcome = co_await request.dispatcher->call(request.index, call, request.parameters, *this);
  }
  const bool refused = std::holds_alternative<Error>(outcome) || std::holds_alternative<StandardError>(outcome);
  refused_in_row_ = refused ? std::min(refused_in_row_ + weight, most_refusals) : 0;
  reply(request, call, std::move(outcome));
  if (closed_) co_return;
  if (!input_.has_frame()) flush();
  if (server_.options_.on_call && request.dispatcher != nullptr)
    server_.options_.on_call(request.dispatcher->methods()[request.index].name,
                             std::chrono::steady_clock::now() - began);
  if (fresh && !last_frame_.empty()) last_request_ = std::move(fresh);
}

// One who sends nonsense over many connections is not let go at once, so as not to come back at once.
asio::awaitable<void> Connection::end_malformed() {
  input_ended_ = true;
  if (server_.too_many_malformed(caller_.uid())) co_await server_.clock_.sleep_for(longest_pause);
  close_for(Rejection::malformed);
}

// Takes the first frame out of the buffer. Large ones are parsed beside the loop.
asio::awaitable<std::unique_ptr<Connection::Request>> Connection::take_request() {
  const auto frame = input_.front();
  const auto largest = server_.options_.limits.frame_bytes;
  forget_last_call();
  std::unique_ptr<Request> request;
  if (server_.options_.worker != nullptr && frame.size() > worker_frame_bytes) {
    auto parse = [copy = Secret(frame), largest] { return parse_call<Request>(copy.reveal(), largest); };
    input_.pop();
    request = co_await server_.options_.worker->run(std::move(parse));
    if (request) request = route(std::move(request));
    co_return request;
  }
  request = parse_call<Request>(frame, largest);
  if (request) request = route(std::move(request));
  const bool remember = request && !request->refused && frame.size() <= remembered_frame_bytes &&
                        request->dispatcher->methods()[request->index].kind == MethodKind::prepared;
  if (remember) last_frame_ = frame;
  input_.pop();
  co_return request;
}

void Connection::forget_last_call() {
  last_request_.reset();
  wipe(last_frame_);
}

std::unique_ptr<Connection::Request> Connection::route(std::unique_ptr<Request> request) const {
  const std::string_view whole = request->method;
  const auto dot = std::min(whole.rfind('.'), whole.size());
  request->dispatcher = server_.find(whole.substr(0, dot));
  if (request->dispatcher == nullptr) {
    request->refused = StandardError{"InterfaceNotFound", "interface", std::string(whole.substr(0, dot))};
    return request;
  }
  const auto index = request->dispatcher->find_method(whole.substr(std::min(dot + 1, whole.size())));
  request->index = index.value_or(0);
  if (!index) {
    request->dispatcher = nullptr;
    request->refused = StandardError{"MethodNotFound", "method", request->method};
  } else if (request->upgrade) {
    request->refused = invalid_parameter("upgrade");
  }
  return request;
}

void Connection::reply(const Request& request, Call& call, Outcome outcome) {
  if (closed_) return;
  if (std::holds_alternative<StreamEnd>(outcome)) {
    flush();
    return close();
  }
  if (const auto* error = std::get_if<Error>(&outcome))
    log::debug("call refused", {{"method", request.method},
                                {"error", name_of(error->code())},
                                {"detail", error->detail()},
                                {"caller", caller_.describe()}});
  if (request.oneway) return;
  auto written = std::move(call.on_written);
  OutputQueue::Origin origin{.interface = request.dispatcher, .about = std::move(call.about)};
  if (auto* plain = std::get_if<PlainReply>(&outcome)) {
    output_.push(reply_text(R"({"parameters":)", plain->parameters_json), std::move(written), std::move(origin));
  } else if (auto* secret = std::get_if<PreparedReply>(&outcome)) {
    output_.push_secret(std::move(secret->parameters_json), std::move(origin), std::move(written));
  } else if (const auto* error = std::get_if<Error>(&outcome)) {
    output_.push(error_frame(*request.dispatcher, *error), std::move(written));
  } else if (const auto* standard = std::get_if<StandardError>(&outcome)) {
    output_.push(error_frame(*standard), std::move(written));
  }
}

asio::awaitable<bool> Connection::send(std::string parameters_json) {
  if (closed_) co_return false;
  output_.push(reply_text(R"({"continues":true,"parameters":)", parameters_json));
  flush();
  while (!closed_ && output_.bytes() > stream_backlog_bytes) co_await server_.clock_.wait(drained_, BootTime::max());
  co_return !closed_;
}

}  // namespace wardend::ipc
