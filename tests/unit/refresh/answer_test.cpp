#include "daemon/refresh/answer.hpp"

#include <gtest/gtest.h>

namespace wardend::refresh {
namespace {

using Kind = Outcome::Kind;

constexpr WallTime now{std::chrono::seconds(1'800'000'000)};

server::PostAnswer lost(HttpFailure failure) {
  return std::unexpected(server::PostFailure{.network = std::move(failure)});
}
server::PostAnswer answered(int status, std::string_view body, std::string retry_after = {}) {
  HttpResponse response{.status = status, .headers = {{"content-type", "application/json"}}};
  if (!retry_after.empty()) response.headers.emplace_back("retry-after", retry_after);
  response.body = Secret(body);
  response.sent_at = BootTime(100s);
  return response;
}

struct Failed {
  const char* what;
  HttpFailure failure;
  Kind kind;
  const char* word;
  bool asleep = false;
};

// Only what certainly never left may be sent again: a server may have rotated the token that it was given.
TEST(Answer, ThatNeverCameCountsAsSentWhereItMayHaveBeen) {
  using enum HttpFailure::Kind;
  for (const Failed& row : {
           Failed{"no connection", {network, false, "x"}, Kind::failed, "unreachable"},
           Failed{"it broke", {network, true, "x"}, Kind::no_reply, "no_reply"},
           Failed{"no time left", {timeout, true, "x"}, Kind::no_reply, "no_reply"},
           Failed{"too large", {too_large, true, "x"}, Kind::no_reply, "no_reply"},
           Failed{"a bad certificate", {tls, true, "x"}, Kind::failed, "tls"},
           Failed{"no TLS", {handshake, false, "x"}, Kind::failed, "handshake"},
           Failed{"the proxy's refusal", {network, false, "x", true}, Kind::failed, "proxy"},
           Failed{"asleep before it left", {abandoned, false, "x"}, Kind::failed, "asleep", true},
           Failed{"asleep afterwards", {abandoned, true, "x"}, Kind::no_reply, "no_reply", true},
       }) {
    const Answer answer = read_answer(lost(row.failure), now);
    EXPECT_EQ(answer.outcome.kind, row.kind) << row.what;
    EXPECT_EQ(answer.outcome.word, row.word) << row.what;
    EXPECT_EQ(answer.outcome.asleep, row.asleep) << row.what;
    EXPECT_FALSE(answer.tokens) << row.what;
  }
}

TEST(Answer, OfAClientThatCannotProveItselfIsForAnOperator) {
  const Answer answer = read_answer(std::unexpected(server::PostFailure{.unprovable = "no file"}), now);
  EXPECT_EQ(answer.outcome.kind, Kind::failed);
  EXPECT_EQ(answer.outcome.word, "credential");
  EXPECT_EQ(answer.outcome.retry_after, std::chrono::seconds(300));
  EXPECT_EQ(answer.trouble, "no file");
}

struct Refused {
  int status;
  const char* body;
  Kind kind;
  const char* word;
};

TEST(Answer, IsWhatItsErrorSaysWhateverItsStatus) {
  for (const Refused& row : {
           Refused{400, R"({"error":"invalid_grant"})", Kind::grant_ended, "invalid_grant"},
           Refused{503, R"({"error":"invalid_grant"})", Kind::grant_ended, "invalid_grant"},
           Refused{401, R"({"error":"invalid_client"})", Kind::client_rejected, "invalid_client"},
           Refused{400, R"({"error":"invalid_scope"})", Kind::other_form, "invalid_scope"},
           Refused{418, "{}", Kind::refused, "http_418"},
           Refused{503, "", Kind::failed, "http_503"},
           Refused{200, "{}", Kind::no_reply, "no_access_token"},
       }) {
    const Answer answer = read_answer(answered(row.status, row.body), now);
    EXPECT_EQ(answer.outcome.kind, row.kind) << row.status << row.body;
    EXPECT_EQ(answer.outcome.word, row.word) << row.status << row.body;
    EXPECT_FALSE(answer.tokens) << row.status << row.body;
  }
  EXPECT_EQ(read_answer(answered(503, "", "40"), now).outcome.retry_after, std::chrono::seconds(40));
}

TEST(Answer, ThatRedirectsSaysWhereTo) {
  HttpResponse moved{.status = 307, .headers = {{"location", "https://login.new.org/token?code=secret"}}};
  EXPECT_EQ(read_answer(std::move(moved), now).outcome.word,
            "http_307 redirects to https://login.new.org/token, which is not followed (HTTP 307)");
  EXPECT_EQ(read_answer(answered(304, ""), now).outcome.word, "http_304 answers HTTP 304, and nothing else");
  EXPECT_EQ(read_answer(answered(302, R"({"error":"invalid_grant"})"), now).outcome.word, "invalid_grant");
}

TEST(Answer, ThatCannotBeServedStillGivesItsTokens) {
  const Answer good = read_answer(
      answered(200, R"({"access_token":"at","token_type":"Bearer","refresh_token":"rt","expires_in":300})"), now);
  EXPECT_EQ(good.outcome.kind, Kind::tokens_received);
  EXPECT_EQ(good.sent_at, BootTime(100s));
  ASSERT_TRUE(good.tokens);
  EXPECT_EQ(good.tokens->refresh_token.reveal(), "rt");
  const Answer odd =
      read_answer(answered(200, R"({"access_token":"at","token_type":"mac","refresh_token":"rt"})"), now);
  EXPECT_EQ(odd.outcome.kind, Kind::failed) << "the server has answered: nothing is sent again as unanswered";
  ASSERT_TRUE(odd.tokens);
  EXPECT_EQ(odd.tokens->refresh_token.reveal(), "rt");
}

// It may have brought a refresh token in the part that is missing: nothing is sent again before it must be.
TEST(Answer, ThatBreaksOffBeforeARefreshTokenCountsAsLost) {
  for (const char* half :
       {R"({"access_token":"at","expires_in":300,"id_to)", R"({"access_token":"at","refresh_token":"r)",
        R"(<p>{"access_token":"at","token_type":"Bearer"})", R"({"acc)", ""}) {
    const Answer lost = read_answer(answered(200, half), now);
    EXPECT_EQ(lost.outcome.kind, Kind::no_reply) << half;
  }
  const Answer kept = read_answer(answered(200, R"({"access_token":"at","refresh_token":"rt","sc)"), now);
  EXPECT_EQ(kept.outcome.kind, Kind::failed);
  ASSERT_TRUE(kept.tokens);
  EXPECT_EQ(kept.tokens->refresh_token.reveal(), "rt");
  const Answer whole = read_answer(answered(200, R"({"access_token":"at","token_type":"mac"})"), now);
  EXPECT_EQ(whole.outcome.kind, Kind::failed) << "it was read to its end, and brought none";
}

struct Claims {
  const char* subject;
  const char* fhir_user;
  const char* issuer;
  const char* audience;
  Subject about;
};

TEST(Answer, SaysWhomItIsAbout) {
  session::Session session;
  session.user = {.fhir_user = "https://e/fhir/Practitioner/1", .subject = "u1", .issuer = "https://e"};
  session.client.identity.client_id = "vitals";
  const config::Server server{.name = "ehr", .fhir_base_url = *fhir::BaseUrl::parse("https://e/fhir")};
  for (const Claims& row : {
           Claims{"u1", "", "https://e", "vitals", Subject::same},
           Claims{"u1", "Practitioner/1", "https://e", "vitals", Subject::same},
           Claims{"u1", "Practitioner/2", "https://e", "vitals", Subject::other_name},
           Claims{"u1", "PractitionerRole/1", "https://e", "vitals", Subject::other_role},
           Claims{"u2", "", "https://e", "vitals", Subject::other_user},
           Claims{"u2", "", "https://other", "vitals", Subject::foreign},
           Claims{"u2", "", "https://e", "somebody-else", Subject::foreign},
       }) {
    oauth::TokenResponse response;
    response.id_token_claims.emplace();
    response.id_token_claims->subject = row.subject;
    response.id_token_claims->fhir_user = row.fhir_user;
    response.id_token_claims->issuer = row.issuer;
    response.id_token_claims->audience = {row.audience};
    EXPECT_EQ(subject_of(session, response, &server), row.about) << row.subject << row.fhir_user << row.issuer;
  }
}

TEST(Answer, AboutAnotherPatientIsAnotherContextUnlessItIsAnotherUser) {
  session::Session session;
  session.user = {.subject = "u1", .issuer = "https://e"};
  session.client.identity.client_id = "vitals";
  session.context.patient = "p1";
  oauth::TokenResponse response;
  EXPECT_EQ(subject_of(session, response, nullptr), Subject::same) << "not said";
  response.context.patient = "p2";
  EXPECT_EQ(subject_of(session, response, nullptr), Subject::other_context);
  response.id_token_claims.emplace();
  response.id_token_claims->subject = "u2";
  response.id_token_claims->issuer = "https://e";
  response.id_token_claims->audience = {"vitals"};
  EXPECT_EQ(subject_of(session, response, nullptr), Subject::other_user) << "which clears more";
}

}  // namespace
}  // namespace wardend::refresh
