#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "protocol/oauth/token.hpp"
#include "protocol/smart/launch_context.hpp"

namespace wardend::oauth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const char* const complete = R"({
  "access_token": "a-1", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "r-1",
  "scope": "launch patient/Observation.rs", "patient": "123", "encounter": "456",
  "need_patient_banner": false, "intent": "reconcile", "tenant": "t-7",
  "smart_style_url": "https://ehr.example.org/style.json",
  "fhirContext": [{"reference": "ImagingStudy/789"}],
  "hub.url": "https://hub.example.org"
})";

// The complete response with members replaced (null takes one out).
std::string body(const char* changes) {
  nlohmann::json merged = nlohmann::json::parse(complete);
  merged.merge_patch(nlohmann::json::parse(changes));
  return merged.dump();
}

std::expected<TokenResponse, TokenFailure> parsed(const std::string& text) {
  return parse_token_response(Grant::code, 200, "application/json", text);
}

TEST(TokenResponse, ReadsACompleteOneWithoutWarnings) {
  const auto response = parsed(complete);
  ASSERT_TRUE(response) << response.error().code;
  EXPECT_EQ(response->access_token.reveal(), "a-1");
  EXPECT_EQ(response->refresh_token.reveal(), "r-1");
  EXPECT_EQ(response->life, std::chrono::seconds(3600));
  EXPECT_FALSE(response->life_assumed);
  EXPECT_EQ(response->scope->text(), "launch patient/Observation.rs");
  EXPECT_EQ(response->context.patient, "123");
  EXPECT_EQ(response->context.encounter, "456");
  EXPECT_EQ(response->context.intent, "reconcile");
  EXPECT_EQ(response->context.tenant, "t-7");
  EXPECT_EQ(response->context.smart_style_url, "https://ehr.example.org/style.json");
  EXPECT_FALSE(response->context.need_patient_banner);
  EXPECT_TRUE(response->said_need_patient_banner);
  EXPECT_THAT(response->context.fhir_context, ElementsAre(R"({"reference":"ImagingStudy/789"})"));
  EXPECT_THAT(response->warnings, IsEmpty());
}

TEST(TokenResponse, OffersAHubOnlyWithItsTopic) {
  EXPECT_FALSE(parsed(complete)->hub) << "without a topic there is nothing to follow";
  EXPECT_FALSE(parsed(body(R"({"hub.topic": ""})"))->hub);
  EXPECT_FALSE(parsed(body(R"({"hub.url": null, "hub.topic": "t-1"})"))->hub);
  EXPECT_FALSE(parsed(body(R"({"hub.topic": 7})"))->hub);
  const auto response = parsed(body(R"({"hub.topic": "t-1"})"));
  ASSERT_TRUE(response && response->hub);
  EXPECT_EQ(response->hub->url, "https://hub.example.org");
  EXPECT_EQ(response->hub->topic.reveal(), "t-1");
  const auto large = parsed(body((R"({"hub.topic": ")" + std::string(3000, 't') + "\"}").c_str()));
  EXPECT_FALSE(large->hub);
  EXPECT_THAT(large->warnings, SizeIs(1));
}

TEST(TokenResponse, FillsInNothingThatTheServerDidNotSay) {
  const auto response = parsed(R"({"access_token":"a","token_type":"bearer","expires_in":60,"scope":""})");
  ASSERT_TRUE(response) << response.error().code;
  EXPECT_EQ(response->context, smart::LaunchContext{});
  EXPECT_TRUE(response->context.need_patient_banner);
  EXPECT_FALSE(response->said_need_patient_banner);
  EXPECT_FALSE(response->said_fhir_context);
  EXPECT_TRUE(response->refresh_token.empty());
  ASSERT_TRUE(response->scope);
  EXPECT_TRUE(response->scope->empty());
  EXPECT_TRUE(response->id_token.empty());
  EXPECT_FALSE(response->id_token_claims);
}

TEST(TokenResponse, TellsAnAbsentScopeFromAnEmptyOne) {
  const auto absent = parsed(body(R"({"scope": null})"));
  ASSERT_TRUE(absent);
  EXPECT_FALSE(absent->scope);
  EXPECT_THAT(absent->warnings, SizeIs(1));
  for (const char* changes : {R"({"scope": {"openid": 1}})", R"({"scope": 7})"}) {
    const auto response = parsed(body(changes));
    ASSERT_TRUE(response && response->scope) << changes;
    EXPECT_TRUE(response->scope->empty()) << changes;
    EXPECT_THAT(response->warnings, SizeIs(1)) << changes;
  }
}

TEST(TokenResponse, TellsATypeThatIsNoTextFromNone) {
  for (const char* odd : {R"({"token_type": ["Bearer"]})", R"({"token_type": 1})", R"({"token_type": {}})"}) {
    const auto response = parsed(body(odd));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().description, "has a token_type that is no text") << odd;
  }
  EXPECT_EQ(parsed(body(R"({"token_type": null})")).error().description, "names no token_type");
}

struct Life {
  const char* expires_in;
  int seconds;
  bool assumed;
};

class ExpiresIn : public testing::TestWithParam<Life> {};

TEST_P(ExpiresIn, IsTakenWhereItMakesSenseElseFiveMinutes) {
  const auto response = parsed(body((std::string(R"({"expires_in": )") + GetParam().expires_in + "}").c_str()));
  ASSERT_TRUE(response) << response.error().code;
  EXPECT_EQ(response->life, std::chrono::seconds(GetParam().seconds));
  EXPECT_EQ(response->life_assumed, GetParam().assumed);
}

INSTANTIATE_TEST_SUITE_P(Table, ExpiresIn,
                         testing::ValuesIn<Life>({
                             {"570", 570, false},
                             {"1", 1, false},
                             {"3599.9", 3599, false},
                             {"\"3600\"", 3600, false},
                             {"31622400", 31622400, false},
                             {"null", 300, true},
                             {"0", 0, false},
                             {"-1", 0, false},
                             {"0.5", 0, false},
                             {"1e300", 300, true},
                             {"18446744073709551615", 300, true},
                             {"\"\"", 300, true},
                             {"\"-60\"", 0, false},
                             {"\"0\"", 0, false},
                             {"-1e300", 0, false},
                             {"1e-400", 0, false},
                             {"-0", 0, false},
                             {"9223372036854775808", 300, true},
                             {"\"3600abc\"", 300, true},
                             {"\"-1e400\"", 300, true},
                             {"{\"seconds\":3600}", 300, true},
                             {"\"-\"", 300, true},
                             {"\"1h\"", 300, true},
                             {"\"99999999999999999999\"", 300, true},
                             {"true", 300, true},
                             {"[3600]", 300, true},
                         }));

TEST(TokenResponse, ALifeThatNoNumberHoldsIsAsLargeAsItSays) {
  for (const Life& row : {Life{"-1e400", 0, false}, Life{"1e400", 300, true}}) {
    const auto response = parsed(std::string(R"({"access_token":"a","token_type":"Bearer","scope":"x","expires_in":)") +
                                 row.expires_in + "}");
    ASSERT_TRUE(response) << row.expires_in;
    EXPECT_EQ(response->life, std::chrono::seconds(row.seconds)) << row.expires_in;
    EXPECT_EQ(response->life_assumed, row.assumed) << row.expires_in;
  }
}

TEST(TokenResponse, WarnsOfALifeThatIsTextOrAssumed) {
  EXPECT_THAT(parsed(body(R"({"expires_in": "60"})"))->warnings, SizeIs(1));
  EXPECT_THAT(parsed(body(R"({"expires_in": null})"))->warnings, SizeIs(1));
}

TEST(TokenResponse, TokensOfARefusedAnswerGoAlongWithTheRefusal) {
  struct Row {
    const char* changes;
    const char* access;
    const char* refresh;
  };
  for (const Row& row : {Row{R"({"token_type":"mac"})", "a-1", "r-1"}, Row{R"({"patient":"../x"})", "a-1", "r-1"},
                         Row{R"({"access_token":"no token"})", "", "r-1"},
                         Row{R"({"token_type":"mac","refresh_token":null})", "a-1", ""}}) {
    const auto refused = parsed(body(row.changes));
    ASSERT_FALSE(refused) << row.changes;
    ASSERT_TRUE(refused.error().issued) << row.changes;
    EXPECT_EQ(refused.error().issued->access_token.reveal(), row.access) << row.changes;
    EXPECT_EQ(refused.error().issued->refresh_token.reveal(), row.refresh) << row.changes;
  }
  EXPECT_FALSE(parsed("{}").error().issued);
}

TEST(TokenToRevoke, IsTheRefreshTokenWhereThereIsOne) {
  EXPECT_EQ(to_revoke(Secret("r"), Secret("a")).token.reveal(), "r");
  EXPECT_EQ(to_revoke(Secret("r"), Secret("a")).kind, RevokedToken::refresh_token);
  EXPECT_EQ(to_revoke(Secret(), Secret("a")).token.reveal(), "a");
  EXPECT_EQ(to_revoke(Secret(), Secret("a")).kind, RevokedToken::access_token);
  EXPECT_TRUE(to_revoke(Secret(), Secret()).token.empty());
}

struct Unusable {
  std::string changes;
  const char* code;
};

class UnusableTokens : public testing::TestWithParam<Unusable> {};

TEST_P(UnusableTokens, AreRefusedWhole) {
  const auto response = parsed(body(GetParam().changes.c_str()));
  ASSERT_FALSE(response) << GetParam().changes.substr(0, 100);
  EXPECT_EQ(response.error().kind, TokenFailureClass::unusable);
  EXPECT_EQ(response.error().code, GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(Table, UnusableTokens,
                         testing::ValuesIn<Unusable>({
                             {R"({"access_token": null})", "no_access_token"},
                             {R"({"access_token": ""})", "no_access_token"},
                             {R"({"access_token": 7})", "no_access_token"},
                             {R"({"access_token": "a b"})", "no_access_token"},
                             {R"({"access_token": "a\r\nX-Header: b"})", "no_access_token"},
                             {R"({"access_token": ")" + std::string(16385, 'a') + "\"}", "no_access_token"},
                             {R"({"token_type": null})", "token_type"},
                             {R"({"token_type": "mac"})", "token_type"},
                             {R"({"token_type": "DPoP"})", "token_type"},
                             {R"({"token_type": 7})", "token_type"},
                             {R"({"patient": 123})", "bad_context_id"},
                             {R"({"patient": "../Patient/1"})", "bad_context_id"},
                             {R"({"patient": "Practitioner/1"})", "bad_context_id"},
                             {R"({"patient": "1?_include=*"})", "bad_context_id"},
                             {R"({"encounter": "a/b"})", "bad_context_id"},
                         }));

TEST(TokenResponse, TakesEverySpellingOfBearerAndEveryB64Token) {
  for (const char* changes : {R"({"token_type": "bearer"})", R"({"token_type": "BEARER"})",
                              R"({"access_token": "aZ09-._~+/=="})", R"({"access_token": "eyJ.eyJ.sig"})"})
    EXPECT_TRUE(parsed(body(changes))) << changes;
  EXPECT_TRUE(parsed(body((R"({"access_token": ")" + std::string(16384, 'a') + "\"}").c_str())));
}

TEST(TokenResponse, TakesAContextIdThatCarriesItsTypeWithAWarning) {
  const auto response = parsed(body(R"({"patient": "Patient/123", "encounter": "Encounter/4"})"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->context.patient, "123");
  EXPECT_EQ(response->context.encounter, "4");
  EXPECT_THAT(response->warnings, SizeIs(2));
}

TEST(TokenResponse, AsksForThePatientBannerUnlessTheServerClearlySaysNo) {
  for (const char* value : {"null", "true", "\"false\"", "0", "[]"})
    EXPECT_TRUE(
        parsed(body((std::string(R"({"need_patient_banner": )") + value + "}").c_str()))->context.need_patient_banner)
        << value;
}

struct Entry {
  const char* entry;
  const char* kept;  // nullptr: left out with a warning
};

class FhirContextEntry : public testing::TestWithParam<Entry> {};

TEST_P(FhirContextEntry, NeverPassesForThePatientInContext) {
  const auto& [entry, kept] = GetParam();
  const auto response = parsed(body((std::string(R"({"patient": null, "fhirContext": [)") + entry + "]}").c_str()));
  ASSERT_TRUE(response) << response.error().code;
  EXPECT_EQ(response->context.patient, std::nullopt);
  EXPECT_TRUE(response->said_fhir_context);
  if (kept == nullptr) {
    EXPECT_THAT(response->context.fhir_context, IsEmpty()) << entry;
    EXPECT_THAT(response->warnings, SizeIs(1)) << entry;
  } else {
    EXPECT_THAT(response->context.fhir_context, ElementsAre(kept)) << entry;
  }
}

INSTANTIATE_TEST_SUITE_P(Table, FhirContextEntry,
                         testing::ValuesIn<Entry>({
                             {R"({"reference":"ImagingStudy/789"})", R"({"reference":"ImagingStudy/789"})"},
                             {R"("ImagingStudy/789")", R"({"reference":"ImagingStudy/789"})"},
                             {R"({"canonical":"https://a/q","type":"Questionnaire"})",
                              R"({"canonical":"https://a/q","type":"Questionnaire"})"},
                             {R"({"identifier":{"value":"55"}})", R"({"identifier":{"value":"55"}})"},
                             {R"({"reference":"Patient/2","role":"https://a/mother"})",
                              R"({"reference":"Patient/2","role":"https://a/mother"})"},
                             {R"({"reference":"Patient/2"})", nullptr},
                             {R"("Patient/2")", nullptr},
                             {R"({"reference":"Patient/2","role":"launch"})", nullptr},
                             {R"({"reference":"Patient/2","role":""})", nullptr},
                             {R"({"reference":"Patient/2","role":7})", nullptr},
                             {R"({"reference":"https://ehr.example.org/fhir/Patient/2"})", nullptr},
                             {R"({"identifier":{"value":"2"},"type":"Patient"})", nullptr},
                             {R"({"reference":"Encounter/2"})", nullptr},
                             {R"({"type":"ImagingStudy"})", nullptr},
                             {R"(7)", nullptr},
                             {R"(["ImagingStudy/789"])", nullptr},
                         }));

TEST(TokenResponse, WarnsOfAFhirContextThatIsNoList) {
  const auto response = parsed(body(R"({"fhirContext": {"reference": "ImagingStudy/1"}})"));
  ASSERT_TRUE(response);
  EXPECT_FALSE(response->said_fhir_context);
  EXPECT_THAT(response->warnings, SizeIs(1));
}

}  // namespace
}  // namespace wardend::oauth
