// What an app may have and do at the server: GetToken, the way that every app takes all day. daemon/access decides and
// records. RecordAccess comes later; it answers NotSupported.
#pragma once

#include "daemon/access/gate.hpp"
#include "daemon/access/token_issue.hpp"
#include "daemon/service/answer.hpp"
#include "daemon/service/token_reply.hpp"
#include "ipc/interface/broker.hpp"

namespace wardend::service {

class AccessMethods {
 public:
  AccessMethods(Clock& clock, access::Gate& gate, access::TokenIssue& tokens)
      : gate_(gate), tokens_(tokens), replies_(clock) {}

  // Each answers the method of its name.
  Answer<ipc::PreparedReply> get_token(ipc::Call& call, ipc::broker::GetTokenParameters in);
  Answer<ipc::broker::RecordAccessReply> record_access(const ipc::Call& call);

 private:
  access::Gate& gate_;
  access::TokenIssue& tokens_;
  TokenReplies replies_;
};

}  // namespace wardend::service
