#include "tests/sandbox/shaping.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "tests/sandbox/dress.hpp"
#include "tests/sandbox/fhir.hpp"
#include "tests/sandbox/form.hpp"

namespace wardend::sandbox {
namespace {

using nlohmann::json;

constexpr const char* proxy_page =
    "<!DOCTYPE html><html><head><title>Network sign-in</title></head>"
    "<body><h1>Please accept the terms of use</h1></body></html>\n";

Reply status_reply(const Fault& fault, WallTime now) {
  const int status = fault.status.value_or(fault.oauth_error ? 400 : 503);
  Reply reply = fault.oauth_error ? oauth_error(status, *fault.oauth_error, "asked for by the sandbox's control")
                : fault.outcome   ? operation_outcome(status, *fault.outcome, "asked for by the sandbox's control")
                                  : Reply{.status = status, .content_type = "text/plain", .body = "not available\n"};
  if (fault.retry_after) reply.headers.emplace_back("Retry-After", *fault.retry_after);
  if (fault.retry_after_date)
    reply.headers.emplace_back("Retry-After", http_date(now + std::chrono::seconds(*fault.retry_after_date)));
  return reply;
}

bool is_named(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

json read_members(const std::string& text) {
  auto object = parse_json(text, 1024 * 1024);
  return object && object->is_object() ? std::move(*object) : json::object();
}

std::string text_of(const json& value) { return value.is_string() ? value.get<std::string>() : dump_json(value); }

// The Location header of a redirect; nullptr for any other reply.
std::string* location_of(Reply& reply) {
  const auto found = std::ranges::find(reply.headers, "Location", &std::pair<std::string, std::string>::first);
  return found == reply.headers.end() ? nullptr : &found->second;
}

using Parameters = std::vector<std::pair<std::string, std::string>>;

// What the fault makes of a redirect's parameters: `fields` left out or repeated, `members` set, an array several
// times.
std::string with_changed_parameters(const std::string& url, const Fault& fault) {
  const auto question = url.find('?');
  const auto form =
      question == std::string::npos ? std::nullopt : Form::parse(std::string_view(url).substr(question + 1));
  if (!form) return url;
  const json members = read_members(fault.members.value_or("{}"));
  Parameters kept;
  for (const std::string& name : form->names()) {
    const bool named = is_named(fault.fields, name);
    if (members.contains(name) || (named && fault.kind != Kind::repeat)) continue;
    kept.emplace_back(name, form->get(name));
    if (named) kept.emplace_back(name, form->get(name));
  }
  for (const auto& [name, value] : members.items()) {
    if (value.is_null()) continue;
    for (const json& one : value.is_array() ? value : json::array({value})) kept.emplace_back(name, text_of(one));
  }
  return with_query(url.substr(0, question), kept);
}

void leave_out(Reply& reply, const std::vector<std::string>& names) {
  auto document = parse_json(reply.body, 1024 * 1024);
  if (!document || !document->is_object()) return;
  for (const std::string& name : names) document->erase(name);
  reply.body = dump_json(*document);
}

void set_headers(Reply& reply, const json& members) {
  for (const auto& [name, value] : members.items()) {
    std::erase_if(reply.headers, [&](const auto& header) { return header.first == name; });
    if (name == "Content-Type" && value.is_string())
      reply.content_type = value;
    else if (!value.is_null())
      reply.headers.emplace_back(name, text_of(value));
  }
}

// One more member, as long as the fault wants it.
void make_big(Reply& reply, std::int64_t bytes) {
  const auto end = reply.body.rfind('}');
  if (end == std::string::npos) return;
  reply.body.insert(end, R"(,"padding":")" + std::string(static_cast<std::size_t>(bytes), 'x') + "\"");
}

void replace_body(Reply& reply, const Fault& fault) {
  if (fault.body) reply.body = *fault.body;
  if (fault.content_type) reply.content_type = *fault.content_type;
}

}  // namespace

std::string with_members(const std::string& text, const std::string& members) {
  auto document = parse_json(text, 1024 * 1024);
  if (!document || !document->is_object()) return text;
  const json changes = read_members(members);
  for (const auto& [name, value] : changes.items()) {
    if (value.is_null())
      document->erase(name);
    else
      (*document)[name] = value;
  }
  return dump_json(*document);
}

std::optional<Reply> instead_of_work(const Fault& fault, WallTime now) {
  Reply reply;
  if (fault.kind == Kind::hang) {
    reply.delivery = fault.span ? Delivery::dropped : Delivery::hung;
    reply.delay = fault.span.value_or(std::chrono::milliseconds(0));
  } else if (fault.kind == Kind::drop) {
    reply.delivery = Delivery::dropped;
  } else if (fault.kind == Kind::html) {
    reply = {.status = fault.status.value_or(200), .content_type = "text/html", .body = proxy_page};
  } else if (fault.kind == Kind::status) {
    reply = status_reply(fault, now);
  } else if (fault.kind == Kind::redirect) {
    reply = {.status = fault.status.value_or(302), .content_type = "text/plain"};
    reply.headers.emplace_back("Location", fault.location.value_or(""));
  } else {
    return std::nullopt;
  }
  replace_body(reply, fault);
  return reply;
}

Reply spoilt(Reply reply, const Fault& fault) {
  if (fault.kind == Kind::truncate) reply.delivery = Delivery::truncated;
  if (fault.kind == Kind::drop_after_rotation) reply.delivery = Delivery::dropped;
  if (fault.kind == Kind::bad_json) reply.body = reply.body.substr(0, reply.body.size() / 2) + ",}";
  const std::string members = fault.members.value_or("{}");
  std::string* const location = location_of(reply);
  if (location != nullptr && fault.kind != Kind::set_headers) *location = with_changed_parameters(*location, fault);
  if (fault.kind == Kind::omit) leave_out(reply, fault.fields);
  if (fault.kind == Kind::set_members) reply.body = with_members(reply.body, members);
  if (fault.kind == Kind::set_headers) set_headers(reply, read_members(members));
  if (fault.kind == Kind::dress) dress(reply, fault);
  if (fault.kind == Kind::big) make_big(reply, fault.bytes.value_or(3 * 1024 * 1024));
  if (fault.kind == Kind::bad_json || fault.kind == Kind::truncate) replace_body(reply, fault);
  return reply;
}

std::string fewer_scopes(const std::string& scope, const Fault& fault) {
  std::vector<std::string> kept;
  bool kept_fhir = false;
  for (const std::string& word : words(scope)) {
    const bool fhir = word.find('/') != std::string::npos && !word.starts_with("launch/");
    const bool taken =
        fault.fields.empty() ? fhir && kept_fhir : std::ranges::find(fault.fields, word) != fault.fields.end();
    kept_fhir = kept_fhir || fhir;
    if (!taken) kept.push_back(word);
  }
  return join_words(kept);
}

}  // namespace wardend::sandbox
