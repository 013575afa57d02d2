#include "daemon/service/launches_method.hpp"

#include "tests/unit/service/ward.hpp"

namespace wardend {
namespace {

using namespace test;

struct Office : Ward {
  Client observer{with_group(in_login_session(1000, "c1"), 502)};

  Office() {
    const auto note = [&](const char* app, const char* server, const char* outcome, int times) {
      for (int i = 0; i < times; ++i)
        core.launch_matrix.note({.app = app, .server = server, .tokens = true, .came = {"patient"}, .outcome = outcome},
                                "words");
    };
    note("vitals", "ehr", "ok", 3);
    note("vitals", "ehr", "PatientContextMissing", 5);
    note("vitals", "gone", "ok", 1);
    note("other", "ehr", "ok", 1);
  }
  Result<ipc::control::LaunchesReply> launches(std::optional<std::string> app = {},
                                               std::optional<std::string> server = {}) {
    return ask(control.launches(observer.call, {.app = std::move(app), .server = std::move(server)}));
  }
};

TEST(Launches, GivesThePartThatIsAskedForTheMostFrequentFirst) {
  Office world;
  EXPECT_EQ(world.launches()->launches.size(), 4U);
  EXPECT_EQ(world.launches("other")->launches.size(), 1U);
  EXPECT_EQ(world.launches({}, "ehr")->launches.size(), 3U);
  const auto found = world.launches("vitals", "ehr");
  ASSERT_EQ(found->launches.size(), 2U);
  const auto& row = found->launches.front();
  EXPECT_EQ(row.outcome, "PatientContextMissing");
  EXPECT_EQ(row.count, 5);
  EXPECT_EQ(row.came, std::vector<std::string>{"patient"});
  EXPECT_EQ(row.meaning, "words");
  EXPECT_GT(found->since, 0);
  EXPECT_EQ(found->unlisted, 0);
  EXPECT_FALSE(found->not_kept);
}

TEST(Launches, WhatIsNeitherConfiguredNorCountedIsUnknown) {
  Office world;
  EXPECT_EQ(world.launches("nope").error().code(), Errc::UnknownApp);
  EXPECT_EQ(world.launches("vitals", "nope").error().code(), Errc::UnknownServer);
  EXPECT_EQ(world.launches("vitals", "gone")->launches.size(), 1U) << "it was configured once";
}

TEST(Launches, AreInTheAuditTrailAndInTheVerification) {
  Office world;
  ASSERT_TRUE(world.launches("vitals", "ehr"));
  EXPECT_EQ(world.audit.records.back().action, "Launches");
  world.ehr.latency = 0ms;
  const auto report = world.ask(world.control.verify_app(world.observer.call, {.app = "vitals", .server = "ehr"}));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->launches->size(), 2U);
}

TEST(Status, NamesAnAppThatAChangeBlocked) {
  Office world;
  auto& known = world.core.drift_memory.of("ehr");
  known.base = "https://ehr.example.org/fhir";
  known.block("vitals", 5, {{.subject = "Observation: read"}});
  const auto status = world.ask(world.control.status(world.observer.call, {}));
  ASSERT_TRUE(status);
  const auto names_it = [](const std::string& notice) {
    return notice.find("(Observation: read)") != std::string::npos &&
           notice.find("`wardctl verify vitals ehr`") != std::string::npos;
  };
  EXPECT_TRUE(std::ranges::any_of(*status->notices, names_it));
}

}  // namespace
}  // namespace wardend
