#include "daemon/access/admission.hpp"

#include <utility>

#include "daemon/access/advice.hpp"

namespace wardend::access {

using refresh::TokenReadiness;

Admission::Asked Admission::look(const ipc::Caller& caller, workstation::EpochNumber epoch,
                                 const TokenRequest& request) {
  Asked asked{.who = parts_.gate.admit(caller, epoch, Demand::present)};
  if (!asked.who) {
    asked.refused = asked.who.error();
    return asked;
  }
  const auto session = request.session ? named_session(parts_.store, *asked.who, *request.session)
                                       : implied_session(parts_.store, *asked.who, request.patient);
  if (!session) {
    asked.refused = session.error();
    return asked;
  }
  asked.session = *session;
  const Trail trail = parts_.audit.writable() ? Trail::writable : Trail::broken;
  if (auto allowed = check(request, *asked.session, *asked.who->config, trail); !allowed)
    asked.refused = allowed.error();
  return asked;
}

asio::awaitable<Admission::Asked> Admission::admit(const ipc::Caller& caller, workstation::EpochNumber epoch,
                                                   TokenRequest request) {
  Asked asked = look(caller, epoch, request);
  if (asked.refused) co_return asked;
  const TokenReadiness::Wish wish{
      .session = asked.session->id, .epoch = epoch, .min_validity = request.min_validity, .rejected = request.rejected};
  const auto verdict = parts_.readiness.judge(wish);
  if (!verdict) asked.refused = verdict.error();
  if (!verdict || *verdict == TokenReadiness::Verdict::ready) co_return asked;
  const auto obtained = co_await parts_.readiness.obtain(wish);
  // Everything is looked at anew after the wait. A lock is told first, whatever became of the session.
  request.session = wish.session;
  asked = look(caller, epoch, request);
  if (!asked.refused && !obtained) asked.refused = obtained.error();
  if (asked.session == nullptr) asked.session = parts_.store.find(wish.session);  // for the record
  co_return asked;
}

Error Admission::told(Error error, const Asked& asked) const {
  if (asked.who && asked.session != nullptr)
    add_advice(error, asked.session->app, asked.session->server, *asked.who->config, parts_.server_health);
  return error;
}

}  // namespace wardend::access
