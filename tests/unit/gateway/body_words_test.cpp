#include "daemon/gateway/body_words.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace wardend::gateway {
namespace {

HeadFields head_of(const std::vector<fhir::Header>& fields) { return *HeadFields::read(fields); }

std::string framing(const std::vector<fhir::Header>& fields, unsigned version = 11) {
  const auto read = read_framing(head_of(fields), version);
  if (!read) return std::to_string(read.error().status);
  if (read->kind == Framing::Kind::none) return "none";
  return read->kind == Framing::Kind::chunked ? "chunked" : std::to_string(read->length);
}

TEST(BodyWords, BoundABodyInOneWay) {
  EXPECT_EQ(framing({}), "none");
  EXPECT_EQ(framing({{"Content-Length", "0"}}), "none");
  EXPECT_EQ(framing({{"Content-Length", "17"}}), "17");
  EXPECT_EQ(framing({{"Content-Length", "18446744073709551615"}}), "18446744073709551615");
  EXPECT_EQ(framing({{"Transfer-Encoding", "Chunked"}}), "chunked");
}

TEST(BodyWords, BoundNoBodyWhereServersDisagree) {
  for (const std::string_view length : {"", "-1", "+1", "0x1", "1 ", "1,1", "1 1", "1.0", "18446744073709551616", "a"})
    EXPECT_EQ(framing({{"Content-Length", length}}), "400") << length;
  for (const std::string_view coding : {"", "gzip", "identity", "gzip, chunked", "chunked, chunked", "chunked;q=1"})
    EXPECT_EQ(framing({{"Transfer-Encoding", coding}}), "501") << coding;
  EXPECT_EQ(framing({{"Transfer-Encoding", "chunked"}, {"Content-Length", "1"}}), "400");
  EXPECT_EQ(framing({{"Transfer-Encoding", "gzip"}, {"Content-Length", "1"}}), "400");
  EXPECT_EQ(framing({{"Transfer-Encoding", "chunked"}}, 10), "400");
}

int form(const std::vector<fhir::Header>& fields) {
  const auto fault = judge_form_of_body(head_of(fields));
  return fault ? fault->status : 0;
}

TEST(BodyWords, LetTheGuardReadWhatTheServerReads) {
  for (const std::string_view type :
       {"application/fhir+json", "application/json;charset=UTF-8", "application/json; charset=utf8",
        "application/fhir+json; fhirVersion=4.0; charset=\"utf-8\"", "application/x-www-form-urlencoded",
        "application/json-patch+json"})
    EXPECT_EQ(form({{"Content-Type", type}}), 0) << type;
  EXPECT_EQ(form({{"Content-Type", "application/json"}, {"Content-Encoding", "Identity"}}), 0);
}

TEST(BodyWords, RefuseWhatTheServerWouldReadOtherwise) {
  for (const std::string_view type :
       {"application/fhir+xml", "TEXT/XML", "application/json; charset=utf-16", "application/json;charset=utf-7",
        "application/json; CharSet = \"iso-8859-1\"", "application/json; charset=utf-8; charset=utf-16",
        "application/json; charset", "application/json; charset=utf-8x"})
    EXPECT_EQ(form({{"Content-Type", type}}), 415) << type;
  EXPECT_EQ(form({}), 415);
  EXPECT_EQ(form({{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}}), 415);
}

}  // namespace
}  // namespace wardend::gateway
