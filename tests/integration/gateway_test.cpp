// The FHIR gateway on the real program, before a repository that gives whatever it is asked for: an app sends requests
// and never holds a token.
#include "tests/integration/gateway_client.hpp"
#include "tests/integration/real_writes.hpp"

namespace wardend::test {
namespace {

class Gateway : public RealWrites {
 protected:
  Passed get(const std::string& path, std::vector<std::string> headers = {}) {
    return through_gateway(site, session, {.method = "GET", .path = path, .headers = std::move(headers)});
  }
  void launch(Settings settings = {}) {
    start(std::move(settings));
    session = launched(first_chart());
    ASSERT_FALSE(session.empty());
  }
  std::string session;
};

TEST_F(Gateway, ReadsForAnAppThatHasNoToken) {
  launch({.app = "token_access = \"gateway\""});
  client::Client app = site.broker();
  EXPECT_EQ(refused(app, "Broker.GetToken", {{"session", session}}), "NotAuthorized");
  const json told_session = ask(app, "Broker.GetSession", {{"session", session}});
  EXPECT_EQ(told_session.value("gateway_base_url", ""), "http://wardend/fhir/" + session);
  const Passed read = get("Patient/p1");
  EXPECT_EQ(read.status, 200) << read.body;
  EXPECT_EQ(read.json(), repository.read("Patient/p1"));
  EXPECT_EQ(read.headers.at("x-wardend-server-state"), "up");
  EXPECT_EQ(read.headers.at("x-wardend-stale"), "false");
  EXPECT_TRUE(read.headers.contains("x-request-id"));
  const Passed search = get("Observation?patient=p1&_count=5");
  EXPECT_EQ(search.status, 200) << search.body;
  EXPECT_FALSE(search.body.contains(repository.fhir_base())) << search.body;
  EXPECT_TRUE(eventually(
      [&] { return site.audited({"\"kind\":\"access\"", "\"action\":\"search\"", "through the gateway: HTTP 200"}); }));
}

TEST_F(Gateway, FollowsPagesToTheEndAndNoFurther) {
  launch();
  for (const char* links : {"query", "getpages"}) {
    repository.set("config", {{"links", links}});
    std::size_t found = 0, pages = 0;
    std::string address = "http://wardend/fhir/" + session + "/Observation?patient=p1&_count=10";
    while (!address.empty()) {
      const Passed page = through_gateway_at(site, address, {.method = "GET", .path = ""});
      ASSERT_EQ(page.status, 200) << address << page.body;
      const json bundle = page.json();
      found += bundle.value("entry", json::array()).size();
      address.clear();
      for (const json& link : bundle.value("link", json::array()))
        if (link.value("relation", "") == "next") address = link.value("url", "");
      EXPECT_TRUE(address.empty() || address.starts_with("http://wardend/fhir/" + session + "/")) << address;
      ++pages;
    }
    EXPECT_GT(pages, 3U) << links;
    EXPECT_GT(found, 40U) << links;
  }
}

TEST_F(Gateway, RefusesWhatIsAnotherPatients) {
  launch({.app = "[app.gateway]\nforeign = \"enforce\""});
  for (const char* path :
       {"Patient/p2", "Observation?patient=p2", "Observation/p2-hr-01", "Patient/p2/Observation",
        "Observation?patient=p1&_count=100&_include=Observation:performer", "Appointment?patient=p1", "List/trap-list",
        "Group/trap-group", "Patient?_id=p1,p2", "Patient?identifier=urn:mrn|1002"}) {
    const Passed read = get(path);
    EXPECT_GE(read.status, 400) << path << read.body.substr(0, 300);
    EXPECT_FALSE(read.error().empty()) << path << read.body.substr(0, 300);
    EXPECT_FALSE(read.body.contains("Per")) << path << read.body.substr(0, 300);
  }
}

TEST_F(Gateway, WritesWhatIsThisPatientsAndNothingElse) {
  launch();
  const auto post = [&](const json& resource, std::vector<std::string> headers) {
    return through_gateway(site, session,
                           {.method = "POST", .path = "Observation", .body = resource, .headers = std::move(headers)});
  };
  EXPECT_EQ(post(about("p1"), {}).error(), "InvalidRequest") << "nobody says whom the app shows";
  Passed written = post(about("p1"), {"X-Wardend-Patient: p1"});
  EXPECT_EQ(written.status, 201) << written.body;
  EXPECT_TRUE(written.headers["location"].starts_with("http://wardend/fhir/" + session + "/Observation/"));
  EXPECT_EQ(post(about("p2"), {"X-Wardend-Patient: p1"}).error(), "ResourceRejected");
  EXPECT_EQ(post(about("p1"), {"X-Wardend-Patient: p2"}).error(), "PatientMismatch");
  EXPECT_TRUE(site.audited({"\"kind\":\"write\"", "\"action\":\"create\"", "\"outcome\":\"granted\""}));
  EXPECT_TRUE(eventually([&] { return site.audited({"\"kind\":\"write\"", "\"action\":\"outcome\"", "success"}); }));
}

TEST_F(Gateway, ALockIsSaidInsteadOfData) {
  launch();
  EXPECT_EQ(get("Patient/p1").status, 200);
  EXPECT_EQ(site.wardctl({"lock", "--reason", "ehr_lock"}).exit_code, 0);
  const Passed after = get("Patient/p1");
  EXPECT_EQ(after.status, 401) << after.body;
  EXPECT_FALSE(after.body.contains("Ada"));
}

}  // namespace
}  // namespace wardend::test
