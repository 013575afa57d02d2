// org.wardend.Broker: which group of methods answers which method. It does nothing itself.
#pragma once

#include "daemon/service/access_methods.hpp"
#include "daemon/service/health_methods.hpp"
#include "daemon/service/launch_methods.hpp"
#include "daemon/service/monitor_methods.hpp"
#include "daemon/service/session_methods.hpp"
#include "daemon/service/work_methods.hpp"
#include "daemon/service/write_methods.hpp"
#include "ipc/interface/broker.hpp"

namespace wardend::service {

class BrokerService final : public ipc::broker::Handler {
 public:
  struct Groups {
    LaunchMethods& launch;
    AccessMethods& access;
    WriteMethods& write;
    SessionMethods& session;
    HealthMethods& health;
    WorkMethods& work;
    MonitorMethods& monitor;
  };
  explicit BrokerService(const Groups& groups) : groups_(groups) {}

  using Call = ipc::Call;

  Answer<ipc::broker::BeginLaunchReply> begin_launch(Call& call, ipc::broker::BeginLaunchParameters in) override;
  Answer<ipc::broker::CompleteLaunchReply> complete_launch(Call& call,
                                                           ipc::broker::CompleteLaunchParameters in) override;
  Answer<ipc::broker::AwaitLaunchReply> await_launch(Call& call, ipc::broker::AwaitLaunchParameters in) override;
  Answer<ipc::PreparedReply> get_token(Call& call, ipc::broker::GetTokenParameters in) override;
  Answer<ipc::broker::GetSessionReply> get_session(Call& call, ipc::broker::GetSessionParameters in) override;
  Answer<ipc::broker::ListSessionsReply> list_sessions(Call& call, ipc::broker::ListSessionsParameters in) override;
  Answer<ipc::broker::EndSessionReply> end_session(Call& call, ipc::broker::EndSessionParameters in) override;
  Answer<ipc::broker::GetHealthReply> get_health(Call& call, ipc::broker::GetHealthParameters in) override;
  Answer<void> monitor(Call& call, ipc::broker::MonitorParameters in, ipc::broker::MonitorStream& stream) override;
  Answer<ipc::broker::AuthorizeWriteReply> authorize_write(Call& call,
                                                           ipc::broker::AuthorizeWriteParameters in) override;
  Answer<ipc::broker::RecordWriteReply> record_write(Call& call, ipc::broker::RecordWriteParameters in) override;
  Answer<ipc::broker::RecordAccessReply> record_access(Call& call, ipc::broker::RecordAccessParameters in) override;
  Answer<ipc::broker::ParkWorkReply> park_work(Call& call, ipc::broker::ParkWorkParameters in) override;
  Answer<ipc::broker::ResumeWorkReply> resume_work(Call& call, ipc::broker::ResumeWorkParameters in) override;

 private:
  Groups groups_;
};

}  // namespace wardend::service
