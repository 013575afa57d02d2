// How a launch reaches the EHR and comes back where servers differ: relays, long requests, scope syntaxes, confidential
// clients.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/launch/launch_world.hpp"

namespace wardend {
namespace {

using test::LaunchWorld;
using test::parameter;

TEST(Carriage, ARelayedLaunchIsBoundToTheBrowserAndNamesTheRelay) {
  LaunchWorld world;
  world.server().oauth.redirect = config::Redirect::relay;
  world.app().registrations.front().redirect_uri = "https://apps.example.org/wardend";
  const launch::Pending& pending = world.begin_standalone();
  EXPECT_FALSE(pending.cookie.empty());
  EXPECT_EQ(parameter(pending.authorization_url.reveal(), "redirect_uri"), "https://apps.example.org/wardend");
  const auto outcome = world.come_back(pending, "code=g1");
  ASSERT_TRUE(outcome) << outcome.error().detail();
  EXPECT_EQ(world.wire.seen.back().form["redirect_uri"], "https://apps.example.org/wardend");
}

TEST(Carriage, AnAddressThatIsTooLongIsPostedWhereTheServerTakesThat) {
  LaunchWorld world;
  world.ehr.capabilities = R"("launch-standalone","authorize-post")";
  for (int i = 0; i < 60; ++i)
    world.app().scopes.push_back({.scope = "patient/Observation.rs?category=very-long-category-" + std::to_string(i),
                                  .action = "",
                                  .approved_by = "",
                                  .approved_on = ""});
  const launch::Pending& pending = world.begin_standalone();
  ASSERT_EQ(pending.carriage, launch::Carriage::form);
  const auto reply = world.visit(world.page("/go/" + pending.id));
  const std::string html(reply.body.reveal());
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(html.contains("method=\"post\" action=\"https://ehr.example.org/authorize\"")) << html;
  EXPECT_TRUE(html.contains("name=\"state\" value=\"" + std::string(pending.state.reveal()) + "\""));
  EXPECT_TRUE(test::header_of(reply, "Content-Security-Policy").contains("script-src 'sha256-"));
  EXPECT_FALSE(test::header_of(reply, "Set-Cookie").empty());
}

TEST(Carriage, AnAddressThatIsTooLongForNobodyElseStaysAnAddress) {
  LaunchWorld world;
  world.ehr.capabilities = R"("launch-standalone","authorize-post")";
  EXPECT_EQ(world.begin_standalone().carriage, launch::Carriage::redirect);
}

TEST(Carriage, ScopesAreAskedForInTheSyntaxThatTheServerServes) {
  struct Case {
    const char* capabilities;
    config::ScopeSyntax configured;
    const char* asked;
  };
  const Case cases[] = {
      {R"("permission-v2")", config::ScopeSyntax::automatic, "patient/Observation.rs launch/patient"},
      {R"("permission-v1")", config::ScopeSyntax::automatic, "patient/Observation.read launch/patient"},
      {R"("permission-v1","permission-v2")", config::ScopeSyntax::automatic, "patient/Observation.rs launch/patient"},
      {R"("permission-v2")", config::ScopeSyntax::v1, "patient/Observation.read launch/patient"},
  };
  for (const Case& row : cases) {
    LaunchWorld world;
    world.ehr.capabilities = row.capabilities;
    world.server().oauth.scope_syntax = row.configured;
    EXPECT_EQ(parameter(world.begin_standalone().authorization_url.reveal(), "scope"), row.asked) << row.capabilities;
  }
}

TEST(Carriage, WhatALaunchMayFollowIsKeptWithItsSession) {
  LaunchWorld world;
  world.ehr.extra_members = R"(,"hub.url":"https://ehr.example.org/hub","hub.topic":"t-1")";
  const auto outcome = world.launch_with_code("g1");
  ASSERT_TRUE(outcome) << outcome.error().detail();
  const session::Session& session = *world.store.find(*outcome);
  ASSERT_TRUE(session.hub);
  EXPECT_EQ(session.hub->topic.reveal(), "t-1");
  EXPECT_TRUE(world.vault.holds("t-1"));
}

TEST(Carriage, WithoutItsSecretAClientFailsBeforeTheSignIn) {
  LaunchWorld world;
  world.app().registrations.front().client_auth = config::ClientAuth::client_secret_basic;
  world.app().registrations.front().credential = world.folder.file("secret");
  const auto begun = world.begin(world.standalone());
  ASSERT_FALSE(begun);
  EXPECT_EQ(test::stage_of(begun.error()), "client");
  EXPECT_EQ(test::code_of(begun.error()), "credential");
  EXPECT_TRUE(begun.error().detail().contains(world.folder.file("secret").string())) << begun.error().detail();
}

TEST(Carriage, WhoseSecretGoesMeanwhileAClientFailsBeforeTheCode) {
  LaunchWorld world;
  const auto file = world.folder.file("secret");
  std::ofstream(file) << "secret";
  std::filesystem::permissions(file, std::filesystem::perms(0600));
  world.app().registrations.front().client_auth = config::ClientAuth::client_secret_basic;
  world.app().registrations.front().credential = file;
  const launch::Pending& pending = world.begin_standalone();
  std::filesystem::remove(file);
  const auto outcome = world.come_back(pending, "code=g1");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(test::stage_of(outcome.error()), "client");
  EXPECT_TRUE(world.wire.seen.empty());
}

TEST(Carriage, AServerThatDropsEveryScopeOfOneSyntaxIsToldApart) {
  LaunchWorld world;
  world.app().on_scope_shortfall = config::OnScopeShortfall::refuse;
  world.wire.token_reply =
      R"({"access_token":"at","token_type":"Bearer","expires_in":300,"scope":"launch/patient","patient":"p1"})";
  const auto outcome = world.launch_with_code("g1");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), Errc::ScopeNotGranted);
  EXPECT_TRUE(outcome.error().detail().contains("scope_syntax")) << outcome.error().detail();
}

}  // namespace
}  // namespace wardend
