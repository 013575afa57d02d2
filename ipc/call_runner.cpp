#include "ipc/call_runner.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/log.hpp"
#include "base/secret.hpp"
#include "ipc/connection.hpp"
#include "ipc/error_frame.hpp"

namespace wardend::ipc {
namespace {

constexpr std::size_t remembered_frame_bytes = 1024;
constexpr std::size_t worker_frame_bytes = 8UL * 1024;
constexpr std::size_t bytes_a_refusal = 4096;  // a large frame that is refused counts as many
constexpr std::size_t stream_backlog_bytes = 64UL * 1024;

// How many refusals a refused frame of that size counts as.
unsigned weight_of(std::size_t frame_bytes) { return 1 + static_cast<unsigned>(frame_bytes / bytes_a_refusal); }

std::string reply_text(std::string_view head, std::string_view parameters_json) {
  std::string text;
  text.reserve(head.size() + parameters_json.size() + 1);
  text.append(head).append(parameters_json).push_back('}');
  return text;
}

}  // namespace

void CallRunner::start() {
  running_ = true;
  asio::co_spawn(
      owner_.executor(), work(),
      asio::bind_cancellation_slot(cancel_.slot(), [this](const std::exception_ptr& failure) { ended(failure); }));
}

void CallRunner::take_turn() {
  in_turn_ = true;
  std::exchange(turn_, nullptr)();
  in_turn_ = false;
}

void CallRunner::stop() {
  drained_.notify_all();
  cancel_.emit(asio::cancellation_type::terminal);
  if (auto turn = std::exchange(turn_, nullptr)) turn();
}

void CallRunner::log_failure(std::string_view error) const {
  log::bounded(log::Level::error, "call failed", std::to_string(owner_.caller().uid()),
               {{"caller", owner_.caller().describe()}, {"error", error}});
}

// A handler that throws ends its own connection and nothing else.
void CallRunner::ended(const std::exception_ptr& failure) {
  running_ = busy_ = false;
  forget_last_call();
  try {
    if (failure) std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    const bool cancelled = error.code() == asio::error::operation_aborted;
    if (!cancelled) log_failure(error.code().message());
  } catch (const std::exception& error) {
    log_failure(error.what());
  } catch (...) {
    log_failure("no std::exception");
  }
  owner_.close();
  owner_.part_ended();
}

asio::awaitable<void> CallRunner::work() {
  while (!owner_.closed()) {
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        [this](auto handler) { turn_ = std::move(handler); }, asio::use_awaitable);
    if (owner_.closed()) break;
    busy_ = true;
    owner_.call_begins();
    co_await answer_frame();
    busy_ = false;
    if (forgets_) forget_last_call();
    if (owner_.closed()) break;
    if (const Duration pause = std::exchange(pause_, Duration(0)); pause > Duration(0)) {
      owner_.pump().flush();
      co_await wait(pause);
    }
    // Inside a turn the connection goes on by itself.
    if (!in_turn_) owner_.call_ended();
  }
}

asio::awaitable<void> CallRunner::wait(Duration pause) {
  owner_.call_pauses();
  co_await clock_.sleep_for(pause);
}

asio::awaitable<void> CallRunner::answer_frame() {
  const auto began = std::chrono::steady_clock::now();
  FrameBuffer& input = owner_.pump().input();
  if (input.dropped_bytes() > 0) co_return refuse_too_large();
  const unsigned weight = weight_of(input.front().size());
  std::unique_ptr<Request> fresh;
  if (last_request_ && input.front() == last_frame_) {
    input.pop();
  } else {
    auto taken = co_await take_request();
    if (!taken) co_return co_await end_malformed(weight, std::move(taken.error()));
    fresh = std::move(*taken);
  }
  // The process has ended: whoever has inherited its connection may not ask in its name.
  if (owner_.options().absent == Absent::dropped && !owner_.caller_lived()) co_return owner_.caller_ended();
  const Request& request = fresh ? *fresh : *last_request_;
  Call call{.caller = owner_.caller(),
            .epoch_tag = owner_.tag(),
            .more = request.more,
            .oneway = request.oneway,
            .parameters = request.parameters,
            .bytes = request.bytes};
  if (request.refused) {
    answered(request, call, *request.refused, weight);
  } else {
    streams_ = call.more;
    answered(request, call, co_await request.dispatcher->call(request.index, call, *request.parameters, *this), weight);
  }
  if (owner_.closed()) co_return;
  if (request.dispatcher != nullptr) owner_.tell_call(request.info().name, std::chrono::steady_clock::now() - began);
  if (fresh && !last_frame_.empty()) last_request_ = std::move(fresh);
}

void CallRunner::answered(const Request& request, Call& call, Outcome outcome, unsigned weight) {
  streams_ = false;
  const bool refused = std::holds_alternative<Error>(outcome) || std::holds_alternative<StandardError>(outcome);
  if (refused) pause_ = owner_.refuse(weight);
  reply(request, call, std::move(outcome));
  if (!owner_.closed() && !owner_.pump().input().has_frame()) owner_.pump().flush();
}

// Where the frame ends is known, so that the connection goes on.
void CallRunner::refuse_too_large() {
  FrameBuffer& input = owner_.pump().input();
  const std::size_t limit = owner_.frame_limit();
  pause_ = owner_.refuse(weight_of(input.dropped_bytes()));
  input.pop();
  std::string reason = "the call is larger than " + std::to_string(limit) + " bytes, ";
  reason += limit < owner_.options().limits.frame_bytes
                ? "which is all for a user whom no rule of the configuration names: have IT look at [[app.peer]]"
                : "the limit: send less in one call, a large Bundle in parts";
  const Error error = errors::TooLarge{.limit = static_cast<std::int64_t>(limit), .reason = std::move(reason)};
  owner_.pump().output().push(error_frame(owner_.interfaces(), error), {});
  if (!input.has_frame()) owner_.pump().flush();
}

// One who sends nonsense over many connections is not let go at once, so as not to come back at once.
asio::awaitable<void> CallRunner::end_malformed(unsigned weight, std::string why) {
  const Error error = errors::InvalidRequest{.field = "call", .reason = std::move(why)};
  owner_.pump().output().push(error_frame(owner_.interfaces(), error), {});
  owner_.pump().flush();
  if (const Duration pause = owner_.refuse(weight); pause > Duration(0)) co_await wait(pause);
  owner_.close_for(Rejection::malformed);
}

// Takes the first frame out of the buffer. Large ones are parsed beside the loop.
asio::awaitable<CallRunner::Taken> CallRunner::take_request() {
  FrameBuffer& input = owner_.pump().input();
  const auto frame = input.front();
  const auto largest = owner_.options().limits.frame_bytes;
  last_request_.reset();
  wipe(last_frame_);
  Worker* worker = owner_.options().worker;
  Taken request;
  if (worker != nullptr && frame.size() > worker_frame_bytes) {
    auto parse = [copy = Secret(frame), largest] { return parse_request(copy.reveal(), largest); };
    input.pop();
    request = co_await worker->run(std::move(parse));
    if (request) route(**request, owner_.interfaces());
    co_return request;
  }
  request = parse_request(frame, largest);
  if (request) route(**request, owner_.interfaces());
  const bool remember = request && !(*request)->refused && frame.size() <= remembered_frame_bytes &&
                        (*request)->info().kind == MethodKind::prepared;
  if (remember) last_frame_ = frame;
  input.pop();
  co_return request;
}

void CallRunner::forget_last_call() {
  forgets_ = busy_;
  if (busy_) return;
  last_request_.reset();
  wipe(last_frame_);
}

void CallRunner::reply(const Request& request, Call& call, Outcome outcome) {
  if (owner_.closed()) return;
  if (std::holds_alternative<StreamEnd>(outcome)) {
    owner_.pump().flush();
    return owner_.close();
  }
  if (const auto* error = std::get_if<Error>(&outcome); error != nullptr && log::wants(log::Level::debug))
    log::debug("call refused", {{"method", request.method},
                                {"error", name_of(error->code())},
                                {"detail", error->detail()},
                                {"caller", owner_.caller().describe()}});
  if (request.oneway) return;
  OutputQueue& output = owner_.pump().output();
  auto written = std::move(call.on_written);
  OutputQueue::Origin origin{.interface = request.dispatcher, .about = std::move(call.about)};
  if (const auto* error = std::get_if<Error>(&outcome))
    for (std::string& session : error->sessions()) origin.about.push_back(std::move(session));
  if (auto* plain = std::get_if<PlainReply>(&outcome)) {
    output.push(reply_text(R"({"parameters":)", plain->parameters_json), std::move(written), std::move(origin));
  } else if (auto* secret = std::get_if<PreparedReply>(&outcome)) {
    output.push_secret(std::move(secret->parameters_json), std::move(origin), std::move(written));
  } else if (const auto* error = std::get_if<Error>(&outcome)) {
    output.push(error_frame(*request.dispatcher, *error), std::move(written), std::move(origin));
  } else if (const auto* standard = std::get_if<StandardError>(&outcome)) {
    output.push(error_frame(*standard), std::move(written));
  }
}

asio::awaitable<bool> CallRunner::send(std::string parameters_json, std::vector<std::string> about) {
  if (owner_.pump().closed()) co_return false;
  OutputQueue& output = owner_.pump().output();
  output.push(reply_text(R"({"continues":true,"parameters":)", parameters_json), {},
              {.interface = nullptr, .about = std::move(about)});
  owner_.pump().flush();
  while (!owner_.pump().closed() && output.bytes() > stream_backlog_bytes)
    co_await clock_.wait(drained_, BootTime::max());
  co_return !owner_.pump().closed();
}

}  // namespace wardend::ipc
