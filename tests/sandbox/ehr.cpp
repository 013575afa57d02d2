#include "tests/sandbox/ehr.hpp"

#include <algorithm>
#include <utility>

#include "tests/sandbox/shaping.hpp"

namespace wardend::sandbox {
namespace {

constexpr std::string_view fhir_prefix = "/fhir/";

std::optional<Place> place_of(std::string_view path) {
  static constexpr std::pair<std::string_view, Place> paths[] = {
      {"/fhir/.well-known/smart-configuration", Place::discovery},
      {"/fhir/.well-known/openid-configuration", Place::discovery},
      {"/fhir/metadata", Place::metadata},
      {"/oauth/authorize", Place::authorize},
      {"/oauth/token", Place::token},
      {"/oauth/revoke", Place::revoke},
      {"/oauth/introspect", Place::introspect},
      {"/oauth/jwks", Place::jwks}};
  const auto found = std::ranges::find(paths, path, &std::pair<std::string_view, Place>::first);
  if (found != std::end(paths)) return found->second;
  return path.starts_with(fhir_prefix) ? std::optional(Place::fhir) : std::nullopt;
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

LogEntry entry_for(const Request& request, WallTime now) {
  LogEntry entry{.time = now, .method = request.method, .path = request.path};
  if (const auto form = Form::parse(request.query)) entry.query_keys = form->names();
  if (!is_form(request)) return entry;
  if (const auto form = Form::parse(request.body)) entry.form_keys = form->names();
  return entry;
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
      oauth_(settings_, grants_),
      fhir_(settings_, grants_),
      control_({settings_, faults_, log_, grants_, oauth_}) {}

Reply Ehr::handle(const Request& request, WallTime now) {
  if (Control::owns(request.path)) return control_.answer(request);
  LogEntry entry = entry_for(request, now);
  Reply reply;
  if (settings_.down) {
    reply.delivery = Delivery::reset;
    entry.fault = "down";
  } else if (const auto place = place_of(request.path)) {
    reply = meet_fault(*place, request, entry, now);
  } else {
    reply = work_ehr(request, now);
  }
  const bool answered = reply.delivery == Delivery::whole || reply.delivery == Delivery::truncated;
  entry.status = answered ? reply.status : 0;
  log_.add(std::move(entry));
  return reply;
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
  auto instead = by_redirect ? std::nullopt : instead_of_work(fault);
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
      return oauth_.jwks();
    case Place::metadata:
      return capability_statement(settings_);
    case Place::discovery:
      return request.path.ends_with("/smart-configuration") ? smart_configuration(settings_)
                                                            : openid_configuration(settings_);
    case Place::fhir:
      return fhir_.answer(request, std::string_view(request.path).substr(fhir_prefix.size()), now);
    case Place::tls:
      break;  // no request goes there
  }
  return json_reply(404, "{}");
}

Reply Ehr::work_form(Place place, const Request& request, const Struck& struck, WallTime now) {
  const bool by_query = place == Place::authorize && request.method == "GET";
  if (!by_query && request.method != "POST") return wrong_method(place == Place::authorize ? "GET, POST" : "POST");
  if (!by_query && !is_form(request)) return oauth_error(400, "invalid_request", "the body is not a form");
  const auto form = Form::parse(by_query ? request.query : request.body);
  if (!form) return oauth_error(400, "invalid_request", "the parameters are not well encoded");
  if (place == Place::authorize) return oauth_.authorize(*form, struck, now);
  if (place == Place::token) return oauth_.token(*form, struck, now);
  return place == Place::revoke ? oauth_.revoke(*form) : oauth_.introspect(*form, now);
}

Reply Ehr::work_ehr(const Request& request, WallTime now) {
  if (request.method != "GET") return wrong_method("GET");
  if (request.path == "/ehr/style-v1.json") return json_reply(200, R"({"color_background":"#ffffff"})");
  const auto form = Form::parse(request.query);
  if (request.path == "/ehr/launch" && form) return oauth_.ehr_launch(*form, now);
  return json_reply(404, R"({"error":"no such path: see tests/sandbox/README.md"})");
}

}  // namespace wardend::sandbox
