// A document that cannot be used: what is said of the server then.
#include "tests/unit/server/server_world.hpp"

namespace wardend {
namespace {

using test::ServerWorld;
using Need = server::ServerDirectory::Need;

// The record says in a sentence what a document has wrong, and that waiting does not help.
TEST(Directory, WhatADocumentHasWrongIsTheServersTrouble) {
  struct Wrong {
    const char* what;
    test::Documents::Document document;
    const char* trouble;
  };
  const std::string foreign = R"({"token_endpoint":"https://login.other.org/t","capabilities":[],)"
                              R"("code_challenge_methods_supported":["S256"]})";
  for (const Wrong& row : {
           Wrong{"a host that is not allowed", {.body = foreign}, "lives on login.other.org: add that host"},
           Wrong{"a page", {.body = "<html>", .type = "text/html"}, "a proxy or sign-in page may be in between"},
           Wrong{"too large",
                 {.failure = HttpFailure{HttpFailure::Kind::too_large, true, "Failure writing output"}},
                 "larger than 1 MiB: check fhir_base_url"},
           Wrong{"a strange certificate",
                 {.failure = HttpFailure{HttpFailure::Kind::tls, true, "self-signed"}},
                 "check ca_file and the clock (self-signed)"},
       }) {
    ServerWorld world;
    world.documents.at["/smart-configuration"] = row.document;
    for (int i = 0; i < 2; ++i) EXPECT_NE(world.code(Need::now), "") << row.what;
    EXPECT_TRUE(world.server_health.down("ehr")) << row.what;
    const server::ServerRecord record = world.server_health.record("ehr");
    EXPECT_TRUE(record.last_trouble.contains(row.trouble)) << record.last_trouble;
    EXPECT_TRUE(world.server_health.needs_people("ehr")) << row.what;
  }
}

}  // namespace
}  // namespace wardend
