#include "daemon/service/access_methods.hpp"

#include <chrono>
#include <optional>
#include <utility>

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace wardend::service {

using namespace ipc::broker;
using access::ToldAccess;

namespace {

// As Session::has_access_token() compares it, from hexadecimal digits of either case or base64url; nullopt: neither.
std::optional<std::string> sha256_digest(const std::string& text) {
  constexpr std::size_t digits = 64;
  constexpr std::size_t bytes = 32;
  std::string lowered = lower_case(text);
  if (text.size() == digits && lowered.find_first_not_of("0123456789abcdef") == std::string::npos) return lowered;
  std::string_view unpadded = text;
  if (unpadded.ends_with('=')) unpadded.remove_suffix(1);
  const auto decoded = from_base64url(unpadded);
  return decoded && decoded->size() == bytes ? std::optional(hex(*decoded)) : std::nullopt;
}

ActOf<AuditKind::access> act_of(AccessInteraction interaction) {
  switch (interaction) {
    case AccessInteraction::read:
      return AuditAct::access_read;
    case AccessInteraction::vread:
      return AuditAct::access_vread;
    case AccessInteraction::search:
      return AuditAct::access_search;
    case AccessInteraction::create:
      return AuditAct::access_create;
    case AccessInteraction::update:
      return AuditAct::access_update;
    case AccessInteraction::patch:
      return AuditAct::access_patch;
    case AccessInteraction::delete_:
      return AuditAct::access_delete;
    case AccessInteraction::operation:
      return AuditAct::access_operation;
  }
  return AuditAct::access_operation;
}

ToldAccess::Outcome outcome_of(AccessOutcome outcome) {
  switch (outcome) {
    case AccessOutcome::success:
      return ToldAccess::Outcome::success;
    case AccessOutcome::denied:
      return ToldAccess::Outcome::denied;
    case AccessOutcome::failure:
      return ToldAccess::Outcome::failure;
  }
  return ToldAccess::Outcome::failure;
}

}  // namespace

Answer<ipc::PreparedReply> AccessMethods::get_token(ipc::Call& call, GetTokenParameters in) {
  access::TokenRequest request{.session = std::move(in.session), .patient = std::move(in.patient)};
  if (in.rejected) {
    auto digest = sha256_digest(*in.rejected);
    if (!digest)
      co_return fail(errors::InvalidRequest{
          .field = "rejected", .reason = "is not the SHA-256 of a token: 64 hexadecimal digits, or 43 of base64url"});
    request.rejected = std::move(*digest);
  }
  if (in.min_validity) request.min_validity = std::chrono::seconds(*in.min_validity);
  const auto issued = co_await tokens_.issue(call.caller, call.epoch_tag, std::move(request));
  if (!issued) co_return std::unexpected(issued.error());
  call.about.push_back(issued->session.id);
  co_return ipc::PreparedReply{replies_.of(*issued)};
}

Answer<RecordAccessReply> AccessMethods::record_access(const ipc::Call& call, RecordAccessParameters in) {
  std::vector<ToldAccess> accesses;
  accesses.reserve(in.accesses.size());
  for (Access& access : in.accesses)
    accesses.push_back({.act = act_of(access.interaction),
                        .resource = std::move(access.resource),
                        .patient = std::move(access.patient),
                        .outcome = outcome_of(access.outcome),
                        .at = access.at,
                        .query = std::move(access.query),
                        .request_id = std::move(access.request_id)});
  const auto recorded = accesses_.record(call.caller, call.epoch_tag, in.session, accesses);
  if (!recorded) co_return std::unexpected(recorded.error());
  co_return RecordAccessReply{.recorded = static_cast<std::int64_t>(*recorded)};
}

}  // namespace wardend::service
