// Eight hours against each server that the sandbox can be, with the lives that its tokens have there: a launch from the
// EHR, an app that asks for its token and reads with it, a lock at the end, and what is left then.
#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "tests/integration/keys.hpp"
#include "tests/sandbox/profiles.hpp"
#include "tests/support/vendors.hpp"
#include "tests/unit/vendors/vendor_world.hpp"

namespace wardend::test {
namespace {

using nlohmann::json;

constexpr Duration shift = 8h;
constexpr Duration between_calls = 50s;

class VendorShift : public ::testing::TestWithParam<Vendor> {
 protected:
  void SetUp() override {
    const Vendor& vendor = GetParam();
    world.tell("profile", {{"name", vendor.profile}});
    world.server().health.interval = 5min;
    config::OAuth& oauth = world.server().oauth;
    oauth.aud = aud_of(vendor, VendorWorld::origin);
    oauth.smart1_discovery = oauth.legacy_pkce = vendor.smart1;
    if (vendor.course == Course::another_patient) world.app().patient_context = config::PatientContext::optional;
    if (vendor.client != Registered::open) register_client(vendor.client);
  }
  void register_client(Registered client) {
    const bool key = client == Registered::key;
    config::Registration& registration = world.app().registrations.front();
    registration.client_auth = key ? config::ClientAuth::private_key_jwt : config::ClientAuth::client_secret_basic;
    registration.credential = world.folder.file("credential").string();
    std::ofstream(registration.credential) << (key ? first_key : "of-vitals");
    ::chmod(registration.credential.c_str(), 0600);
    json told = {{"client_id", registration.client_id}, {"auth", key ? "private_key_jwt" : "client_secret_basic"}};
    if (key)
      told["jwks"] = public_halves({first_key});
    else
      told["secret"] = "of-vitals";
    world.tell("clients", told);
  }

  // Launches, and asks for the first token.
  void launch() {
    ASSERT_EQ(world.click(GetParam().course == Course::another_patient ? "patient=" : "patient=patient-7"), 200)
        << world.page;
    ++launches;
    token = *world.token();
    life = std::chrono::seconds(token.value("expires_in", 0));
    ends_at = world.clock.now() + life;
  }
  // What the app was told since the last time it was asked.
  std::vector<std::pair<events::EventKind, std::string>> told() {
    std::vector<std::pair<events::EventKind, std::string>> kinds;
    for (; !monitor.queue.empty(); monitor.queue.pop_front())
      kinds.emplace_back(monitor.queue.front().kind, monitor.queue.front().reason);
    return kinds;
  }
  bool was_told(events::EventKind kind, std::string_view reason = {}) {
    return std::ranges::any_of(told(), [&](const auto& event) {
      return event.first == kind && (reason.empty() || event.second.contains(reason));
    });
  }
  // The EHR's answer to an app that looks its user up, or its patient's observations.
  int read_user() {
    return world.get("/fhir/Practitioner/" + GetParam().user, "", token.value("access_token", "")).status;
  }
  int read_observations() {
    return world
        .get("/fhir/Observation", "patient=" + token.value("/context/patient"_json_pointer, ""),
             token.value("access_token", ""))
        .status;
  }
  // One call of the app, which gets a token at once that is good for a while and that the EHR takes.
  void work() {
    const BootTime asked = world.clock.now();
    const auto answered = world.token();
    ASSERT_TRUE(answered) << answered.error().detail();
    ASSERT_LE(world.clock.now() - asked, 1s) << "the app waited";
    const bool fresh = token.value("access_token", "") != answered->value("access_token", "");
    token = *answered;
    ASSERT_GE(token.value("expires_in", 0), std::min<std::int64_t>(30, life / 10s));
    ASSERT_EQ(read_user(), 200) << token.dump();
    if (fresh) {
      ASSERT_EQ(read_observations(), 200) << token.dump();
    }
  }
  // The server gave no refresh token: the app is told at the token's end, and the clinician clicks again.
  void work_until_told() {
    if (world.clock.now() + between_calls < ends_at) return work();
    world.clock.advance(ends_at - world.clock.now() - 10s);
    const auto answered = world.token();
    ASSERT_FALSE(answered);
    EXPECT_EQ(*wardend::test::told<errors::ReauthenticationRequired>(answered.error()).reason, "no_refresh_token");
    static_cast<void>(told());
    world.clock.advance(ends_at - world.clock.now() + 1s);
    EXPECT_TRUE(was_told(events::EventKind::reauthentication_required, "gave no refresh token"));
    EXPECT_EQ(read_user(), 401) << "it was served to its end";
    launch();
  }
  // A refresh that names another patient than the launch did ends the session, and what it brought is revoked.
  void over_at_the_first_refresh() {
    ASSERT_NO_FATAL_FAILURE(work());
    static_cast<void>(told());
    while (!was_told(events::EventKind::session_cleared, "patient_changed")) {
      ASSERT_LT(world.clock.now(), ends_at);
      world.clock.advance(between_calls);
    }
    const auto answered = world.token(token.value("session", ""));
    ASSERT_FALSE(answered);
    EXPECT_EQ(answered.error().code(), Errc::SessionCleared);
    EXPECT_EQ(world.stats().value("refreshes", -1), 1);
    leaves_nothing();
  }
  // After a lock nobody is served, wardend holds no token, and the server knows of none where it can be told.
  void leaves_nothing() {
    world.lock();
    const auto answered = world.token();
    ASSERT_FALSE(answered);
    EXPECT_EQ(answered.error().code(), Errc::WorkstationLocked);
    for (const session::Session* session : world.core.store.all()) EXPECT_EQ(session->tokens(), nullptr);
    EXPECT_EQ(world.vault.count(Vault::Kind::session), 0U);
    EXPECT_FALSE(world.vault.holds(token.value("access_token", "")));
    world.clock.advance(2min);
    EXPECT_EQ(world.core.revoker.pending(), 0U);
    if (!GetParam().revokes) return;
    EXPECT_EQ(world.stats().value("/families/alive"_json_pointer, -1), 0);
    EXPECT_EQ(read_user(), 401);
  }
  [[nodiscard]] double hours() {
    return std::chrono::duration<double, std::ratio<3600>>(shift - (end - world.clock.now())).count();
  }

  VendorWorld world;
  BootTime end = world.clock.now() + shift;
  events::EventHub::Subscription monitor{world.core.hub};
  json token;
  Duration life{};
  BootTime ends_at{};
  int launches = 0;
};

// As DESIGN.md has it: a fifth of the life before its end, 30 s to ten minutes, and up to a half of that earlier.
struct Refreshes {
  double least;
  double most;
};
Refreshes planned(Duration life) {
  const auto seconds = [](Duration span) { return std::chrono::duration<double>(span).count(); };
  const double lead = std::clamp(seconds(life) / 5, 30.0, 600.0);
  return {std::floor(seconds(shift) / (seconds(life) - lead + 1)),
          std::ceil(seconds(shift) / (seconds(life) - 1.5 * lead))};
}

TEST_P(VendorShift, ServesEightHoursAndLeavesNothing) {
  const Vendor& vendor = GetParam();
  ASSERT_NO_FATAL_FAILURE(launch());
  const session::Session& session = *world.core.store.find(token.value("session", ""));
  EXPECT_TRUE(session.user.fhir_user.ends_with("Practitioner/" + vendor.user)) << session.user.fhir_user;
  EXPECT_TRUE(session.missing.empty());
  EXPECT_EQ(session.refreshable(), vendor.course != Course::launched_again);
  if (vendor.course == Course::another_patient) return over_at_the_first_refresh();
  while (world.clock.now() < end) {
    world.clock.advance(between_calls);
    ASSERT_NO_FATAL_FAILURE(vendor.course == Course::refreshed ? work() : work_until_told()) << hours();
  }
  const json stats = world.stats();
  const auto refreshes = stats.value("refreshes", -1.0);
  EXPECT_EQ(stats.value("reuses", -1), 0);
  EXPECT_EQ(stats.value("rejected", -1), vendor.rejected);
  if (vendor.course == Course::refreshed) {
    EXPECT_EQ(launches, 1);
    EXPECT_GE(refreshes, planned(life).least);
    EXPECT_LE(refreshes, planned(life).most);
  } else {
    EXPECT_EQ(launches, shift / life + 1);
    EXPECT_EQ(refreshes, 0);
  }
  leaves_nothing();
}

INSTANTIATE_TEST_SUITE_P(Vendors, VendorShift, ::testing::ValuesIn(vendors()),
                         [](const auto& info) { return name_of(info.param); });

TEST(VendorShifts, ArePlayedForEveryProfile) {
  const auto all = vendors();
  for (const sandbox::Profile& profile : sandbox::profiles())
    EXPECT_EQ(std::ranges::count(all, std::string(profile.name), &Vendor::profile), 1) << profile.name;
}

}  // namespace
}  // namespace wardend::test
