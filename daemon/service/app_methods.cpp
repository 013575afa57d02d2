#include "daemon/service/app_methods.hpp"

#include <string>
#include <utility>

#include "base/text.hpp"

namespace wardend::service {

using namespace ipc::control;

namespace {

constexpr std::size_t longest_reason = 256;

std::string reason_of(const SetAppEnabledParameters& in) {
  std::string reason = printable(in.reason, longest_reason);
  // A switch is not refused for want of words.
  return reason.find_first_not_of(' ') == std::string::npos ? "no reason was given" : reason;
}

}  // namespace

Answer<SetAppEnabledReply> AppMethods::set_app_enabled(const ipc::Call& call, SetAppEnabledParameters in) {
  const std::string reason = reason_of(in);
  const ControlTrail::Facts facts{
      .detail = in.enabled ? "switched on" : "switched off", .app = printable(in.app, 64), .reason = reason};
  if (config_.get().app(in.app) == nullptr) {
    Error unknown = errors::UnknownApp{"not a configured app"};
    trail_.denied(call.caller, ControlMethod::SetAppEnabled, facts, unknown);
    co_return fail(std::move(unknown));
  }
  SetAppEnabledReply reply;
  if (in.enabled)
    switches_.switch_on(in.app);
  else
    reply.cleared = static_cast<std::int64_t>(switches_.switch_off(
        in.app,
        {.reason = reason, .by = "uid " + std::to_string(call.caller.uid()), .at = unix_seconds(clock_.wall_now())}));
  trail_.granted(call.caller, ControlMethod::SetAppEnabled, facts);
  if (const config::App* app = config_.get().app(in.app); in.enabled && !app->enabled)
    reply.still_disabled = "its [[app]] says enabled = false: set it to true, then `systemctl reload wardend`";
  if (std::string trouble = co_await switches_.save(); !trouble.empty()) reply.not_kept = std::move(trouble);
  co_return reply;
}

}  // namespace wardend::service
