#include "daemon/gateway/base_url.hpp"
#include "daemon/service/session_methods.hpp"

#include <algorithm>
#include <tuple>

#include "daemon/access/session_choice.hpp"
#include "daemon/service/wire.hpp"

namespace wardend::service {

using namespace ipc::broker;
using access::Demand;
using access::Who;

Answer<GetSessionReply> SessionMethods::get_session(ipc::Call& call, GetSessionParameters in) {
  const Result<Who> who = parts_.gate.admit_and_record(call.caller, call.epoch_tag, Demand::present, "GetSession");
  if (!who) co_return std::unexpected(who.error());
  const auto session = access::named_session(parts_.store, *who, in.session);
  if (!session) co_return std::unexpected(session.error());
  call.about = {(*session)->id};
  GetSessionReply reply{.session = to_wire(**session, *who->config, parts_.clock),
                        .freshness = freshness_for(*who, parts_.server_health, (*session)->server)};
  if (!who->config->broker.fhir_socket.empty()) reply.gateway_base_url = gateway::base_url((*session)->id);
  co_return reply;
}

Answer<ListSessionsReply> SessionMethods::list_sessions(ipc::Call& call) {
  const Result<Who> who = parts_.gate.admit_and_record(call.caller, call.epoch_tag, Demand::present, "ListSessions");
  if (!who) co_return std::unexpected(who.error());
  ListSessionsReply reply;
  for (const session::Session* session : parts_.store.of_login_session(who->login_session))
    if (who->owns(*session) && session->cleared() == nullptr)
      reply.sessions.push_back(to_wire(*session, *who->config, parts_.clock));
  for (const Session& session : reply.sessions) call.about.push_back(session.id);
  std::ranges::sort(reply.sessions, {},
                    [](const Session& session) { return std::tie(session.started_at, session.id); });
  co_return reply;
}

Answer<EndSessionReply> SessionMethods::end_session(const ipc::Call& call, EndSessionParameters in) {
  const Result<Who> who = parts_.gate.admit_and_record(call.caller, call.epoch_tag, Demand::registered, "EndSession");
  if (!who) co_return std::unexpected(who.error());
  const auto session = access::named_session(parts_.store, *who, in.session);
  if (!session) co_return std::unexpected(session.error());
  parts_.clearing.clear_session(**session, {ClearReason::ended_by_app, "EndSession"});
  co_return EndSessionReply{};
}

}  // namespace wardend::service
