#include "daemon/gateway/answer_faults.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/json_members.hpp"
#include "base/json_objects.hpp"
#include "base/text.hpp"
#include "daemon/gateway/upstream_request.hpp"
#include "protocol/http/date.hpp"
#include "protocol/http/media_type.hpp"
#include "protocol/http/redirect.hpp"

namespace wardend::gateway {
namespace {

constexpr int bad_gateway = 502;
constexpr int past_http = 600;

// An error keeps its status.
int status_for(int answered) { return answered >= 400 && answered < past_http ? answered : bad_gateway; }

Refusal unusable(const std::string& server, std::string reason, int status = bad_gateway) {
  return {.status = status, .error = errors::ServerUnavailable{.server = server, .reason = std::move(reason)}};
}

// All values of a header, in the order in which they came.
std::vector<std::string_view> values_of(const HttpResponse& head, std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : head.headers)
    if (key == name) values.push_back(value);
  return values;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool has_one_end(const HttpResponse& head) {
  const auto lengths = values_of(head, "content-length");
  const auto codings = values_of(head, "transfer-encoding");
  if (!codings.empty()) return lengths.empty() && codings.size() == 1 && lower_case(codings.front()) == "chunked";
  return std::ranges::all_of(lengths, [&](std::string_view one) { return is_number(one) && one == lengths.front(); });
}

std::string_view origin_of(std::string_view location) {
  const auto host = location.find("://");
  if (host == std::string_view::npos) return "another of its addresses";
  return location.substr(0, location.find_first_of("/?#\\", host + 3));
}

// What a status says that no app can use; empty: it can.
std::string status_fault(const HttpResponse& head, Expected expected) {
  const std::string status = "HTTP " + std::to_string(head.status);
  if (head.status == 304)
    return expected.change ? ""
                           : "answered \"not modified\" where it was not asked: have its administrators look at it";
  if (http::is_redirect(head.status)) {
    const bool leads = !head.header("location").empty();
    return http::redirect_text(head.status, leads ? origin_of(head.header("location")) : "") + ": ask IT";
  }
  // Clients know that 205 has no body, and would take one for the next answer.
  if (head.status >= past_http || head.status == 205)
    return "answered " + status + ", which no FHIR server does: have its administrators look at it";
  if (head.status == 204 && expected.record)
    return "answered nothing (" + status + ") where a record was asked for: have its administrators look at it";
  return {};
}

// Why the body cannot be taken as the head describes it; empty: it can.
std::string body_fault(const HttpResponse& head, Expected expected) {
  if (!has_one_end(head)) return "its headers contradict each other about where it ends";
  const std::string_view type = head.header("content-type");
  if (expected.binary || !http::is_json_type(type)) return {};
  const std::string charset = http::other_charset(type);
  return charset.empty() ? std::string() : "its character set is not UTF-8, as FHIR has it, but " + charset;
}

// A record in it, or a place for one.
bool holds_record(const nlohmann::json& outcome) {
  if (find_member(outcome, "contained") != nullptr) return true;
  return std::ranges::any_of(objects_in(outcome), [&](const nlohmann::json* one) {
    return one != &outcome && find_member(*one, "resourceType") != nullptr;
  });
}

}  // namespace

std::string kind_fault(const fhir::FhirRequest& request, const nlohmann::json& json) {
  constexpr auto of_server =
      std::to_array<std::string_view>({"CapabilityStatement", "TerminologyCapabilities", "Conformance"});
  const std::string_view type = text_view_member(json, "resourceType");
  if (request.interaction != fhir::Interaction::capabilities) return type.empty() ? "it is no FHIR resource" : "";
  if (request.type.empty())
    return json.is_object() && find_member(json, "resourceType") == nullptr ? "" : "it is no SMART configuration";
  return std::ranges::find(of_server, type) == of_server.end() ? "it is no CapabilityStatement" : "";
}

bool is_plain_error(const fhir::FhirRequest& request, int status, const nlohmann::json* body, bool judged) {
  constexpr int gone = 410;
  if (body == nullptr || text_view_member(*body, "resourceType") != "OperationOutcome") return false;
  const bool record_gone = status == gone && !request.id.empty();
  return !judged || (!record_gone && !holds_record(*body));
}

std::optional<Refusal> head_fault(const HttpResponse& head, const std::string& server, Expected expected) {
  if (const std::string fault = status_fault(head, expected); !fault.empty())
    return unusable(server, "the server " + fault);
  const std::string fault = body_fault(head, expected);
  if (fault.empty()) return std::nullopt;
  Refusal refusal = unreadable(server, fault);
  refusal.status = status_for(head.status);
  return refusal;
}

Refusal unreadable(const std::string& server, std::string_view why) {
  return unusable(server,
                  "the server's answer cannot be read (" + std::string(why) + "): have its administrators look at it");
}

// What the status alone says is told where FHIR has a meaning for it: "try again" would be the wrong step.
Refusal no_fhir_answer(const std::string& server, const HttpResponse& head, Asked asked) {
  const int status = status_for(head.status);
  const std::string said = "the server answered HTTP " + std::to_string(head.status);
  const auto wait = http::retry_after(head.header("retry-after"), head.header("date"));
  const auto refused = [&](std::string reason) {
    return Refusal{.status = status, .error = errors::InvalidRequest{.field = "request", .reason = said + reason}};
  };
  switch (head.status) {
    case 403:
      return {.status = status,
              .error = errors::NotAuthorized{said + ", and no word of why: have its administrators look at it"}};
    case 404:
    case 410:
      return refused(": it has no such record, or no such address");
    case 409:
    case 412:
      return refused(": the record is another than the request says: read it again, then decide anew");
    case 429:
      return {.status = status,
              .error = errors::RateLimited{.retry_after_ms = wait.value_or(std::chrono::seconds(1)),
                                           .reason = said + ", as it has too much to do: ask again later"}};
    default:
      break;
  }
  if (head.status >= 400 && head.status < 500)
    return refused(", and no word of why: correct the request, or tell support");
  if (head.status < 400) return unusable(server, said + " with something that is no FHIR answer: tell support", status);
  const bool unsure = asked == Asked::write;
  std::string reason = said + " with something that is no FHIR answer";
  if (unsure)
    reason += "; " + std::string(may_be_done);
  else
    reason += wait ? ": try again when it says, then tell support" : ": try again, then tell support";
  return {.status = status,
          .error = errors::ServerUnavailable{.server = server, .reason = std::move(reason), .retry_after = wait}};
}

Refusal broken(const std::string& server, const HttpFailure& failure) {
  if (failure.kind == HttpFailure::Kind::too_large) return too_large_answer();
  return unreadable(server, "it broke off");
}

Refusal too_large_answer() {
  return {
      .status = bad_gateway,
      .error = errors::TooLarge{.limit = static_cast<std::int64_t>(longest_whole_answer),
                                .reason = "the server's answer is larger than 8 MiB, or too many large ones are read "
                                          "now: ask for fewer records (_count), or search for less"}};
}

}  // namespace wardend::gateway
