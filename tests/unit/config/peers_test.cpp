#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/config/site.hpp"

namespace wardend::config {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST(Peers, AreRefusedWhereNobodyIsOfThatName) {
  for (const Said& row : {
           Said{app(client, "[[app.peer]]\nuser = \"nobody-of-this-name\"\n"), "8:1: no user nobody-of-this-name"},
           Said{app(client, "[[app.peer]]\ngroup = \"no-group-of-this-name\"\n"),
                "8:1: no group no-group-of-this-name"},
       })
    expect_error(row.text, row.finding);
}

// Who verifies or rehearses elsewhere serves nobody.
TEST(Peers, OfAnotherMachineAreANoteWhereTheConfigurationIsOnlyRead) {
  const Site site;
  site.write("wardend.toml", least("[[app.peer]]\nuser = \"no-user-of-this-name\"\ngroup = \"no-group-of-it\"\n"));
  EXPECT_EQ(site.load().config, nullptr);
  const Loaded read = load_to_read(site.main(), Files::looked_at);
  ASSERT_NE(read.config, nullptr);
  std::vector<std::string> noted;
  for (const Finding& finding : read.findings)
    if (finding.text.starts_with("no ") && finding.severity == Finding::Severity::note) noted.push_back(finding.text);
  EXPECT_THAT(noted, ElementsAre(HasSubstr("no-group-of-it"), HasSubstr("no-user-of-this-name")));
}

TEST(Peers, AreResolvedToNumbersByNameOrAsWritten) {
  const Site site;
  site.write("wardend.toml", least("[[app.peer]]\nuser = \"root\"\ngroup = \"root\"\n[[app.peer]]\nuser = \"4242\"\n"));
  const ConfigPtr config = site.load().config;
  ASSERT_NE(config, nullptr);
  const auto& peers = config->apps[0].peers;
  EXPECT_EQ(peers[0].uid, std::nullopt);
  EXPECT_EQ(peers[1].uid, 0U);
  EXPECT_EQ(peers[1].gid, 0U);
  EXPECT_EQ(peers[2].uid, 4242U);
}

TEST(Hints, NameTheAbsentGroupsOfAllRolesOnce) {
  const Site site;
  site.write("wardend.toml", "[roles]\nehr = [\"no-b\", \"root\"]\noperator = [\"no-b\"]\nobserver = [\"no-a\"]\n");
  EXPECT_THAT(site.hints(), ElementsAre(StartsWith("wardend.toml:1:1: note: no group no-a, no-b on this machine: ")));
  EXPECT_THAT(site.notes(), Each(Not(HasSubstr("group"))));
}

TEST(Hints, LeaveTheOtherRolesTheirGroups) {
  const Site site;
  site.write("wardend.toml", "\n[roles]\nehr = [\"no-group-of-this-name\"]\noperator = [\"root\"]\nobserver = []\n");
  EXPECT_THAT(site.hints(), ElementsAre(StartsWith("wardend.toml:2:1: note: no group no-group-of-this-name")));
  ASSERT_NE(site.load().config, nullptr);
  EXPECT_THAT(site.load().config->roles.ehr.gids, IsEmpty());
  EXPECT_THAT(site.load().config->roles.operators.gids, ElementsAre(0U));
}

}  // namespace
}  // namespace wardend::config
