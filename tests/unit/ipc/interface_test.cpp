// The generated C++ of the interfaces: what it reads, what it refuses, what it writes.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "ipc/interface/broker.hpp"
#include "ipc/interface/control.hpp"

namespace wardend::ipc {
namespace {

using Json = nlohmann::json;

std::string file(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(WARDEND_SOURCE_DIR "/ipc/interfaces/" + name).rdbuf();
  return text.str();
}

TEST(GeneratedInterface, HoldsTheFilesExactText) {
  EXPECT_EQ(broker::interface_text, file("org.wardend.Broker.varlink"));
  EXPECT_EQ(control::interface_text, file("org.wardend.Control.varlink"));
}

TEST(GeneratedInterface, ReadsWhatItWrote) {
  const broker::Session session{
      .id = "s1",
      .app = "a",
      .server = "ehr",
      .refreshable = true,
      .on_screen = {.state = broker::OnScreenState::known, .patient = "p"},
      .user = {.fhir_user = "Practitioner/1"},
      .context = {.patient = "p", .fhir_context_json = {R"({"reference":"ImagingStudy/1"})"}},
      .patient_verification = {.status = broker::PatientVerificationStatus::conflict, .findings = {"two names"}},
      .granted_scopes = {"launch", "openid"},
      .expires_at = 5'000'000'000,
      .started_at = -1,
  };
  const broker::GetSessionReply reply{.session = session, .freshness = {.server = "ehr", .stale = true}};
  const auto read = broker::GetSessionReply::from_json(Json::parse(reply.to_json().dump()));
  ASSERT_TRUE(read.has_value()) << read.error().parameter;
  EXPECT_EQ(*read, reply);
  EXPECT_FALSE(reply.to_json()["session"].contains("ends_by")) << "absent members are left out";
}

TEST(GeneratedInterface, ViewsObjectsWhereTheyWereParsed) {
  const auto json = Json::parse(R"({"session":"s","patient":"p","interaction":"delete","resource_type":"Observation",
                                    "resource":{"a":[1,2]},"patch":[{"op":"add"},{"op":"test"}]})");
  const auto read = broker::AuthorizeWriteParameters::from_json(json);
  ASSERT_TRUE(read.has_value()) << read.error().parameter;
  EXPECT_EQ(read->interaction, broker::AuthorizeWriteInteraction::delete_);
  EXPECT_EQ(read->resource, &json["resource"]);
  EXPECT_EQ(read->patch, &json["patch"]);
  EXPECT_EQ(read->to_json(), json);
}

TEST(GeneratedInterface, NamesAViewThatIsOfAnotherType) {
  const auto fault_of = [](const char* member) {
    const auto json = Json::parse(R"({"session":"s","patient":"p","interaction":"patch","resource_type":"Task",)" +
                                  std::string(member) + "}");
    const auto read = broker::AuthorizeWriteParameters::from_json(json);
    return read ? "none" : read.error().parameter;
  };
  EXPECT_EQ(fault_of(R"("resource":"text")"), "resource");
  EXPECT_EQ(fault_of(R"("resource":[])"), "resource");
  EXPECT_EQ(fault_of(R"("patch":{})"), "patch");
  EXPECT_EQ(fault_of(R"("patch":[{},1])"), "patch[1]");
  EXPECT_EQ(fault_of(R"("patch":null,"resource":null)"), "none");
}

TEST(GeneratedInterface, TakesNullForAnAbsentOptional) {
  const auto read = broker::GetTokenParameters::from_json(Json::parse(R"({"session":null,"min_validity":0})"));
  ASSERT_TRUE(read.has_value());
  EXPECT_FALSE(read->session.has_value());
  EXPECT_EQ(read->min_validity, 0);
}

struct Fault {
  const char* json;
  const char* parameter;
};

TEST(GeneratedInterface, NamesTheParameterThatIsWrong) {
  const std::vector<Fault> table = {
      {R"({})", "session"},
      {R"({"session":null,"accesses":[]})", "session"},
      {R"({"session":"s","accesses":{}})", "accesses"},
      {R"({"session":"s","accesses":[],"sesion":1})", "sesion"},
      {R"({"session":"s","accesses":[5]})", "accesses[0]"},
      {R"({"session":"s","accesses":[{"interaction":"read","resource":"Patient"}]})", "accesses[0].outcome"},
      {R"({"session":"s","accesses":[{"interaction":"look","resource":"Patient","outcome":"success"}]})",
       "accesses[0].interaction"},
      {R"({"session":"s","accesses":[{"interaction":"read","resource":"P","outcome":"success","at":1.5}]})",
       "accesses[0].at"},
      {R"({"session":"s","accesses":[{"interaction":"read","resource":"P","outcome":"success","at":9223372036854775808}]})",
       "accesses[0].at"},
      {R"({"session":"s","accesses":[{"interaction":"read","resource":"P","outcome":"success","who":"me"}]})",
       "accesses[0].who"},
      {R"([])", ""},
  };
  for (const auto& row : table) {
    const auto read = broker::RecordAccessParameters::from_json(Json::parse(row.json));
    ASSERT_FALSE(read.has_value()) << row.json;
    EXPECT_EQ(read.error().parameter, row.parameter) << row.json;
  }
}

TEST(GeneratedInterface, LetsAClientIgnoreWhatANewerServerAdds) {
  const auto json = Json::parse(R"({"cleared":2,"new":true})");
  EXPECT_FALSE(control::ReportLockReply::from_json(json).has_value());
  EXPECT_EQ(control::ReportLockReply::from_json(json, Unknown::ignore)->cleared, 2);
}

TEST(GeneratedInterface, SpellsEnumeratorsAsOnTheWire) {
  broker::AccessInteraction value{};
  EXPECT_TRUE(broker::read_name("delete", value));
  EXPECT_EQ(broker::name_of(value), "delete");
  EXPECT_FALSE(broker::read_name("Delete", value));
}

}  // namespace
}  // namespace wardend::ipc
