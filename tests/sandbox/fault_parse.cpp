// Faults as the control interface takes them.
#include <algorithm>
#include <iterator>
#include <limits>

#include "tests/sandbox/dress.hpp"
#include "tests/sandbox/faults.hpp"
#include "tests/sandbox/members.hpp"

namespace wardend::sandbox {
namespace {

constexpr Place places[] = {Place::token,    Place::authorize, Place::revoke,     Place::discovery, Place::openid,
                            Place::metadata, Place::jwks,      Place::introspect, Place::fhir,      Place::tls};
constexpr Kind kinds[] = {Kind::status,
                          Kind::delay,
                          Kind::hang,
                          Kind::drop,
                          Kind::truncate,
                          Kind::html,
                          Kind::redirect,
                          Kind::bad_json,
                          Kind::big,
                          Kind::omit,
                          Kind::repeat,
                          Kind::set_members,
                          Kind::dress,
                          Kind::set_headers,
                          Kind::id_token,
                          Kind::drop_after_rotation,
                          Kind::no_rotation,
                          Kind::wrong_patient,
                          Kind::no_patient,
                          Kind::fewer_scopes,
                          Kind::expired_certificate,
                          Kind::foreign_certificate};

template <typename T, std::size_t count>
std::optional<T> named(Members& members, const std::string& member, const T (&values)[count]) {
  const auto text = members.text(member);
  const auto found = std::ranges::find_if(values, [&](T value) { return text && name_of(value) == *text; });
  if (found != std::end(values)) return *found;
  std::string all;
  for (const T value : values) all += (all.empty() ? "" : ", ") + std::string(name_of(value));
  members.complain(member, "must be one of " + all);
  return std::nullopt;
}

// Whether a fault of that kind makes sense there.
bool belongs(Kind kind, Place at) {
  switch (kind) {
    case Kind::drop_after_rotation:
    case Kind::no_rotation:
    case Kind::wrong_patient:
    case Kind::no_patient:
    case Kind::fewer_scopes:
    case Kind::id_token:
      return at == Place::token;
    case Kind::repeat:
      return at == Place::authorize;
    case Kind::expired_certificate:
    case Kind::foreign_certificate:
      return at == Place::tls;
    case Kind::omit:
    case Kind::set_members:
      return at != Place::revoke && at != Place::tls;
    case Kind::bad_json:
    case Kind::big:
    case Kind::dress:
      return at != Place::revoke && at != Place::authorize && at != Place::tls;
    case Kind::status:
    case Kind::delay:
    case Kind::hang:
    case Kind::drop:
    case Kind::truncate:
    case Kind::html:
    case Kind::redirect:
    case Kind::set_headers:
      return at != Place::tls;
  }
  return false;
}

std::optional<std::string> header_value(Members& members, const std::string& name) {
  auto value = members.text(name);
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (value && std::ranges::any_of(*value, is_control)) members.complain(name, "control characters in it");
  return value;
}

void check(Members& members, Fault& fault) {
  if (!belongs(fault.kind, fault.at))
    members.complain("kind", std::string(name_of(fault.kind)) + " is no fault of " + std::string(name_of(fault.at)));
  const bool by_name = fault.kind == Kind::omit || fault.kind == Kind::repeat;
  if (by_name && fault.fields.empty()) members.complain("fields", "name what it is about");
  const bool sets = fault.kind == Kind::set_members || fault.kind == Kind::set_headers;
  if (sets && !fault.members) members.complain("members", "say what to set; null takes away");
  const bool breaks = fault.members && (fault.members->contains("\\r") || fault.members->contains("\\n"));
  if (fault.kind == Kind::set_headers && breaks) members.complain("members", "line breaks in a header");
  if (fault.kind == Kind::id_token && !fault.flaw) members.complain("flaw", "must be one of flaw.hpp's");
  if (fault.kind == Kind::redirect && !fault.location) members.complain("location", "say where to");
  if (fault.grant_type && fault.at != Place::token) members.complain("grant_type", "only token requests have one");
  const bool of_refresh = fault.kind == Kind::drop_after_rotation || fault.kind == Kind::no_rotation;
  if (of_refresh && !fault.grant_type) fault.grant_type = "refresh_token";
}

}  // namespace

std::span<const Kind> every_kind() { return kinds; }

std::optional<Place> place_named(std::string_view name) {
  const auto found = std::ranges::find_if(places, [&](Place place) { return name_of(place) == name; });
  if (found == std::end(places)) return std::nullopt;
  return *found;
}

std::expected<Fault, std::string> parse_fault(std::string_view text) {
  auto members = Members::parse(text);
  if (!members) return std::unexpected(members.error());
  Fault fault;
  fault.at = named(*members, "at", places).value_or(Place::token);
  fault.kind = named(*members, "kind", kinds).value_or(Kind::status);
  if (const auto status = members->integer("status", 200, 599)) fault.status = static_cast<int>(*status);
  fault.oauth_error = members->text("oauth_error");
  fault.span = members->seconds("seconds");
  fault.fields = members->texts("fields");
  if (const auto count = members->integer("count", 1, std::numeric_limits<std::int64_t>::max()))
    fault.count = static_cast<std::uint64_t>(*count);
  fault.grant_type = members->text("grant_type");
  fault.retry_after = header_value(*members, "retry_after");
  fault.body = members->text("body");
  fault.content_type = header_value(*members, "content_type");
  fault.patient = members->text("patient");
  fault.members = members->object("members");
  if (const auto flaw = members->text("flaw")) {
    fault.flaw = flaw_named(*flaw);
    if (!fault.flaw) members->complain("flaw", "no such flaw");
  }
  fault.location = header_value(*members, "location");
  fault.before = members->text("before");
  fault.insert = members->text("insert");
  fault.encoding = members->text("encoding");
  if (fault.encoding && !is_encoding(*fault.encoding))
    members->complain("encoding", "must be latin1, utf16, gzip or br");
  fault.bytes = members->integer("bytes", 1, 64 * 1024 * 1024);
  fault.outcome = members->text("outcome");
  fault.retry_after_date = members->integer("retry_after_date", -86400, 86400);
  check(*members, fault);
  if (const auto problem = members->problem()) return std::unexpected(*problem);
  return fault;
}

}  // namespace wardend::sandbox
