// GetToken: the way that every app takes all day. daemon/access decides and records; here it becomes a reply.
#include <chrono>
#include <utility>

#include "daemon/service/broker_service.hpp"

namespace wardend::service {

BrokerService::Answer<ipc::PreparedReply> BrokerService::get_token(Call& call, ipc::broker::GetTokenParameters in) {
  access::TokenRequest request{.session = std::move(in.session),
                               .patient = std::move(in.patient),
                               .rejected = std::move(in.rejected).value_or("")};
  if (in.min_validity) request.min_validity = std::chrono::seconds(*in.min_validity);
  const auto issued = co_await parts_.tokens.issue(call.caller, call.epoch_tag, std::move(request));
  if (!issued) co_return std::unexpected(issued.error());
  call.about = {issued->session.id};
  co_return ipc::PreparedReply{replies_.of(*issued)};
}

}  // namespace wardend::service
