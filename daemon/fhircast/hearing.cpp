#include "daemon/fhircast/hearing.hpp"

#include <utility>
#include <variant>

namespace wardend::fhircast {
namespace {

constexpr std::size_t longest_explained = 64UL * 1024;  // bytes: it is read on the loop

}  // namespace

Heard Hearing::take(Incoming& message, const Secret& topic) {
  using enum SignOutScan::Finding;
  Heard heard;
  const auto finding = message.scan().at_end();
  std::optional<int> status = 200;
  if (finding == other_topic) status = not_followed;
  switch (finding) {
    case sign_out:
    case unreadable:
      record_sign_out(message, finding);
      break;
    case other_topic:
      trail_.record_seldom(AuditAct::fhircast_other_topic, std::string(name_of(message.scan().kind())));
      if (!allowance_.take(message.size(), clock_.now())) status = std::nullopt;
      break;
    case none:
      status = take_text(message, topic, heard);
      break;
  }
  const auto id = message.scan().id();
  if (status && id) heard.answer = acknowledgement(*id, *status);
  return heard;
}

std::optional<int> Hearing::take_text(Incoming& incoming, const Secret& topic, Heard& heard) {
  if (incoming.too_large()) return doubt("larger than a message may be", heard);
  if (!allowance_.take(incoming.size(), clock_.now())) return doubt("too many messages", heard);
  auto message = read_message(incoming.text().reveal(), topic);
  if (!message) return doubt(message.error(), heard);
  if (auto* confirmation = std::get_if<Confirmation>(&*message)) {
    heard.confirmation = std::move(*confirmation);
  } else if (auto* denial = std::get_if<Denial>(&*message)) {
    heard.denial = std::move(*denial);
  } else if (const auto* event = std::get_if<HubEvent>(&*message)) {
    return happened(*event, heard);
  } else if (std::holds_alternative<OtherTopic>(*message)) {
    return not_followed;
  } else if (std::holds_alternative<Chatter>(*message)) {
    trail_.record_seldom(AuditAct::fhircast_chatter, "");
  }
  return std::nullopt;
}

std::optional<int> Hearing::doubt(const std::string& why, Heard& heard) {
  trail_.warn(why);
  heard.changed = context_.doubt();
  return std::nullopt;
}

// Returns the answer's status.
int Hearing::happened(const HubEvent& event, Heard& heard) {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(clock_.wall_now());
  const auto applied = context_.apply(event, now);
  using Effect = CurrentContext::Effect;
  if (event.kind == EventKind::sync_error)
    trail_.record_seldom(AuditAct::fhircast_sync_error, "", event.subscriber);
  else if (applied.effect == Effect::doubtful)
    trail_.record_seldom(AuditAct::fhircast_doubtful, std::string(name_of(event.kind)),
                         std::string(name_of(event.fault)));
  // SignOutScan finds a sign-out before it comes here: this is for the day when the two disagree.
  if (applied.effect == Effect::logout || applied.effect == Effect::hibernate) heard.sign_out = event.kind;
  heard.changed = applied.changed;
  return applied.status;
}

void Hearing::record_sign_out(Incoming& message, SignOutScan::Finding finding) {
  const EventKind kind = message.scan().kind();
  const Leave leave = message.size() > longest_explained ? Leave{} : read_leave(message.text().reveal(), kind);
  std::string detail = leave.hub_sleeps ? "the hub sleeps" : "";
  if (finding == SignOutScan::Finding::unreadable) detail = "its message cannot be read";
  constexpr HubTrail::Act logout = AuditAct::fhircast_user_logout;
  constexpr HubTrail::Act hibernate = AuditAct::fhircast_user_hibernate;
  const HubTrail::Act act = kind == EventKind::user_hibernate ? hibernate : logout;
  trail_.record_seldom(act, std::string(name_of(leave.code)), detail);
}

}  // namespace wardend::fhircast
