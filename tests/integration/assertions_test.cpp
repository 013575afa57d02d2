// How a client says who it is, as the server sees it: in which part of the request, by which key.
#include <sys/stat.h>

#include <fstream>

#include "base/encoding.hpp"
#include "tests/integration/keys.hpp"
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

class Proof : public Scenario {
 protected:
  [[nodiscard]] std::string put(const std::string& text) const {
    const auto file = site.folder() / "credential";
    std::ofstream(file) << text;
    ::chmod(file.c_str(), 0600);
    return file.string();
  }
  void start_as(const std::string& auth, const std::string& credential) {
    start({.client_auth = auth, .credential = put(credential)});
  }
  // A refresh right now: the token is said to have been refused.
  void refresh(const std::string& id) {
    ASSERT_EQ(answer({{"session", id}}), "token") << reply;
    ASSERT_EQ(answer({{"session", id}, {"rejected", hex(sha256(reply.value("access_token", "")))}}), "token") << reply;
  }
  [[nodiscard]] std::vector<json> refreshes() const { return ehr.asked("/oauth/token", "refresh_token"); }
};

TEST_F(Proof, OfAPublicClientIsItsNameInTheBodyOfCodeAndRefresh) {
  start();
  refresh(site.launched_session());
  const auto requests = ehr.asked("/oauth/token");
  ASSERT_EQ(requests.size(), 2U);
  for (const json& request : requests) {
    EXPECT_EQ(request.value("client_auth", ""), "none");
    EXPECT_EQ(request.value("client_id_in_body", false), true);
    EXPECT_FALSE(request.contains("authorization"));
  }
}

TEST_F(Proof, OfAConfidentialClientLeavesItsNameOutOfTheBody) {
  ehr.set("clients", {{"client_id", "vitals"},
                      {"auth", "client_secret_basic"},
                      {"secret", "s3cret:+/%&="},
                      {"basic_encoding", "form"}});
  start_as("client_secret_basic", "s3cret:+/%&=");
  const std::string id = site.launched_session();
  refresh(id);
  (void)ask(broker(), "Broker.EndSession", {{"session", id}});
  ASSERT_TRUE(eventually([&] { return !ehr.asked("/oauth/revoke").empty(); }));
  auto requests = ehr.asked("/oauth/token");
  requests.push_back(ehr.asked("/oauth/revoke").front());
  ASSERT_EQ(requests.size(), 3U);
  for (const json& request : requests) {
    EXPECT_EQ(request.value("client_auth", ""), "client_secret_basic");
    EXPECT_EQ(request.value("client_id_in_body", true), false);
    EXPECT_EQ(request.value("status", 0), 200) << request;
  }
}

TEST_F(Proof, ByAssertionIsTakenByAServerThatChecksEveryPartOfIt) {
  for (const char* key : {first_key, rsa_key}) {
    ehr.set("clients", {{"client_id", "vitals"}, {"auth", "private_key_jwt"}, {"jwks", public_halves({key})}});
    start_as("private_key_jwt", key);
    const std::string id = site.launched_session();
    refresh(id);
    (void)ask(broker(), "Broker.EndSession", {{"session", id}});
    EXPECT_TRUE(eventually([&] { return ehr.stats().at("families").value("alive", -1) == 0; }));
    (void)site.stop();
  }
  for (const json& request : ehr.asked("/oauth/token")) {
    EXPECT_EQ(request.value("status", 0), 200) << request;
    EXPECT_EQ(request.value("client_id_in_body", true), false);
  }
}

// Servers want one of three audiences, and some their client's name beside it.
TEST_F(Proof, ByAssertionIsWrittenAsTheServerWantsIt) {
  const auto registered = [&](const std::string& audience, bool names_itself) {
    ehr.set("clients", {{"client_id", "vitals"},
                        {"auth", "private_key_jwt"},
                        {"jwks", public_halves({first_key})},
                        {"assertion_audience", audience},
                        {"names_itself", names_itself}});
  };
  const std::pair<std::string, std::string> settings[] = {
      {"issuer", ehr.fhir_base()},
      {"endpoint", ehr.address() + "/oauth/token"},
      {"token_endpoint", ehr.address() + "/oauth/token"},
      {"urn:example:ehr", "urn:example:ehr"},
      {ehr.fhir_base() + "/", ehr.fhir_base() + "/"},
      {"https://sts.example.org/adfs?x=%20", "https://sts.example.org/adfs?x=%20"},
      {"EHR-PROD", "EHR-PROD"},
      {"EHR PROD 1", "EHR PROD 1"}};
  for (const auto& [setting, audience] : settings) {
    registered(audience, true);
    start({.client_auth = "private_key_jwt",
           .credential = put(first_key),
           .oauth = "assertion_audience = \"" + setting + "\"\nassertion_client_id = true"});
    refresh(site.launched_session());
    (void)site.stop();
  }
  registered(ehr.fhir_base(), false);
  start_as("private_key_jwt", first_key);
  EXPECT_TRUE(launch_error().contains("invalid_client"));
}

TEST_F(Proof, AfterARotationTheNewKeyIsUsedWithoutARestart) {
  ehr.set("clients",
          {{"client_id", "vitals"}, {"auth", "private_key_jwt"}, {"jwks", public_halves({first_key, second_key})}});
  start_as("private_key_jwt", first_key);
  const std::string id = site.launched_session();
  (void)put(second_key);
  refresh(id);
  ASSERT_EQ(refreshes().size(), 1U);
  EXPECT_EQ(refreshes().front().value("status", 0), 200);
  // The old one is taken away at the server: what is signed is signed by the new one.
  ehr.set("clients", {{"client_id", "vitals"}, {"auth", "private_key_jwt"}, {"jwks", public_halves({second_key})}});
  EXPECT_FALSE(site.launched_session().empty());
  (void)put(first_key);
  EXPECT_TRUE(launch_error().contains("invalid_client"));
}

TEST_F(Proof, OfTheServersOwnRegistrationIsUsedThere) {
  ehr.set("clients", {{"client_id", "vitals-here"}, {"auth", "client_secret_post"}, {"secret", "of-this-server"}});
  start({.peer = "user = \"root\"\n\n[[app.registration]]\nserver = \"ehr\"\nclient_id = \"vitals-here\"\n"
                 "client_auth = \"client_secret_post\"\ncredential = \"" +
                 put("of-this-server") + "\""});
  EXPECT_FALSE(site.launched_session().empty());
  EXPECT_EQ(ehr.asked("/oauth/token").at(0).value("client_id", ""), "vitals-here");
}

}  // namespace
}  // namespace wardend::test
