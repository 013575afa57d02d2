#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/config/site.hpp"

namespace wardend::config {
namespace {

using testing::IsEmpty;

TEST(CrossChecks, RefuseARedirectThatNobodyHears) {
  for (const Said& row : {
           Said{app(client + "redirect_uri = \"http://localhost:8724/callback\""),
                "4:1: app x: redirect_uri at main must be "},
           Said{app(client + "redirect_uri = \"http://127.0.0.1:9999/callback\""),
                "4:1: app x: redirect_uri at main must be "},
           Said{app(client + "redirect_uri = \"http://127.0.0.1:8724/other\""),
                "4:1: app x: redirect_uri at main must be "},
       })
    expect_error(row.text, row.finding);
}

TEST(CrossChecks, RefuseAServerThatIsNotThere) {
  for (const Said& row : {
           Said{std::string(least_server) + "[[app]]\nid = \"x\"\nservers = [\"mian\"]\nclient_id = \"c\"\n"
                                            "[[app.peer]]\nlabel = \"x\"\n",
                "wardend.toml:6:11: app x names server mian, which is not configured: did you mean main?"},
       })
    expect_error(row.text, row.finding);
}

TEST(CrossChecks, SayWhatALaunchByTheAppItselfNeeds) {
  for (const Said& row : {
           Said{least(enough),
                "wardend.toml:8:1: note: app chart may launch by itself at main, which works after a lock only "
                "with prompt = \"login\" under [server.oauth]: set that, or launch = [\"ehr\"]"},
       })
    expect_note(row.text, row.finding);
}

TEST(CrossChecks, SayWhatTheWholeLacks) {
  for (const Said& row : {
           Said{std::string(least_roles), "wardend.toml:1:1: note: there is no [[server]]: no app can launch"},
           Said{std::string(least_roles), "wardend.toml:1:1: note: there is no [[app]]: wardend serves nobody"},
       })
    expect_note(row.text, row.finding);
}

TEST(Notes, LeaveStandaloneLaunchesAloneThatAskForASignIn) {
  const Site site;
  site.write("wardend.toml", with_server_key("[server.oauth]\nprompt = \"login\""));
  EXPECT_THAT(site.notes(), IsEmpty());
}

}  // namespace
}  // namespace wardend::config
