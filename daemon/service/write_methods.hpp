// AuthorizeWrite and RecordWrite: what an app asks before it writes, and what it says afterwards. daemon/writes
// decides.
#pragma once

#include "daemon/service/answer.hpp"
#include "daemon/writes/write_guard.hpp"
#include "ipc/interface/broker.hpp"

namespace wardend::service {

class WriteMethods {
 public:
  explicit WriteMethods(writes::WriteGuard& guard) : guard_(guard) {}

  // Each answers the method of its name.
  Answer<ipc::broker::AuthorizeWriteReply> authorize_write(ipc::Call& call, ipc::broker::AuthorizeWriteParameters in);
  Answer<ipc::broker::RecordWriteReply> record_write(const ipc::Call& call, ipc::broker::RecordWriteParameters in);

 private:
  writes::WriteGuard& guard_;
};

}  // namespace wardend::service
