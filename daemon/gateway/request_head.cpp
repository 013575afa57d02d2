#include "daemon/gateway/request_head.hpp"

#include <algorithm>
#include <array>

#include "base/has_word.hpp"
#include "base/text.hpp"
#include "daemon/gateway/address.hpp"
#include "daemon/gateway/body_words.hpp"
#include "daemon/gateway/head_fields.hpp"
#include "protocol/fhir/id.hpp"
#include "protocol/http/media_type.hpp"

namespace wardend::gateway {
namespace {

using Fault = std::optional<Refusal>;

constexpr std::string_view fhir_json = "application/fhir+json";
constexpr std::size_t longest_request_id = 64;

bool is_read(std::string_view method) { return method == "GET" || method == "HEAD"; }

Fault judge_method(std::string_view method) {
  constexpr auto of_fhir = std::to_array<std::string_view>({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"});
  if (std::ranges::find(of_fhir, method) != of_fhir.end()) return std::nullopt;
  return refused_header(
      "method", "FHIR has no " + printable_ascii(method, 16) + ": send GET, HEAD, POST, PUT, PATCH or DELETE", 405);
}

// The address of one Binary, or of a version of it: its answer has whatever type the Binary has.
bool reads_binary(const RequestHead& head) {
  constexpr std::string_view type = "/Binary/";
  if (!is_read(head.method) || !head.path.starts_with(type)) return false;
  const std::string_view rest = std::string_view(head.path).substr(type.size());
  const auto id = rest.substr(0, rest.find('/'));
  const auto behind = rest.substr(id.size());
  return fhir::valid_id(id) && !id.starts_with('_') && (behind.empty() || behind.starts_with("/_history/"));
}

bool takes_json(std::string_view accept) {
  while (!accept.empty()) {
    const auto range = accept.substr(0, accept.find(','));
    accept.remove_prefix(std::min(accept.size(), range.size() + 1));
    std::string type = lower_case(range.substr(0, range.find(';')));
    std::erase_if(type, [](char c) { return c == ' ' || c == '\t'; });
    if (type == "*/*" || type == "application/*" || http::is_json_type(type)) return true;
  }
  return false;
}

Fault take_accept(RequestHead& head, const HeadFields& fields) {
  const auto accept = fields[HeadName::accept];
  const bool binary = reads_binary(head);
  if (accept && !accept->empty() && !takes_json(*accept) && (!binary || lower_case(*accept).contains("fhir+xml")))
    return refused_header(name_of(HeadName::accept), "wardend handles JSON alone: ask for application/fhir+json", 406);
  if (!binary) head.forwarded.emplace_back(name_of(HeadName::accept), fhir_json);
  if (binary && accept) head.forwarded.emplace_back(name_of(HeadName::accept), *accept);
  return std::nullopt;
}

Fault take_body(RequestHead& head, const HeadFields& fields, unsigned version) {
  const auto expect = fields[HeadName::expect];
  const bool waits = expect && lower_case(*expect) == "100-continue";
  // A client of HTTP/1.0 does not know that answer. Spec: RFC 9110 §10.1.1
  head.expects_continue = waits && version >= 11;
  if (expect && !waits) return refused_header("Expect", "only 100-continue is understood", 417);
  if (head.framing.kind == Framing::Kind::none) return std::nullopt;
  if (is_read(head.method) || head.method == "DELETE")
    return refused_header("body", "a " + head.method + " brings none: leave it out");
  if (auto fault = judge_form_of_body(fields)) return fault;
  head.forwarded.emplace_back(name_of(HeadName::content_type), *fields[HeadName::content_type]);
  return std::nullopt;
}

// FHIR wants what stands behind the "?" of a search alone; clients send the search, and its whole address here too.
std::string_view bare_condition(std::string_view value, const RequestHead& head) {
  const auto question = value.find('?');
  if (question == std::string_view::npos) return value;
  const std::string_view before = value.substr(0, question);
  const std::string here = "/fhir/" + head.session + head.path;
  const bool is_search = before.empty() || before == head.path || "/" + std::string(before) == head.path ||
                         (before.starts_with("http") && before.ends_with(here));
  return is_search ? value.substr(question + 1) : value;
}

Fault take_conditions(RequestHead& head, const HeadFields& fields) {
  if (is_read(head.method) && fields[HeadName::if_match])
    return refused_header(name_of(HeadName::if_match), "it goes with a write: leave it out");
  for (const HeadName name : {HeadName::accept_language, HeadName::cache_control, HeadName::if_match,
                              HeadName::if_modified_since, HeadName::if_none_match, HeadName::prefer})
    if (const auto value = fields[name]) head.forwarded.emplace_back(name_of(name), *value);
  if (const auto condition = fields[HeadName::if_none_exist])
    head.forwarded.emplace_back(name_of(HeadName::if_none_exist), bare_condition(*condition, head));
  return std::nullopt;
}

Fault take_id(std::optional<std::string>& id, const HeadFields& fields, HeadName name) {
  const auto value = fields[name];
  if (!value) return std::nullopt;
  if (!fhir::valid_id(*value)) return refused_header(name_of(name), "this is no id of FHIR: send the id alone");
  id = *value;
  return std::nullopt;
}

bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= longest_request_id && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._:").contains(c);
  });
}

// What the app says beside the request.
Fault take_words(RequestHead& head, const HeadFields& fields) {
  if (const auto id = fields[HeadName::request_id]; id && is_request_id(*id)) head.request_id = *id;
  if (auto fault = take_id(head.patient, fields, HeadName::patient)) return fault;
  if (auto fault = take_id(head.encounter, fields, HeadName::encounter)) return fault;
  const auto reason = fields[HeadName::override_reason];
  if (!reason) return std::nullopt;
  const auto name = name_of(HeadName::override_reason);
  if (reason->size() > longest_override_reason) return refused_header(name, "is longer than 500 bytes: say it shorter");
  if (!has_word(*reason)) return refused_header(name, "has no word in it: say why, or leave it out");
  if (valid_utf8(*reason) != *reason || printable(*reason, reason->size()) != *reason)
    return refused_header(name, "has characters that nobody sees: write it in plain UTF-8");
  head.override_reason = *reason;
  return std::nullopt;
}

Fault take_address(RequestHead& head, std::string_view target) {
  auto address = read_address(target);
  if (!address) return address.error();
  head.session = address->session;
  head.path = address->path;
  head.query = address->query;
  head.page = address->page;
  head.fault = std::move(address->fault);
  return std::nullopt;
}

// What is wrong with a request whose session, address and framing can be read.
Fault take_rest(RequestHead& head, const HeadFields& fields, unsigned version) {
  if (!head.page.empty() && head.method != "GET") return refused_header("method", "a page is read: send GET", 405);
  if (auto fault = take_accept(head, fields)) return fault;
  if (auto fault = take_body(head, fields, version)) return fault;
  return take_conditions(head, fields);
}

}  // namespace

std::expected<RequestHead, Refusal> read_head(const RawHead& raw) {
  if (auto fault = judge_method(raw.method)) return std::unexpected(std::move(*fault));
  const auto fields = HeadFields::read(raw.fields);
  if (!fields) return std::unexpected(fields.error());
  if (raw.version >= 11 && !(*fields)[HeadName::host])
    return std::unexpected(refused_header("Host", "it is missing: HTTP/1.1 has one"));
  RequestHead head{.method = std::string(raw.method)};
  if (auto fault = take_address(head, raw.target)) return std::unexpected(std::move(*fault));
  const auto framing = read_framing(*fields, raw.version);
  if (!framing) return std::unexpected(framing.error());
  head.framing = *framing;
  // Whatever is wrong with it has its entry under the app's own request id.
  auto fault = take_words(head, *fields);
  if (!head.fault) head.fault = fault ? std::move(fault) : take_rest(head, *fields, raw.version);
  return head;
}

}  // namespace wardend::gateway
