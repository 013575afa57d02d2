#include "daemon/gateway/pages.hpp"

#include <gtest/gtest.h>

#include "tests/support/virtual_random.hpp"

namespace wardend::gateway {
namespace {

using namespace std::chrono_literals;

class PagesTest : public ::testing::Test {
 protected:
  std::string keep(const std::string& session, const std::string& url, Duration at = 0s) {
    return store.keep(session, {.url = url, .asked = {.type = "Observation"}}, BootTime(at));
  }
  std::string found(const std::string& session, std::string_view handle, Duration at = 0s) {
    const auto page = store.find(session, handle, BootTime(at));
    return page ? page->url : "none";
  }
  test::VirtualRandom random;
  PageStore store{random};
};

TEST_F(PagesTest, AreFoundByTheirHandle) {
  const std::string handle = keep("s1", "https://ehr/a");
  EXPECT_EQ(handle.size(), 22);
  EXPECT_EQ(found("s1", handle), "https://ehr/a");
  EXPECT_EQ(store.find("s1", handle, BootTime(0s))->asked.type, "Observation");
  EXPECT_EQ(found("s1", "no such handle"), "none");
  EXPECT_EQ(found("s1", ""), "none");
}

TEST_F(PagesTest, BelongToTheirSession) {
  const std::string handle = keep("s1", "https://ehr/a");
  EXPECT_EQ(found("s2", handle), "none");
  EXPECT_NE(keep("s2", "https://ehr/a"), handle);
}

TEST_F(PagesTest, LastTenMinutes) {
  const std::string handle = keep("s1", "https://ehr/a");
  EXPECT_EQ(found("s1", handle, 10min - 1ns), "https://ehr/a");
  EXPECT_EQ(found("s1", handle, 10min), "none");
}

TEST_F(PagesTest, LiveAnewWhenTheSameAddressComesAgain) {
  const std::string handle = keep("s1", "https://ehr/a");
  EXPECT_EQ(keep("s1", "https://ehr/a", 9min), handle);
  EXPECT_EQ(store.size(), 1);
  EXPECT_EQ(found("s1", handle, 18min), "https://ehr/a");
}

TEST_F(PagesTest, GoOldestFirstForOneTooMany) {
  const std::string first = keep("s1", "https://ehr/0");
  const std::string second = keep("s1", "https://ehr/1");
  for (std::size_t i = 2; i <= PageStore::most_of_a_session; ++i) keep("s1", "https://ehr/" + std::to_string(i));
  EXPECT_EQ(store.size(), PageStore::most_of_a_session);
  EXPECT_EQ(found("s1", first), "none");
  EXPECT_EQ(found("s1", second), "https://ehr/1");
}

TEST_F(PagesTest, GoWithTheirSession) {
  const std::string handle = keep("s1", "https://ehr/a");
  keep("s2", "https://ehr/a");
  store.forget("s1");
  store.forget("never there");
  EXPECT_EQ(found("s1", handle), "none");
  EXPECT_EQ(store.size(), 1);
}

TEST_F(PagesTest, AreDroppedWhenTheyAreTooOld) {
  keep("s1", "https://ehr/a");
  keep("s2", "https://ehr/a");
  keep("s1", "https://ehr/b", 5min);
  EXPECT_EQ(store.size(), 3);
  keep("s3", "https://ehr/a", 10min);
  EXPECT_EQ(store.size(), 2);
  store.put("s4", "handle", {.url = "https://ehr/a", .asked = {}}, BootTime(15min));
  EXPECT_EQ(store.size(), 2);
}

TEST_F(PagesTest, OfAReplyGoOnWithWhatWasAsked) {
  PagesOfReply pages(store, {.session = "s1", .asked = {.type = "Condition"}, .at = BootTime(1min)});
  const std::string handle = pages.keep("https://ehr/a");
  EXPECT_EQ(store.find("s1", handle, BootTime(1min))->asked.type, "Condition");
}

}  // namespace
}  // namespace wardend::gateway
