#include "daemon/launch/launcher.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "daemon/launch/admission.hpp"
#include "daemon/launch/launch_matrix.hpp"
#include "daemon/launch/redirect_answer.hpp"

namespace wardend::launch {
namespace {

// A launch outlives its exchange: tokens that come must find somebody to hold or to revoke them.
constexpr Duration after_exchange = 12s;
// How long after its deadline an exchange may still be reported; it ends by itself before.
constexpr Duration grace = 500ms;

errors::RateLimited rate_limited(std::string reason, Duration wait) {
  return {.retry_after_ms = std::chrono::ceil<std::chrono::milliseconds>(wait), .reason = std::move(reason)};
}

errors::LaunchExpired stopping() { return {"wardend stops: launch again when it is back"}; }

}  // namespace

std::optional<Error> Launcher::too_often(const Beginning& beginning) {
  const auto wait = rate_.take_turn(beginning.uid, beginning.origin, parts_.clock.now());
  if (!wait) return std::nullopt;
  return rate_limited("thirty launches came to nothing within a minute: wait, and look at the last one's error", *wait);
}

std::optional<Error> Launcher::obstacle(const Beginning& beginning, const workstation::Stay& stay,
                                        const server::ServerDirectory::Answer& discovery) {
  if (!discovery) return discovery_failed(discovery.error());
  if (!(*discovery)->authorization_endpoint)
    return launch_failed(LaunchStage::discovery, "no_authorization_endpoint",
                         "the server offers no interactive launch");
  if (closed_) return stopping();
  if (const config::App* app = parts_.config.get().app(beginning.app); app != nullptr && !app->in_use())
    return config::disabled(*app);
  if (!parts_.workstation.stands(stay)) return parts_.workstation.fall_of(stay).error();
  return make_room(beginning);  // others may have begun meanwhile
}

std::optional<Error> Launcher::make_room(const Beginning& beginning) {
  const auto replaced = parts_.pending.to_replace(beginning.uid, beginning.origin);
  if (!replaced)
    return rate_limited("every place for a launch is taken by one that is about to end: wait a moment",
                        replaced.error());
  if (*replaced != nullptr)
    parts_.pending.over(
        **replaced, fail(errors::LaunchExpired{"a newer launch took its place, as eight of a user and 64 of all wait "
                                               "for a sign-in at most: launch again"}));
  return std::nullopt;
}

std::optional<Error> Launcher::unprovable(const Setting& setting, const Plan& plan,
                                          const server::DiscoveryPtr& discovery) const {
  const config::Server& server = *setting.config.server(plan.server);
  return parts_.exchange.obstacle(
      {.server = server.name, .client = server::client_of(*plan.registration, server), .discovery = discovery});
}

std::optional<errors::ServerUnavailable> Launcher::unavailable(const std::string& server,
                                                               const std::string& app) const {
  // That its endpoints have changed is the nearer cause. What only people can mend is told as what it is, and is no
  // outage that ends by itself: the launch asks the server once more.
  const bool nearer_cause = !parts_.directory.observation(server).changed.empty() || parts_.health.needs_people(server);
  if (!parts_.health.down(server) || nearer_cause) return std::nullopt;
  const server::ServerRecord record = parts_.health.record(server);
  const config::App* settings = parts_.config.get().app(app);
  errors::ServerUnavailable error{
      .server = server,
      .reason = record.last_trouble.empty() ? std::string("the server is down") : record.last_trouble,
      .since = record.state_since};
  if (settings != nullptr && !settings->advice.empty()) error.advice = settings->advice;
  return error;
}

asio::awaitable<void> Launcher::look_again(std::string server, BootTime until) {
  static_cast<void>(co_await parts_.directory.get(std::move(server), server::ServerDirectory::Need::now, until));
}

asio::awaitable<Result<Launcher::Begun>> Launcher::begin(Beginning beginning) {
  const auto config = parts_.config.hold();
  const config::App* app = config->app(beginning.app);
  if (app == nullptr) co_return fail(errors::UnknownApp{"no such app"});
  if (beginning.reference.empty()) beginning.reference = new_reference();
  const Setting setting{*config, *app, parts_.loopback_port};
  const Result<Plan> planned = plan(setting, beginning);
  std::optional<Error> refused = planned ? too_often(beginning) : std::optional(planned.error());
  if (!app->in_use()) refused = config::disabled(*app);
  workstation::Stay stay;
  std::optional<LaunchValues::Sighting> value;
  LaunchValue proof = LaunchValue::proves_nothing;
  if (!refused) {
    stay = parts_.workstation.stay(beginning.login_session, beginning.epoch, {planned->server, app->id});
    // It counts as seen from here on, whatever becomes of this launch.
    if (planned->mode == Mode::ehr) value = parts_.values.see(planned->server, beginning.launch.reveal());
    const bool by_user = beginning.origin == Origin::click || beginning.origin == Origin::undeclared;
    if (value && !value->before && by_user) proof = LaunchValue::new_from_browser;
    const auto presence = parts_.workstation.presence(beginning.login_session, stay.part);
    refused = dead_end({.setting = setting,
                        .plan = *planned,
                        .value = proof,
                        .presence = presence,
                        .trail_writable = parts_.log.trail_writable()});
  }
  if (auto down = refused ? std::nullopt : unavailable(planned->server, app->id)) {
    exchanges_.spawn("look again", look_again(planned->server, beginning.until));
    refused = std::move(*down);
  }
  server::ServerDirectory::Answer discovery;
  if (!refused) {
    using Need = server::ServerDirectory::Need;
    const Need need = parts_.health.down(planned->server) ? Need::now : Need::fresh_ten_minutes;
    discovery = co_await parts_.directory.get(planned->server, need, beginning.until);
    refused = obstacle(beginning, stay, discovery);
  }
  if (!refused) refused = unprovable(setting, *planned, *discovery);
  if (refused) {
    parts_.log.refused(beginning, planned ? planned->server : std::string(), *refused);
    co_return std::unexpected(std::move(*refused));
  }
  Pending& pending =
      parts_.pending.add(prepare(setting, *planned, beginning, **discovery, parts_.random, parts_.clock.now()));
  pending.began = stay.began;
  if (value) pending.value_mark = value->mark;
  pending.value = proof;
  co_return announce(pending, **discovery);
}

Launcher::Begun Launcher::announce(Pending& pending, const smart::Discovery& discovery) {
  exchanges_.spawn("issuer's keys", parts_.identity.prepare(pending.server, discovery));
  log::info("launch begun", {{"app", pending.app},
                             {"server", pending.server},
                             {"mode", name_of(pending.mode)},
                             {"uid", pending.uid},
                             {"reference", pending.reference}});
  Secret url = pending.cookie.empty()
                   ? pending.authorization_url.clone()
                   : Secret("http://127.0.0.1:" + std::to_string(parts_.loopback_port) + "/go/" + pending.id);
  return Begun{pending.id, std::move(url), std::chrono::duration_cast<std::chrono::seconds>(PendingLaunches::life)};
}

asio::awaitable<Result<std::string>> Launcher::complete(std::string launch_id, Secret redirect_url, BootTime until) {
  Pending* pending = parts_.pending.find(launch_id);
  if (pending == nullptr) co_return fail(no_such_launch());
  auto response = read_redirect(*pending, redirect_url);
  if (!response) {
    if (ends_launch(response.error())) parts_.pending.over(*pending, std::unexpected(response.error()));
    co_return std::unexpected(response.error());
  }
  co_return co_await redirected(std::move(launch_id), std::move(*response), until);
}

asio::awaitable<Result<std::string>> Launcher::redirected(std::string launch_id, oauth::AuthorizationResponse response,
                                                          BootTime until) {
  Pending* pending = parts_.pending.find(launch_id);
  if (pending == nullptr) co_return fail(no_such_launch());
  pending->state = Secret();  // spent on first use, success or not
  const auto known = co_await parts_.directory.get(pending->server, server::ServerDirectory::Need::known, until);
  pending = parts_.pending.find(launch_id);
  if (pending == nullptr) co_return fail(no_such_launch());
  std::optional<Error> refused = fault_of(response, known);
  if (response.iss && known && !(*known)->issuer)
    log::bounded(log::Level::warn, "the redirect names an issuer, and the server's document none to compare it with",
                 pending->server, {{"server", pending->server}});
  if (closed_) refused = stopping();
  if (refused) {
    parts_.pending.over(*pending, std::unexpected(*refused));
  } else if (!pending->exchange_until && !pending->outcome) {
    const config::App* app = parts_.config.get().app(pending->app);
    pending->exchange_until = until;
    pending->expires_at = std::max(pending->expires_at, until + after_exchange);
    CodeExchange::Order order{.app = pending->app,
                              .server = pending->server,
                              .client = pending->client,
                              .redirect_uri = pending->redirect_uri,
                              .nonce = pending->nonce,
                              .assumed_scope = pending->assumed_scope,
                              .require_verified_patient = app != nullptr && app->require_verified_patient,
                              .verifier = pending->verifier.clone(),
                              .code = std::move(response.code),
                              .discovery = *known,
                              .until = until};
    exchanges_.spawn("code exchange", exchange(launch_id, std::move(order)));
  }
  co_return co_await parts_.pending.await(std::move(launch_id), until + grace);
}

asio::awaitable<void> Launcher::exchange(std::string launch_id, CodeExchange::Order order) {
  struct Ended {
    Launcher& launcher;
    ~Ended() {
      if (--launcher.exchanging_ == 0) launcher.exchanged_.notify_all();
    }
  };
  ++exchanging_;
  const Ended ended{*this};
  order.wanted = [this, launch_id] {
    const Pending* pending = parts_.pending.find(launch_id);
    return pending != nullptr && !pending->outcome;
  };
  order.heard = [this, launch_id](const oauth::TokenResponse& response) {
    if (Pending* pending = parts_.pending.find(launch_id)) pending->came = members_of(response);
  };
  auto arrival = co_await parts_.exchange.redeem(std::move(order));
  Pending* pending = parts_.pending.find(launch_id);
  if (pending == nullptr) {
    if (arrival) parts_.exchange.revoke(std::move(*arrival));
    co_return;
  }
  parts_.pending.over(*pending, arrival ? arrived(*pending, std::move(*arrival)) : std::unexpected(arrival.error()));
}

Result<std::string> Launcher::arrived(Pending& pending, Arrival arrival) {
  if (pending.outcome) {
    parts_.exchange.revoke(std::move(arrival));
    return *pending.outcome;
  }
  const workstation::Stay stay = pending.stay();
  Result<std::string> session = fail(parts_.workstation.fall_of(stay).error());
  if (parts_.workstation.stands(stay)) session = parts_.founding.found(pending, arrival);
  if (!session) {
    parts_.exchange.revoke(std::move(arrival));
    return session;
  }
  if (arrival.who && !pending.cookie.empty()) pending.signed_in_as = arrival.who->name;
  rate_.give_back(pending.uid, pending.origin);
  if (pending.value_mark) parts_.values.came_to_session(*pending.value_mark);
  return session;
}

asio::awaitable<void> Launcher::settle(BootTime until) {
  while (exchanging_ > 0 && parts_.clock.now() < until) co_await parts_.clock.wait(exchanged_, until);
}

}  // namespace wardend::launch
