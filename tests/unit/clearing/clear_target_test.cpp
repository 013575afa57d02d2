#include "daemon/clearing/clear_target.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::clearing {
namespace {

using Names = std::vector<std::string>;

struct Begun final : LaunchesUnderWay {
  [[nodiscard]] std::vector<Of> owners() const override { return list; }
  void end_fallen(const workstation::Workstation&, const Error&) override {}
  std::vector<Of> list;
};

// Two desktops at one seat, c1 of user 1000 and c2 of user 1001.
struct Targets {
  Targets() {
    workstation.attach(logind);
    logind.add("c1", 1000);
    logind.add("c2", 1001);
    workstation.read_picture({});
    for (const char* name : {"c1", "c2"}) static_cast<void>(workstation.enter(name));
  }
  [[nodiscard]] Names meant(const workstation::Workstation::Selection& selection) const {
    return login_sessions_of(selection, workstation, store, launches);
  }
  void hold_session(const std::string& login_session, uid_t uid) {
    auto session = std::make_unique<session::Session>(session::Active{{.access = Secret("at"), .refresh = {}}});
    session->id = "s";
    session->login_session = login_session;
    session->uid = uid;
    store.add(std::move(session));
  }
  asio::io_context loop;
  test::VirtualClock clock{loop};
  std::shared_ptr<config::Config> settings = test::basic_config();
  config::Live config{settings};
  test::FakeLogind logind;
  workstation::Workstation workstation{clock, config};
  session::SessionStore store;
  Begun launches;
};

TEST(ClearTarget, WithoutAnySelectionIsEverybody) { EXPECT_EQ(Targets().meant({}), (Names{"c1", "c2"})); }

TEST(ClearTarget, IsNarrowedByEachMember) {
  const Targets world;
  EXPECT_EQ(world.meant({.login_session = "c2"}), Names{"c2"});
  EXPECT_EQ(world.meant({.uid = 1000}), (Names{"c1", "uid:1000"}));
  EXPECT_EQ(world.meant({.seat = "seat0"}), (Names{"c1", "c2"}));
  EXPECT_EQ(world.meant({.seat = "seat1"}), Names{});
  EXPECT_EQ(world.meant({.uid = 1001, .login_session = "c1"}), Names{});
  EXPECT_EQ(world.meant({.login_session = "c9"}), Names{});
}

TEST(ClearTarget, OfAUserIsWhereTheyHoldASessionWhosesoeverThePlace) {
  Targets world;
  world.hold_session("c2", 1000);
  EXPECT_EQ(world.meant({.uid = 1000}), (Names{"c1", "c2", "uid:1000"}));
  EXPECT_EQ(world.meant({.uid = 1000, .login_session = "c2"}), Names{"c2"});
  static_cast<void>(world.store.find("s")->clear({ClearReason::os_lock, {}, {}}));
  EXPECT_EQ(world.meant({.uid = 1000, .login_session = "c2"}), Names{}) << "a cleared one is nobody's";
}

TEST(ClearTarget, OfAUserIsWhereTheyHaveBegunALaunch) {
  Targets world;
  world.launches.list = {{.login_session = "c2", .uid = 1000}};
  EXPECT_EQ(world.meant({.uid = 1000, .login_session = "c2"}), Names{"c2"});
  EXPECT_EQ(world.meant({.uid = 1002, .login_session = "c2"}), Names{});
}

TEST(ClearTarget, KnowsALoginSessionThatOnlyHoldsSomething) {
  Targets world;
  world.hold_session("gone", 1000);
  world.launches.list = {{.login_session = "new", .uid = 1001}};
  EXPECT_EQ(world.meant({}), (Names{"c1", "c2", "gone", "new"}));
  EXPECT_EQ(world.meant({.login_session = "gone"}), Names{"gone"});
}

}  // namespace
}  // namespace wardend::clearing
