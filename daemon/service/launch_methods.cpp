#include "daemon/service/launch_methods.hpp"

#include <utility>

#include "base/call_time.hpp"
#include "daemon/service/wire.hpp"

namespace wardend::service {

using namespace ipc::broker;
using access::Demand;
using access::Who;

Answer<BeginLaunchReply> LaunchMethods::begin_launch(const ipc::Call& call, BeginLaunchParameters in) {
  const Result<Who> who = parts_.gate.admit_and_record(call.caller, call.epoch_tag, Demand::unlocked, "BeginLaunch");
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
Result<void> LaunchMethods::check_launch(const Who& who, const std::string& id) {
  const launch::Pending* pending = parts_.launcher.find(id);
  if (pending == nullptr || !who.owns(pending->ownership()) || pending->epoch != who.epoch)
    return fail(launch::no_such_launch());
  return {};
}

Result<Session> LaunchMethods::launched(const Result<std::string>& outcome) {
  if (!outcome) return std::unexpected(outcome.error());
  const session::Session* session = parts_.store.find(*outcome);
  if (session == nullptr) return fail(errors::LaunchExpired{"the session of this launch is over: launch again"});
  if (session->cleared() != nullptr) return fail(session->cleared()->error());
  return to_wire(*session, parts_.config.get(), parts_.clock);
}

Answer<CompleteLaunchReply> LaunchMethods::complete_launch(ipc::Call& call, CompleteLaunchParameters in) {
  const Result<Who> who = parts_.gate.admit_and_record(call.caller, call.epoch_tag, Demand::unlocked, "CompleteLaunch");
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

Answer<AwaitLaunchReply> LaunchMethods::await_launch(ipc::Call& call, AwaitLaunchParameters in) {
  const Result<Who> who = parts_.gate.admit_and_record(call.caller, call.epoch_tag, Demand::unlocked, "AwaitLaunch");
  if (!who) co_return std::unexpected(who.error());
  if (auto own = check_launch(*who, in.launch_id); !own) co_return std::unexpected(own.error());
  auto session = launched(co_await parts_.launcher.await(std::move(in.launch_id)));
  if (!session) co_return std::unexpected(session.error());
  call.about = {session->id};
  co_return AwaitLaunchReply{std::move(*session)};
}

}  // namespace wardend::service
