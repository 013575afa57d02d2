// One connection of an app to the gateway: requests one after the other, each read in full before it counts, and their
// answers. Beast is seen by its source and by `head_parser`.
#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/connection_room.hpp"
#include "daemon/gateway/client.hpp"
#include "daemon/gateway/refusal.hpp"
#include "daemon/gateway/request_head.hpp"

namespace wardend::gateway {

class Server;

class Connection final : public Client {
 public:
  using Socket = asio::local::stream_protocol::socket;

  Connection(Server& server, Socket socket, ipc::Caller caller, Rank rank, workstation::EpochNumber epoch);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() override;

  // Completes when the connection has ended. Whatever is wrong with one ends that one.
  [[nodiscard]] asio::awaitable<void> serve();
  // Ends it now.
  void close();

  [[nodiscard]] OpenConnection as_open() const;
  [[nodiscard]] BootTime deadline() const { return deadline_; }
  [[nodiscard]] bool closed() const { return closed_; }

  [[nodiscard]] const ipc::Caller& caller() const override { return caller_; }
  [[nodiscard]] workstation::EpochNumber epoch() const override { return epoch_; }
  [[nodiscard]] asio::awaitable<Result<Secret>> body(std::size_t most) override;
  [[nodiscard]] asio::awaitable<bool> reply(ReplyHead head, Secret body) override;
  [[nodiscard]] asio::awaitable<bool> begin(ReplyHead head, std::optional<std::uint64_t> length) override;
  [[nodiscard]] asio::awaitable<bool> write(Secret part) override;
  [[nodiscard]] asio::awaitable<bool> end() override;
  void cut() override;

 private:
  struct Http;
  [[nodiscard]] asio::awaitable<bool> serve_one();
  [[nodiscard]] asio::awaitable<bool> read_head_bytes();
  [[nodiscard]] std::expected<RequestHead, Refusal> parse_head();
  [[nodiscard]] asio::awaitable<void> refuse(const Refusal& refusal);
  // Both must outlive the call.
  [[nodiscard]] asio::awaitable<bool> send(std::string_view head, std::string_view body);
  [[nodiscard]] asio::awaitable<void> linger();
  [[nodiscard]] bool lives();
  void within(Duration time);
  void log_failure(const char* what) const;

  Server& server_;
  Socket socket_;
  ipc::Caller caller_;
  Rank rank_;
  workstation::EpochNumber epoch_;
  std::unique_ptr<Http> http_;
  BootTime since_;
  std::chrono::steady_clock::time_point turn_began_ = {};
  BootTime deadline_ = BootTime::max();
  bool met_ = false;      // the caller's process is held
  bool busy_ = false;     // a request is being answered
  bool begun_ = false;    // of its answer a byte may have gone
  bool replied_ = false;  // its answer has gone in full
  bool reading_ = false;  // a part of its body is waited for
  bool closed_ = false;
};

}  // namespace wardend::gateway
