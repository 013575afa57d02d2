#include "protocol/fhir/member_case.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wardend::fhir {
namespace {

using nlohmann::json;

TEST(MemberCase, OfABodyIsOfOneKindInEachObject) {
  for (const char* text : {R"({"subject":{"reference":"Patient/p1","Reference":"Patient/p2"}})",
                           R"({"subject":{"reference":"Patient/p1"},"SUBJECT":{"reference":"Patient/p2"}})",
                           R"({"Id":"ob"})", R"([{"op":"replace","path":"/status","value":"x","Path":"/subject"}])",
                           R"({"entry":[{"request":{"url":"Observation/o1","Url":"Observation/ob"}}]})",
                           R"({"status":"a","Status":"b"})", "{\"\u017Fubject\":1}", "{\"lin\u212A\":1}",
                           "{\"statu\u017F\":1,\"status\":2}", R"({"RESOURCETYPE":"Patient"})"})
    EXPECT_TRUE(case_fault_of_body(json::parse(text))) << text;
}

// A primitive's extensions stand beside it; the same name in two objects is no pair.
TEST(MemberCase, LeavesWhatFhirHas) {
  for (const char* text :
       {R"({"resourceType":"Patient","id":"p1","birthDate":"1980-01-01","_birthDate":{"extension":[]}})",
        R"({"subject":{"reference":"Patient/p1"},"performer":[{"reference":"Patient/p1"}],"focus":{"subject":1}})",
        R"({"valueString":"Reference","code":{"text":"SUBJECT"}})", "{\"na\u00EFve\":1,\"x\u017F\":2}", "[]", "7"}) {
    EXPECT_FALSE(case_fault_of_body(json::parse(text))) << text;
    EXPECT_FALSE(case_fault_of_answer(json::parse(text))) << text;
  }
}

TEST(MemberCase, OfAnAnswerMattersWhereAJudgeReadsIt) {
  EXPECT_FALSE(case_fault_of_answer(json::parse(R"({"resourceType":"Observation","Status":"a","status":"b"})")));
  const auto fault = case_fault_of_answer(
      json::parse(R"({"resourceType":"Observation","contained":[{"subject":{"REFERENCE":"Patient/p2"}}]})"));
  ASSERT_TRUE(fault);
  EXPECT_EQ(*fault, "the member REFERENCE is written reference");
}

}  // namespace
}  // namespace wardend::fhir
