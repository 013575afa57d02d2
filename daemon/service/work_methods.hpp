// ParkWork and ResumeWork: unfinished work goes to the parking and comes back. The audit trail tells that it did, and
// nothing of what is in it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/audit_sink.hpp"
#include "daemon/access/gate.hpp"
#include "daemon/parking/parking.hpp"
#include "daemon/service/answer.hpp"
#include "daemon/session/store.hpp"
#include "ipc/interface/broker.hpp"

namespace wardend::service {

class WorkMethods {
 public:
  struct Parts {
    Clock& clock;
    access::Gate& gate;
    session::SessionStore& store;
    parking::Parking& parking;
    AuditSink& audit;
  };
  explicit WorkMethods(const Parts& parts) : parts_(parts) {}

  // Each answers the method of its name.
  Answer<ipc::broker::ParkWorkReply> park_work(const ipc::Call& call, ipc::broker::ParkWorkParameters in);
  Answer<ipc::broker::ResumeWorkReply> resume_work(ipc::Call& call, ipc::broker::ResumeWorkParameters in);

 private:
  [[nodiscard]] Result<ipc::broker::ParkWorkReply> park(const access::Who& who, const std::string& id,
                                                        parking::Parking::Item item);
  [[nodiscard]] Result<ipc::broker::ResumeWorkReply> resume(ipc::Call& call, const access::Who& who,
                                                            const std::string& id);
  struct WorkFacts {
    ActOf<AuditKind::work> act;
    std::string session;
    std::size_t items = 1;
    std::size_t bytes = 0;
  };
  void record(const ipc::Call& call, const Result<access::Who>& who, const WorkFacts& facts, const Error* refused);

  Parts parts_;
};

}  // namespace wardend::service
