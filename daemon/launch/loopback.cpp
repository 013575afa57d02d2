#include "daemon/launch/loopback.hpp"

#include <algorithm>
#include <utility>

#include "base/call_time.hpp"
#include "base/encoding.hpp"
#include "base/log.hpp"
#include "daemon/launch/pages.hpp"

namespace wardend::launch {
namespace {

constexpr std::string_view launch_path = "/launch/";
constexpr std::string_view go_path = "/go/";
constexpr std::string_view callback_path = "/callback";
constexpr Duration lookup_time = 2s;

http::Reply page_reply(int status, const std::string& html) { return {.status = status, .body = Secret(html)}; }

http::Reply refuse(int status, std::string_view what, std::string_view next_step) {
  return page_reply(status, failed_page(what, next_step));
}

// One value for each of two names; nullopt: one is missing, repeated, or the query is broken.
struct LaunchParameters {
  std::string iss;
  Secret launch;
};
std::optional<LaunchParameters> launch_parameters(std::string_view query) {
  auto fields = parse_form(query);
  if (!fields) return std::nullopt;
  const auto once = [&](std::string_view name) -> std::string* {
    std::string* only = nullptr;
    for (auto& [key, value] : *fields) {
      if (key != name) continue;
      if (only != nullptr) return nullptr;
      only = &value;
    }
    return only;
  };
  std::string* iss = once("iss");
  std::string* launch = once("launch");
  if (iss == nullptr || launch == nullptr) return std::nullopt;
  LaunchParameters parameters{*iss, Secret(*launch)};
  wipe(*launch);
  return parameters;
}

// Older browsers send no such header; one that stands twice is neither absent nor right.
bool absent_or(const http::InboundRequest& request, std::string_view name, std::string_view wanted) {
  return std::ranges::none_of(request.headers, [&](const auto& header) { return header.first == name; }) ||
         request.header(name) == wanted;
}

std::string uid_text(const http::InboundRequest& request) {
  return request.peer_uid ? std::to_string(*request.peer_uid) : "";
}

// Whether the browser only suspects that its user will want this page: nothing may begin, and no code be spent, on a
// suspicion. Spec: HTML Living Standard, "Sec-Purpose"; the other names are older.
bool speculative(const http::InboundRequest& request) {
  return std::ranges::any_of(request.headers, [](const auto& header) {
    const auto& [name, value] = header;
    return name == "sec-purpose" || ((name == "purpose" || name == "x-purpose" || name == "x-moz") &&
                                     (value.contains("prefetch") || value.contains("preview")));
  });
}

// Older browsers declare nothing. What another program or the address bar opens comes from no site.
// Spec: Fetch Metadata Request Headers, "Sec-Fetch-User" and "Sec-Fetch-Site"
Origin origin_of(const http::InboundRequest& request) {
  if (request.header("sec-fetch-user") == "?1") return Origin::click;
  const bool declares =
      std::ranges::any_of(request.headers, [](const auto& header) { return header.first.starts_with("sec-fetch-"); });
  return declares && request.header("sec-fetch-site") != "none" ? Origin::navigation : Origin::undeclared;
}

}  // namespace

std::string cookie_name(std::string_view launch_id) { return "wardend-" + hex(sha256(launch_id)).substr(0, 12); }

std::string_view cookie_value(std::string_view header, std::string_view name) {
  std::string_view only;
  std::size_t seen = 0;
  while (!header.empty()) {
    std::string_view pair = header.substr(0, header.find(';'));
    header.remove_prefix(std::min(header.size(), pair.size() + 1));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    only = pair.substr(equals + 1);
    ++seen;
  }
  return seen == 1 ? only : std::string_view{};
}

bool Loopback::acceptable(const http::InboundRequest& request) const {
  const std::string port = std::to_string(parts_.port);
  const std::string_view host = request.header("host");
  if (host != "127.0.0.1:" + port && host != "[::1]:" + port) return false;
  return absent_or(request, "sec-fetch-mode", "navigate") && absent_or(request, "sec-fetch-dest", "document");
}

asio::awaitable<http::Reply> Loopback::handle(http::InboundRequest request) {
  if (request.method != "GET" || !request.peer_uid || !acceptable(request)) {
    log::bounded(log::Level::warn, "loopback request refused", uid_text(request),
                 {{"uid", uid_text(request)}, {"method", request.method}});
    co_return refuse(403, "This address is for launches only.", "Launch the app from the EHR or its own menu.");
  }
  if (speculative(request))
    co_return refuse(503, "This page is not for loading ahead.", "Launch the app from the EHR or its own menu.");
  const BootTime until = parts_.clock.now() + call_time;
  const std::string path = request.path;
  if (path.starts_with(launch_path))
    co_return co_await ehr_launch(std::move(request), path.substr(launch_path.size()), until);
  if (path.starts_with(go_path)) co_return go(request, path.substr(go_path.size()));
  if (path == callback_path) co_return co_await callback(std::move(request), until);
  co_return refuse(404, "There is no such page.", "Launch the app from the EHR or its own menu.");
}

asio::awaitable<std::optional<http::Reply>> Loopback::obstacle(std::string app_id, uid_t uid, BootTime until) {
  const auto config = parts_.config.hold();
  const config::App* app = config->app(app_id);
  if (app == nullptr || !app->enabled)
    co_return refuse(404, "No such app is set up on this workstation.", "Ask IT to check the EHR's launch address.");
  const AppUsers::Verdict user =
      co_await parts_.users.judge(named_by(*app, uid), uid, std::min(until, parts_.clock.now() + lookup_time));
  if (user == AppUsers::Verdict::named) co_return std::nullopt;
  log::bounded(log::Level::warn, "EHR launch refused: no peer rule of the app names the user", std::to_string(uid),
               {{"uid", uid}, {"app", app_id}});
  if (user == AppUsers::Verdict::unknown)
    co_return refuse(503, "The user directory does not say who you are.", "Launch the app again in a minute.");
  co_return refuse(403, "This app is not set up for you.", "Ask IT to add you to the app's users.");
}

asio::awaitable<http::Reply> Loopback::ehr_launch(http::InboundRequest request, std::string app_id, BootTime until) {
  auto parameters = launch_parameters(request.query.reveal());
  const uid_t uid = *request.peer_uid;
  if (auto refused = co_await obstacle(app_id, uid, until)) co_return std::move(*refused);
  if (!parameters)
    co_return refuse(400, "The EHR's launch is incomplete: it needs iss and launch, each once.",
                     "Launch the app from the EHR again.");
  const std::string login_session = parts_.workstation.sources().seated_session_of(uid);
  const workstation::EpochNumber epoch = parts_.workstation.enter(login_session);
  if (login_session.empty() || parts_.workstation.presence(login_session) == workstation::Presence::locked) {
    log::bounded(log::Level::warn, "EHR launch refused: no one unlocked login session at a seat", std::to_string(uid),
                 {{"uid", uid}, {"app", app_id}});
    co_return refuse(403, "The launch cannot be tied to one unlocked desktop session of yours.",
                     "Unlock the workstation, close other desktop sessions of yours, and launch again.");
  }
  auto begun = co_await parts_.launcher.begin({.app = std::move(app_id),
                                               .iss = std::move(parameters->iss),
                                               .launch = std::move(parameters->launch),
                                               .origin = origin_of(request),
                                               .login_session = login_session,
                                               .epoch = epoch,
                                               .uid = uid,
                                               .until = until});
  if (!begun) co_return finished(std::unexpected(begun.error()));
  co_return go(request, begun->launch_id);
}

http::Reply Loopback::go(const http::InboundRequest& request, const std::string& launch_id) {
  const Pending* pending = parts_.pending.find(launch_id);
  if (pending == nullptr || pending->outcome || pending->cookie.empty())
    return refuse(404, "This launch is over.", "Launch the app again.");
  if (pending->uid != *request.peer_uid) {
    log::bounded(log::Level::warn, "launch page opened by another user", uid_text(request),
                 {{"uid", *request.peer_uid}, {"app", pending->app}});
    return refuse(403, "This launch belongs to another user.", "Launch the app again.");
  }
  if (!parts_.workstation.stands(pending->stay()))
    return refuse(403, "The workstation was locked.", "Launch the app again.");
  http::Reply reply;
  if (pending->carriage == Carriage::form) {
    reply = {.status = 200, .body = posting_page(pending->authorization_url.reveal())};
    reply.headers.emplace_back("Content-Security-Policy", std::string(posting_page_policy()));
  } else {
    reply = {.status = 302};
    reply.headers.emplace_back("Location", std::string(pending->authorization_url.reveal()));
  }
  reply.headers.emplace_back("Set-Cookie", cookie_name(pending->id) + "=" + std::string(pending->cookie.reveal()) +
                                               "; Path=/callback; HttpOnly; SameSite=Lax; Max-Age=600");
  return reply;
}

asio::awaitable<http::Reply> Loopback::callback(http::InboundRequest request, BootTime until) {
  auto response = oauth::parse_authorization_response(request.query.reveal());
  if (!response) {
    log::bounded(log::Level::warn, "redirect refused", uid_text(request), {{"reason", response.error()}});
    co_return refuse(400, "The EHR's answer cannot be read (" + response.error() + ").", "Launch the app again.");
  }
  Pending* pending = response->state.empty() ? nullptr : parts_.pending.find_by_state(response->state.reveal());
  if (pending == nullptr) {
    log::bounded(log::Level::warn, "redirect of no launch", uid_text(request), {{"uid", *request.peer_uid}});
    co_return refuse(400, "This sign-in belongs to no launch, or was used already.", "Launch the app again.");
  }
  const std::string_view cookie = cookie_value(request.header("cookie"), cookie_name(pending->id));
  if (pending->uid != *request.peer_uid || pending->cookie.empty() || !pending->cookie.equals(cookie)) {
    log::bounded(log::Level::warn, "redirect from another browser or user", uid_text(request),
                 {{"uid", *request.peer_uid}, {"app", pending->app}});
    co_return refuse(403, "This sign-in was begun in another browser.",
                     "Launch the app again, and stay in one browser.");
  }
  if (!parts_.workstation.stands(pending->stay()))
    co_return refuse(403, "The workstation was locked.", "Launch the app again.");
  const std::string launch_id = pending->id;
  const Result<std::string> outcome = co_await parts_.launcher.redirected(launch_id, std::move(*response), until);
  co_return finished(outcome);
}

http::Reply Loopback::finished(const Result<std::string>& outcome) {
  if (!outcome) {
    const int status = outcome.error().code() == Errc::RateLimited ? 429 : 403;
    return refuse(status, outcome.error().detail(),
                  "Launch the app again; if that does not help, show this page to IT.");
  }
  const session::Session* session = parts_.store.find(*outcome);
  const config::App* app = session == nullptr ? nullptr : parts_.config.get().app(session->app);
  if (app == nullptr) return refuse(410, "The session is over already.", "Launch the app again.");
  http::Reply reply = page_reply(
      200, launched_page({.app = app->name,
                          .patient = session->context.patient.value_or(""),
                          .user = session->user.fhir_user.empty() ? session->user.subject : session->user.fhir_user,
                          .open_url = app->open_url}));
  if (!app->open_url.empty()) reply.headers.emplace_back("Refresh", "2; url=" + app->open_url);
  return reply;
}

}  // namespace wardend::launch
