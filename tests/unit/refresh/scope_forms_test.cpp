#include "daemon/refresh/scope_forms.hpp"

#include <gtest/gtest.h>

namespace wardend::refresh {
namespace {

TEST(ScopeForms, AreAsConfiguredUntilTheServerWantsTheOther) {
  ScopeForms forms;
  config::Server server;
  server.name = "ehr";
  EXPECT_FALSE(forms.names_scopes(server));
  for (int sessions = 0; sessions < 3; ++sessions) {
    forms.refuse(server, false);
    EXPECT_TRUE(forms.names_scopes(server)) << "however many sessions hear of it";
  }
  server.oauth.refresh_scope = config::RefreshScope::same;
  EXPECT_FALSE(forms.names_scopes(server)) << "the other form than the configured one";
  forms.refuse(server, false);
  EXPECT_TRUE(forms.names_scopes(server));
  server.name = "other";
  EXPECT_TRUE(forms.names_scopes(server));
}

}  // namespace
}  // namespace wardend::refresh
