#include "daemon/drift/memory.hpp"

#include <gtest/gtest.h>

namespace wardend::drift {
namespace {

using verify::Severity;
using verify::Verdict;

Memory a_memory() {
  ServerMemory server{.base = "https://ehr.example.org/fhir", .read_at = 1'800'000'000, .basis = "digest"};
  server.documents.smart = {std::string(64, 'a'), std::string(64, 'b'), "W/\"7\""};
  server.documents.metadata.content = std::string(64, 'c');
  server.apps["vitals"] = {{"Observation: read", {Severity::blocking, Verdict::contradicted}},
                           {"metadata", {Severity::note, {}}}};
  server.blocked["vitals"] = {.since = 5, .needs = {"Observation: read"}};
  return {{"ehr", server}};
}

TEST(Memory, ComesBackAsItWas) {
  EXPECT_EQ(read_memory(to_text(a_memory())), a_memory());
  EXPECT_EQ(read_memory(to_text({})), Memory());
  EXPECT_EQ(read_memory(to_text({{"never read", {}}})), Memory());
}

TEST(Memory, WhatIsNoSuchTextIsNone) {
  const std::string good = to_text(a_memory());
  const auto with = [&](const std::string& what, const std::string& by) {
    std::string text = good;
    return text.replace(text.find(what), what.size(), by);
  };
  for (const std::string& text :
       {std::string(), std::string("{}"), good.substr(0, good.size() / 2), good + std::string(1, '\0'),
        with("\"bc\"", "\"xc\""), with("\"bc\"", "\"b\""), with("\"bc\"", "7"), with(std::string(64, 'b'), "short"),
        with("1800000000", "\"yesterday\""), with("[\"Observation: read\"]", "[]"), with("\"apps\"", "\"others\""),
        std::string(R"({"servers":[]})"), std::string(R"({"servers":{"ehr":7}})")})
    EXPECT_FALSE(read_memory(text)) << text;
}

TEST(Memory, WhatBlocksStaysUntilItsStandingSaysOtherwise) {
  ServerMemory server;
  server.block("vitals", 7, {});
  EXPECT_TRUE(server.blocked.empty());
  server.block("vitals", 7, {{.subject = "a"}, {.subject = "b"}});
  server.block("vitals", 9, {{.subject = "b"}});
  EXPECT_EQ(server.blocked["vitals"], (Blocked{.since = 7, .needs = {"a", "b"}}));
  server.unblock("vitals", {{"a", {Severity::blocking, {}}}, {"b", {Severity::warning, {}}}});
  EXPECT_EQ(server.blocked["vitals"].needs, std::vector<std::string>{"a"});
  server.unblock("vitals", {});
  EXPECT_TRUE(server.blocked.empty());
  server.unblock("vitals", {});
}

}  // namespace
}  // namespace wardend::drift
