// Launches, sessions and health.
#include "daemon/service/broker_service.hpp"

#include <algorithm>
#include <tuple>

#include "base/call_time.hpp"
#include "daemon/access/session_choice.hpp"
#include "daemon/service/wire.hpp"

namespace wardend::service {

using namespace ipc::broker;
using access::Demand;

Result<access::Who> BrokerService::admit(const Call& call, Demand demand) {
  return parts_.gate.admit(call.caller, call.epoch_tag, demand);
}

BrokerService::Answer<BeginLaunchReply> BrokerService::begin_launch(Call& call, BeginLaunchParameters in) {
  const Result<Who> who = admit(call, Demand::unlocked);
  if (!who) co_return std::unexpected(who.error());
  const auto app = access::Gate::choose_app(*who, in.app);
  if (!app) co_return std::unexpected(app.error());
  launch::Beginning beginning{.app = (*app)->id,
                              .server = std::move(in.server),
                              .iss = std::move(in.iss),
                              .launch = Secret(in.launch.value_or("")),
                              .login_session = who->login_session,
                              .epoch = who->epoch,
                              .uid = who->uid,
                              .launcher = who->process,
                              .until = parts_.clock.now() + call_time};
  if (in.launch) wipe(*in.launch);
  auto begun = co_await parts_.launcher.begin(std::move(beginning));
  if (!begun) co_return std::unexpected(begun.error());
  co_return BeginLaunchReply{.launch_id = begun->launch_id,
                             .authorization_url = std::string(begun->url.reveal()),
                             .expires_in = begun->expires_in.count()};
}

// To anybody but its owner a launch is not there.
Result<void> BrokerService::check_launch(const Who& who, const std::string& id) {
  const launch::Pending* pending = parts_.launcher.find(id);
  if (pending == nullptr || !who.owns(pending->ownership()) || pending->epoch != who.epoch)
    return fail(launch::no_such_launch());
  return {};
}

Result<Session> BrokerService::launched(const Result<std::string>& outcome) {
  if (!outcome) return std::unexpected(outcome.error());
  const session::Session* session = parts_.store.find(*outcome);
  if (session == nullptr) return fail(errors::LaunchExpired{"the session of this launch is over: launch again"});
  if (session->cleared() != nullptr) return fail(session->cleared()->error());
  return to_wire(*session, parts_.config.get(), parts_.clock);
}

BrokerService::Answer<CompleteLaunchReply> BrokerService::complete_launch(Call& call, CompleteLaunchParameters in) {
  const Result<Who> who = admit(call, Demand::unlocked);
  if (!who) co_return std::unexpected(who.error());
  Secret redirect(in.redirect_url);
  wipe(in.redirect_url);
  if (auto own = check_launch(*who, in.launch_id); !own) co_return std::unexpected(own.error());
  auto session = launched(
      co_await parts_.launcher.complete(std::move(in.launch_id), std::move(redirect), parts_.clock.now() + call_time));
  if (!session) co_return std::unexpected(session.error());
  call.about = {session->id};
  co_return CompleteLaunchReply{std::move(*session)};
}

BrokerService::Answer<AwaitLaunchReply> BrokerService::await_launch(Call& call, AwaitLaunchParameters in) {
  const Result<Who> who = admit(call, Demand::unlocked);
  if (!who) co_return std::unexpected(who.error());
  if (auto own = check_launch(*who, in.launch_id); !own) co_return std::unexpected(own.error());
  auto session = launched(co_await parts_.launcher.await(std::move(in.launch_id)));
  if (!session) co_return std::unexpected(session.error());
  call.about = {session->id};
  co_return AwaitLaunchReply{std::move(*session)};
}

Freshness BrokerService::freshness_of(const Who& who, const std::string& server) const {
  return to_wire(parts_.server_health.freshness(server), who.advice_for(server));
}

BrokerService::Answer<GetSessionReply> BrokerService::get_session(Call& call, GetSessionParameters in) {
  const Result<Who> who = admit(call, Demand::present);
  if (!who) co_return std::unexpected(who.error());
  const auto session = access::named_session(parts_.store, *who, in.session);
  if (!session) co_return std::unexpected(session.error());
  call.about = {(*session)->id};
  co_return GetSessionReply{.session = to_wire(**session, *who->config, parts_.clock),
                            .freshness = freshness_of(*who, (*session)->server)};
}

BrokerService::Answer<ListSessionsReply> BrokerService::list_sessions(Call& call, ListSessionsParameters) {
  const Result<Who> who = admit(call, Demand::present);
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

BrokerService::Answer<EndSessionReply> BrokerService::end_session(Call& call, EndSessionParameters in) {
  const Result<Who> who = admit(call, Demand::registered);
  if (!who) co_return std::unexpected(who.error());
  const auto session = access::named_session(parts_.store, *who, in.session);
  if (!session) co_return std::unexpected(session.error());
  parts_.clearing.clear_session(**session, {ClearReason::ended_by_app, "EndSession"});
  co_return EndSessionReply{};
}

// Anybody may ask: it names no patient, no user and no session.
BrokerService::Answer<GetHealthReply> BrokerService::get_health(Call& call, GetHealthParameters in) {
  const auto config = parts_.config.hold();
  if (in.server && config->server(*in.server) == nullptr)
    co_return fail(errors::UnknownServer{.server = *in.server, .reason = "not a configured server"});
  const Result<Who> who = parts_.gate.judge(call.caller, call.epoch_tag, Demand::registered);
  GetHealthReply reply;
  std::vector<std::string> changed;
  for (const config::Server& server : config->servers) {
    if (in.server && *in.server != server.name) continue;
    reply.servers.push_back(freshness_of(who ? *who : Who{}, server.name));
    if (!parts_.directory.observation(server.name).changed.empty()) changed.push_back(server.name);
  }
  if (!changed.empty()) reply.changed = std::move(changed);
  co_return reply;
}

BrokerService::Answer<AuthorizeWriteReply> BrokerService::authorize_write(Call& call, AuthorizeWriteParameters) {
  const Result<Who> who = admit(call, Demand::present);
  co_return fail(who ? errors::NotSupported{"AuthorizeWrite"} : who.error());
}
BrokerService::Answer<RecordWriteReply> BrokerService::record_write(Call& call, RecordWriteParameters) {
  const Result<Who> who = admit(call, Demand::registered);
  co_return fail(who ? errors::NotSupported{"RecordWrite"} : who.error());
}
BrokerService::Answer<RecordAccessReply> BrokerService::record_access(Call& call, RecordAccessParameters) {
  const Result<Who> who = admit(call, Demand::registered);
  co_return fail(who ? errors::NotSupported{"RecordAccess"} : who.error());
}

}  // namespace wardend::service
