// wardctl fhir METHOD PATH: one request through the FHIR gateway, for people and tests. wardend adds the token.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "wardctl/ask.hpp"
#include "wardctl/commands.hpp"
#include "wardctl/explain.hpp"
#include "wardctl/fhir_exchange.hpp"
#include "wardctl/json_layout.hpp"
#include "wardctl/session_text.hpp"
#include "wardctl/text.hpp"

namespace wardend::wardctl {
namespace {

using nlohmann::json;

constexpr std::string_view gateway = "http://wardend/fhir/";

bool is_on_terminal(const Context& context) { return &context.out == &std::cout && ::isatty(STDOUT_FILENO) == 1; }

bool is_json(const FhirAnswer& answer) { return lower_case(answer.header("content-type")).contains("json"); }

// What people type where an address has an escape: blanks, letters beyond ASCII, "#".
std::string escaped(std::string_view path) {
  std::string safe;
  for (const char c : path) {
    const bool plain = c > ' ' && c < 0x7f && c != '#';
    safe += plain ? std::string(1, c) : percent_encode(std::string_view(&c, 1));
  }
  return safe;
}

// What is wrong with a path before anybody is asked; nullopt: nothing.
std::optional<Advice> path_fault(const FhirOptions& options) {
  constexpr std::string_view example =
      "name what is meant below the FHIR base, as Patient/ID or Observation?patient=ID";
  const std::string_view path = options.path;
  const std::string_view place = path.substr(0, path.find_first_of("?#"));
  if (place.contains("://") && !path.starts_with(gateway))
    return Advice{"WrongUsage", "the path is an address of another server", example, ExitCode::usage};
  const bool blank = place.find_first_not_of("/ ") == std::string_view::npos && place.size() == path.size();
  if (blank && options.method != "POST")
    return Advice{"WrongUsage", "the path is empty, which would mean all records of the server", example,
                  ExitCode::usage};
  if (!blank && !path.starts_with(gateway) && (place.ends_with('/') || place.contains("//")))
    return Advice{"WrongUsage", "the path has an empty part (\"//\", or a slash at the end)", "take the slash out",
                  ExitCode::usage};
  return std::nullopt;
}

// An address that an answer brought is complete.
std::string address_of(const FhirOptions& options) {
  if (options.path.starts_with(gateway)) return escaped(options.path);
  const bool joined = options.path.empty() || options.path.starts_with('/') || options.path.starts_with('?');
  return std::string(gateway) + percent_encode(options.session.value_or("-")) + (joined ? "" : "/") +
         escaped(options.path);
}

std::string type_of_body(const FhirOptions& options) {
  if (options.content_type) return *options.content_type;
  if (options.method == "PATCH") return "application/json-patch+json";
  const std::string path = options.path.substr(0, options.path.find('?'));
  return path.ends_with("_search") ? "application/x-www-form-urlencoded" : "application/fhir+json";
}

std::optional<std::string> body_of(const Context& context, const std::string& file) {
  std::ostringstream text;
  if (file == "-") {
    text << context.in.rdbuf();
    return text.str();
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  text << in.rdbuf();
  return in.bad() ? std::nullopt : std::optional(text.str());
}

// nullopt: a value would begin a header of its own.
std::optional<FhirRequest> request_of(const Context& context, const FhirOptions& options) {
  FhirRequest request{.socket = context.fhir_socket, .method = options.method, .url = address_of(options)};
  const std::pair<const char*, const MaybeText&> said[] = {{"X-Wardend-Patient", options.patient},
                                                           {"X-Wardend-Encounter", options.encounter},
                                                           {"X-Wardend-Override-Reason", options.reason}};
  for (const auto& [name, value] : said)
    if (value) request.headers.emplace_back(name, *value);
  if (options.data) request.headers.emplace_back("Content-Type", type_of_body(options));
  const bool clean = std::ranges::all_of(request.headers, [](const auto& header) {
    return std::ranges::none_of(header.second, [](unsigned char c) { return c < ' ' || c == 0x7f; });
  });
  return clean ? std::optional(std::move(request)) : std::nullopt;
}

// wardend's own refusal in an OperationOutcome; null: the answer is none.
json refusal_in(const FhirAnswer& answer) {
  const auto outcome = parse_json(answer.body, {.bytes = 1024UL * 1024});
  if (answer.status < 400 || !outcome || !outcome->is_object()) return nullptr;
  const json issues = outcome->value("issue", json::array());
  for (const json& issue : issues)
    if (issue.is_object() && issue.value("/details/coding/0/system"_json_pointer, json()) == "urn:wardend:error")
      return issue;
  return nullptr;
}

std::string text_at(const json& object, const char* pointer) {
  const json value = object.value(json::json_pointer(pointer), json());
  return value.is_string() ? value.get<std::string>() : std::string();
}

ExitCode explain_refused(const Context& context, const FhirOptions& options, const FhirAnswer& answer,
                         const json& issue) {
  const std::string error = text_at(issue, "/details/coding/0/code"), cause = text_at(issue, "/diagnostics");
  json members = {{"status", answer.status}, {"request_id", answer.header("x-request-id")}};
  if (const auto advice = text_at(issue, "/details/text"); advice != cause) members["advice"] = advice;
  if (const auto place = text_at(issue, "/expression/0"); !place.empty()) members["path"] = place;
  if (!answer.header("retry-after").empty()) members["retry_after"] = answer.header("retry-after");
  const ExitCode code = explain_told(context, {.error = error, .cause = cause}, members);
  if (error != "UnknownSession" || options.session || context.format == Format::json) return code;
  const auto listed = ask_broker<broker::ListSessionsReply>(context, "ListSessions", broker::ListSessionsParameters{});
  if (listed) print_sessions_to_name(context, listed->value.sessions, "wardctl fhir " + options.method + " PATH");
  return code;
}

void print_head(const Context& context, const FhirAnswer& answer) {
  if (context.format == Format::json) {
    json headers = json::object();
    for (const auto& [name, value] : answer.headers) headers[name] = value;
    print_json(context, {{"status", answer.status}, {"headers", headers}});
    return;
  }
  context.out << "HTTP/1.1 " << answer.status << '\n';
  for (const auto& [name, value] : answer.headers) context.out << printable(fmt::format("{}: {}", name, value)) << '\n';
  context.out << '\n';
}

// As FHIR itself shows what is no JSON.
void print_binary(const Context& context, const FhirAnswer& answer) {
  std::string data = base64url(answer.body);
  std::ranges::replace(data, '-', '+');
  std::ranges::replace(data, '_', '/');
  data.append((4 - data.size() % 4) % 4, '=');
  print_json(context,
             {{"resourceType", "Binary"}, {"contentType", answer.header("content-type")}, {"data", std::move(data)}});
}

void print_for_people(const Context& context, const FhirAnswer& answer) {
  if (!is_json(answer)) {
    context.err << "wardctl: " << counted(static_cast<std::int64_t>(answer.body.size()), "byte") << " of "
                << printable(answer.header("content-type")) << " are not shown: send standard output to a file\n";
    return;
  }
  std::istringstream lines(indented(answer.body));
  for (std::string line; std::getline(lines, line);) context.out << printable(line) << '\n';
}

void print_body(const Context& context, const FhirAnswer& answer) {
  if (answer.body.empty()) return;
  if (context.format == Format::json && is_json(answer))
    context.out << on_one_line(answer.body) << '\n';
  else if (context.format == Format::json)
    print_binary(context, answer);
  else if (is_on_terminal(context))
    print_for_people(context, answer);
  else
    context.out << answer.body;
}

// An error that the server itself has answered; its own words are on standard output. The answer to a HEAD has none,
// and may be wardend's own.
ExitCode explain_status(const Context& context, int status, bool has_words) {
  constexpr int too_many = 429, server_error = 500;
  const bool later = status == too_many || status >= server_error;
  if (!has_words)
    return refuse(context, {"HttpStatus", "the answer is HTTP " + std::to_string(status),
                            "a HEAD is answered without a word why: send it as a GET",
                            later ? ExitCode::try_again : ExitCode::refused});
  const std::string cause = "the FHIR server answered HTTP " + std::to_string(status);
  return refuse(context, {"HttpStatus", cause,
                          later ? "try again later; what it says about it is on standard output"
                                : "correct the request; what it says about it is on standard output",
                          later ? ExitCode::try_again : ExitCode::refused});
}

ExitCode cannot_read(const Context& context, const std::string& file) {
  const std::string cause = "cannot read " + file;
  return refuse(context,
                {"WrongUsage", cause, "name a file that you may read, or - for standard input", ExitCode::usage});
}

}  // namespace

ExitCode run_fhir(const Context& context, const FhirOptions& options) {
  if (auto fault = path_fault(options)) return refuse(context, *fault);
  auto request = request_of(context, options);
  if (!request)
    return refuse(context, {"WrongUsage", "a value has a line break or another control character",
                            "write it in one line", ExitCode::usage});
  if (options.data) request->body = body_of(context, *options.data);
  if (options.data && !request->body) return cannot_read(context, *options.data);
  const bool head = options.head == AnswerHead::shown || options.method == "HEAD";
  const auto answer = exchange(*request, [&](const FhirAnswer& coming) -> std::ostream* {
    const bool as_it_comes = coming.status < 400 && context.format == Format::text && !is_on_terminal(context);
    if (head) print_head(context, coming);
    return as_it_comes ? &context.out : nullptr;
  });
  if (!answer) return explain(context, answer.error());
  const json refusal = refusal_in(*answer);
  if (!refusal.is_null()) return explain_refused(context, options, *answer, refusal);
  print_body(context, *answer);
  return answer->status < 400 ? ExitCode::done : explain_status(context, answer->status, options.method != "HEAD");
}

}  // namespace wardend::wardctl
