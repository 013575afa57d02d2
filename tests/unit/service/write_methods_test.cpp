// AuthorizeWrite and RecordWrite as their callers see them.
#include <gtest/gtest.h>

#include "tests/unit/service/office.hpp"

namespace wardend {
namespace {

using test::error_of;
using test::json;
using test::Office;
using test::Peer;

struct Writing : Office {
  Writing() {
    ehr.records["Patient/p1"] = {.body = R"({"resourceType":"Patient","id":"p1"})"};
    ehr.records["Observation/o1"] = {
        .body = R"({"resourceType":"Observation","id":"o1","status":"final","subject":{"reference":"Patient/p1"}})",
        .etag = "W/\"7\""};
    launches.spawn("patients", core.patient_checks.run());
    begin_here("s").granted = smart::ScopeSet("patient/Patient.r patient/Observation.cruds");
  }
  static json create() {
    return {{"session", "s"},
            {"patient", "p1"},
            {"interaction", "create"},
            {"resource_type", "Observation"},
            {"resource",
             {{"resourceType", "Observation"}, {"status", "final"}, {"subject", {{"reference", "Patient/p1"}}}}}};
  }
};

TEST(WriteMethods, AnswerWithAPermitTheTokenAndTheVersion) {
  Writing world;
  Peer peer = world.connect_peer();
  const json created = world.call(peer, "AuthorizeWrite", Writing::create());
  ASSERT_TRUE(created.contains("parameters")) << created;
  const json& reply = created["parameters"];
  EXPECT_EQ(reply["access_token"], "at-s.1");
  EXPECT_EQ(reply["token_type"], "Bearer");
  EXPECT_EQ(reply["expires_in"], 30);
  EXPECT_FALSE(reply.contains("if_match"));
  json patch = Writing::create();
  patch["interaction"] = "patch";
  patch["target"] = "Observation/o1";
  patch.erase("resource");
  patch["patch"] = json::array({{{"op", "replace"}, {"path", "/status"}, {"value", "amended"}}});
  const json patched = world.call(peer, "AuthorizeWrite", patch);
  ASSERT_TRUE(patched.contains("parameters")) << patched;
  EXPECT_EQ(patched["parameters"]["if_match"], "W/\"7\"");
  const json permit = {{"permit", patched["parameters"]["permit"]}, {"outcome", "success"}};
  EXPECT_EQ(world.call(peer, "RecordWrite", permit)["parameters"], json::object());
  EXPECT_EQ(error_of(world.call(peer, "RecordWrite", permit)), "InvalidRequest");
}

TEST(WriteMethods, TakeAResourceOrAPatch) {
  Writing world;
  Peer peer = world.connect_peer();
  json both = Writing::create();
  both["patch"] = json::array();
  const json reply = world.call(peer, "AuthorizeWrite", both);
  EXPECT_EQ(error_of(reply), "InvalidRequest") << reply;
  EXPECT_EQ(reply["parameters"]["field"], "patch");
}

TEST(WriteMethods, TellWhereInTheResourceAnotherPatientStands) {
  Writing world;
  Peer peer = world.connect_peer();
  json foreign = Writing::create();
  foreign["resource"]["subject"]["reference"] = "Patient/p2";
  const json reply = world.call(peer, "AuthorizeWrite", foreign);
  EXPECT_EQ(error_of(reply), "ResourceRejected") << reply;
  EXPECT_TRUE(reply["parameters"].contains("path")) << reply;
}

}  // namespace
}  // namespace wardend
