#include "daemon/service/audit_method.hpp"

#include <string>

#include "trail/anchor.hpp"
#include "trail/verdict.hpp"

namespace wardend::service {

using namespace ipc::control;

namespace {

constexpr Duration longest = 8s;

// On a thread beside the loop. The anchor first: what is written meanwhile comes after it.
trail::Verdict judge(const std::string& file, const std::string& state_dir) {
  const auto anchor = trail::read_anchor(trail::anchor_in(state_dir)).link;
  return trail::verify(file, anchor ? std::vector{*anchor} : std::vector<trail::Link>());
}

std::string in_words(const trail::Verdict& verdict) {
  if (!verdict.cannot_read.empty()) return "the trail cannot be read: " + verdict.cannot_read;
  return std::to_string(verdict.entries) +
         " entries: " + (verdict.intact() ? "whole" : "broken: " + verdict.faults.front().what);
}

}  // namespace

Answer<VerifyAuditReply> AuditMethod::verify_audit(const ipc::Call& call) {
  const auto verdict = co_await reading_.run_for(
      longest,
      [file = config_.get().audit.file, state_dir = config_.get().broker.state_dir] { return judge(file, state_dir); });
  if (!verdict) {
    Error error(errors::NotSupported{
        "VerifyAudit of a trail that takes longer than 8 s to read: run `wardctl audit verify` as root"});
    trail_.denied(call.caller, ControlMethod::VerifyAudit, std::string(), error);
    co_return fail(std::move(error));
  }
  trail_.granted(call.caller, ControlMethod::VerifyAudit, in_words(*verdict));
  VerifyAuditReply reply{.entries = static_cast<std::int64_t>(verdict->entries),
                         .intact = verdict->intact() && verdict->cannot_read.empty()};
  if (!verdict->intact()) reply.first_bad = static_cast<std::int64_t>(verdict->faults.front().sequence);
  co_return reply;
}

}  // namespace wardend::service
