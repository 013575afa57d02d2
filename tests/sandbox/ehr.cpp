#include "tests/sandbox/ehr.hpp"

#include <algorithm>
#include <utility>

#include "tests/sandbox/outcome.hpp"
#include "tests/sandbox/shaping.hpp"

namespace wardend::sandbox {
namespace {

constexpr std::string_view fhir_base = "/fhir";
constexpr std::string_view fhir_prefix = "/fhir/";

// Some under two names: Inferno's mock server has its own.
std::optional<Place> place_of(std::string_view path) {
  static constexpr std::pair<std::string_view, Place> paths[] = {
      {"/fhir/.well-known/smart-configuration", Place::discovery},
      {"/fhir/.well-known/openid-configuration", Place::openid},
      {"/fhir/.well-known/jwks.json", Place::jwks},
      {"/fhir/metadata", Place::metadata},
      {"/oauth/authorize", Place::authorize},
      {"/auth/authorization", Place::authorize},
      {"/oauth/token", Place::token},
      {"/auth/token", Place::token},
      {"/oauth/revoke", Place::revoke},
      {"/oauth/introspect", Place::introspect},
      {"/auth/introspect", Place::introspect},
      {"/oauth/jwks", Place::jwks}};
  const auto* const found = std::ranges::find(paths, path, &std::pair<std::string_view, Place>::first);
  if (found != std::end(paths)) return found->second;
  return path == fhir_base || path.starts_with(fhir_prefix) ? std::optional(Place::fhir) : std::nullopt;
}

// Observation/1 of /fhir/Observation/1; empty: the base itself.
std::string_view below_base(std::string_view path) {
  return path == fhir_base ? std::string_view() : path.substr(fhir_prefix.size());
}

bool is_form(const Request& request) {
  return request.method == "POST" && request.content_type.starts_with("application/x-www-form-urlencoded");
}

// Only words that this program knows: a client may have put anything there.
std::string grant_type_of(const Request& request) {
  const auto form = Form::parse(request.body);
  const std::string type = form ? form->get("grant_type") : "";
  return type == "authorization_code" || type == "refresh_token" ? type : "other";
}

// The form of a POST, or the query of a GET.
std::optional<Form> parameters_of(const Request& request) {
  return Form::parse(is_form(request) ? request.body : request.query);
}

LogEntry entry_for(const Request& request, WallTime now) {
  LogEntry entry{.time = now, .method = request.method, .path = request.path, .accept = request.accept};
  entry.authorization = request.authorization.substr(0, request.authorization.find(' '));
  if (const auto form = Form::parse(request.query)) entry.query_keys = form->names();
  if (!is_form(request)) return entry;
  if (const auto form = Form::parse(request.body)) entry.form_keys = form->names();
  return entry;
}

// What a request to the authorization server tells of its client and of what it wants.
void note_client(LogEntry& entry, Place place, const Request& request, const Clients& clients) {
  const auto form = parameters_of(request);
  if (!form || (place != Place::authorize && place != Place::token && place != Place::revoke)) return;
  entry.client_id = form->get("client_id");
  if (form->has("scope")) entry.scope = form->get("scope");
  if (form->has("prompt")) entry.prompt = form->get("prompt");
  if (place == Place::authorize) return;
  const Shown shown = shown_by(request, *form, clients);
  entry.client_id = shown.client_id;
  entry.client_auth = shown.method;
  entry.client_id_in_body = shown.in_body;
}

Reply wrong_method(const std::string& allowed) {
  Reply reply = oauth_error(405, "invalid_request", "use " + allowed);
  reply.headers.emplace_back("Allow", allowed);
  return reply;
}

}  // namespace

Ehr::Ehr(Settings settings, Random& random)
    : settings_(std::move(settings)),
      grants_(random),
      inferno_(settings_, clients_),
      authorize_(settings_, clients_, grants_, sign_ins_),
      oauth_({settings_, clients_, discovery_, keys_, grants_}),
      fhir_(settings_, grants_, shelf_),
      control_({settings_, faults_, log_, grants_, sign_ins_, clients_, discovery_, keys_, inferno_, shelf_, oauth_}) {}

Reply Ehr::handle(const Request& request, WallTime now) {
  if (Control::owns(request.path)) return control_.answer(request);
  LogEntry entry = entry_for(request, now);
  Reply reply;
  if (settings_.down) {
    reply.delivery = Delivery::reset;
    entry.fault = "down";
  } else if (const auto place = place_of(request.path)) {
    note_client(entry, *place, request, clients_);
    reply = meet_fault(*place, request, entry, clock(now));
    if (entry.fault.empty()) check(*place, request, reply);
  } else {
    reply = work_ehr(request, clock(now));
  }
  const bool answered = reply.delivery == Delivery::whole || reply.delivery == Delivery::truncated;
  entry.status = answered ? reply.status : 0;
  entry.error = outcome_of(reply).error;
  log_.add(std::move(entry));
  return reply;
}

void Ehr::check(Place place, const Request& request, const Reply& reply) {
  if (settings_.inferno_client == InfernoClient::none) return;
  if (place == Place::fhir) inferno_.fhir(reply.status);
  const auto form = parameters_of(request);
  if (!form) return;
  if (place == Place::authorize) inferno_.authorize(*form, outcome_of(reply));
  if (place == Place::token) inferno_.token(*form, shown_by(request, *form, clients_), outcome_of(reply));
}

Reply Ehr::meet_fault(Place place, const Request& request, LogEntry& entry, WallTime now) {
  if (place == Place::token) {
    entry.grant_type = grant_type_of(request);
    oauth_.count_request(entry.grant_type);
  }
  const Struck struck = faults_.take(place, entry.grant_type);
  if (struck.delay.count() > 0) entry.fault = name_of(Kind::delay);
  if (!struck.fault) {
    Reply reply = work(place, request, struck, now);
    reply.delay = struck.delay;
    return reply;
  }
  const Fault& fault = *struck.fault;
  entry.fault = name_of(fault.kind);
  // A refused authorization is told by a redirect, so that one is worked on.
  const bool by_redirect = place == Place::authorize && fault.oauth_error && !fault.status;
  auto instead = by_redirect ? std::nullopt : instead_of_work(fault, now);
  Reply reply = instead ? std::move(*instead) : spoilt(work(place, request, struck, now), fault);
  reply.delay += struck.delay;
  return reply;
}

Reply Ehr::work(Place place, const Request& request, const Struck& struck, WallTime now) {
  switch (place) {
    case Place::token:
    case Place::authorize:
    case Place::revoke:
    case Place::introspect:
      return work_form(place, request, struck, now);
    case Place::jwks:
      return json_reply(200, keys_.jwks());
    case Place::metadata:
    case Place::discovery:
    case Place::openid:
      return work_discovery(place);
    case Place::fhir:
      return fhir_.answer(request, below_base(request.path), now);
    case Place::tls:
      break;  // no request goes there
  }
  return json_reply(404, "{}");
}

Reply Ehr::work_discovery(Place place) const {
  if (place == Place::discovery && !settings_.well_known)
    return operation_outcome(404, "not-found", "SMART 1.0: look into the CapabilityStatement");
  Reply reply = place == Place::discovery ? smart_configuration(settings_)
                : place == Place::openid  ? openid_configuration(settings_)
                                          : capability_statement(settings_);
  const Document document = place == Place::discovery ? Document::smart
                            : place == Place::openid  ? Document::openid
                                                      : Document::metadata;
  reply.body = discovery_.published(document, reply.body, settings_);
  return reply;
}

Reply Ehr::work_form(Place place, const Request& request, const Struck& struck, WallTime now) {
  const bool by_query = place == Place::authorize && request.method == "GET";
  if (!by_query && request.method != "POST") return wrong_method(place == Place::authorize ? "GET, POST" : "POST");
  if (!by_query && !is_form(request)) return oauth_error(400, "invalid_request", "the body is not a form");
  const auto longest = static_cast<std::size_t>(settings_.longest_url);
  if (by_query && longest > 0 && request.path.size() + request.query.size() > longest)
    return oauth_error(414, "invalid_request", "the URL is too long: use POST");
  const auto form = Form::parse(by_query ? request.query : request.body);
  if (!form) return oauth_error(400, "invalid_request", "the parameters are not well encoded");
  if (place == Place::authorize)
    return authorize_.answer(*form, by_query ? Authorize::By::get : Authorize::By::post, struck, now);
  if (place == Place::token) return oauth_.token(request, *form, struck, now);
  return place == Place::revoke ? oauth_.revoke(request, *form, now) : oauth_.introspect(*form, now);
}

Reply Ehr::work_ehr(const Request& request, WallTime now) {
  if (request.method != "GET") return wrong_method("GET");
  if (request.path == "/ehr/style-v1.json") return json_reply(200, R"({"color_background":"#ffffff"})");
  const auto form = Form::parse(request.query);
  if (request.path == "/ehr/launch" && form) return authorize_.ehr_launch(*form, now);
  return json_reply(404, R"({"error":"no such path: see tests/sandbox/README.md"})");
}

}  // namespace wardend::sandbox
