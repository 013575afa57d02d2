#include "daemon/gateway/head_fields.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "daemon/gateway/request_head.hpp"

namespace wardend::gateway {
namespace {

std::string refusal(const std::vector<fhir::Header>& fields) {
  const auto head = HeadFields::read(fields);
  return head ? "" : std::to_string(head.error().status) + " " + head.error().error.detail();
}

TEST(HeadFields, AreFoundInWhateverCaseTheyAreWritten) {
  const std::vector<fhir::Header> fields = {{"if-MATCH", "W/\"1\""}, {"Cookie", "a"}, {"Cookie", "b"}, {"ACCEPT", ""}};
  const auto head = HeadFields::read(fields);
  ASSERT_TRUE(head);
  EXPECT_EQ((*head)[HeadName::if_match], "W/\"1\"");
  EXPECT_EQ((*head)[HeadName::accept], "");
  EXPECT_EQ((*head)[HeadName::if_none_match], std::nullopt);
}

TEST(HeadFields, StandOnceEach) {
  for (std::size_t i = 0; i < head_names; ++i) {
    const auto name = name_of(static_cast<HeadName>(i));
    EXPECT_EQ(refusal({{name, "x"}}), "") << name;
    EXPECT_EQ(refusal({{name, "x"}, {"A", "b"}, {name, "x"}}),
              "400 " + std::string(name) + ": it is there twice: send it once");
    EXPECT_TRUE(refusal({{"Connection", "close,\t" + std::string(name) + " "}}).starts_with("400 Connection: "))
        << name;
  }
}

TEST(HeadFields, ThatWouldMakeItAnotherRequestAreRefusedByName) {
  for (const std::string_view name :
       {"x-http-method", "X-HTTP-Method-Override", "X-Method-Override", "X-Provenance", "If-Unmodified-Since"})
    EXPECT_TRUE(refusal({{name, "x"}}).starts_with("400 ")) << name;
  for (const std::string_view protocol : {"websocket", "WebSocket", "h2c, websocket"})
    EXPECT_EQ(refusal({{"upgrade", protocol}}), "501 Upgrade: there is no WebSocket here: send plain requests")
        << protocol;
}

// Spec: RFC 9110 §7.8, a server may pass over it
TEST(HeadFields, AnOfferOfAnotherHttpIsPassedOver) {
  for (const std::string_view protocol : {"h2c", "HTTP/2.0", "TLS/1.0", ""})
    EXPECT_EQ(refusal({{"Connection", "Upgrade, HTTP2-Settings"}, {"Upgrade", protocol}, {"HTTP2-Settings", "AAMA"}}),
              "")
        << protocol;
}

TEST(HeadFields, OfOursThatAreMisspeltAreRefused) {
  EXPECT_EQ(refusal({{"x-wardend-pateint", "p1"}}), "400 x-wardend-pateint: no such header is known: correct its name");
  EXPECT_EQ(refusal({{"X-Wardend-", "p1"}}), "400 X-Wardend-: no such header is known: correct its name");
  EXPECT_EQ(refusal({{"X-Wardendpatient", "p1"}}), "");
}

TEST(HeadFields, HaveNamesAndValuesThatOneLineHolds) {
  EXPECT_TRUE(refusal({{"", "x"}}).starts_with("400 header: "));
  EXPECT_TRUE(refusal({{"a b", "x"}}).starts_with("400 header: "));
  EXPECT_TRUE(refusal({{"a\r\nb", "x"}}).starts_with("400 header: "));
  EXPECT_TRUE(refusal({{"a", "x\ry"}}).starts_with("400 a: "));
  EXPECT_TRUE(refusal({{"a", std::string_view("x\0y", 3)}}).starts_with("400 a: "));
  EXPECT_EQ(refusal({{"a", "x\ty"}}), "");
}

TEST(HeadFields, AreBounded) {
  EXPECT_EQ(refusal(std::vector<fhir::Header>(most_fields, {"a", "b"})), "");
  EXPECT_TRUE(refusal(std::vector<fhir::Header>(most_fields + 1, {"a", "b"})).starts_with("431 "));
  const std::string large(61UL * 1024, 'a');
  EXPECT_TRUE(refusal({{"a", large}}).starts_with("431 "));
}

}  // namespace
}  // namespace wardend::gateway
