#include "daemon/service/app_methods.hpp"

#include <string>
#include <utility>

#include "base/text.hpp"
#include "daemon/service/operator_reason.hpp"

namespace wardend::service {

using namespace ipc::control;

Answer<SetAppEnabledReply> AppMethods::set_app_enabled(const ipc::Call& call, SetAppEnabledParameters in) {
  auto reason = operator_reason(in.reason);
  if (!reason && in.enabled) reason = "no reason was given";
  ControlTrail::Facts facts{.detail = in.enabled ? "switched on" : "switched off",
                            .app = printable(in.app, 64),
                            .reason = reason.value_or(std::string())};
  if (!reason) {
    trail_.denied(call.caller, ControlMethod::SetAppEnabled, facts, reason.error());
    co_return std::unexpected(reason.error());
  }
  if (config_.get().app(in.app) == nullptr) {
    Error unknown = errors::UnknownApp{"not a configured app"};
    trail_.denied(call.caller, ControlMethod::SetAppEnabled, facts, unknown);
    co_return fail(std::move(unknown));
  }
  if (const auto& before = config_.get().app(in.app)->switched_off; before && !in.enabled)
    facts.detail += ", which it was already: " + before->reason;
  SetAppEnabledReply reply;
  if (in.enabled)
    switches_.switch_on(in.app);
  else
    reply.cleared = static_cast<std::int64_t>(switches_.switch_off(
        in.app,
        {.reason = *reason, .by = "uid " + std::to_string(call.caller.uid()), .at = unix_seconds(clock_.wall_now())}));
  trail_.granted(call.caller, ControlMethod::SetAppEnabled, facts);
  if (const config::App* app = config_.get().app(in.app); in.enabled && !app->enabled)
    reply.still_disabled = "its [[app]] says enabled = false: set it to true, then `systemctl reload wardend`";
  if (std::string trouble = co_await switches_.save(); !trouble.empty()) reply.not_kept = std::move(trouble);
  co_return reply;
}

}  // namespace wardend::service
