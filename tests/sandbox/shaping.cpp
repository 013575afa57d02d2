#include "tests/sandbox/shaping.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "tests/sandbox/form.hpp"

namespace wardend::sandbox {
namespace {

constexpr const char* proxy_page =
    "<!DOCTYPE html><html><head><title>Network sign-in</title></head>"
    "<body><h1>Please accept the terms of use</h1></body></html>\n";

Reply status_reply(const Fault& fault) {
  const int status = fault.status.value_or(fault.oauth_error ? 400 : 503);
  Reply reply = fault.oauth_error ? oauth_error(status, *fault.oauth_error, "asked for by the sandbox's control")
                                  : Reply{.status = status, .content_type = "text/plain", .body = "not available\n"};
  if (fault.retry_after) reply.headers.emplace_back("Retry-After", *fault.retry_after);
  return reply;
}

// A redirect without some of its parameters.
std::string without_parameters(const std::string& url, const std::vector<std::string>& names) {
  const auto question = url.find('?');
  const auto form =
      question == std::string::npos ? std::nullopt : Form::parse(std::string_view(url).substr(question + 1));
  if (!form) return url;
  std::vector<std::pair<std::string, std::string>> kept;
  for (const std::string& name : form->names())
    if (std::ranges::find(names, name) == names.end()) kept.emplace_back(name, form->get(name));
  return with_query(url.substr(0, question), kept);
}

void leave_out(Reply& reply, const std::vector<std::string>& names) {
  for (auto& [name, value] : reply.headers)
    if (name == "Location") value = without_parameters(value, names);
  auto document = parse_json(reply.body, 1024 * 1024);
  if (!document || !document->is_object()) return;
  for (const std::string& name : names) document->erase(name);
  reply.body = dump_json(*document);
}

void replace_body(Reply& reply, const Fault& fault) {
  if (fault.body) reply.body = *fault.body;
  if (fault.content_type) reply.content_type = *fault.content_type;
}

}  // namespace

std::optional<Reply> instead_of_work(const Fault& fault) {
  Reply reply;
  if (fault.kind == Kind::hang) {
    reply.delivery = fault.span ? Delivery::dropped : Delivery::hung;
    reply.delay = fault.span.value_or(std::chrono::milliseconds(0));
  } else if (fault.kind == Kind::drop) {
    reply.delivery = Delivery::dropped;
  } else if (fault.kind == Kind::html) {
    reply = {.status = fault.status.value_or(200), .content_type = "text/html", .body = proxy_page};
  } else if (fault.kind == Kind::status) {
    reply = status_reply(fault);
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
  if (fault.kind == Kind::omit) leave_out(reply, fault.fields);
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
