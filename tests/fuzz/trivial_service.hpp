// Both interfaces with methods that answer at once, with what they were given where there is room for it.
#pragma once

#include "base/json.hpp"
#include "ipc/interface/broker.hpp"
#include "ipc/interface/control.hpp"

namespace wardend::fuzz {

namespace asio = boost::asio;
using ipc::Call;

template <typename Reply>
asio::awaitable<Result<Reply>> trivially(Reply reply = {}) {
  co_return reply;
}

class TrivialBroker final : public ipc::broker::Handler {
 public:
  template <typename T>
  using Answer = asio::awaitable<Result<T>>;

  Answer<ipc::broker::BeginLaunchReply> begin_launch(Call&, ipc::broker::BeginLaunchParameters given) override {
    return trivially<ipc::broker::BeginLaunchReply>({.launch_id = given.app.value_or("")});
  }
  Answer<ipc::broker::CompleteLaunchReply> complete_launch(Call&, ipc::broker::CompleteLaunchParameters) override {
    return trivially<ipc::broker::CompleteLaunchReply>();
  }
  Answer<ipc::broker::AwaitLaunchReply> await_launch(Call&, ipc::broker::AwaitLaunchParameters given) override {
    return trivially<ipc::broker::AwaitLaunchReply>({.session = {.id = given.launch_id}});
  }
  Answer<ipc::PreparedReply> get_token(Call&, ipc::broker::GetTokenParameters) override {
    co_return ipc::PreparedReply{Secret(R"({"access_token":"token"})")};
  }
  // A failure with the caller's own words in it.
  Answer<ipc::broker::GetSessionReply> get_session(Call&, ipc::broker::GetSessionParameters given) override {
    co_return fail(errors::InvalidRequest{.field = given.session, .reason = given.session});
  }
  Answer<ipc::broker::ListSessionsReply> list_sessions(Call&, ipc::broker::ListSessionsParameters) override {
    return trivially<ipc::broker::ListSessionsReply>();
  }
  Answer<ipc::broker::AuthorizeWriteReply> authorize_write(Call&,
                                                           ipc::broker::AuthorizeWriteParameters given) override {
    return trivially<ipc::broker::AuthorizeWriteReply>(
        {.permit = given.resource == nullptr ? "" : dump_json(*given.resource)});
  }
  Answer<ipc::broker::RecordWriteReply> record_write(Call&, ipc::broker::RecordWriteParameters) override {
    return trivially<ipc::broker::RecordWriteReply>();
  }
  Answer<ipc::broker::RecordAccessReply> record_access(Call&, ipc::broker::RecordAccessParameters given) override {
    return trivially<ipc::broker::RecordAccessReply>({.recorded = static_cast<std::int64_t>(given.accesses.size())});
  }
  Answer<ipc::broker::ParkWorkReply> park_work(Call&, ipc::broker::ParkWorkParameters given) override {
    return trivially<ipc::broker::ParkWorkReply>({.expires_at = static_cast<std::int64_t>(given.data.size())});
  }
  Answer<ipc::broker::ResumeWorkReply> resume_work(Call& call, ipc::broker::ResumeWorkParameters) override {
    call.on_written = [] {};
    return trivially<ipc::broker::ResumeWorkReply>({.items = {{.label = "note", .data = "text", .parked_at = 1}}});
  }
  Answer<ipc::broker::EndSessionReply> end_session(Call&, ipc::broker::EndSessionParameters) override {
    return trivially<ipc::broker::EndSessionReply>();
  }
  Answer<ipc::broker::GetHealthReply> get_health(Call&, ipc::broker::GetHealthParameters) override {
    return trivially<ipc::broker::GetHealthReply>();
  }
  // Two events and a last word.
  asio::awaitable<Result<void>> monitor(Call&, ipc::broker::MonitorParameters,
                                        ipc::broker::MonitorStream& stream) override {
    for (int sent = 0; sent < 2; ++sent)
      if (!co_await stream.send({.event = {.at = sent}}, {})) co_return Result<void>{};
    co_return fail(errors::WorkstationLocked{"locked"});
  }
};

class TrivialControl final : public ipc::control::Handler {
 public:
  template <typename T>
  using Answer = asio::awaitable<Result<T>>;

  Answer<ipc::control::ReportLockReply> report_lock(Call&, ipc::control::ReportLockParameters) override {
    return trivially<ipc::control::ReportLockReply>();
  }
  Answer<ipc::control::ClearSessionsReply> clear_sessions(Call&, ipc::control::ClearSessionsParameters) override {
    return trivially<ipc::control::ClearSessionsReply>();
  }
  Answer<ipc::control::StatusReply> status(Call&, ipc::control::StatusParameters) override {
    return trivially<ipc::control::StatusReply>();
  }
  Answer<ipc::control::VerifyAppReply> verify_app(Call&, ipc::control::VerifyAppParameters) override {
    return trivially<ipc::control::VerifyAppReply>();
  }
  Answer<ipc::control::LaunchesReply> launches(Call&, ipc::control::LaunchesParameters) override {
    return trivially<ipc::control::LaunchesReply>();
  }
  Answer<ipc::control::SetAppEnabledReply> set_app_enabled(Call&, ipc::control::SetAppEnabledParameters) override {
    return trivially<ipc::control::SetAppEnabledReply>();
  }
  Answer<ipc::control::ReloadReply> reload(Call&, ipc::control::ReloadParameters) override {
    return trivially<ipc::control::ReloadReply>();
  }
  Answer<ipc::control::AcceptServerReply> accept_server(Call&, ipc::control::AcceptServerParameters) override {
    co_return fail(errors::UnknownServer{.server = "ehr", .reason = "no such server"});
  }
  Answer<ipc::control::VerifyAuditReply> verify_audit(Call&, ipc::control::VerifyAuditParameters) override {
    return trivially<ipc::control::VerifyAuditReply>();
  }
};

}  // namespace wardend::fuzz
