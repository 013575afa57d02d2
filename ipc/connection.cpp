#include "ipc/connection.hpp"

#include <utility>

#include "base/scope_exit.hpp"
#include "ipc/error_frame.hpp"
#include "ipc/newcomer.hpp"
#include "ipc/peer_socket.hpp"
#include "ipc/server.hpp"

namespace wardend::ipc {
namespace {

// A batch of replies is written when it is this long, even if more calls wait to be answered.
constexpr std::size_t batch_bytes = 64UL * 1024;

std::size_t frame_limit_of(const Limits& limits, Rank rank) {
  return rank == Rank::known ? limits.frame_bytes : limits.stranger_frame_bytes;
}

PumpLimits pump_limits(const Limits& limits, Rank rank) {
  return {.frame_bytes = frame_limit_of(limits, rank), .half_frame = limits.half_frame, .drain = limits.drain};
}

}  // namespace

Connection::Connection(Server& server, Caller caller, Rank rank, std::uint64_t tag)
    : server_(server),
      caller_(std::move(caller)),
      rank_(rank),
      tag_(tag),
      since_(server.clock_.now()),
      pump_(*this, server.clock_, Socket(server.loop_.get_executor())),
      runner_(*this, server.clock_) {}

void Connection::begin_anew(Caller caller, Rank rank, std::uint64_t tag) {
  caller_ = std::move(caller);
  rank_ = rank;
  tag_ = tag;
  since_ = server_.clock_.now();
  met_ = vouched_ = closed_ = retired_ = false;
}

// Its coroutine's end retires it once more.
void Connection::dismiss() {
  retired_ = false;
  runner_.stop();
}

OpenConnection Connection::as_open() const {
  return {.user = caller_.uid(),
          .process = caller_.pid(),
          .rank = rank_,
          .busy = runner_.busy(),
          .streams = runner_.streams(),
          .since = since_};
}

asio::any_io_executor Connection::executor() const { return server_.loop_.get_executor(); }
const ServerOptions& Connection::options() const { return server_.options_; }
std::span<Dispatcher* const> Connection::interfaces() const { return server_.interfaces_; }

std::size_t Connection::frame_limit() const { return frame_limit_of(server_.options_.limits, rank_); }

// Most of the callers that connect for each call have sent it by then: it is answered in this very turn.
void Connection::start(FileDescriptor socket, std::span<char> received) {
  if (!runner_.running()) runner_.start();
  seen_alive_ = caller_.process() != nullptr;
  pump_.begin(std::move(socket), pump_limits(server_.options_.limits, rank_), received);
  seen_alive_ = false;
  // An idle connection costs one descriptor.
  if (!met_ && !pump_.input().has_frame()) caller_.let_go();
  part_ended();
}

// A call may be answered after its caller has left. Nobody gets that answer: this object serves another caller next.
void Connection::close() {
  if (std::exchange(closed_, true)) return;
  leave_place();
  pump_.input().clear();
  pump_.output().clear();
  runner_.forget_last_call();
  if (!runner_.waiting() || !server_.wants_spare()) return runner_.stop();
  part_ended();
}

void Connection::close_for(Rejection reason) {
  if (!closed_) server_.reject(reason, caller_);
  close();
}

void Connection::part_ended() {
  const bool runs = runner_.running() && !runner_.waiting();
  if (!closed_ || turn_wanted_ || runs || !pump_.quiet() || std::exchange(retired_, true)) return;
  give_back_large_frame();
  caller_.let_go();
  server_.retire(*this);
}

void Connection::bytes_came() {
  vouched_ = false;
  stir();
}

void Connection::stir() { server_.stirred_.notify_all(); }

void Connection::frame_arrived() {
  if (!runner_.waiting() || turn_wanted_) return;
  if (!server_.shares_.take_free_turn(*this, rank_)) want_turn();
}

void Connection::frame_too_large() {
  server_.reject(Rejection::too_large, caller_);
  give_back_large_frame();
}

void Connection::want_turn() {
  if (std::exchange(turn_wanted_, true)) return;
  server_.shares_.queue_for_turn(*this, rank_);
}

bool Connection::waits() {
  if (closed_ || rank_ == Rank::stranger || runner_.streams()) return false;
  return owes() || sent_by_peer(pump_.native_handle()) == Sent::something;
}

bool Connection::owes() { return runner_.busy() || pump_.input().has_frame() || !pump_.output().empty(); }

bool Connection::caller_lives() {
  if (!met_ || seen_alive_) return true;
  const bool alive = caller_.alive();
  seen_alive_ = alive && in_turn_;
  return alive;
}

bool Connection::caller_lived() {
  if (!vouched_) vouched_ = caller_lives() && met_;
  return vouched_ || !met_;
}

void Connection::take_turn() {
  turn_wanted_ = false;
  in_turn_ = true;
  const ScopeExit turn_ends([this] { in_turn_ = seen_alive_ = false; });
  if (!closed_ && runner_.waiting() && !pump_.blocked() && pump_.input().has_frame()) {
    runner_.take_turn();
    if (!closed_ && runner_.busy()) pump_.flush();
    if (!closed_ && !runner_.busy()) call_ended();
    if (!closed_) pump_.read();
  }
  part_ended();
}

void Connection::call_begins() {
  ++server_.counters_.frames;
  caller_.learn(pump_.native_handle(), server_.wanted_facts());
  // At the first call, so that an idle connection costs one descriptor; and only of those whom a rule may name by now.
  if (met_ || possible_rank(caller_, server_.options_) == Rank::stranger) return;
  met_ = true;
  if (caller_.process() == nullptr) seen_alive_ = caller_.hold(pump_.native_handle()) && in_turn_;
}

// Between two frames: more of them wait for the next turn, and their replies go out together.
void Connection::call_ended() {
  const bool more = pump_.input().has_frame();
  if (!more) since_ = server_.clock_.now();
  if (!more || pump_.output().bytes() >= batch_bytes) pump_.flush();
  if (closed_) return;
  if (!pump_.input().is_large()) give_back_large_frame();
  if (pump_.blocked()) return;
  if (more) want_turn();
  pump_.read();
  end_if_done();
}

void Connection::drained() {
  runner_.drained();
  if (!closed_ && !runner_.busy()) call_ended();
}

// On sockets whose options say so a call is done though nobody waits for its answer any more: a lock above all.
void Connection::peer_left() {
  const bool heard = server_.options_.absent == Absent::heard && (runner_.busy() || pump_.input().has_frame());
  if (!heard) return close();
  leave_place();
}

void Connection::caller_ended() {
  server_.reject(Rejection::unknown_peer, caller_);
  peer_left();
}

void Connection::give_way() {
  server_.reject(Rejection::too_many, caller_);
  peer_left();
}

// The peer sends no more: its last answer ends the connection.
void Connection::end_if_done() {
  if (closed_ || !(pump_.input_ended() || pump_.closed())) return;
  const bool told = pump_.closed() || pump_.output().empty();
  if (!runner_.busy() && !pump_.input().has_frame() && told) close();
}

bool Connection::may_grow() {
  if (!large_) large_ = server_.shares_.enter_large_frame(caller_.uid());
  return large_;
}

void Connection::leave_place() {
  if (pump_.closed()) return;
  server_.closer_.close(pump_.close());
  server_.places_.leave(*this);
}

void Connection::give_back_large_frame() {
  if (!std::exchange(large_, false)) return;
  server_.shares_.leave_large_frame(caller_.uid());
  server_.let_starved_read();
}

Duration Connection::refuse(unsigned weight) { return server_.shares_.refuse(caller_.uid(), weight); }

void Connection::tell_call(std::string_view method, std::chrono::nanoseconds took) const {
  if (server_.options_.on_call) server_.options_.on_call(method, took);
}

void Connection::sweep(BootTime now) {
  if (closed_) return;
  if (pump_.late(now)) return close_for(Rejection::timeout);
  if (rank_ == Rank::stranger && !owes() && now - since_ >= server_.options_.limits.stranger_idle) return close();
  look_for_peer();
}

void Connection::look_for_peer() {
  if (!closed_ && pump_.left_unseen()) peer_left();
}

void Connection::call_pauses() {
  if (!pump_.input().is_large()) give_back_large_frame();
}

void Connection::take_back(const About& meant, const Error& instead) {
  runner_.forget_last_call();
  if (closed_) return;
  OutputQueue& output = pump_.output();
  if (!output.holds_something()) return;
  const bool half_written =
      output.take_back(meant, [&](const Dispatcher& interface) { return error_frame(interface, instead); });
  if (half_written) close();
}

}  // namespace wardend::ipc
