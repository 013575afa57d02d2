// Input: status, content type, Retry-After and Date on a line each, then the body.
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "protocol/fhir/id.hpp"
#include "protocol/http/date.hpp"
#include "protocol/oauth/token.hpp"
#include "protocol/smart/launch_context.hpp"
#include "tests/fuzz/targets.hpp"

namespace wardend::fuzz {
namespace {

using oauth::TokenFailureClass;
using smart::ContextChange;

bool is_object(const std::string& text) {
  const auto value = parse_json(text, 1024UL * 1024);
  return value && value->is_object();
}

void check_context(const smart::LaunchContext& context) {
  require(!context.patient || fhir::valid_id(*context.patient), "a patient is a FHIR id");
  require(!context.encounter || fhir::valid_id(*context.encounter), "an encounter is a FHIR id");
  require(std::ranges::all_of(context.fhir_context, is_object), "each entry of fhirContext is an object");
  for (const auto& text : {context.intent, context.smart_style_url, context.tenant})
    require(!text || (!text->empty() && text->size() <= 2048 && !has_control(*text)), "context is short and printable");
  require(smart::compare_context(context, context) == smart::ContextChange::same, "a context is as itself");
  require(smart::compare_context(context, {}) == smart::ContextChange::same, "what is left out has not changed");
  smart::LaunchContext other = context;
  other.patient = context.patient.value_or("") + "x";
  require(smart::compare_context(context, other) == smart::ContextChange::other_patient, "another patient is noticed");
  other.patient.reset();
  other.encounter = context.encounter.value_or("") + "x";
  require(smart::compare_context(context, other) == smart::ContextChange::other_encounter,
          "another encounter is noticed");
}

void check_tokens(int status, const oauth::TokenResponse& response) {
  require(status >= 200 && status < 300, "tokens come with success only");
  const auto access = response.access_token.reveal();
  require(!access.empty() && access.size() <= 16384 && !has_control(access) && !access.contains(' '),
          "an access token fits in a header");
  require(response.life >= std::chrono::seconds(0) && response.life <= std::chrono::hours(24 * 366),
          "a token lives a year at most");
  require(!response.life_assumed || response.life == std::chrono::seconds(300), "five minutes are assumed");
  require(!response.scope || !has_control(response.scope->text()), "scopes are printable");
  check_context(response.context);
}

void check_failure(int status, const oauth::TokenFailure& failure) {
  require(failure.code.size() <= 64 && !has_control(failure.code), "a code is short and printable");
  require(failure.description.size() <= 512 && !has_control(failure.description),
          "a description is short and printable");
  const bool success = status >= 200 && status < 300;
  require(success || failure.kind != TokenFailureClass::unusable, "only a success can be unusable");
  require(failure.kind != TokenFailureClass::terminal || failure.code != "server_error", "an outage ends no grant");
}

}  // namespace

void fuzz_token_json(Bytes input) {
  Lines lines(input);
  const int status = lines.next_number();
  const auto content_type = lines.next();
  const auto wait = lines.next();
  const auto date = lines.next();
  if (const auto seconds = http::retry_after(wait, date))
    require(*seconds >= std::chrono::seconds(1) && *seconds <= std::chrono::hours(1), "a wait is a second to an hour");
  for (const auto grant : {oauth::Grant::code, oauth::Grant::refresh}) {
    const auto answer = oauth::parse_token_response(grant, status, content_type, lines.rest());
    if (answer)
      check_tokens(status, *answer);
    else
      check_failure(status, answer.error());
  }
}

}  // namespace wardend::fuzz
