#include "daemon/launch/dead_end.hpp"

#include <string>
#include <string_view>

#include "config/audit_rule.hpp"
#include "daemon/launch/admission.hpp"
#include "protocol/oauth/authorization.hpp"

namespace wardend::launch {
namespace {

std::string callback_at(std::string_view host, std::uint16_t port) {
  return "http://" + std::string(host) + ":" + std::to_string(port) + "/callback";
}

// Whether the registered address is one of our own loopback, as its port in the configuration says.
bool comes_back_to(const std::string& redirect_uri, std::uint16_t port) {
  return redirect_uri == callback_at("127.0.0.1", port) || redirect_uri == callback_at("[::1]", port);
}

std::optional<Error> no_way_back(const Prospect& prospect) {
  const Setting& setting = prospect.setting;
  const config::Server& server = *setting.config.server(prospect.plan.server);
  const std::uint16_t configured = setting.config.broker.loopback_port;
  const std::uint16_t listening = setting.loopback_port;
  if (server.oauth.redirect == config::Redirect::relay && listening == 0)
    return launch_failed(LaunchStage::authorization, "no_loopback",
                         "the relay has nowhere to send the browser: set loopback_port, then restart wardend");
  if (server.oauth.redirect != config::Redirect::fixed || listening == 0 || listening == configured) return {};
  if (!comes_back_to(prospect.plan.registration->redirect_uri, configured)) return {};
  return launch_failed(LaunchStage::authorization, "redirect_port",
                       "the browser would come back to port " + std::to_string(configured) +
                           ", and wardend listens at " + std::to_string(listening) +
                           ": `wardctl status` says how to mend that");
}

bool asks_who_signs_in(const config::App& app) { return app.wanted_scopes().contains("openid"); }

}  // namespace

std::optional<Error> dead_end(const Prospect& prospect) {
  if (config::waits_for_trail(prospect.setting.config, prospect.trail_writable))
    return launch_failed(LaunchStage::authorization, "no_audit_trail",
                         "the audit trail cannot be written, and without it no app gets a token: `wardctl status` says "
                         "why");
  if (auto lost = no_way_back(prospect)) return lost;
  const config::App& app = prospect.setting.app;
  const bool asks = asks_who_signs_in(app);
  if (app.identity == config::Identity::required && !asks)
    return launch_failed(
        LaunchStage::identity, "no_openid",
        "the app has to know who signs in, and asks for no scope that tells: give it the scopes openid "
        "and fhirUser, or set identity = \"none\"");
  const bool proves = asks || prospect.value == LaunchValue::new_from_browser;
  if (prospect.presence == workstation::Presence::held && !proves) {
    const config::Server* server = prospect.setting.config.server(prospect.plan.server);
    const bool prompts = server != nullptr && oauth::asks_to_sign_in(server->oauth.prompt);
    return errors::WorkstationLocked{
        "nobody has signed in since the last clear, and this launch could not tell: open the app from the EHR (or give "
        "the app the scope openid" +
        std::string(prompts ? ")" : ", and set prompt = \"login\" for the server)")};
  }
  return std::nullopt;
}

}  // namespace wardend::launch
