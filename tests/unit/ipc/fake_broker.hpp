// A broker for the server's tests: a few methods do what a test needs, the others say NotSupported.
#pragma once

#include <boost/system/system_error.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "ipc/interface/broker.hpp"

namespace wardend::ipc::test {

class FakeBroker final : public broker::Handler {
 public:
  explicit FakeBroker(Clock& clock) : clock_(clock) {}

  template <typename T>
  static asio::awaitable<Result<T>> no(const char* what) {
    co_return fail(errors::NotSupported{what});
  }

  asio::awaitable<Result<broker::BeginLaunchReply>> begin_launch(Call&, broker::BeginLaunchParameters) override {
    throw std::runtime_error("a bug in a handler");
  }
  asio::awaitable<Result<broker::CompleteLaunchReply>> complete_launch(Call&,
                                                                       broker::CompleteLaunchParameters) override {
    return no<broker::CompleteLaunchReply>("complete");
  }
  // Waits until a test notifies `launched`.
  asio::awaitable<Result<broker::AwaitLaunchReply>> await_launch(Call&, broker::AwaitLaunchParameters given) override {
    try {
      co_await clock_.wait(launched, BootTime::max());
    } catch (const boost::system::system_error&) {
      ++cancelled;
      throw;
    }
    co_return broker::AwaitLaunchReply{.session = {.id = given.launch_id}};
  }
  asio::awaitable<Result<PreparedReply>> get_token(Call& call, broker::GetTokenParameters given) override {
    ++tokens;
    last_tag = call.epoch_tag;
    if (given.session) call.about = {*given.session};
    co_return PreparedReply{Secret(R"({"access_token":")" + token + given.session.value_or("") + "\"}")};
  }
  // Says what it was asked.
  asio::awaitable<Result<broker::GetSessionReply>> get_session(Call& call,
                                                               broker::GetSessionParameters given) override {
    seen.push_back(given.session);
    call.about = {given.session};
    if (error) co_return std::unexpected(*error);
    co_return broker::GetSessionReply{.session = {.id = given.session}};
  }
  asio::awaitable<Result<broker::ListSessionsReply>> list_sessions(Call&, broker::ListSessionsParameters) override {
    return no<broker::ListSessionsReply>("list");
  }
  asio::awaitable<Result<broker::AuthorizeWriteReply>> authorize_write(
      Call&, broker::AuthorizeWriteParameters given) override {
    co_return broker::AuthorizeWriteReply{.permit = given.resource == nullptr ? "" : given.resource->dump(),
                                          .access_token = token};
  }
  asio::awaitable<Result<broker::RecordWriteReply>> record_write(Call&, broker::RecordWriteParameters) override {
    return no<broker::RecordWriteReply>("record");
  }
  asio::awaitable<Result<broker::RecordAccessReply>> record_access(Call&,
                                                                   broker::RecordAccessParameters given) override {
    co_return broker::RecordAccessReply{.recorded = static_cast<std::int64_t>(given.accesses.size())};
  }
  asio::awaitable<Result<broker::ParkWorkReply>> park_work(Call&, broker::ParkWorkParameters given) override {
    co_return broker::ParkWorkReply{.expires_at = static_cast<std::int64_t>(given.data.size())};
  }
  asio::awaitable<Result<broker::ResumeWorkReply>> resume_work(Call& call, broker::ResumeWorkParameters) override {
    call.on_written = [this] { ++written; };
    co_return broker::ResumeWorkReply{.items = {{.label = "note", .data = "text", .parked_at = 1}}};
  }
  asio::awaitable<Result<broker::EndSessionReply>> end_session(Call&, broker::EndSessionParameters) override {
    ++ended_sessions;
    co_return broker::EndSessionReply{};
  }
  asio::awaitable<Result<broker::GetHealthReply>> get_health(Call&, broker::GetHealthParameters) override {
    co_return broker::GetHealthReply{};
  }
  // Sends `events` at once, then one whenever `happened` is notified.
  asio::awaitable<Result<void>> monitor(Call&, broker::MonitorParameters, broker::MonitorStream& stream) override {
    try {
      for (int sent = 0; sent < events; ++sent)
        if (!co_await stream.send({.event = {.at = sent}}, {})) {
          ++stopped;
          co_return Result<void>{};
        }
      for (;;) {
        co_await clock_.wait(happened, BootTime::max());
        if (error) co_return std::unexpected(*error);
        if (!co_await stream.send({.event = {.kind = broker::EventKind::app_enabled, .at = 99}}, {})) break;
      }
    } catch (const boost::system::system_error&) {
      ++cancelled;
      throw;
    }
    co_return Result<void>{};
  }

  Event launched;
  Event happened;
  std::string token = "secret-token";
  std::optional<Error> error;
  std::vector<std::string> seen;
  std::uint64_t last_tag = 0;
  int events = 1;
  int tokens = 0;
  int cancelled = 0;
  int stopped = 0;  // a stream said that its peer is gone
  int written = 0;
  int ended_sessions = 0;

 private:
  Clock& clock_;
};

}  // namespace wardend::ipc::test
