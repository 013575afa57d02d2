// Every error that the gateway's page lists, provoked on the real wardend: its status, its name, its sentence, and what
// goes with it.
#include <chrono>
#include <fstream>
#include <functional>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/integration/gateway_client.hpp"
#include "tests/integration/provoked.hpp"
#include "tests/integration/second_app.hpp"
#include "tests/integration/wire.hpp"
#include "tests/integration/writing.hpp"

namespace wardend::test {
namespace {

struct Row {
  std::string error;
  int status;
  std::function<Passed(Errors&)> provoke;
  std::function<void(const Passed&, const json& issue)> check = [](const Passed&, const json&) {};
};

Passed read(Errors& test, const std::string& path = "Observation?patient=patient-1",
            std::vector<std::string> headers = {}) {
  return through_gateway(test.site, test.id, {.method = "GET", .path = path, .headers = std::move(headers)});
}
Passed write(Errors& test, const json& resource, std::vector<std::string> headers = {"X-Wardend-Patient: patient-1"}) {
  return through_gateway(test.site, test.id,
                         {.method = "POST", .path = "Observation", .body = resource, .headers = std::move(headers)});
}
void launch(Errors& test, Settings settings = {}) {
  test.start(std::move(settings));
  test.id = test.launch();
}
void launch_writer(Errors& test) { launch(test, {.scopes = writing_scopes()}); }

// The server takes the token no more, so that the gateway asks for a new one.
Passed with_a_refused_token(Errors& test) {
  test.ehr.fault({{"at", "fhir"}, {"kind", "status"}, {"status", 401}});
  return read(test);
}

// A write of so many bytes up to its last one, which a later put() may send.
std::string most_of_a_write(const Errors& test, std::size_t bytes) {
  return "POST /fhir/" + test.id +
         "/Observation HTTP/1.1\r\nHost: wardend\r\nX-Wardend-Patient: patient-1\r\n"
         "Content-Type: application/fhir+json\r\nContent-Length: " +
         std::to_string(bytes) + "\r\n\r\n" + std::string(bytes - 1, ' ');
}
Passed large_write(Errors& test, std::size_t bytes) {
  const Wire wire(test.site);
  wire.put(most_of_a_write(test, bytes));
  return passed_of(wire.answer());
}

constexpr std::size_t largest = 4UL * 1024 * 1024;

Passed beside_two_large_bodies(Errors& test) {
  launch_writer(test);
  const Wire first(test.site);
  const Wire second(test.site);
  for (const Wire* wire : {&first, &second}) wire->put(most_of_a_write(test, largest));
  return large_write(test, 128UL * 1024);
}

// Two apps that the EHR launched: neither was launched by the process that asks.
Passed between_two_apps(Errors& test) {
  test.start({.more = second_app(test.site, "ehr", "root")});
  for (const char* app : {"vitals", "labs"})
    (void)Browser(test.site.folder() / "clicks")
        .open(test.ehr.address() + "/ehr/launch?patient=patient-1&app_url=" + test.site.loopback() + "/launch/" + app);
  test.id = "-";
  return read(test);
}

const std::vector<Row> rows = {
    {"InvalidRequest", 400, [](Errors& test) { return launch_writer(test), write(test, observation("patient-1"), {}); },
     [](const Passed&, const json& issue) {
       EXPECT_TRUE(issue.value("diagnostics", "").contains("X-Wardend-Patient")) << issue;
     }},
    {"NotSupported", 400, [](Errors& test) { return launch(test), read(test, "$export"); }},
    {"SessionCleared", 401,
     [](Errors& test) {
       launch(test);
       (void)test.call("Broker.EndSession", {{"session", test.id}});
       return read(test);
     }},
    {"ReauthenticationRequired", 401,
     [](Errors& test) {
       launch(test);
       test.ehr.fault({{"at", "token"}, {"kind", "status"}, {"status", 400}, {"oauth_error", "invalid_grant"}});
       return with_a_refused_token(test);
     },
     [](const Passed&, const json& issue) {
       EXPECT_TRUE(issue.value("diagnostics", "").contains("invalid_grant")) << issue;
     }},
    {"WorkstationLocked", 401,
     [](Errors& test) {
       launch(test);
       (void)test.call("Control.ReportLock", {{"reason", "ehr_lock"}, {"target", json::object()}});
       test.id = "-";
       return read(test);
     }},
    {"NotAuthorized", 403,
     [](Errors& test) {
       test.start({.peer = "user = \"nobody\""});
       test.id = "-";
       return read(test);
     }},
    {"ScopeNotGranted", 403,
     [](Errors& test) { return launch(test), read(test, "MedicationRequest?patient=patient-1"); },
     [](const Passed&, const json& issue) {
       EXPECT_TRUE(issue.value("diagnostics", "").contains("patient/MedicationRequest.s")) << issue;
     }},
    {"AppDisabled", 403,
     [](Errors& test) {
       launch(test);
       (void)test.call("Control.SetAppEnabled", {{"app", "vitals"}, {"enabled", false}, {"reason", "a fault"}});
       return read(test);
     },
     [](const Passed&, const json& issue) {
       EXPECT_EQ(issue.value("/details/text"_json_pointer, ""), Settings{}.advice);
       EXPECT_TRUE(issue.value("diagnostics", "").contains("a fault")) << issue;
     }},
    {"PatientContextMissing", 403,
     [](Errors& test) {
       test.start({.patient_context = "optional"});
       test.ehr.fault({{"at", "token"}, {"kind", "no_patient"}});
       test.id = test.launch();
       return read(test, "Observation?patient=patient-1", {"X-Wardend-Patient: patient-1"});
     }},
    {"PatientMismatch", 403,
     [](Errors& test) {
       launch(test);
       return read(test, "Observation?patient=patient-2", {"X-Wardend-Patient: patient-2"});
     }},
    {"EncounterMismatch", 403,
     [](Errors& test) {
       test.ehr.set("config", {{"token_members", {{"encounter", "encounter-1"}}}});
       launch_writer(test);
       return write(test, observation("patient-1"), {"X-Wardend-Patient: patient-1", "X-Wardend-Encounter: another"});
     }},
    {"PatientUnverified", 403,
     [](Errors& test) {
       test.ehr.set("records",
                    {{"path", "Patient/patient-1"}, {"resource", patient("patient-1", {{"active", false}})}});
       launch_writer(test);
       return write(test, observation("patient-1"));
     },
     [](const Passed&, const json& issue) {
       EXPECT_TRUE(issue.value("diagnostics", "").contains("(")) << "the findings: " << issue;
     }},
    {"UnknownSession", 404, [](Errors& test) { return launch(test), test.id = "nope", read(test); }},
    {"AmbiguousSession", 409, between_two_apps},
    {"TooLarge", 413, [](Errors& test) { return launch_writer(test), large_write(test, largest + 1); },
     [](const Passed&, const json& issue) { EXPECT_TRUE(issue.value("diagnostics", "").contains("4 MiB")) << issue; }},
    {"ResourceRejected", 422, [](Errors& test) { return launch_writer(test), write(test, observation("patient-2")); },
     [](const Passed&, const json& issue) {
       EXPECT_EQ(issue.value("expression", json()), json::array({"subject"})) << issue;
     }},
    {"RateLimited", 429, beside_two_large_bodies,
     [](const Passed& passed, const json& issue) {
       EXPECT_EQ(passed.headers.at("retry-after"), "1");
       EXPECT_TRUE(issue.value("diagnostics", "").contains("large bodies")) << issue;
     }},
    {"ServerUnavailable", 503,
     [](Errors& test) {
       launch(test);
       test.ehr.fault({{"at", "token"}, {"kind", "status"}, {"status", 503}, {"retry_after", "60"}});
       return with_a_refused_token(test);
     },
     [](const Passed& passed, const json& issue) {
       ASSERT_TRUE(passed.headers.contains("retry-after")) << issue;
       const int seconds = std::stoi(passed.headers.at("retry-after"));
       EXPECT_TRUE(seconds > 30 && seconds <= 60) << seconds;
       EXPECT_EQ(issue.value("/details/text"_json_pointer, ""), Settings{}.advice);
       EXPECT_TRUE(passed.headers.contains("x-wardend-server-state"));
     }},
};

class GatewayErrors : public Errors, public ::testing::WithParamInterface<Row> {};
TEST_P(GatewayErrors, TellsWhatItMeans) {
  const Row& row = GetParam();
  const Passed passed = row.provoke(*this);
  ASSERT_EQ(passed.error(), row.error) << passed.status << passed.body;
  EXPECT_EQ(passed.status, row.status);
  EXPECT_EQ(passed.headers.at("content-type"), "application/fhir+json; charset=utf-8");
  EXPECT_TRUE(passed.headers.contains("x-request-id"));
  EXPECT_EQ(passed.headers.contains("www-authenticate"), row.status == 401);
  const json issue = passed.json().at("issue").at(0);
  EXPECT_EQ(issue.at("severity"), "error");
  EXPECT_TRUE(issue.at("diagnostics").get<std::string>().contains(' ')) << issue;
  EXPECT_TRUE(issue.value("/details/text"_json_pointer, "").contains(' ')) << issue;
  row.check(passed, issue);
}
INSTANTIATE_TEST_SUITE_P(Of, GatewayErrors, ::testing::ValuesIn(rows), [](const auto& row) { return row.param.error; });

// The names in the page's table, each with a row here, and none else.
TEST(GatewayErrorsPage, ListsWhatCanHappen) {
  std::ifstream file(WARDEND_SOURCE_DIR "/docs/gateway.md");
  std::stringstream page;
  page << file.rdbuf();
  std::string text = page.str();
  text = text.substr(text.find("\n## Errors"));
  text = text.substr(0, text.find("\n## Answers"));
  const std::regex name("`([A-Z][a-z]+[A-Z]?[A-Za-z]*)`");
  std::set<std::string> listed;
  for (std::sregex_iterator found(text.begin(), text.end(), name), end; found != end; ++found)
    listed.insert((*found)[1]);
  listed.erase("OperationOutcome");
  std::set<std::string> provoked;
  for (const Row& row : rows) provoked.insert(row.error);
  EXPECT_EQ(listed, provoked);
}

}  // namespace
}  // namespace wardend::test
