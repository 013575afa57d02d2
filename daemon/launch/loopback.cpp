#include "daemon/launch/loopback.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/call_time.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "daemon/launch/browser_request.hpp"
#include "daemon/launch/redirect_answer.hpp"
#include "daemon/launch/session_words.hpp"

namespace wardend::launch {
namespace {

constexpr std::string_view launch_path = "/launch/";
constexpr std::string_view go_path = "/go/";
constexpr std::string_view callback_path = "/callback";
constexpr std::string_view status_path = "/status";
constexpr Duration lookup_time = 2s;

std::string machine_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : std::string();
}

// The configured server of an EHR launch; empty: none.
std::string server_named(const config::Config& config, const std::string& iss) {
  const auto base = fhir::BaseUrl::parse(iss);
  const config::Server* server = base ? config.server_by_iss(*base) : nullptr;
  return server == nullptr ? std::string() : server->name;
}

http::Reply page_reply(int status, const std::string& html) { return {.status = status, .body = Secret(html)}; }

// The page of a launch that is over: its cookie is of no use any more.
http::Reply without_cookie(http::Reply reply, const std::string& launch_id) {
  reply.headers.emplace_back("Set-Cookie", cookie_taken_back(launch_id));
  return reply;
}

// What any browser may cause by itself, and nobody asks support about.
bool is_silent(Refusal refusal) { return refusal == Refusal::stray || refusal == Refusal::loaded_ahead; }

int status_of(const Error& error) {
  if (error.code() == Errc::RateLimited) return 429;
  return error.code() == Errc::ServerUnavailable ? 503 : 403;
}

}  // namespace

Scene Loopback::scene_of(std::string reference, std::string_view app, std::string server) const {
  return {.reference = std::move(reference),
          .machine = machine_name(),
          .app = parts_.config.get().app(app),
          .server = std::move(server),
          .now = parts_.clock.wall_now()};
}

Scene Loopback::scene_of(const Pending& pending) const {
  Scene scene = scene_of(pending.reference, pending.app, pending.server);
  scene.presence = parts_.workstation.presence(pending.login_session, {.server = pending.server, .app = pending.app});
  return scene;
}

http::Reply Loopback::refuse(Refusal refusal, const About& about) {
  const RefusalText text = text_of(refusal);
  Scene scene = scene_of({}, about.app, about.server);
  if (!is_silent(refusal)) {
    scene.reference = parts_.launcher.new_reference();
    const std::string uid = about.uid ? std::to_string(*about.uid) : "";
    log::bounded(log::Level::warn, "page refused", uid + ' ' + std::string(text.code),
                 {{"uid", uid},
                  {"code", text.code},
                  {"app", scene.app == nullptr ? "" : scene.app->id},
                  {"server", scene.server},
                  {"reference", scene.reference},
                  {"why", about.technical.empty() ? text.technical : std::string_view(about.technical)}});
  }
  http::Reply reply = page_reply(text.status, notice_page(refusal_notice(refusal, scene, about.technical)));
  if (refusal == Refusal::method) reply.headers.emplace_back("Allow", "GET");
  // Only so can the one who sits there read in the frame why nothing happens. The page has nothing else on it.
  if (refusal == Refusal::framed)
    reply.headers.emplace_back("Content-Security-Policy",
                               "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors *; "
                               "base-uri 'none'");
  return reply;
}

http::Reply Loopback::refuse(Refusal refusal, uid_t uid, const Pending& pending) {
  return refuse(refusal, {.uid = uid, .app = pending.app, .server = pending.server});
}

asio::awaitable<http::Reply> Loopback::handle(http::InboundRequest request) {
  if (const auto fault = fault_of(request, parts_.port)) co_return refuse(*fault, {.uid = request.peer_uid});
  const BootTime until = parts_.clock.now() + call_time;
  const std::string path = request.path;
  if (path.starts_with(launch_path))
    co_return co_await ehr_launch(std::move(request), path.substr(launch_path.size()), until);
  if (path.starts_with(go_path)) co_return go(request, path.substr(go_path.size()));
  if (path == callback_path) co_return co_await callback(std::move(request), until);
  if (path == status_path) co_return page_reply(200, parts_.status_page());
  if (path == done_path) co_return page_reply(200, done_page());
  co_return refuse(Refusal::stray, {});
}

asio::awaitable<std::optional<http::Reply>> Loopback::obstacle(std::string app_id, uid_t uid, BootTime until) {
  const auto config = parts_.config.hold();
  const config::App* app = config->app(app_id);
  if (app == nullptr) {
    const config::App* meant = misspelt_app(*config, app_id);
    if (meant == nullptr) co_return refuse(Refusal::unknown_app, {.uid = uid});
    const std::string right = "http://127.0.0.1:" + std::to_string(parts_.port) + "/launch/" + meant->id;
    co_return refuse(
        Refusal::misspelt_app,
        {.uid = uid,
         .app = meant->id,
         .technical = app_id.contains('/') ? "Take the slash that is too many out: register " + right + " at the EHR."
                                           : "Register " + right + " at the EHR, written exactly so."});
  }
  if (!app->in_use())
    co_return refuse(Refusal::app_disabled,
                     {.uid = uid, .app = app_id, .technical = *config::disabled(*app).reason + "."});
  const AppUsers::Verdict user =
      co_await parts_.users.judge(named_by(*app, uid), uid, std::min(until, parts_.clock.now() + lookup_time));
  if (user == AppUsers::Verdict::named) co_return std::nullopt;
  const bool unknown = user == AppUsers::Verdict::unknown;
  co_return refuse(unknown ? Refusal::users_unknown : Refusal::not_for_user, {.uid = uid, .app = app_id});
}

bool Loopback::locked_for(uid_t uid) const {
  return std::ranges::any_of(parts_.workstation.names(), [&](const std::string& name) {
    return parts_.workstation.owner_of(name) == uid &&
           parts_.workstation.presence(name) == workstation::Presence::locked;
  });
}

asio::awaitable<http::Reply> Loopback::ehr_launch(http::InboundRequest request, std::string app_id, BootTime until) {
  auto parameters = launch_parameters(request.query.reveal());
  const uid_t uid = *request.peer_uid;
  if (auto refused = co_await obstacle(app_id, uid, until)) co_return std::move(*refused);
  if (!parameters) co_return refuse(Refusal::incomplete_launch, {.uid = uid, .app = app_id});
  const std::string login_session = parts_.workstation.sources().seated_session_of(uid);
  const workstation::EpochNumber epoch = parts_.workstation.enter(login_session);
  if (login_session.empty() || parts_.workstation.presence(login_session) == workstation::Presence::locked) {
    const bool locked = !login_session.empty() || locked_for(uid);
    co_return refuse(locked ? Refusal::locked : Refusal::no_desktop, {.uid = uid, .app = app_id});
  }
  const std::string reference = parts_.launcher.new_reference();
  const std::string server = server_named(parts_.config.get(), parameters->iss);
  auto begun = co_await parts_.launcher.begin({.app = app_id,
                                               .iss = std::move(parameters->iss),
                                               .launch = std::move(parameters->launch),
                                               .origin = origin_of(request),
                                               .reference = reference,
                                               .login_session = login_session,
                                               .epoch = epoch,
                                               .uid = uid,
                                               .until = until});
  if (begun) co_return go(request, begun->launch_id);
  Scene scene = scene_of(reference, app_id, server);
  scene.at = Scene::At::launch;
  scene.presence = parts_.workstation.presence(login_session);
  co_return failed(begun.error(), scene);
}

http::Reply Loopback::go(const http::InboundRequest& request, const std::string& launch_id) {
  const uid_t uid = *request.peer_uid;
  Pending* pending = parts_.pending.find(launch_id);
  if (pending != nullptr && pending->uid != uid) return refuse(Refusal::other_user, {.uid = uid});
  if (pending != nullptr && pending->outcome && !*pending->outcome) return finished(*pending, *pending->outcome);
  if (pending == nullptr || pending->outcome || pending->cookie.empty()) return refuse(Refusal::over, {.uid = uid});
  if (!parts_.workstation.stands(pending->stay())) return refuse(Refusal::locked_since, uid, *pending);
  if (const auto down = parts_.launcher.unavailable(pending->server, pending->app)) {
    Scene scene = scene_of(*pending);
    scene.at = Scene::At::launch;
    return failed(*down, scene);
  }
  http::Reply reply;
  if (pending->carriage == Carriage::form) {
    reply = {.status = 200, .body = posting_page(pending->authorization_url.reveal())};
    reply.headers.emplace_back("Content-Security-Policy", std::string(posting_page_policy()));
  } else {
    reply = {.status = 302};
    reply.headers.emplace_back("Location", std::string(pending->authorization_url.reveal()));
  }
  reply.headers.emplace_back("Set-Cookie", cookie_given(*pending));
  return reply;
}

Pending* Loopback::launch_of(const http::InboundRequest& request, const Secret& state) {
  if (Pending* meant = parts_.pending.find_by_state(state.reveal())) return meant;
  const std::string name = name_in(state.reveal());
  return parts_.pending.only([&](const Pending& one) {
    return !one.state.empty() && (name.empty() || name == public_name(one.id)) && is_of(request, one);
  });
}

http::Reply Loopback::no_launch(const http::InboundRequest& request, const Secret& state) {
  const std::string name = name_in(state.reveal());
  Pending* last = parts_.pending.newest([&](const Pending& one) {
    if (one.uid != *request.peer_uid) return false;
    return name.empty() ? !cookie_value(request.header("cookie"), cookie_name(one.id)).empty()
                        : name == public_name(one.id);
  });
  if (last != nullptr && last->outcome && !*last->outcome) return finished(*last, *last->outcome);
  return refuse(Refusal::no_launch, {.uid = request.peer_uid});
}

asio::awaitable<http::Reply> Loopback::callback(http::InboundRequest request, BootTime until) {
  const uid_t uid = *request.peer_uid;
  auto response = oauth::parse_authorization_response(request.query.reveal());
  const Secret state = state_of(request.query.reveal());
  Pending* pending = launch_of(request, state);
  if (pending == nullptr) co_return no_launch(request, state);
  if (pending->uid != uid) co_return refuse(Refusal::other_browser, {.uid = uid});
  if (!is_of(request, *pending)) co_return refuse(Refusal::other_browser, uid, *pending);
  if (!parts_.workstation.stands(pending->stay()))
    co_return without_cookie(refuse(Refusal::locked_since, uid, *pending), pending->id);
  const std::string launch_id = pending->id;
  std::string fault = response ? std::string() : response.error();
  if (response && response->error.empty() && state.empty()) fault = "state_missing";
  if (response && !state.empty() && !pending->state.equals(state.reveal())) fault = "state_mismatch";
  if (!fault.empty()) parts_.pending.over(*pending, fail(unusable_redirect(fault)));
  Result<std::string> outcome;
  if (fault.empty())
    outcome = co_await parts_.launcher.redirected(launch_id, std::move(*response), until);
  else
    outcome = *pending->outcome;
  pending = parts_.pending.find(launch_id);
  if (pending == nullptr) co_return refuse(Refusal::over, {.uid = uid});
  http::Reply reply = finished(*pending, outcome);
  if (!fault.empty()) reply.status = 400;
  co_return reply;
}

http::Reply Loopback::failed(const Error& error, const Scene& scene) {
  return page_reply(status_of(error), notice_page(failure_notice(error, scene)));
}

http::Reply Loopback::finished(Pending& pending, const Result<std::string>& outcome) {
  return without_cookie(end_of(pending, outcome), pending.id);
}

http::Reply Loopback::end_of(Pending& pending, const Result<std::string>& outcome) {
  if (!outcome) return failed(outcome.error(), scene_of(pending));
  const session::Session* session = parts_.store.find(*outcome);
  const config::App* app = parts_.config.get().app(pending.app);
  if (session == nullptr || app == nullptr || session->cleared() != nullptr)
    return refuse(Refusal::session_over, pending.uid, pending);
  return launched(pending, *session, *app);
}

http::Reply Loopback::launched(Pending& pending, const session::Session& session, const config::App& app) {
  const Scene scene = scene_of(pending);
  http::Reply reply =
      page_reply(200, launched_page({.app = app.name,
                                     .server = session.server,
                                     .patient = session.context.patient.value_or(""),
                                     .user = user_words(std::exchange(pending.signed_in_as, {}), session.user),
                                     .open_url = app.open_url,
                                     .missing = missing_words(app, session.missing),
                                     .for_it = for_it(scene, {{"Not granted", joined(session.missing, " ")}})}));
  reply.headers.emplace_back("Content-Security-Policy", std::string(launched_page_policy()));
  // The patient's page does not stay: another one takes its place.
  reply.headers.emplace_back("Refresh", app.open_url.empty()
                                            ? std::to_string(launched_page_life) + "; url=" + std::string(done_path)
                                            : "2; url=" + app.open_url);
  return reply;
}

}  // namespace wardend::launch
