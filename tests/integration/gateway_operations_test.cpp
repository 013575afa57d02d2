// Operations through the gateway: whom they name, in their address and in Parameters, and answers of bare values.
#include "tests/integration/gateway_client.hpp"
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

class GatewayOperations : public Scenario {
 protected:
  void launch() {
    start({.scopes = {"openid", "fhirUser", "offline_access", "patient/*.cruds"},
           .app = "token_access = \"gateway\"\n[app.gateway]\nforeign = \"enforce\"\noperations = [\"$evaluate\"]"});
    session = site.launched_session();
    const json values =
        json::parse(R"({"resourceType":"Parameters","parameter":[{"name":"risk","valueString":"high"}]})");
    ehr.fault({{"at", "fhir"},
               {"kind", "status"},
               {"status", 200},
               {"body", values.dump()},
               {"content_type", "application/fhir+json"}});
  }
  Passed get(const std::string& query) {
    return through_gateway(site, session, {.method = "GET", .path = "Library/x/$evaluate?" + query});
  }
  Passed post(const char* parameters) {
    const json body = {{"resourceType", "Parameters"}, {"parameter", json::parse(parameters)}};
    return through_gateway(
        site, session,
        {.method = "POST", .path = "Library/x/$evaluate", .body = body, .headers = {"X-Wardend-Patient: patient-1"}});
  }
  std::string session;
};

TEST_F(GatewayOperations, NameTheirPatientInTheAddressOrInParameters) {
  launch();
  EXPECT_EQ(get("subject=Patient/patient-1").status, 200);
  EXPECT_EQ(get("code=x").error(), "ResourceRejected") << "values of nobody knows whom";
  for (const char* own : {R"([{"name":"subject","valueReference":{"reference":"Patient/patient-1"}}])",
                          R"([{"name":"subject","valueId":"patient-1"},{"name":"url","valueUri":"http://x/Library"}])"})
    EXPECT_EQ(post(own).status, 200) << own << post(own).body;
  for (const char* unsaid : {R"([{"name":"code","valueCode":"x"}])", R"([{"name":"patient","valueId":"patient-1"}])"}) {
    const Passed nobody = post(unsaid);
    EXPECT_EQ(nobody.error(), "ResourceRejected") << "the operation has a subject: " << unsaid << nobody.body;
  }
}

TEST_F(GatewayOperations, NameNobodyElseInAnyWay) {
  launch();
  for (const char* query : {"_id=p2", "mrn=2", "identifier=2", "query=patient%253Dp2", "x=Patient%252Fp2",
                            "url=Observation%3Fpatient%3Dp2"}) {
    const Passed refused = get(std::string("subject=Patient/patient-1&") + query);
    EXPECT_EQ(refused.status, 422) << query << refused.body;
    EXPECT_EQ(refused.error(), "ResourceRejected") << query << refused.body;
  }
  for (const char* odd : {R"({"name":"source-patient","valueId":"p2"})", R"({"name":"patient","valueString":["p2"]})",
                          R"({"name":"x","ValueString":"p2"})", R"({"name":"query","valueString":"patient=p2"})"}) {
    const Passed refused = post((std::string(R"([{"name":"subject","valueId":"patient-1"},)") + odd + "]").c_str());
    EXPECT_FALSE(refused.error().empty()) << odd << refused.body;
    EXPECT_FALSE(refused.body.contains("carried out")) << odd << refused.body;
  }
}

}  // namespace
}  // namespace wardend::test
