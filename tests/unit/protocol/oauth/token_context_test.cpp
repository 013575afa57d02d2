#include "protocol/oauth/token_context.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wardend::oauth {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

TokenResponse said(json body) {
  TokenResponse response;
  read_context(body, response);
  return response;
}

struct LeftOut {
  json entry;
  const char* cause;  // a part of it
};

TEST(TokenContext, AnEntryThatIsLeftOutHasItsCause) {
  const LeftOut table[] = {
      {{{"reference", "Patient/2"}}, "another patient"},
      {{{"reference", "Patient/12"}}, "another patient"},
      {{{"reference", "Patient/1"}, {"role", "launch"}}, "once more"},
      {{{"reference", "https://ehr.example.org/fhir/Patient/1"}}, "once more"},
      {{{"reference", "https://ehr.example.org/fhir/Patient/2"}, {"role", "launch"}}, "another patient"},
      {{{"identifier", {{"value", "x"}}}, {"type", "Patient"}}, "another patient"},
      {{{"reference", "Encounter/e1"}}, "once more"},
      {{{"reference", "Encounter/e2"}}, "another encounter"},
      {{{"type", "ImagingStudy"}}, "names nothing"},
      {7, "names nothing"},
      {"Patient/2", "another patient"},
  };
  for (const LeftOut& row : table) {
    const TokenResponse response =
        said({{"patient", "1"}, {"encounter", "e1"}, {"fhirContext", json::array({row.entry})}});
    EXPECT_EQ(response.context.patient, "1");
    EXPECT_THAT(response.context.fhir_context, IsEmpty()) << row.entry;
    EXPECT_THAT(response.left_out, ElementsAre(testing::HasSubstr(row.cause))) << row.entry;
    EXPECT_EQ(response.warnings, response.left_out);
    EXPECT_FALSE(response.left_out.front().contains("Patient/")) << "no log names a patient";
  }
}

TEST(TokenContext, KeepsTheRestOfAListAndTellsEachCauseOnce) {
  const TokenResponse response = said({{"fhirContext",
                                        {{{"reference", "Patient/2"}},
                                         {{"reference", "ImagingStudy/7"}},
                                         {{"reference", "Patient/3"}},
                                         {{"reference", "Patient/4"}, {"role", "https://example.org/mother"}}}}});
  EXPECT_EQ(response.context.fhir_context.size(), 2U);
  EXPECT_EQ(response.left_out.size(), 1U);
}

TEST(TokenContext, WhatIsNoListIsTold) {
  for (const json& odd : {json("x"), json{{"reference", "ImagingStudy/1"}}, json(1), json(true)})
    EXPECT_THAT(said({{"fhirContext", odd}}).left_out, ElementsAre("fhirContext is not a list, and was left out"));
  EXPECT_THAT(said({{"fhirContext", nullptr}}).left_out, IsEmpty());
  EXPECT_THAT(said({{"fhirContext", json::array()}}).left_out, IsEmpty());
}

// Cut or cleaned, it would be another intent.
TEST(TokenContext, ATextIsKeptAsItCameOrLeftOut) {
  for (const char* name : {"intent", "tenant", "smart_style_url"}) {
    const auto kept = [&](const json& value) {
      const TokenResponse response = said({{name, value}});
      const LaunchContext& context = response.context;
      const auto& text = std::string_view(name) == "intent"   ? context.intent
                         : std::string_view(name) == "tenant" ? context.tenant
                                                              : context.smart_style_url;
      EXPECT_EQ(response.warnings, response.left_out);
      return text ? *text : response.left_out.empty() ? "absent" : response.left_out.front();
    };
    EXPECT_EQ(kept("order-review"), "order-review");
    EXPECT_EQ(kept("Übersicht <b>"), "Übersicht <b>");
    EXPECT_EQ(kept(std::string(2048, 'x')), std::string(2048, 'x'));
    EXPECT_EQ(kept(std::string(2049, 'x')), name + std::string(" is longer than 2 KiB, and was left out"));
    EXPECT_EQ(kept("a\nb"), name + std::string(" has characters that no screen shows, and was left out"));
    EXPECT_EQ(kept("\u202ea"), name + std::string(" has characters that no screen shows, and was left out"));
    for (const json& odd : {json(5), json::array({"a"}), json::object(), json(false)})
      EXPECT_EQ(kept(odd), name + std::string(" is no text, and was left out")) << odd;
    EXPECT_EQ(kept(""), "absent");
    EXPECT_EQ(kept(nullptr), "absent");
  }
}

TEST(TokenContext, AnUnusableIdIsNoneAndSaysSo) {
  for (const json& odd : {json(7), json("a/b"), json::array({"1"})}) {
    const TokenResponse response = said({{"patient", odd}, {"encounter", "e1"}});
    EXPECT_TRUE(response.unusable_id) << odd;
    EXPECT_EQ(response.context.patient, std::nullopt);
    EXPECT_EQ(response.context.encounter, "e1");
  }
  EXPECT_FALSE(said({{"patient", ""}}).unusable_id);
}

// Whoever counts what launches bring is told of it, and nobody gets its tokens.
TEST(TokenContext, AnAnswerThatIsRefusedForItsIdsSaysWhatElseCame) {
  const auto answer = parse_token_response(
      Grant::code, 200, "application/json",
      R"({"access_token":"a","token_type":"Bearer","expires_in":60,"scope":"x","patient":7,"encounter":"e1"})");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "bad_context_id");
  ASSERT_TRUE(answer.error().said);
  EXPECT_EQ(answer.error().said->context.encounter, "e1");
  EXPECT_TRUE(answer.error().said->access_token.empty());
  EXPECT_FALSE(answer.error().issued->access_token.empty());
}

}  // namespace
}  // namespace wardend::oauth
