// What an app may have at the server, and what it tells that it did there: GetToken and RecordAccess. daemon/access
// decides and records.
#pragma once

#include "daemon/access/access_record.hpp"
#include "daemon/access/token_issue.hpp"
#include "daemon/service/answer.hpp"
#include "daemon/service/token_reply.hpp"
#include "ipc/interface/broker.hpp"

namespace wardend::service {

class AccessMethods {
 public:
  AccessMethods(Clock& clock, access::AccessRecord& accesses, access::TokenIssue& tokens)
      : accesses_(accesses), tokens_(tokens), replies_(clock) {}

  // Each answers the method of its name.
  Answer<ipc::PreparedReply> get_token(ipc::Call& call, ipc::broker::GetTokenParameters in);
  Answer<ipc::broker::RecordAccessReply> record_access(const ipc::Call& call, ipc::broker::RecordAccessParameters in);

 private:
  access::AccessRecord& accesses_;
  access::TokenIssue& tokens_;
  TokenReplies replies_;
};

}  // namespace wardend::service
