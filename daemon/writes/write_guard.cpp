#include "daemon/writes/write_guard.hpp"

#include <utility>

#include "base/has_word.hpp"
#include "base/scope_exit.hpp"
#include "daemon/guard/asked_write.hpp"

namespace wardend::writes {
namespace {

constexpr unsigned most_at_a_time = 4;  // writes of one session that are being judged
constexpr std::size_t longest_reason = 500;

std::optional<Error> malformed(const WriteQuestion& question) {
  const std::string& reason = question.named.override_reason;
  if (reason.size() > longest_reason)
    return errors::InvalidRequest{.field = "override_reason", .reason = "is longer than 500 bytes: say it shorter"};
  if (!reason.empty() && !has_word(reason))
    return errors::InvalidRequest{.field = "override_reason", .reason = "has no word in it: say why, or leave it out"};
  return std::nullopt;
}

}  // namespace

asio::awaitable<Result<Permitted>> WriteGuard::authorize(const ipc::Caller& caller, WriteQuestion question) {
  const WriteWords words{.interaction = std::string(fhir::name_of(question.interaction)),
                         .type = question.resource_type,
                         .target = question.target.value_or("")};
  const BootTime until = parts_.clock.now() + patience;
  const std::string id = question.session;
  const access::TokenRequest asking{.session = id, .patient = question.named.patient};
  access::Admission::Asked asked = co_await parts_.admission.admit(caller, question.epoch, asking);
  if (!asked.refused) asked.refused = malformed(question);
  if (asked.refused) co_return refuse(caller, asked, words, *asked.refused);
  if (judging_[id] >= most_at_a_time)
    co_return refuse(
        caller, asked, words,
        errors::RateLimited{.retry_after_ms = 1s, .reason = "four writes of this session are being judged"});
  ++judging_[id];
  const ScopeExit done([this, &id] {
    if (--judging_[id] == 0) judging_.erase(id);
  });
  const auto epoch = question.epoch;
  std::string reason = question.named.override_reason;
  const config::ConfigPtr config = asked.who->config;
  const config::Server* server = config->server(asked.session->server);
  if (server == nullptr)
    co_return refuse(caller, asked, words, errors::UnknownSession{"the session's server is not configured any more"});
  const auto passed = co_await judge(std::move(question), server->fhir_base_url, until);
  // Everything is looked at anew after the wait. A lock is told first, whatever became of the write.
  asked = parts_.admission.look(caller, epoch, asking);
  if (!asked.refused && !passed) asked.refused = passed.error();
  if (!asked.refused && asked.session->remaining(parts_.clock.now()) <= Duration::zero())
    asked.refused = errors::ServerUnavailable{.server = asked.session->server,
                                              .reason = "the token ended while the write was judged: ask again"};
  if (asked.refused) co_return refuse(caller, asked, words, *asked.refused);
  const Permit& permit = parts_.permits.give(*asked.session, words);
  parts_.record.permitted(permit, caller, {.excused = passed->excused, .reason = std::move(reason)});
  asked.session->last_used = parts_.clock.now();
  asked.session->held_by(asked.who->process);
  co_return Permitted{.session = *asked.session,
                      .permit = permit.id,
                      .expires_in = std::chrono::duration_cast<std::chrono::seconds>(Permits::life),
                      .if_match = passed->if_match};
}

asio::awaitable<Result<judging::Passed>> WriteGuard::judge(WriteQuestion question, const fhir::BaseUrl& base,
                                                           BootTime until) {
  auto request = guard::request_of(
      {.interaction = question.interaction, .resource_type = question.resource_type, .target = question.target}, base);
  if (!request) co_return std::unexpected(request.error());
  judging::Question asked{.session = std::move(question.session),
                          .epoch = question.epoch,
                          .named = std::move(question.named),
                          .request = std::move(*request),
                          .until = until};
  if (question.body.json != nullptr)
    asked.bring = [body = std::move(question.body)]() -> asio::awaitable<Result<judging::Body>> { co_return body; };
  auto passed = co_await parts_.judge.judge(std::move(asked));
  if (passed && passed->inspect_reply) co_return fail(errors::NotSupported{"a write whose answer must be judged too"});
  co_return passed;
}

std::unexpected<Error> WriteGuard::refuse(const ipc::Caller& caller, const access::Admission::Asked& asked,
                                          const WriteWords& words, Error error) {
  error = parts_.admission.told(std::move(error), asked);
  parts_.record.refused(caller, asked.who, asked.session, words, {.error = error});
  return fail(std::move(error));
}

Result<void> WriteGuard::conclude(const ipc::Caller& caller, workstation::EpochNumber epoch, const std::string& permit,
                                  Outcome outcome, const std::string& resource) {
  const auto who = parts_.gate.admit(caller, epoch, access::Demand::registered);
  if (!who) return std::unexpected(who.error());
  const auto taken = parts_.permits.take(permit, [&](const workstation::Ownership& of) { return who->owns(of); });
  if (!taken) return std::unexpected(taken.error());
  parts_.record.recorded(*taken, caller, outcome, resource);
  return {};
}

}  // namespace wardend::writes
