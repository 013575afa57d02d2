// The beginning of a launch and everything that ends it; the code exchange is in exchange.cpp.
#include "daemon/launch/launcher.hpp"
#include "daemon/session/audit_entry.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.hpp"

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

}  // namespace

Launcher::Launcher(asio::any_io_executor executor, Parts parts)
    : parts_(parts), identity_(parts.clock, parts.http, parts.config), exchanges_(std::move(executor)) {
  parts_.clearing.on_epoch_end([this](const session::EpochEnded& ended) {
    end_where([&](const Pending& pending) { return pending.epoch == ended.number; }, ended.end.error());
  });
}

asio::awaitable<void> Launcher::run() {
  for (;;) {
    pending_.purge(parts_.clock.now());
    co_await parts_.clock.wait(begun_, pending_.next_expiry());
  }
}

Result<Launcher::Plan> Launcher::plan_ehr(const config::Config& config, const config::App& app,
                                          const Beginning& beginning) const {
  if (!beginning.iss) return fail(invalid("iss", "launch needs iss: pass both as the EHR did"));
  if (beginning.launch.empty()) return fail(invalid("launch", "iss needs launch: pass both as the EHR did"));
  if (beginning.launch.size() > max_launch_value || has_control_character(beginning.launch.reveal()))
    return fail(invalid("launch", "not a launch value: more than 8 KiB, or control characters"));
  const auto base = fhir::BaseUrl::parse(*beginning.iss);
  if (!base) return fail(invalid("iss", base.error()));
  const config::Server* server = config.server_by_iss(*base);
  // The allow-list, before anything is sent anywhere.
  if (server == nullptr || std::ranges::find(app.servers, server->name) == app.servers.end())
    return fail(
        errors::UnknownServer{.server = base->canonical(), .reason = "no [[server]] of this app has that address"});
  if (beginning.server && *beginning.server != server->name)
    return fail(invalid("server", "iss belongs to " + server->name + ": leave server out"));
  if (!app.launch_ehr) return fail(invalid("launch", "this app is not configured for EHR launches"));
  return Plan{.server = server->name, .mode = Mode::ehr, .aud = *beginning.iss};
}

Result<Launcher::Plan> Launcher::plan(const config::Config& config, const config::App& app,
                                      const Beginning& beginning) const {
  Result<Plan> plan;
  if (beginning.iss || !beginning.launch.empty()) {
    plan = plan_ehr(config, app, beginning);
    if (!plan) return plan;
  } else {
    if (!app.launch_standalone)
      return fail(invalid("launch", "this app is not configured for standalone launches: pass iss and launch"));
    if (!beginning.server && app.servers.size() != 1)
      return fail(invalid("server", "this app has several servers: name one"));
    plan->server = beginning.server.value_or(app.servers.front());
    const config::Server* server = config.server(plan->server);
    if (server == nullptr || std::ranges::find(app.servers, plan->server) == app.servers.end())
      return fail(errors::UnknownServer{.server = plan->server, .reason = "not a server of this app"});
    plan->aud = server->fhir_base_url.text();
  }
  const config::Server* server = config.server(plan->server);
  if (!server->oauth.aud.empty()) plan->aud = server->oauth.aud;
  plan->registration = app.registration(plan->server);
  return plan;
}

std::unique_ptr<Pending> Launcher::prepare(const config::Config& config, const config::App& app, const Plan& plan,
                                           const Beginning& beginning, const smart::Discovery& discovery) {
  auto pending = std::make_unique<Pending>();
  pending->id = parts_.random.token(16);
  pending->app = app.id;
  pending->server = plan.server;
  pending->mode = plan.mode;
  pending->login_session = beginning.login_session;
  pending->epoch = beginning.epoch;
  pending->uid = beginning.uid;
  pending->launcher = beginning.launcher;
  pending->client = session::client_of(*plan.registration, *config.server(plan.server));
  pending->redirect_uri = plan.registration->redirect_uri;
  pending->state = Secret(parts_.random.token(32));
  pending->verifier = Secret(parts_.random.token(32));
  pending->expires_at = parts_.clock.now() + PendingLaunches::life;
  const config::Server& server = *config.server(plan.server);
  if (server.oauth.redirect == config::Redirect::loopback && parts_.loopback_port != 0)
    pending->redirect_uri = "http://127.0.0.1:" + std::to_string(parts_.loopback_port) + "/callback";
  const bool relayed = server.oauth.redirect == config::Redirect::relay;
  const bool through_browser = parts_.loopback_port != 0 && (relayed || pending->redirect_uri.starts_with("http://"));
  if (server.oauth.nonce) pending->nonce = parts_.random.token(16);
  pending->requested = smart::in_syntax(requested_scopes(app, plan.mode),
                                        smart::choose_syntax(server.oauth.scope_syntax, discovery.capabilities));
  if (through_browser) pending->cookie = Secret(parts_.random.token(32));
  pending->authorization_url = oauth::authorization_url(
      *discovery.authorization_endpoint, {.client_id = pending->client.identity.client_id,
                                          .redirect_uri = pending->redirect_uri,
                                          .scope = pending->requested,
                                          .aud = plan.aud,
                                          .launch = beginning.launch.reveal(),
                                          .state = pending->state.reveal(),
                                          .code_challenge = oauth::pkce_challenge(pending->verifier.reveal()),
                                          .prompt = server.oauth.prompt,
                                          .nonce = pending->nonce});
  if (through_browser && discovery.has("authorize-post") && pending->authorization_url.size() > longest_address)
    pending->carriage = Carriage::form;
  return pending;
}

std::optional<Error> Launcher::too_many(uid_t uid) const {
  if (pending_.count(uid) < PendingLaunches::max_per_uid && pending_.waiting() < PendingLaunches::max_altogether)
    return std::nullopt;
  const Duration wait = pending_.next_expiry() - parts_.clock.now();
  return errors::RateLimited{.retry_after_ms = std::chrono::ceil<std::chrono::milliseconds>(wait),
                             .reason = "eight launches wait for a sign-in already: finish one"};
}

std::optional<Error> Launcher::too_often(uid_t uid) {
  const auto wait = rate_.wait(uid, parts_.clock.now());
  if (!wait) return std::nullopt;
  return errors::RateLimited{
      .retry_after_ms = std::chrono::ceil<std::chrono::milliseconds>(*wait),
      .reason = "thirty launches came to nothing within a minute: wait, and look at the last one's error"};
}

std::optional<Error> Launcher::obstacle(
    const Beginning& beginning,
    const std::expected<session::DiscoveryPtr, session::DiscoveryFailure>& discovery) const {
  if (!discovery) return discovery_failed(discovery.error());
  if (!(*discovery)->authorization_endpoint)
    return errors::LaunchFailed{.stage = LaunchStage::discovery,
                                .code = "no_authorization_endpoint",
                                .description = "the server offers no interactive launch"};
  if (!parts_.workstation.running(beginning.epoch))
    return errors::WorkstationLocked{"the workstation was locked meanwhile: unlock it and launch again"};
  return too_many(beginning.uid);  // others may have begun meanwhile
}

asio::awaitable<Result<Launcher::Begun>> Launcher::begin(Beginning beginning) {
  const auto config = parts_.config.hold();
  const config::App* app = config->app(beginning.app);
  if (app == nullptr) co_return fail(errors::UnknownApp{"no such app"});
  const Result<Plan> planned = plan(*config, *app, beginning);
  const Mode mode = beginning.iss || !beginning.launch.empty() ? Mode::ehr : Mode::standalone;
  if (!planned) {
    record(app->id, "", mode, beginning.uid, beginning.login_session, std::unexpected(planned.error()));
    co_return std::unexpected(planned.error());
  }
  std::optional<Error> refused = too_many(beginning.uid);
  if (!refused) refused = too_often(beginning.uid);
  std::expected<session::DiscoveryPtr, session::DiscoveryFailure> discovery;
  if (!refused) {
    discovery = co_await parts_.directory.get(planned->server, session::ServerDirectory::Need::fresh_ten_minutes);
    refused = obstacle(beginning, discovery);
  }
  if (refused) {
    record(app->id, planned->server, mode, beginning.uid, beginning.login_session, std::unexpected(*refused));
    co_return std::unexpected(std::move(*refused));
  }
  Pending& pending = pending_.add(prepare(*config, *app, *planned, beginning, **discovery));
  begun_.notify_all();
  exchanges_.spawn("issuer's keys", identity_.prepare(pending.server, **discovery));
  log::info("launch begun",
            {{"app", pending.app}, {"server", pending.server}, {"mode", name_of(pending.mode)}, {"uid", pending.uid}});
  Secret url = pending.cookie.empty()
                   ? pending.authorization_url.clone()
                   : Secret("http://127.0.0.1:" + std::to_string(parts_.loopback_port) + "/go/" + pending.id);
  co_return Begun{pending.id, std::move(url), std::chrono::duration_cast<std::chrono::seconds>(PendingLaunches::life)};
}

asio::awaitable<Result<std::string>> Launcher::await(std::string launch_id) {
  Pending* pending = pending_.find(launch_id);
  if (pending == nullptr) co_return fail(no_such_launch());
  while (!pending->outcome) {
    co_await parts_.clock.wait(pending->finished, pending->expires_at + 1s);
    pending = pending_.find(launch_id);
    if (pending == nullptr) co_return fail(unfinished_launch());
  }
  co_return *pending->outcome;
}

asio::awaitable<Result<std::string>> Launcher::complete(std::string launch_id, Secret redirect_url) {
  Pending* pending = pending_.find(launch_id);
  if (pending == nullptr) co_return fail(no_such_launch());
  const std::string_view url = redirect_url.reveal();
  const auto question = url.find('?');
  if (url.substr(0, question) != pending->redirect_uri || question == std::string_view::npos)
    co_return fail(invalid("redirect_url", "does not begin with the app's redirect_uri: pass the whole redirect URL"));
  auto response = oauth::parse_authorization_response(url.substr(question + 1));
  if (!response)
    co_return fail(errors::LaunchFailed{.stage = LaunchStage::authorization,
                                        .code = response.error(),
                                        .description = "the redirect is malformed: launch again"});
  if (pending->state.empty() || !pending->state.equals(response->state.reveal()))
    co_return fail(errors::LaunchFailed{.stage = LaunchStage::authorization,
                                        .code = "state_mismatch",
                                        .description = "the redirect belongs to another launch: launch again"});
  co_return co_await redirected(std::move(launch_id), std::move(*response));
}

std::size_t Launcher::end_where(const std::function<bool(const Pending&)>& which, const Error& error) {
  const std::vector<Pending*> meant = pending_.matching(which);
  for (Pending* pending : meant) over(*pending, std::unexpected(error));
  return meant.size();
}

void Launcher::over(Pending& pending, Result<std::string> outcome) {
  if (pending.outcome) return;
  if (outcome) rate_.succeeded(pending.uid);
  record(pending.app, pending.server, pending.mode, pending.uid, pending.login_session, outcome);
  pending_.finish(pending, std::move(outcome));
}

void Launcher::record(const std::string& app, const std::string& server, Mode mode, uid_t uid,
                      const std::string& login_session, const Result<std::string>& outcome) {
  const std::string result(outcome ? "ok" : name_of(outcome.error().code()));
  ++counters_.launches[{app, server, std::string(name_of(mode)), result}];
  const session::Session* session = outcome ? parts_.store.find(*outcome) : nullptr;
  AuditRecord record = session != nullptr ? audit_entry(AuditKind::launch, *session) : AuditRecord(AuditKind::launch);
  record.action = name_of(mode);
  record.app = app;
  record.server = server;
  record.uid = uid;
  record.login_session = login_session;
  if (outcome) {
    record.granted().session = *outcome;
    return parts_.audit.write(std::move(record));
  }
  log::bounded(log::Level::warn, "launch failed", std::to_string(uid) + ' ' + result,
               {{"app", app}, {"server", server}, {"error", result}, {"detail", outcome.error().detail()}});
  record.denied(name_of(outcome.error().code())).detail = outcome.error().detail();
  parts_.audit.write_counted(std::move(record));
}

}  // namespace wardend::launch
