// Keys that are set and have no effect beside the others, or not in this version: each has a note, and stands.
#include "tests/unit/config/site.hpp"

namespace wardend::config {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Row {
  std::string text;
  const char* note;
};

std::string with_part(const std::string& part) { return least(enough + part); }

// The least, at a server with these keys, with an app of this registration.
std::string at_server(const std::string& keys, const std::string& registration = "") {
  std::string text = with_server_key(keys);
  return registration.empty() ? text : text.replace(text.find("client_id"), 0, registration + "\n");
}

const Row idle[] = {
    {least(enough + "[app.gateway]\noperations = [\"$export\"]\n"), "$export has no effect in operations"},
    {least(enough + "[app.gateway]\nguard = \"warn\"\nforeign = \"enforce\"\n"), "has no effect with guard = \"warn\""},
    {least(enough + "[app.gateway]\nforeign = \"enforce\"\n[broker]\nfhir_socket = \"\"\n"),
     "[app.gateway] of app chart has no effect: fhir_socket of [broker] is empty"},
    {least(enough + "[audit]\nforward_token = \"x\"\n"), "forward_token has no effect without forward_to"},
    {least(enough + "[audit]\nsyslog = \"local\"\nforward_certificate = \"x\"\nforward_key = \"y\"\n"),
     "forward_key has no effect without forward_to or syslog"},
    {least(enough + "[audit]\nsyslog = \"local\"\nsyslog_ca_file = \"/x\"\n"), "syslog_ca_file has no effect without"},
    {least(enough + "[broker]\nlock_sources = [\"control\"]\nunlock_proves_presence = true\n"),
     "has no effect without \"logind\""},
    {at_server("staleness = \"10s\""), "staleness is shorter than the interval"},
    {at_server("[server.fhircast]\non_loss = \"degrade\""), "without enabled = true"},
    {at_server("[server.fhircast]\nallowed_hosts = [\"hub.example.org\"]"), "without enabled = true"},
    {at_server("[server.fhircast]\nloss_grace = \"5s\""), "without enabled = true"},
    {at_server("[server.fhircast]\nenabled = true"), "no app asks for a fhircast/ scope"},
    {at_server("[server.oauth]\nbasic_encoding = \"raw\""), "basic_encoding has no effect"},
    {at_server("[server.oauth]\nassertion_audience = \"issuer\""), "assertion_audience and assertion_client_id have"},
    {at_server("[server.oauth]\nassertion_client_id = true"), "assertion_audience and assertion_client_id have"},
    {least(enough) + "[[server]]\nname = \"spare\"\nfhir_base_url = \"https://spare.example.org\"\n",
     "server spare: no [[app]] lists it"},
    {with_app_key("open_url = \"https://app.example.org\"\nlaunch = [\"standalone\"]"), "open_url has no effect"},
    {with_app_key("require_verified_patient = true\npatient_context = \"none\""), "patient_context is \"none\""},
    {with_app_key("client_auth = \"none\"\ncredential = \"x\""), "is not used: client_auth is \"none\""},
    {with_part("[app.session]\nidle_timeout = \"13h\"\n"), "idle_timeout has no effect"},
    {with_part("[app.session]\nidle_timeout = \"2h\"\nmax_lifetime = \"1h\"\n"), "idle_timeout has no effect"},
    {least(scope("openid") + scope("fhirUser") + "[app.session]\nrefresh_lead = \"30s\"\n"),
     "refresh_lead has no effect"},
    {with_part(scope("patient/Observation.rs") + "[[app.write]]\nresource = \"Observation\"\n"),
     "[[app.write]] of Observation has no effect"},
    {with_part(scope("patient/Observation.cu") + "[[app.write]]\nresource = \"Condition\"\n"),
     "[[app.write]] of Condition has no effect"},
    // What an app lacks.
    {least(scope("openid") + scope("fhirUser")), "neither the scope offline_access nor online_access"},
    {least(scope("fhirUser") + scope("offline_access")), "without the scope openid"},
    {least(scope("openid") + scope("offline_access")), "without the scope fhirUser"},
    {with_part(scope("patient/Observations.rs")), "FHIR has no resource type Observations: did you mean"},
    {with_part("[[app.requires]]\nresource = \"Pateint\"\n"), "no resource type Pateint: did you mean Patient?"},
    {with_part("[[app.write]]\nresource = \"Medicationrequest\"\n"), "did you mean MedicationRequest?"},
};

TEST(IdleKeys, EachHasANote) {
  for (const Row& row : idle) expect_note(row.text, row.note);
}

TEST(IdleKeys, WhatComesToBearHasNone) {
  for (const std::string& text : {
           with_part("[app.session]\nidle_timeout = \"1h\"\nmax_lifetime = \"2h\"\nrefresh_lead = \"30s\"\n"),
           with_part("[app.session]\nmax_lifetime = \"10m\"\n"),
           least(scope("openid") + scope("profile") + scope("offline_access")),
           least(enough + "[audit]\nforward_to = \"main\"\nforward_token = \"x\"\n"),
           with_app_key("identity = \"none\""),
           with_part(scope("patient/Observation.c?category=x") + "[[app.write]]\nresource = \"Observation\"\n"),
           with_part(scope("user/*.write") + "[[app.write]]\nresource = \"Observation\"\n"),
           with_app_key("open_url = \"https://app.example.org\""),
           at_server("[server.oauth]\nbasic_encoding = \"raw\"",
                     "client_auth = \"client_secret_basic\"\ncredential = \"x\""),
           at_server("[server.oauth]\nassertion_audience = \"issuer\"",
                     "client_auth = \"private_key_jwt\"\ncredential = \"x\""),
           at_server("[server.fhircast]\nenabled = false"),
           with_part("[broker]\nunlock_proves_presence = true\n"),
       }) {
    const Site site;
    site.write("wardend.toml", text);
    EXPECT_THAT(site.errors(), IsEmpty()) << text;
    EXPECT_THAT(site.notes(), Not(Contains(HasSubstr("no effect")))) << text;
    EXPECT_THAT(site.notes(), Not(Contains(HasSubstr("without the scope")))) << text;
  }
}

}  // namespace
}  // namespace wardend::config
