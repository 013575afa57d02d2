#include "daemon/service/access_methods.hpp"

#include <chrono>
#include <utility>

namespace wardend::service {

using namespace ipc::broker;
using access::Demand;
using access::Who;

Answer<ipc::PreparedReply> AccessMethods::get_token(ipc::Call& call, GetTokenParameters in) {
  access::TokenRequest request{.session = std::move(in.session),
                               .patient = std::move(in.patient),
                               .rejected = std::move(in.rejected).value_or("")};
  if (in.min_validity) request.min_validity = std::chrono::seconds(*in.min_validity);
  const auto issued = co_await tokens_.issue(call.caller, call.epoch_tag, std::move(request));
  if (!issued) co_return std::unexpected(issued.error());
  call.about = {issued->session.id};
  co_return ipc::PreparedReply{replies_.of(*issued)};
}

Answer<AuthorizeWriteReply> AccessMethods::authorize_write(const ipc::Call& call) {
  const Result<Who> who = gate_.admit(call.caller, call.epoch_tag, Demand::present);
  co_return fail(who ? errors::NotSupported{"AuthorizeWrite"} : who.error());
}

Answer<RecordWriteReply> AccessMethods::record_write(const ipc::Call& call) {
  const Result<Who> who = gate_.admit(call.caller, call.epoch_tag, Demand::registered);
  co_return fail(who ? errors::NotSupported{"RecordWrite"} : who.error());
}

Answer<RecordAccessReply> AccessMethods::record_access(const ipc::Call& call) {
  const Result<Who> who = gate_.admit(call.caller, call.epoch_tag, Demand::registered);
  co_return fail(who ? errors::NotSupported{"RecordAccess"} : who.error());
}

}  // namespace wardend::service
