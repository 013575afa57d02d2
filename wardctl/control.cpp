// wardctl lock, clear, reload, app, accept: what the EHR's agent and operators have the broker do, over the control
// socket.
#include <algorithm>
#include <chrono>
#include <ostream>
#include <utility>

#include "wardctl/ask.hpp"
#include "wardctl/commands.hpp"
#include "wardctl/text.hpp"

namespace wardend::wardctl {
namespace {

using LockReply = client::Outcome<Answer<control::ReportLockReply>>;

LockReply report_lock(const std::string& socket, const control::ReportLockParameters& parameters,
                      client::Patience patience) {
  auto connection = client::Client::connect(socket, patience);
  if (!connection) return std::unexpected(std::move(connection.error()));
  return call<control::ReportLockReply>(*connection, qualified(control::interface_name, "ReportLock"), parameters,
                                        patience);
}

// Only root and the EHR's agents can open the lock socket, so that nobody else stands in its queue. Whatever is wrong
// with it, the control socket is tried too: a lock that is told twice does no harm.
LockReply report_lock_anywhere(const Context& context, const control::ReportLockParameters& parameters) {
  constexpr std::chrono::milliseconds lock_socket_patience{3'000};
  if (!context.lock_socket.empty()) {
    LockReply reply = report_lock(context.lock_socket, parameters, lock_socket_patience);
    if (reply || reply.error().kind == client::Failure::Kind::refused) return reply;
  }
  return report_lock(context.control_socket, parameters, client::default_patience);
}

control::Target target_of(const TargetOptions& options) {
  return {.user = options.user,
          .login_session = options.login_session,
          .seat = options.seat,
          .app = options.app,
          .server = options.server,
          .session = options.session};
}

// Without a session to end, a clear still keeps new ones from beginning; or there was nobody.
void print_cleared(const Context& context, std::int64_t sessions, const std::optional<std::int64_t>& held) {
  context.out << "cleared " << counted(sessions, "session");
  if (sessions == 0 && held)
    context.out << (*held == 0 ? "; nobody is logged in there"
                               : "; " + counted(*held, "login session") + " held until somebody signs in");
  context.out << '\n';
}

// The socket units that must change with these keys.
std::vector<std::string> socket_units(const std::vector<std::string>& keys) {
  constexpr std::pair<std::string_view, std::string_view> units[] = {{"socket", "wardend.socket"},
                                                                     {"control_socket", "wardend-control.socket"},
                                                                     {"lock_socket", "wardend-lock.socket"},
                                                                     {"fhir_socket", "wardend-fhir.socket"},
                                                                     {"loopback_port", "wardend-loopback.socket"}};
  std::vector<std::string> found;
  for (const auto& [key, unit] : units)
    if (std::ranges::find(keys, key) != keys.end()) found.emplace_back(unit);
  return found;
}

}  // namespace

ExitCode run_lock(const Context& context, const LockOptions& options) {
  control::ReportLockParameters parameters{.target = target_of(options.target)};
  if (!control::read_name(options.reason, parameters.reason))
    return refuse(context, {"InvalidRequest", "there is no such reason of a lock",
                            "use ehr_lock, ehr_logout or ehr_user_switch", ExitCode::usage});
  const auto reply = report_lock_anywhere(context, parameters);
  return print_reply(context, reply, [&](const control::ReportLockReply& done) {
    print_cleared(context, done.cleared, done.held);
    if (done.widened) context.err << "every user was cleared: " << printable(*done.widened) << '\n';
  });
}

ExitCode run_clear(const Context& context, const ClearOptions& options) {
  const control::ClearSessionsParameters parameters{.target = target_of(options.target), .reason = options.reason};
  const auto reply = ask_control<control::ClearSessionsReply>(context, "ClearSessions", parameters);
  return print_reply(context, reply,
                     [&](const control::ClearSessionsReply& done) { print_cleared(context, done.cleared, done.held); });
}

ExitCode run_reload(const Context& context) {
  const auto reply = ask_control<control::ReloadReply>(context, "Reload", control::ReloadParameters{});
  return print_reply(context, reply, [&](const control::ReloadReply& done) {
    context.out << "configuration " << printable(done.config_digest.substr(0, 12)) << " is in force\n";
    const auto waiting = done.at_restart.value_or(std::vector<std::string>());
    for (const auto& key : waiting) context.out << "  but " << printable(key) << " waits for a restart\n";
    if (waiting.empty()) return;
    for (const auto& unit : socket_units(waiting))
      context.out << "  next: `systemctl edit --full " << unit << "`, as systemd holds that socket\n";
    context.out << "  next: `systemctl restart wardend`\n";
  });
}

ExitCode run_app(const Context& context, const AppOptions& options) {
  const bool on = options.position == Switch::on;
  const auto reply = ask_control<control::SetAppEnabledReply>(
      context, "SetAppEnabled",
      control::SetAppEnabledParameters{.app = options.app, .enabled = on, .reason = options.reason});
  const ExitCode code = print_reply(context, reply, [&](const control::SetAppEnabledReply& done) {
    context.out << printable(options.app) << (on ? " is switched on" : " is switched off");
    if (!on) context.out << "; cleared " << counted(done.cleared, "session");
    context.out << '\n';
  });
  if (code != ExitCode::done) return code;
  if (reply->value.not_kept)
    return refuse(context,
                  {"NotKept", "that is in force, but a restart of wardend would undo it: " + *reply->value.not_kept,
                   "let wardend write to its state_dir; it tries again every ten seconds, and `wardctl status` "
                   "says so until it is kept",
                   ExitCode::try_again});
  if (reply->value.still_disabled)
    return refuse(context, {"AppDisabled", "the app stays off all the same: the configuration says so",
                            *reply->value.still_disabled, ExitCode::refused});
  return ExitCode::done;
}

ExitCode run_accept(const Context& context, const AcceptOptions& options) {
  const auto reply = ask_control<control::AcceptServerReply>(
      context, "AcceptServer",
      control::AcceptServerParameters{
          .server = options.server, .reason = options.reason, .changed_digest = options.changed});
  return print_reply(context, reply,
                     [&](const auto&) { context.out << "accepted " << printable(options.server) << '\n'; });
}

}  // namespace wardend::wardctl
