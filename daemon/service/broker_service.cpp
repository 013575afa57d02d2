#include "daemon/service/broker_service.hpp"

#include <utility>

namespace wardend::service {

using namespace ipc::broker;

Answer<BeginLaunchReply> BrokerService::begin_launch(Call& call, BeginLaunchParameters in) {
  return groups_.launch.begin_launch(call, std::move(in));
}
Answer<CompleteLaunchReply> BrokerService::complete_launch(Call& call, CompleteLaunchParameters in) {
  return groups_.launch.complete_launch(call, std::move(in));
}
Answer<AwaitLaunchReply> BrokerService::await_launch(Call& call, AwaitLaunchParameters in) {
  return groups_.launch.await_launch(call, std::move(in));
}

Answer<ipc::PreparedReply> BrokerService::get_token(Call& call, GetTokenParameters in) {
  return groups_.access.get_token(call, std::move(in));
}
Answer<AuthorizeWriteReply> BrokerService::authorize_write(Call& call, AuthorizeWriteParameters in) {
  return groups_.write.authorize_write(call, std::move(in));
}
Answer<RecordWriteReply> BrokerService::record_write(Call& call, RecordWriteParameters in) {
  return groups_.write.record_write(call, std::move(in));
}
Answer<RecordAccessReply> BrokerService::record_access(Call& call, RecordAccessParameters in) {
  return groups_.access.record_access(call, std::move(in));
}

Answer<GetSessionReply> BrokerService::get_session(Call& call, GetSessionParameters in) {
  return groups_.session.get_session(call, std::move(in));
}
Answer<ListSessionsReply> BrokerService::list_sessions(Call& call, ListSessionsParameters) {
  return groups_.session.list_sessions(call);
}
Answer<EndSessionReply> BrokerService::end_session(Call& call, EndSessionParameters in) {
  return groups_.session.end_session(call, std::move(in));
}

Answer<GetHealthReply> BrokerService::get_health(Call& call, GetHealthParameters in) {
  return groups_.health.get_health(call, std::move(in));
}

Answer<ParkWorkReply> BrokerService::park_work(Call& call, ParkWorkParameters in) {
  return groups_.work.park_work(call, std::move(in));
}
Answer<ResumeWorkReply> BrokerService::resume_work(Call& call, ResumeWorkParameters in) {
  return groups_.work.resume_work(call, std::move(in));
}

Answer<void> BrokerService::monitor(Call& call, MonitorParameters, MonitorStream& stream) {
  return groups_.monitor.monitor(call, stream);
}

}  // namespace wardend::service
