#include "daemon/forwarding/feed_bundle.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/forwarding/trail_on_disk.hpp"

namespace wardend::forwarding {
namespace {

using nlohmann::json;
using test::entries_of_trail;

constexpr std::size_t plenty = 1024UL * 1024;

TEST(FeedBundle, PutsEachEntryByAnIdOfItsOwn) {
  const FeedBundle bundle = bundle_of(entries_of_trail(2), Once::by_id, plenty);
  EXPECT_EQ(bundle.entries, 2U);
  const json sent = json::parse(bundle.text);
  EXPECT_EQ(sent["resourceType"], "Bundle");
  EXPECT_EQ(sent["type"], "batch");
  ASSERT_EQ(sent["entry"].size(), 2U);
  std::string other;
  for (const json& entry : sent["entry"]) {
    const std::string id = entry["resource"]["id"];
    EXPECT_EQ(entry["resource"]["resourceType"], "AuditEvent");
    EXPECT_EQ(entry["request"]["method"], "PUT");
    EXPECT_EQ(entry["request"]["url"], "AuditEvent/" + id);
    EXPECT_EQ(entry["fullUrl"], "urn:uuid:" + id);
    EXPECT_NE(id, std::exchange(other, id));
  }
}

TEST(FeedBundle, TheSameEntryHasTheSameIdAgain) {
  EXPECT_EQ(bundle_of(entries_of_trail(3), Once::by_id, plenty).text,
            bundle_of(entries_of_trail(3), Once::by_id, plenty).text);
}

TEST(FeedBundle, WithoutIdsEachEntryIsPostedOnceByItsHash) {
  const Entries entries = entries_of_trail(1);
  const json entry = json::parse(bundle_of(entries, Once::by_tag, plenty).text)["entry"][0];
  const std::string hash = entries[0].behind.link.hash;
  EXPECT_FALSE(entry["resource"].contains("id"));
  EXPECT_EQ(entry["request"]["method"], "POST");
  EXPECT_EQ(entry["request"]["ifNoneExist"], "_tag=urn:wardend:audit:hash|" + hash);
  EXPECT_EQ(entry["resource"]["meta"]["tag"].back(), json({{"system", "urn:wardend:audit:hash"}, {"code", hash}}));
}

TEST(FeedBundle, ALineThatIsNoJsonHasAnEventOfItsOwn) {
  Entries entries = entries_of_trail(2);
  for (Outgoing& entry : entries) entry.line = R"({"sequence":1,)";
  const json sent = json::parse(bundle_of(entries, Once::by_id, plenty).text);
  EXPECT_NE(sent["entry"][0]["resource"]["id"], sent["entry"][1]["resource"]["id"]);
}

TEST(FeedBundle, TakesAsManyAsThereIsRoomForAndOneAtLeast) {
  const Entries entries = entries_of_trail(50);
  const FeedBundle bundle = bundle_of(entries, Once::by_id, 20'000);
  EXPECT_LT(bundle.entries, 50U);
  EXPECT_GT(bundle.entries, 1U);
  EXPECT_LE(bundle.text.size(), 20'002U);
  EXPECT_EQ(json::parse(bundle.text)["entry"].size(), bundle.entries);
  EXPECT_EQ(bundle_of(entries, Once::by_id, 10).entries, 1U);
}

}  // namespace
}  // namespace wardend::forwarding
