// The trail on its way to a FHIR repository that others wrote: every entry is there, and each once, whatever happens.
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <fstream>

#include "tests/integration/forwarding/trail_site.hpp"
#include "tests/integration/servers.hpp"

namespace wardend::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* to_atna = "forward_to = \"atna\"";

class ForwardingToFhir : public TrailSite {};

TEST_F(ForwardingToFhir, EntriesOfRealCallsArriveOnceEach) {
  const AuditRepository repository(site);
  start(to_atna, repository.base());
  make_entries(12);
  expect_all_there(repository);
  EXPECT_THAT(notices(), Not(Contains(HasSubstr("is not forwarded"))));
  EXPECT_EQ(site.metric("wardend_audit_failures_total{sink=\"fhir\"}"), 0);
}

TEST_F(ForwardingToFhir, RestartsOfBothSidesAnd503sAndLostAnswersLoseAndDoubleNothing) {
  prepare(700);
  AuditRepository repository(site);
  repository.fault({{"path", "/fhir"}, {"method", "POST"}, {"status", 503}, {"count", 2}});
  repository.fault({{"path", "/fhir"}, {"method", "POST"}, {"skip", 1}, {"drop", "after"}, {"count", 2}});
  start(to_atna, repository.base());
  ASSERT_TRUE(eventually([&] { return repository.hit("drop-after") == 2; }, 60s));
  EXPECT_EQ(repository.hit("status-503"), 2U);
  site.wardend().send_signal(SIGKILL);
  EXPECT_EQ(site.wardend().wait_end(), 128 + SIGKILL);
  restart(to_atna);
  repository.kill();
  make_entries(710);
  ASSERT_TRUE(eventually([&] { return !notices().empty(); }));
  repository.start();
  ASSERT_TRUE(eventually([&] { return behind("fhir") < 400; }, 60s));
  EXPECT_EQ(site.stop(), 0);
  restart(to_atna);
  expect_all_there(repository);
  EXPECT_GE(repository.ids().size(), 710U);
}

// It answers 405 to an id that a client chose.
TEST_F(ForwardingToFhir, ARepositoryThatGivesIdsItselfHasEachEntryOnceByItsTag) {
  prepare(250);
  AuditRepository repository(site, {}, {"CLIENT_IDS=0"});
  repository.fault({{"path", "/fhir"}, {"method", "POST"}, {"skip", 2}, {"drop", "after"}, {"count", 1}});
  start(to_atna, repository.base());
  EXPECT_TRUE(site.wardend().wait_for("entries are sent by POST with ifNoneExist from now on"));
  ASSERT_TRUE(eventually([&] { return repository.hit("drop-after") == 1; }, 60s));
  site.wardend().send_signal(SIGKILL);
  EXPECT_EQ(site.wardend().wait_end(), 128 + SIGKILL);
  restart(to_atna);
  repository.kill();
  make_entries(260);
  repository.start();
  ASSERT_TRUE(eventually([&] { return behind("file") == 0 && behind("fhir") == 0; }, 60s)) << site.metrics();
  std::vector<std::string> hashes;
  for (const std::string& line : trail()) hashes.push_back(nlohmann::json::parse(line).value("hash", ""));
  std::ranges::sort(hashes);
  EXPECT_EQ(repository.tags("urn:wardend:audit:hash"), hashes);
  EXPECT_EQ(repository.ids().size(), hashes.size()) << "an event without its tag";
}

TEST_F(ForwardingToFhir, TenThousandEntriesArriveOnceEachSlowly) {
  prepare(10'000);
  AuditRepository repository(site);
  start(to_atna, repository.base());
  for (const double left : {8'000, 6'000, 4'000}) {
    ASSERT_TRUE(eventually([&] { return behind("fhir") < left; }, 100s));
    repository.fault({{"path", "/fhir"}, {"method", "POST"}, {"drop", "after"}, {"count", 1}});
    repository.fault({{"path", "/fhir"}, {"method", "POST"}, {"status", 503}, {"count", 1}});
    site.wardend().send_signal(SIGKILL);
    EXPECT_EQ(site.wardend().wait_end(), 128 + SIGKILL);
    restart(to_atna);
  }
  repository.kill();
  repository.start();
  expect_all_there(repository, 200s);
  EXPECT_GE(repository.ids().size(), 10'000U);
}

TEST_F(ForwardingToFhir, TheTokenIsReadForEachBatch) {
  AuditRepository repository(site, "atna-token");
  const std::string file = credential("token", "another-token\n");
  start(std::string(to_atna) + "\nforward_token = \"" + file + "\"", repository.base());
  ASSERT_TRUE(eventually([&] { return repository.batches(401) > 0; }));
  ASSERT_TRUE(eventually([&] { return !notices().empty(); }));
  EXPECT_THAT(notices(), Contains(HasSubstr("HTTP 401: check forward_token")));
  EXPECT_GT(site.metric("wardend_audit_failures_total{sink=\"fhir\"}"), 0);
  static_cast<void>(credential("token", "atna-token\n"));
  expect_all_there(repository);
  EXPECT_FALSE(site.wardend().output().contains("atna-token"));
}

TEST_F(ForwardingToFhir, ACertificateIsShownToARepositoryThatWantsOne) {
  const AuditRepository repository(site);
  const Certificates certificates(site.folder());
  const std::uint16_t port = free_port();
  const Child gateway({{WARDEND_NODE, WARDEND_GATEWAY},
                       {"PORT=" + std::to_string(port), "TO=" + std::to_string(repository.port()),
                        "CERT=" + certificates.server, "KEY=" + certificates.server_key, "CA=" + certificates.ca}},
                      site.folder() / "gateway.log");
  ASSERT_TRUE(gateway.wait_for("ready"));
  settings.more = "";
  start(to_atna, "https://127.0.0.1:" + std::to_string(port) + "/fhir\"\nca_file = \"" + certificates.ca);
  EXPECT_TRUE(gateway.wait_for("refused"));
  EXPECT_THAT(repository.ids(), IsEmpty());
  forward(std::string(to_atna) + "\nforward_certificate = \"" + certificates.client + "\"\nforward_key = \"" +
          certificates.client_key + "\"");
  EXPECT_TRUE(gateway.wait_for("client ws"));
  expect_all_there(repository);
}

TEST_F(ForwardingToFhir, ARepositoryThatHangsHoldsNobodyUp) {
  const Sandbox ehr(site, 600);
  const AuditRepository repository(site);
  repository.fault({{"path", "/fhir"}, {"method", "POST"}, {"hang", true}, {"count", 1000}});
  start(to_atna, repository.base(), ehr.fhir_base());
  const std::string session = site.launched_session();
  ASSERT_TRUE(eventually([&] { return behind("fhir") > 0 && behind("file") == 0; }));
  const std::vector<std::string> token = {"token", "--session", session};
  EXPECT_EQ(site.wardctl(token).exit_code, 0);
  lock();
  EXPECT_NE(site.wardctl(token).exit_code, 0);
  ASSERT_TRUE(eventually([&] { return site.audited({"\"kind\":\"session_end\"", session}); }));
  EXPECT_GT(behind("fhir"), 0);
  EXPECT_EQ(site.stop(), 0);
  EXPECT_EQ(repository.batches(200), 0U) << "it has answered none, and nobody has waited for it";
  EXPECT_THAT(repository.ids(), IsEmpty());
}

TEST_F(ForwardingToFhir, AReloadChangesTheTargetAtOnce) {
  AuditRepository repository(site);
  start("", "http://127.0.0.1:1/fhir");
  make_entries(5);
  EXPECT_EQ(behind("fhir"), -1);
  forward(to_atna);
  ASSERT_TRUE(eventually([&] { return !notices().empty(); }));
  EXPECT_THAT(notices(), Contains(HasSubstr("the audit trail is not forwarded to atna since ")));
  settings.more = "[[server]]\nname = \"atna\"\nfhir_base_url = \"" + repository.base() + "\"\n";
  forward(to_atna);
  expect_all_there(repository);
  EXPECT_THAT(notices(), Not(Contains(HasSubstr("is not forwarded"))));
}

}  // namespace
}  // namespace wardend::test
