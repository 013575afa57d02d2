#include "daemon/writes/write_admission.hpp"

#include <utility>

#include "daemon/access/advice.hpp"

namespace wardend::writes {

using refresh::TokenReadiness;

WriteAdmission::Asked WriteAdmission::look(const ipc::Caller& caller, workstation::EpochNumber epoch,
                                           const Asking& asking) {
  Asked asked{.who = parts_.gate.admit(caller, epoch, access::Demand::present)};
  if (!asked.who) {
    asked.refused = asked.who.error();
    return asked;
  }
  const auto session = named_session(parts_.store, *asked.who, asking.session);
  if (!session) {
    asked.refused = session.error();
    return asked;
  }
  asked.session = *session;
  const access::Trail trail = parts_.audit.writable() ? access::Trail::writable : access::Trail::broken;
  const auto allowed =
      access::check({.session = asking.session, .patient = asking.patient}, *asked.session, *asked.who->config, trail);
  if (!allowed) asked.refused = allowed.error();
  return asked;
}

asio::awaitable<WriteAdmission::Asked> WriteAdmission::admit(const ipc::Caller& caller, workstation::EpochNumber epoch,
                                                             Asking asking) {
  Asked asked = look(caller, epoch, asking);
  if (asked.refused) co_return asked;
  const TokenReadiness::Wish wish{.session = asking.session, .epoch = epoch};
  const auto verdict = parts_.readiness.judge(wish);
  if (!verdict) asked.refused = verdict.error();
  if (!verdict || *verdict == TokenReadiness::Verdict::ready) co_return asked;
  const auto obtained = co_await parts_.readiness.obtain(wish);
  asked = look(caller, epoch, asking);
  if (!asked.refused && !obtained) asked.refused = obtained.error();
  co_return asked;
}

Error WriteAdmission::told(Error error, const Asked& asked) const {
  if (asked.who && asked.session != nullptr)
    access::add_advice(error, asked.session->app, asked.session->server, *asked.who->config, parts_.server_health);
  return error;
}

}  // namespace wardend::writes
