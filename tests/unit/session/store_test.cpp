#include "daemon/session/store.hpp"

#include <gtest/gtest.h>

namespace wardend::session {
namespace {

Session& add(SessionStore& store, const std::string& id, const std::string& login_session = "c1") {
  auto session = std::make_unique<Session>(Active{{.access = Secret("at"), .refresh = {}}});
  session->id = id;
  session->login_session = login_session;
  session->epoch = 7;
  session->uid = 1000;
  return store.add(std::move(session));
}

TEST(SessionStore, FindsASessionOnlyWhileItIsItsEpochs) {
  SessionStore store;
  Session& session = add(store, "s");
  EXPECT_EQ(store.find("s"), &session);
  EXPECT_EQ(store.find("S"), nullptr);
  EXPECT_EQ(store.find_live("s", 7), &session);
  EXPECT_EQ(store.find_live("s", 8), nullptr) << "what comes for another stay is not for this one";
  static_cast<void>(session.clear({ClearReason::os_lock, {}, {}}));
  EXPECT_EQ(store.find_live("s", 7), nullptr);
  EXPECT_EQ(store.find("s"), &session) << "remembered for a while";
}

TEST(SessionStore, GroupsByLoginSession) {
  SessionStore store;
  Session& session = add(store, "a");
  add(store, "b");
  add(store, "c", "c2");
  EXPECT_EQ(store.of_login_session("c1").size(), 2U);
  EXPECT_EQ(store.login_sessions().size(), 2U);
  EXPECT_TRUE(store.any("c1", 1000));
  EXPECT_FALSE(store.any("c1", 1001));
  EXPECT_FALSE(store.any("c3", 1000));
  store.erase(session);
  EXPECT_EQ(store.of_login_session("c1").size(), 1U);
  static_cast<void>(store.find("b")->clear({ClearReason::os_lock, {}, {}}));
  EXPECT_FALSE(store.any("c1", 1000)) << "a cleared one is nobody's";
  store.erase(*store.find("b"));
  EXPECT_EQ(store.login_sessions(), std::vector<std::string>{"c2"});
}

TEST(SessionStore, ListsAllFromTheOldestOn) {
  SessionStore store;
  add(store, "young").started_boot = BootTime(3s);
  add(store, "old").started_boot = BootTime(1s);
  add(store, "middle").started_boot = BootTime(2s);
  std::vector<std::string> ids;
  for (const Session* session : store.all()) ids.push_back(session->id);
  EXPECT_EQ(ids, (std::vector<std::string>{"old", "middle", "young"}));
}

TEST(SessionStore, HasOneEntryASessionInItsSchedule) {
  SessionStore store;
  Session& first = add(store, "a");
  Session& second = add(store, "b");
  EXPECT_EQ(store.next_due(), BootTime::max());
  store.schedule(first, BootTime(10s));
  store.schedule(second, BootTime(20s));
  EXPECT_EQ(store.next_due(), BootTime(10s));
  EXPECT_EQ(store.due(BootTime(9s)), nullptr);
  EXPECT_EQ(store.due(BootTime(10s)), &first);
  store.schedule(first, BootTime(30s));
  EXPECT_EQ(store.due(BootTime(100s)), &second) << "the earlier entry has moved, and is no second one";
  store.erase(second);
  EXPECT_EQ(store.next_due(), BootTime(30s));
  store.erase(first);
  EXPECT_EQ(store.due(BootTime::max()), nullptr);
}

}  // namespace
}  // namespace wardend::session
