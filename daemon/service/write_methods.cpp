#include "daemon/service/write_methods.hpp"

#include <utility>

namespace wardend::service {

using namespace ipc::broker;

namespace {

fhir::Interaction from_wire(AuthorizeWriteInteraction interaction) {
  switch (interaction) {
    case AuthorizeWriteInteraction::create:
      return fhir::Interaction::create;
    case AuthorizeWriteInteraction::update:
      return fhir::Interaction::update;
    case AuthorizeWriteInteraction::patch:
      return fhir::Interaction::patch;
    case AuthorizeWriteInteraction::delete_:
      return fhir::Interaction::delete_;
    case AuthorizeWriteInteraction::transaction:
      return fhir::Interaction::transaction;
  }
  return fhir::Interaction::transaction;
}

writes::Outcome from_wire(RecordWriteOutcome outcome) {
  switch (outcome) {
    case RecordWriteOutcome::success:
      return writes::Outcome::success;
    case RecordWriteOutcome::denied:
      return writes::Outcome::denied;
    case RecordWriteOutcome::failure:
      return writes::Outcome::failure;
  }
  return writes::Outcome::failure;
}

}  // namespace

Answer<AuthorizeWriteReply> WriteMethods::authorize_write(ipc::Call& call, AuthorizeWriteParameters in) {
  if (from_wire(in.interaction) == fhir::Interaction::delete_ && (in.resource != nullptr || in.patch != nullptr))
    co_return fail(errors::InvalidRequest{.field = in.resource != nullptr ? "resource" : "patch",
                                          .reason = "a delete brings nothing: leave it out"});
  if (in.resource != nullptr && in.patch != nullptr)
    co_return fail(errors::InvalidRequest{.field = "patch", .reason = "give the resource or the patch, not both"});
  writes::WriteQuestion question{.session = std::move(in.session),
                                 .epoch = call.epoch_tag,
                                 .named = {.patient = std::move(in.patient),
                                           .encounter = std::move(in.encounter),
                                           .override_reason = in.override_reason.value_or("")},
                                 .interaction = from_wire(in.interaction),
                                 .resource_type = std::move(in.resource_type),
                                 .target = std::move(in.target)};
  if (const nlohmann::json* body = in.resource != nullptr ? in.resource : in.patch; body != nullptr)
    question.body = {.json = {call.parameters, body}, .bytes = call.bytes};
  const auto permitted = co_await guard_.authorize(call.caller, std::move(question));
  if (!permitted) co_return std::unexpected(permitted.error());
  call.about = {permitted->session.id};
  AuthorizeWriteReply reply{.permit = permitted->permit,
                            .expires_in = permitted->expires_in.count(),
                            .access_token = std::string(permitted->session.tokens()->access.reveal()),
                            .token_type = "Bearer"};
  if (!permitted->if_match.empty()) reply.if_match = "W/\"" + permitted->if_match + '"';
  co_return reply;
}

Answer<RecordWriteReply> WriteMethods::record_write(const ipc::Call& call, RecordWriteParameters in) {
  const auto told =
      guard_.conclude(call.caller, call.epoch_tag, in.permit, from_wire(in.outcome), in.resource.value_or(""));
  if (!told) co_return std::unexpected(told.error());
  co_return RecordWriteReply{};
}

}  // namespace wardend::service
