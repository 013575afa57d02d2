#include "daemon/refresh/answer.hpp"

#include <algorithm>
#include <utility>

#include "protocol/fhir/user.hpp"
#include "protocol/http/date.hpp"
#include "protocol/http/redirect.hpp"

namespace wardend::refresh {
namespace {

using Kind = Outcome::Kind;

// A credential that cannot be read stays so until somebody mends it.
constexpr std::chrono::seconds credential_pause{300};

// Why a request did not leave.
std::string word_for(const HttpFailure& failure) {
  if (failure.kind == HttpFailure::Kind::abandoned) return "asleep";
  if (failure.kind == HttpFailure::Kind::tls) return "tls";
  if (failure.kind == HttpFailure::Kind::handshake) return "handshake";
  return failure.by_proxy ? "proxy" : "unreachable";
}

Answer read_failure(const server::PostFailure& failure) {
  if (!failure.network)
    return {.outcome = {.kind = Kind::failed, .word = "credential", .retry_after = credential_pause},
            .trouble = failure.unprovable};
  const bool asleep = failure.network->kind == HttpFailure::Kind::abandoned;
  const bool untrusted = failure.network->kind == HttpFailure::Kind::tls;
  if (failure.network->request_sent && !untrusted)
    return {.outcome = {.kind = Kind::no_reply, .word = "no_reply", .asleep = asleep}};
  return {.outcome = {.kind = Kind::failed, .word = word_for(*failure.network), .asleep = asleep}};
}

Kind kind_of(oauth::TokenFailureClass failure) {
  switch (failure) {
    case oauth::TokenFailureClass::terminal:
      return Kind::grant_ended;
    case oauth::TokenFailureClass::client_rejected:
      return Kind::client_rejected;
    case oauth::TokenFailureClass::other_form:
      return Kind::other_form;
    case oauth::TokenFailureClass::unclear:
      return Kind::refused;
    case oauth::TokenFailureClass::transient:
      return Kind::failed;
    case oauth::TokenFailureClass::unusable:
      return Kind::no_reply;
  }
  return Kind::failed;
}

// A refresh may leave fhirUser out, and may write it relative to the FHIR base.
session::User user_in(const oauth::IdTokenClaims& claims, const config::Server* server) {
  session::User user{.subject = claims.subject, .issuer = claims.issuer};
  if (claims.fhir_user.empty() || server == nullptr) return user;
  if (const auto resolved = fhir::resolve_user(claims.fhir_user, server->fhir_base_url))
    user.fhir_user = resolved->text;
  return user;
}

}  // namespace

Answer read_answer(const server::PostAnswer& posted, WallTime now) {
  if (!posted) return read_failure(posted.error());
  const std::string_view date = posted->header("date");
  auto judged = oauth::parse_token_response(oauth::Grant::refresh, posted->status, posted->header("content-type"),
                                            posted->body.reveal());
  Answer answer{.outcome = {.kind = Kind::tokens_received}, .sent_at = posted->sent_at};
  if (judged) {
    answer.tokens = std::move(*judged);
    return answer;
  }
  oauth::TokenFailure& failure = judged.error();
  const bool read_to_its_end = failure.code != "not_json";
  answer.outcome = {.kind = kind_of(failure.kind),
                    .word = std::move(failure.code),
                    .retry_after = http::retry_after(posted->header("retry-after"), date)};
  if (http::is_redirect(posted->status) && answer.outcome.word.starts_with("http_"))
    answer.outcome.word += " " + http::redirect_text(posted->status, posted->header("location"));
  if (answer.outcome.kind == Kind::no_reply && posted->broke_off) answer.outcome.word = "no_reply";
  if (answer.outcome.kind == Kind::client_rejected) answer.clock_ahead = http::clock_ahead(date, now);
  if (!read_to_its_end) answer.unread = failure.description + posted->why_unreadable();
  if (!failure.issued) return answer;
  // The server has answered: whatever it did is known, and only what it said cannot be used. Of an answer that cannot
  // be read to its end nobody knows whether it brought a refresh token.
  if (read_to_its_end || !failure.issued->refresh_token.empty()) answer.outcome.kind = Kind::failed;
  answer.tokens = oauth::TokenResponse{.access_token = std::move(failure.issued->access_token),
                                       .refresh_token = std::move(failure.issued->refresh_token)};
  return answer;
}

Subject subject_of(const session::Session& session, const oauth::TokenResponse& response,
                   const config::Server* server) {
  const session::User& known = session.user;
  const session::User said = response.id_token_claims ? user_in(*response.id_token_claims, server) : session::User();
  // One that was made for another client says nothing of this session.
  const bool ours = !response.id_token_claims ||
                    std::ranges::find(response.id_token_claims->audience, session.client.identity.client_id) !=
                        response.id_token_claims->audience.end();
  const session::Likeness likeness =
      ours || !known.known() ? session::compare(known, said) : session::Likeness::foreign;
  if (likeness == session::Likeness::other_user) return Subject::other_user;
  if (smart::compare_context(session.context, response.context) != smart::ContextChange::same)
    return Subject::other_context;
  switch (likeness) {
    case session::Likeness::other_role:
      return Subject::other_role;
    case session::Likeness::other_name:
      return Subject::other_name;
    case session::Likeness::foreign:
      return Subject::foreign;
    default:
      return Subject::same;
  }
}

}  // namespace wardend::refresh
