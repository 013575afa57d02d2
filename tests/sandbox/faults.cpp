#include "tests/sandbox/faults.hpp"

namespace wardend::sandbox {
namespace {

bool fits(const Fault& fault, Place at, std::string_view grant_type) {
  return fault.at == at && (!fault.grant_type || *fault.grant_type == grant_type);
}

}  // namespace

std::optional<std::uint64_t> FaultTable::add(Fault fault) {
  if (faults_.size() >= max_faults) return std::nullopt;
  fault.id = ++last_id_;
  faults_.push_back(std::move(fault));
  return last_id_;
}

void FaultTable::clear(std::optional<Place> at) {
  std::erase_if(faults_, [&](const Fault& fault) { return !at || fault.at == *at; });
}

Struck FaultTable::take(Place at, std::string_view grant_type) {
  Struck struck;
  for (Fault& fault : faults_) {
    const bool delays = fault.kind == Kind::delay;
    if (!fits(fault, at, grant_type) || (struck.fault && !delays)) continue;
    ++fault.applied;
    if (fault.count) --*fault.count;
    if (delays)
      struck.delay += fault.span.value_or(std::chrono::seconds(5));
    else
      struck.fault = fault;
  }
  std::erase_if(faults_, [](const Fault& fault) { return fault.count == 0U; });
  return struck;
}

std::string_view name_of(Place place) {
  switch (place) {
    case Place::token:
      return "token";
    case Place::authorize:
      return "authorize";
    case Place::revoke:
      return "revoke";
    case Place::discovery:
      return "discovery";
    case Place::openid:
      return "openid";
    case Place::metadata:
      return "metadata";
    case Place::jwks:
      return "jwks";
    case Place::introspect:
      return "introspect";
    case Place::fhir:
      return "fhir";
    case Place::tls:
      return "tls";
  }
  return "";
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::status:
      return "status";
    case Kind::delay:
      return "delay";
    case Kind::hang:
      return "hang";
    case Kind::drop:
      return "drop";
    case Kind::truncate:
      return "truncate";
    case Kind::html:
      return "html";
    case Kind::redirect:
      return "redirect";
    case Kind::bad_json:
      return "bad_json";
    case Kind::big:
      return "big";
    case Kind::omit:
      return "omit";
    case Kind::repeat:
      return "repeat";
    case Kind::set_members:
      return "set_members";
    case Kind::dress:
      return "dress";
    case Kind::set_headers:
      return "set_headers";
    case Kind::id_token:
      return "id_token";
    case Kind::drop_after_rotation:
      return "drop_after_rotation";
    case Kind::no_rotation:
      return "no_rotation";
    case Kind::wrong_patient:
      return "wrong_patient";
    case Kind::no_patient:
      return "no_patient";
    case Kind::fewer_scopes:
      return "fewer_scopes";
    case Kind::expired_certificate:
      return "expired_certificate";
    case Kind::foreign_certificate:
      return "foreign_certificate";
  }
  return "";
}

std::string_view sentence_of(Kind kind) {
  switch (kind) {
    case Kind::status:
      return "a status and an error body instead of work";
    case Kind::delay:
      return "the answer comes late";
    case Kind::hang:
      return "no answer at all";
    case Kind::drop:
      return "the connection is closed without an answer";
    case Kind::truncate:
      return "half of the body";
    case Kind::html:
      return "a proxy's page with 200 instead of work";
    case Kind::redirect:
      return "a redirect instead of work";
    case Kind::bad_json:
      return "a body that is not JSON";
    case Kind::big:
      return "JSON of three megabytes";
    case Kind::omit:
      return "members of the answer, or parameters of the redirect, are left out";
    case Kind::repeat:
      return "parameters of the redirect stand twice";
    case Kind::set_members:
      return "members of the answer, or parameters of the redirect, are others";
    case Kind::dress:
      return "the same JSON as odd servers send it: other bytes, type or status, members twice";
    case Kind::set_headers:
      return "headers are others, or left out";
    case Kind::id_token:
      return "the id_token has a flaw";
    case Kind::drop_after_rotation:
      return "a refresh is worked on, and its answer is lost";
    case Kind::no_rotation:
      return "a refresh brings no new refresh token";
    case Kind::wrong_patient:
      return "the answer names another patient";
    case Kind::no_patient:
      return "the answer names no patient";
    case Kind::fewer_scopes:
      return "fewer scopes are granted than were asked for";
    case Kind::expired_certificate:
      return "the certificate ran out yesterday";
    case Kind::foreign_certificate:
      return "the certificate is for another host";
  }
  return "";
}

}  // namespace wardend::sandbox
