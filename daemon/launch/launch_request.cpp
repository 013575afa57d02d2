#include "daemon/launch/launch_request.hpp"

#include <algorithm>
#include <utility>

#include "daemon/launch/admission.hpp"
#include "protocol/oauth/authorization.hpp"

namespace wardend::launch {
namespace {

constexpr std::size_t max_launch_value = 8 * 1024;
constexpr std::size_t longest_address = 2000;  // beyond, some browsers and servers cut

Error invalid(std::string field, std::string reason) {
  return errors::InvalidRequest{.field = std::move(field), .reason = std::move(reason)};
}

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

Result<Plan> plan_ehr(const Setting& setting, const Beginning& beginning) {
  if (!beginning.iss) return fail(invalid("iss", "launch needs iss: pass both as the EHR did"));
  if (beginning.launch.empty()) return fail(invalid("launch", "iss needs launch: pass both as the EHR did"));
  if (beginning.launch.size() > max_launch_value || has_control_character(beginning.launch.reveal()))
    return fail(invalid("launch", "not a launch value: more than 8 KiB, or control characters"));
  const auto base = fhir::BaseUrl::parse(*beginning.iss);
  if (!base) return fail(invalid("iss", base.error()));
  const config::Server* server = setting.config.server_by_iss(*base);
  // The allow-list, before anything is sent anywhere.
  if (server == nullptr || std::ranges::find(setting.app.servers, server->name) == setting.app.servers.end())
    return fail(
        errors::UnknownServer{.server = base->canonical(), .reason = "no [[server]] of this app has that address"});
  if (beginning.server && *beginning.server != server->name)
    return fail(invalid("server", "iss belongs to " + server->name + ": leave server out"));
  if (!setting.app.launch_ehr) return fail(invalid("launch", "this app is not configured for EHR launches"));
  return Plan{.server = server->name, .mode = Mode::ehr, .aud = *beginning.iss};
}

Result<Plan> plan_standalone(const Setting& setting, const Beginning& beginning) {
  const config::App& app = setting.app;
  if (!app.launch_standalone)
    return fail(invalid("launch", "this app is not configured for standalone launches: pass iss and launch"));
  if (!beginning.server && app.servers.size() != 1)
    return fail(invalid("server", "this app has several servers: name one"));
  Plan plan{.server = beginning.server.value_or(app.servers.front()), .aud = {}};
  const config::Server* server = setting.config.server(plan.server);
  if (server == nullptr || std::ranges::find(app.servers, plan.server) == app.servers.end())
    return fail(errors::UnknownServer{.server = plan.server, .reason = "not a server of this app"});
  plan.aud = server->fhir_base_url.text();
  return plan;
}

}  // namespace

Result<Plan> plan(const Setting& setting, const Beginning& beginning) {
  Result<Plan> plan =
      beginning.mode() == Mode::ehr ? plan_ehr(setting, beginning) : plan_standalone(setting, beginning);
  if (!plan) return plan;
  const config::Server& server = *setting.config.server(plan->server);
  if (!server.oauth.aud.empty()) plan->aud = server.oauth.aud;
  plan->registration = setting.app.registration(plan->server);
  return plan;
}

std::unique_ptr<Pending> prepare(const Setting& setting, const Plan& plan, const Beginning& beginning,
                                 const smart::Discovery& discovery, Random& random, BootTime now) {
  const config::Server& server = *setting.config.server(plan.server);
  auto pending = std::make_unique<Pending>();
  pending->id = random.token(16);
  pending->app = setting.app.id;
  pending->server = plan.server;
  pending->mode = plan.mode;
  pending->origin = beginning.origin;
  pending->reference = beginning.reference;
  pending->login_session = beginning.login_session;
  pending->epoch = beginning.epoch;
  pending->uid = beginning.uid;
  pending->launcher = beginning.launcher;
  pending->client = server::client_of(*plan.registration, server);
  pending->redirect_uri = plan.registration->redirect_uri;
  pending->state = Secret(public_name(pending->id) + "." + random.token(32));
  pending->verifier = Secret(random.token(32));
  pending->began_at = now;
  pending->expires_at = now + PendingLaunches::life;
  if (server.oauth.redirect == config::Redirect::loopback && setting.loopback_port != 0)
    pending->redirect_uri = "http://127.0.0.1:" + std::to_string(setting.loopback_port) + "/callback";
  const bool relayed = server.oauth.redirect == config::Redirect::relay;
  const bool through_browser = setting.loopback_port != 0 && (relayed || pending->redirect_uri.starts_with("http://"));
  pending->prompt = server.oauth.prompt;
  if (server.oauth.nonce) pending->nonce = random.token(16);
  pending->requested = smart::in_syntax(requested_scopes(setting.app, plan.mode),
                                        smart::choose_syntax(server.oauth.scope_syntax, discovery.capabilities));
  if (server.oauth.assume_requested_scope) pending->assumed_scope = pending->requested;
  if (through_browser) pending->cookie = Secret(random.token(32));
  pending->authorization_url = oauth::authorization_url(
      *discovery.authorization_endpoint, {.client_id = pending->client.identity.client_id,
                                          .redirect_uri = pending->redirect_uri,
                                          .scope = pending->requested,
                                          .aud = plan.aud,
                                          .launch = beginning.launch.reveal(),
                                          .state = pending->state.reveal(),
                                          .code_challenge = oauth::pkce_challenge(pending->verifier.reveal()),
                                          .prompt = pending->prompt,
                                          .nonce = pending->nonce});
  if (through_browser && discovery.has("authorize-post") && pending->authorization_url.size() > longest_address)
    pending->carriage = Carriage::form;
  return pending;
}

}  // namespace wardend::launch
