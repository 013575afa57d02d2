// One connection of a Server: its caller, its bytes (BytePump) and its calls (CallRunner), and what passes between them
// and the server. Only server.cpp makes them.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/connection_room.hpp"
#include "base/file_descriptor.hpp"
#include "ipc/byte_pump.hpp"
#include "ipc/call_runner.hpp"
#include "ipc/caller.hpp"
#include "ipc/counters.hpp"
#include "ipc/server_options.hpp"
#include "ipc/unsent_replies.hpp"

namespace wardend::ipc {

class Server;

class Connection {
 public:
  Connection(Server& server, Caller caller, Rank rank, std::uint64_t tag);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // For the server, which has just seen that the caller lives. `received` is what came along with the connection.
  void start(FileDescriptor socket, std::span<char> received);
  // Whether it has ended, and its coroutine waits to be used for another: by begin_anew() and start(), or dismiss().
  [[nodiscard]] bool idle() const { return retired_ && runner_.waiting(); }
  void begin_anew(Caller caller, Rank rank, std::uint64_t tag);
  // Ends its coroutine, too.
  void dismiss();
  // Ends it now: unsent replies are wiped and the handler is cancelled. The object goes once nothing refers to it.
  void close();
  void close_for(Rejection reason);
  // Gives its place to another connection.
  void give_way();
  // One frame's turn, which this asked for.
  void take_turn();
  // Reads on, where it had to wait for leave to read a large frame.
  void read_on() { pump_.read(); }
  // Cuts the connection if one of its deadlines has passed, or if its peer left unseen.
  void sweep(BootTime now);
  // Whether sweep() may find something. What changes that stirs the server.
  [[nodiscard]] bool wants_sweep() const { return !closed_ && (rank_ == Rank::stranger || !pump_.settled()); }
  // The same, of the peer alone.
  void look_for_peer();
  // See UnsentReplies.
  void take_back(const About& meant, const Error& instead);
  [[nodiscard]] bool starved() const { return pump_.starved(); }
  // Whether a call of somebody who is known has come, in whole or in part, and has no answer yet.
  [[nodiscard]] bool waits();
  // Takes a place: its socket is open.
  [[nodiscard]] bool open() const { return !pump_.closed(); }
  [[nodiscard]] OpenConnection as_open() const;

  // For both parts.
  [[nodiscard]] const Caller& caller() const { return caller_; }
  [[nodiscard]] Rank rank() const { return rank_; }
  [[nodiscard]] std::uint64_t tag() const { return tag_; }
  [[nodiscard]] bool closed() const { return closed_; }
  // A callback or the coroutine has ended: the object goes if it was the last.
  void part_ended();

  // For the pump.
  void bytes_came();
  void stir();
  void frame_arrived();
  // The frame that is arriving is over the limit, and is not kept.
  void frame_too_large();
  void input_ended() { end_if_done(); }
  void drained();
  void peer_left();
  void caller_ended();
  // Whether the process still lives to which a reply may matter; in one turn it is asked once. Nobody asks for a
  // stranger's.
  [[nodiscard]] bool caller_lives();
  // Whether it lived after the frames that wait had come: so it was not another process that sent them.
  [[nodiscard]] bool caller_lived();
  // Whether a call has no answer yet, or an answer is not sent.
  [[nodiscard]] bool owes();
  // Whether the frame that is arriving may be a large one; else read_on() is called when it may.
  [[nodiscard]] bool may_grow();

  // For the runner.
  [[nodiscard]] BytePump& pump() { return pump_; }
  [[nodiscard]] asio::any_io_executor executor() const;
  [[nodiscard]] const ServerOptions& options() const;
  [[nodiscard]] std::span<Dispatcher* const> interfaces() const;
  // The most that a frame of this caller may hold, in bytes.
  [[nodiscard]] std::size_t frame_limit() const;
  void call_begins();
  void call_ended();
  // The next call waits: others may read large frames meanwhile.
  void call_pauses();
  void tell_call(std::string_view method, std::chrono::nanoseconds took) const;
  // Counts a refused call of that weight, and returns how long to wait before the next.
  [[nodiscard]] Duration refuse(unsigned weight);

 private:
  void want_turn();
  void give_back_large_frame();
  void leave_place();
  void end_if_done();

  Server& server_;
  Caller caller_;
  Rank rank_;
  std::uint64_t tag_;
  BootTime since_;  // of the last call, or when it was made
  BytePump pump_;
  CallRunner runner_;
  bool met_ = false;  // the caller's process was looked for
  bool in_turn_ = false;
  bool seen_alive_ = false;   // in the turn that runs
  bool vouched_ = false;      // it lived when the frames that wait had come
  bool turn_wanted_ = false;  // the server will call take_turn()
  bool large_ = false;        // it has leave for a large frame
  bool closed_ = false;
  bool retired_ = false;
};

}  // namespace wardend::ipc
