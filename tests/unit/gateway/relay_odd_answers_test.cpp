// Answers that no server should give: contradicting lengths, other character sets, another thing than was asked for,
// more than fits.
#include <gtest/gtest.h>

#include "tests/unit/gateway/gateway_world.hpp"

namespace wardend {
namespace {

using test::FakeClient;
using test::GatewayWorld;
using Headers = std::vector<std::pair<std::string, std::string>>;

struct OddAnswers : GatewayWorld {
  OddAnswers() {
    writer();
    store.find("s")->granted = smart::ScopeSet("patient/*.cruds user/*.rs");
    app().gateway.foreign = config::Foreign::enforce;
  }
  // The status that the app sees.
  int status_of(const Request& request) {
    FakeClient one = connected(request.body);
    send(one, request);
    for (int i = 0; i < 100 && !one.took; ++i) clock.advance(100ms);
    clock.advance(10ms);
    last = one.text;
    last_head = one.took.value_or(gateway::ReplyHead{});
    return last_head.status;
  }
  void add(const Headers& more) {
    for (const auto& field : more) upstream.usual.headers.push_back(field);
  }
  [[nodiscard]] std::string last_header(const std::string& name) const {
    for (const auto& [key, value] : last_head.headers)
      if (key == name) return value;
    return {};
  }
  [[nodiscard]] const std::string& noted() const { return audit.records.back().detail; }
  gateway::ReplyHead last_head;
};

TEST(RelayOddAnswers, WhereNobodyKnowsItsEndIsNotPassedOn) {
  OddAnswers world;
  const Headers binary = {{"content-type", "application/pdf"}, {"x-security-context", "Patient/p1"}};
  const struct {
    Headers framing;
    int status;
  } table[] = {
      {{{"content-length", "8"}}, 200},
      {{{"content-length", "8"}, {"content-length", "8"}}, 200},
      {{{"content-length", "8"}, {"content-length", "3"}}, 502},
      {{{"content-length", "3"}, {"content-length", "8"}}, 502},
      {{{"content-length", "8, 3"}}, 502},
      {{{"content-length", "-8"}}, 502},
      {{{"transfer-encoding", "chunked"}}, 200},
      {{{"transfer-encoding", "Chunked"}}, 200},
      {{{"content-length", "8"}, {"transfer-encoding", "chunked"}}, 502},
      {{{"transfer-encoding", "gzip, chunked"}}, 502},
      {{{"transfer-encoding", "chunked"}, {"transfer-encoding", "identity"}}, 502},
  };
  for (const auto& row : table) {
    world.upstream.usual = {.body = "%PDF-1.7", .headers = binary};
    world.add(row.framing);
    EXPECT_EQ(world.status_of({.path = "/Binary/b1"}), row.status) << row.framing.front().second;
    EXPECT_EQ(world.last.contains("PDF"), row.status == 200);
    if (row.status == 502) EXPECT_TRUE(world.last.contains("where it ends")) << world.last;
    world.upstream.usual = {};
    world.add(row.framing);
    EXPECT_EQ(world.status_of({}), row.status) << "a record, " << row.framing.front().second;
  }
}

TEST(RelayOddAnswers, FhirIsInUtf8AndABinaryKeepsItsLabel) {
  OddAnswers world;
  for (const char* charset : {"utf-16", "utf-7", "ISO-8859-1", "\"latin1\"", "utf-8; charset=utf-7"}) {
    const std::string label = "application/fhir+json; charset=" + std::string(charset);
    world.upstream.usual.headers = {{"content-type", label}};
    EXPECT_EQ(world.status_of({}), 502) << charset;
    EXPECT_TRUE(world.last.contains("is not UTF-8")) << world.last;
    world.upstream.usual.status = 404;
    EXPECT_EQ(world.status_of({}), 404) << charset;
    world.upstream.usual.status = 200;
    world.upstream.usual.headers.front().second = "text/plain; charset=" + std::string(charset);
    world.upstream.usual.headers.emplace_back("x-security-context", "Patient/p1");
    EXPECT_EQ(world.status_of({.path = "/Binary/b1"}), 200) << charset;
    EXPECT_EQ(world.last_header("content-type"), "text/plain; charset=" + std::string(charset));
  }
  for (const char* charset : {"utf-8", "UTF-8", "\"utf-8\"", "utf8", "us-ascii"}) {
    world.upstream.usual.headers = {
        {"content-type", "application/fhir+json;fhirVersion=4.0;charset=" + std::string(charset)}};
    EXPECT_EQ(world.status_of({}), 200) << charset;
  }
}

}  // namespace
}  // namespace wardend
