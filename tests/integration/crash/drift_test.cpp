// A server that declares something else than before, on the real program with a day of half a second.
#include <gmock/gmock.h>

#include <fstream>

#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* series = "wardend_capability_drift_total{server=\"ehr\"}";

class Drift : public ::testing::Test {
 protected:
  void SetUp() override { begin(); }
  void TearDown() override {
    if (HasFailure() && wardend) std::fputs(wardend->output().c_str(), stderr);
  }

  void begin() {
    site.write_config({.fhir_base = ehr.fhir_base(),
                       .more = "[[app.requires]]\nresource = \"Observation\"\ninteractions = [\"search-type\"]\nsearch "
                               "= [\"patient\"]\n"});
    wardend =
        std::make_unique<Child>(Command{{program("wardend-crash"), "--config", site.config()}, {"WARDEND_HURRY=1"}},
                                site.folder() / ("log-" + std::to_string(++starts)));
    ASSERT_TRUE(wardend->wait_for("wardend started")) << wardend->output();
  }
  void end() const {
    wardend->send_signal(SIGTERM);
    static_cast<void>(wardend->wait_end());
  }
  [[nodiscard]] std::string kept() const {
    std::string text;
    std::getline(std::ifstream(site.folder() / "state" / "capabilities.json"), text);
    return text;
  }
  [[nodiscard]] bool looked() const {
    return eventually([&] { return kept().contains("\"ehr\""); });
  }
  // Several looks, each of which would tell.
  [[nodiscard]] double after_some_looks() const {
    std::this_thread::sleep_for(2s);
    return site.metric(series);
  }
  void publish(const json& changes) const { ehr.set("discovery", {{"document", "metadata"}, {"set", changes}}); }
  void publish_without_search() const {
    publish(json::parse(
        R"({"rest":[{"mode":"server","resource":[{"type":"Observation","interaction":[{"code":"read"}]}]}]})"));
  }
  [[nodiscard]] bool told(double times = 1) const {
    return eventually([&] { return site.metric(series) == times; });
  }

  Site site;
  Sandbox ehr{site, 300};
  std::unique_ptr<Child> wardend;
  int starts = 0;
};

TEST_F(Drift, ANeedThatIsNoLongerDeclaredIsTold) {
  ASSERT_TRUE(looked());
  EXPECT_EQ(site.metric(series), 0) << "exported before its first event";
  publish_without_search();
  ASSERT_TRUE(told());
  EXPECT_THAT(wardend->output(),
              AllOf(HasSubstr("a server no longer declares what an app needs"), HasSubstr("app=vitals"),
                    HasSubstr("Observation: search-type (metadata, rest[0].resource[0].interaction)")));
  EXPECT_TRUE(site.audited({"capabilities_changed", "\"vitals\"", "blocking"}));
  const Finished status = site.wardctl({"status"});
  EXPECT_THAT(status.out, AllOf(HasSubstr("ehr no longer declares what vitals needs (Observation: search"),
                                HasSubstr("`wardctl verify vitals ehr`")));
  EXPECT_EQ(site.wardctl({"verify", "vitals", "ehr"}).exit_code, 1);

  static_cast<void>(request(ehr.address() + "/_sandbox/discovery", "", {}, "DELETE"));
  ASSERT_TRUE(told(2));
  EXPECT_THAT(site.wardctl({"status"}).out, Not(HasSubstr("no longer declares")));
}

TEST_F(Drift, AnUpgradeWhileWardendWasOffIsSeen) {
  ASSERT_TRUE(looked());
  end();
  publish_without_search();
  begin();
  EXPECT_TRUE(told());
  EXPECT_THAT(site.wardctl({"status"}).out, HasSubstr("`wardctl verify vitals ehr`"));
}

TEST_F(Drift, WhatIsNoChangeRaisesNothing) {
  ASSERT_TRUE(looked());
  publish({{"date", "2031-01-01"}, {"id", "7"}});
  EXPECT_EQ(after_some_looks(), 0);
  for (const json& fault :
       {json{{"at", "metadata"}, {"kind", "html"}}, json{{"at", "metadata"}, {"kind", "status"}, {"status", 503}},
        json{{"at", "discovery"}, {"kind", "html"}}, json{{"at", "metadata"}, {"kind", "truncate"}},
        json{{"at", "discovery"}, {"kind", "drop"}}, json{{"at", "metadata"}, {"kind", "hang"}}}) {
    ehr.no_faults();
    ehr.fault(fault);
    EXPECT_EQ(after_some_looks(), 0) << fault;
  }
  EXPECT_FALSE(site.audited({"capabilities_changed"}));
}

TEST_F(Drift, ADamagedMemoryBeginsAnewAndIsTold) {
  ASSERT_TRUE(looked());
  end();
  std::ofstream(site.folder() / "state" / "capabilities.json") << "{\"servers\":{";
  publish_without_search();
  begin();
  EXPECT_TRUE(wardend->wait_for("what the servers declared before is forgotten")) << wardend->output();
  ASSERT_TRUE(looked());
  EXPECT_EQ(after_some_looks(), 0) << "there is nothing to compare it with";
}

TEST_F(Drift, AnAppThatWatchesHearsOfIt) {
  ASSERT_TRUE(looked());
  Child watch({{program("wardctl"), "watch"}, {"WARDEND_SOCKET=" + (site.folder() / "broker.sock").string()}},
              site.folder() / "watch");
  ASSERT_TRUE(watch.wait_for("server ehr"));
  publish_without_search();
  EXPECT_TRUE(watch.wait_for("capabilities changed")) << watch.output();
  EXPECT_THAT(watch.output(), AllOf(HasSubstr("app vitals"), HasSubstr("blocking now: Observation: search")));
}

}  // namespace
}  // namespace wardend::test
