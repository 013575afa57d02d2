// org.wardend.Broker: one function a method. Each one admits the caller, asks the module that does the work, and puts
// the answer into the interface's words. Methods whose feature comes later answer NotSupported.
#pragma once

#include <optional>
#include <string>

#include "base/audit_sink.hpp"
#include "daemon/access/gate.hpp"
#include "daemon/access/token_issue.hpp"
#include "daemon/clearing/clearing.hpp"
#include "daemon/launch/launcher.hpp"
#include "daemon/parking/parking.hpp"
#include "daemon/server/directory.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/service/token_reply.hpp"
#include "daemon/session/store.hpp"
#include "ipc/interface/broker.hpp"

namespace wardend::service {

class BrokerService final : public ipc::broker::Handler {
 public:
  struct Parts {
    Clock& clock;
    const config::Live& config;
    access::Gate& gate;
    access::TokenIssue& tokens;
    workstation::Workstation& workstation;
    session::SessionStore& store;
    clearing::Clearing& clearing;
    parking::Parking& parking;
    events::EventHub& hub;
    launch::Launcher& launcher;
    const server::ServerDirectory& directory;
    server::ServerHealth& server_health;
    AuditSink& audit;
  };
  explicit BrokerService(Parts parts) : parts_(parts) {}

  template <typename Reply>
  using Answer = asio::awaitable<Result<Reply>>;
  using Call = ipc::Call;
  using Who = access::Who;

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
  [[nodiscard]] Result<void> check_launch(const Who& who, const std::string& id);
  [[nodiscard]] Result<Who> admit(const Call& call, access::Demand demand);
  [[nodiscard]] Result<ipc::broker::ParkWorkReply> park(const Who& who, const std::string& id,
                                                        parking::Parking::Item item);
  [[nodiscard]] Result<ipc::broker::ResumeWorkReply> resume(Call& call, const Who& who, const std::string& id);
  struct WorkFacts {
    std::string_view action;
    std::string session;
    std::size_t items = 1;
    std::size_t bytes = 0;
  };
  void record_work(const Call& call, const Result<Who>& who, const WorkFacts& facts, const Error* refused);
  [[nodiscard]] Result<ipc::broker::Session> launched(const Result<std::string>& outcome);
  [[nodiscard]] asio::awaitable<bool> send_snapshot(Who who, ipc::broker::MonitorStream& stream);
  [[nodiscard]] std::optional<ipc::broker::Event> event_for(const Who& who, const events::SessionEvent& happening);
  [[nodiscard]] ipc::broker::Freshness freshness_of(const Who& who, const std::string& server) const;

  Parts parts_;
  TokenReplies replies_{parts_.clock};
};

}  // namespace wardend::service
