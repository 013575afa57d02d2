#include "tests/sandbox/writes.hpp"

#include "tests/unit/sandbox/world.hpp"

namespace wardend::sandbox {
namespace {

class Writes : public World {
 protected:
  Reply send(const std::string& method, const std::string& path, const std::string& body = {},
             const std::string& if_match = {}, const std::string& type = "application/fhir+json") {
    return ehr.handle({.method = method,
                       .path = path,
                       .authorization = "Bearer " + token,
                       .content_type = type,
                       .body = body,
                       .if_match = if_match},
                      now);
  }
  Reply send(const std::string& method, const std::string& path, const json& body, const std::string& if_match = {}) {
    return send(method, path, body.dump(), if_match);
  }
  static json note(const std::string& text, const std::string& patient = "patient-1") {
    return {{"resourceType", "Observation"},
            {"status", "preliminary"},
            {"code", {{"text", "Note"}}},
            {"subject", {{"reference", "Patient/" + patient}}},
            {"valueString", text}};
  }
  static std::string header(const Reply& reply, const std::string& name) {
    for (const auto& [key, value] : reply.headers)
      if (key == name) return value;
    return "";
  }
  static std::string text_of(const Reply& reply) { return json::parse(reply.body).value("valueString", ""); }
  std::string written(const std::string& text) {
    const Reply reply = send("POST", "/fhir/Observation", note(text));
    EXPECT_EQ(reply.status, 201) << reply.body;
    return "/fhir/Observation/" + json::parse(reply.body).value("id", "");
  }

  std::string token = tokens("launch/patient patient/Observation.cruds patient/Patient.r")["access_token"];
};

TEST_F(Writes, ACreatedRecordIsReadAndFound) {
  const Reply created = send("POST", "/fhir/Observation", note("first"));
  ASSERT_EQ(created.status, 201) << created.body;
  const json record = json::parse(created.body);
  EXPECT_EQ(record["meta"]["versionId"], "1");
  EXPECT_EQ(header(created, "ETag"), "W/\"1\"");
  const std::string path = "/Observation/" + record["id"].get<std::string>();
  EXPECT_EQ(header(created, "Location"), base + path + "/_history/1");
  EXPECT_EQ(text_of(send("GET", "/fhir" + path)), "first");
  const Reply found = get("/fhir/Observation", "patient=patient-1", token);
  EXPECT_EQ(json::parse(found.body)["total"], 4) << found.body;
  EXPECT_EQ(json::parse(get("/fhir/Observation", "patient=patient-2", token).body).value("total", 0), 0)
      << "403: another patient's are not opened by this token";
}

TEST_F(Writes, AnUpdateMakesTheNextVersionAndTheOldOneStays) {
  const std::string path = written("first");
  json changed = json::parse(send("GET", path).body);
  changed["valueString"] = "second";
  const Reply updated = send("PUT", path, changed, "W/\"1\"");
  ASSERT_EQ(updated.status, 200) << updated.body;
  EXPECT_EQ(header(updated, "ETag"), "W/\"2\"");
  EXPECT_EQ(text_of(send("GET", path)), "second");
  EXPECT_EQ(text_of(send("GET", path + "/_history/1")), "first");
  const json history = json::parse(send("GET", path + "/_history").body);
  ASSERT_EQ(history["total"], 2);
  EXPECT_EQ(history["entry"][0]["resource"]["valueString"], "second") << "the newest first";
  EXPECT_EQ(send("GET", path + "/_history/3").status, 404);
}

TEST_F(Writes, IfMatchWithAnotherVersionChangesNothing) {
  const std::string path = written("first");
  json changed = json::parse(send("GET", path).body);
  changed["valueString"] = "second";
  for (const char* method : {"PUT", "DELETE"}) {
    EXPECT_EQ(send(method, path, changed, "W/\"7\"").status, 412) << method;
    EXPECT_EQ(text_of(send("GET", path)), "first") << method;
  }
}

TEST_F(Writes, AMadeUpRecordIsTakenFromItsVersionOne) {
  const std::string path = "/fhir/Observation/observation-1-1";
  json changed = json::parse(send("GET", path).body);
  changed["status"] = "amended";
  ASSERT_EQ(send("PUT", path, changed, "W/\"1\"").status, 200);
  EXPECT_EQ(json::parse(send("GET", path).body)["status"], "amended");
  EXPECT_EQ(json::parse(send("GET", path + "/_history/1").body)["status"], "final");
  EXPECT_EQ(json::parse(get("/fhir/Observation", "patient=patient-1", token).body)["total"], 3) << "once, not twice";
}

TEST_F(Writes, APatchChangesWhatItNames) {
  const std::string path = written("first");
  const auto patch = [&](const json& operations) {
    return send("PATCH", path, operations.dump(), "", "application/json-patch+json").status;
  };
  const auto operation = [](const char* op, const char* at, const char* value) {
    return json{{"op", op}, {"path", at}, {"value", value}};
  };
  EXPECT_EQ(
      patch(json::array({operation("test", "/valueString", "first"), operation("replace", "/valueString", "second")})),
      200);
  EXPECT_EQ(text_of(send("GET", path)), "second");
  EXPECT_EQ(patch(json::array({operation("test", "/valueString", "first")})), 422);
  EXPECT_EQ(patch(json::array({operation("replace", "/id", "other")})), 422);
  EXPECT_EQ(patch(json::array({operation("replace", "", "nothing")})), 422);
  EXPECT_EQ(patch(json::array({1})), 422);
  EXPECT_EQ(patch(json::object()), 400);
  EXPECT_EQ(send("PATCH", path, std::string("[]")).status, 415);
  EXPECT_EQ(header(send("GET", path), "ETag"), "W/\"2\"") << "what failed made no version";
}

// Each copy of the whole into itself doubles it.
TEST_F(Writes, APatchThatGrowsWithoutEndIsRefused) {
  const std::string path = written("first");
  json growing = json::array();
  for (int i = 0; i < 40; ++i) growing.push_back({{"op", "copy"}, {"from", ""}, {"path", "/x" + std::to_string(i)}});
  EXPECT_EQ(send("PATCH", path, growing.dump(), "", "application/json-patch+json").status, 413);
}

TEST_F(Writes, ADeletedRecordIsGoneAndKeepsItsHistory) {
  const std::string path = written("first");
  EXPECT_EQ(send("DELETE", path).status, 200);
  EXPECT_EQ(send("GET", path).status, 410);
  EXPECT_EQ(send("PUT", path, note("again")).status, 410);
  EXPECT_EQ(send("DELETE", path).status, 200) << "again";
  EXPECT_EQ(text_of(send("GET", path + "/_history/1")), "first");
  EXPECT_EQ(json::parse(get("/fhir/Observation", "patient=patient-1", token).body)["total"], 3);
}

TEST_F(Writes, WhatIsNoRecordIsRefused) {
  const struct {
    const char* method;
    const char* path;
    std::string body;
    int status;
  } rows[] = {{"POST", "/fhir/Observation", "{", 400},
              {"POST", "/fhir/Observation", "[]", 400},
              {"POST", "/fhir/Observation", R"({"resourceType":"Patient"})", 400},
              {"POST", "/fhir/Observation/mine", note("x").dump(), 405},
              {"PUT", "/fhir/Observation", note("x").dump(), 405},
              {"PUT", "/fhir/Observation/nobodys", note("x").dump(), 404},
              {"PUT", "/fhir/Observation/observation-1-1", note("x").dump(), 400},
              {"DELETE", "/fhir/Observation/nobodys", "", 404},
              {"HEAD", "/fhir/Observation/observation-1-1", "", 405},
              {"POST", "/fhir", "{}", 400}};
  for (const auto& row : rows)
    EXPECT_EQ(send(row.method, row.path, row.body).status, row.status) << row.method << row.path << row.body;
  EXPECT_EQ(send("POST", "/fhir/Observation", note("x").dump(), "", "text/plain").status, 415);
  EXPECT_EQ(ehr.handle({.method = "PUT",
                        .path = "/fhir/Observation",
                        .query = "code=1",
                        .authorization = "Bearer " + token,
                        .content_type = "application/fhir+json"},
                       now)
                .status,
            405);
}

TEST_F(Writes, TheTokensScopesDecide) {
  const std::string path = written("first");
  const struct {
    const char* scope;
    int create, update, remove;
  } rows[] = {{"patient/Observation.rs", 403, 403, 403},
              {"patient/Observation.c", 201, 403, 403},
              {"patient/Observation.u", 403, 200, 403},
              {"patient/Observation.d", 403, 403, 200},
              {"patient/Observation.write", 201, 200, 200},
              {"patient/Observation.read", 403, 403, 403},
              {"patient/*.*", 201, 200, 200},
              {"patient/Condition.cud", 403, 403, 403}};
  for (const auto& row : rows) {
    json changed = note("second");
    changed["id"] = path.substr(path.rfind('/') + 1);
    const std::string other = written("to delete");
    const std::string full = token;
    token = tokens(std::string("launch/patient ") + row.scope)["access_token"];
    EXPECT_EQ(send("POST", "/fhir/Observation", note("x")).status, row.create) << row.scope;
    EXPECT_EQ(send("PUT", path, changed).status, row.update) << row.scope;
    EXPECT_EQ(send("DELETE", other).status, row.remove) << row.scope;
    token = full;
  }
  token = "unknown";
  EXPECT_EQ(send("POST", "/fhir/Observation", note("x")).status, 401);
  token = tokens("launch/patient openid fhirUser")["access_token"];
  EXPECT_EQ(send("DELETE", "/fhir/Practitioner/practitioner-1").status, 403) << "fhirUser reads, and no more";
}

TEST_F(Writes, FillTheShelfAndThenAreRefused) {
  int status = 201;
  int kept = 0;
  const json large = note(std::string(200'000, 'x'));
  for (; status == 201 && kept < 200; ++kept) status = send("POST", "/fhir/Observation", large).status;
  EXPECT_EQ(status, 507);
  EXPECT_GT(kept, 50);
  ASSERT_EQ(ehr.handle({.method = "DELETE", .path = "/_sandbox/records"}, now).status, 200);
  EXPECT_EQ(send("POST", "/fhir/Observation", large).status, 201);
}

}  // namespace
}  // namespace wardend::sandbox
