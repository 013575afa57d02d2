#include "config/switches.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace wardend::config {
namespace {

ConfigPtr two_apps() {
  Config config;
  config.apps.emplace_back().id = "vitals";
  config.apps.emplace_back().id = "growth";
  return std::make_shared<const Config>(config);
}

TEST(Switches, WithoutAnyTheConfigurationIsTheOneThatWasRead) {
  const ConfigPtr read = two_apps();
  EXPECT_EQ(Switches().over(read), read);
  Switches gone;
  gone.off("no longer here", {.reason = "r"});
  EXPECT_EQ(gone.over(read), read);
}

TEST(Switches, AreLaidOverTheAppThatTheyMean) {
  Switches switches;
  switches.off("vitals", {.reason = "wrong doses"});
  const ConfigPtr laid_over = switches.over(two_apps());
  EXPECT_FALSE(laid_over->app("vitals")->in_use());
  EXPECT_TRUE(laid_over->app("growth")->in_use());
  EXPECT_TRUE(switches.on("vitals"));
  EXPECT_FALSE(switches.on("vitals"));
  EXPECT_TRUE(switches.over(laid_over)->app("vitals")->in_use());
}

TEST(Switches, WhereNobodyKnowsEveryAppIsOffUntilOneIsNamed) {
  Switches switches;
  switches.all_off({.reason = "nobody knows"});
  EXPECT_FALSE(switches.over(two_apps())->app("growth")->in_use());
  switches.name_each(*two_apps());
  EXPECT_FALSE(switches.all());
  EXPECT_TRUE(switches.on("vitals"));
  EXPECT_TRUE(switches.over(two_apps())->app("vitals")->in_use());
  EXPECT_FALSE(switches.over(two_apps())->app("growth")->in_use());
}

TEST(Switches, AnAppThatTheFileHasOffStaysOff) {
  Config config = *two_apps();
  config.apps[0].enabled = false;
  EXPECT_FALSE(Switches().over(std::make_shared<const Config>(config))->app("vitals")->in_use());
}

TEST(Switches, CallersAreToldWhyAndWhatToDo) {
  App app;
  app.enabled = false;
  app.advice = "Use the flowsheet.";
  EXPECT_EQ(*disabled(app).reason, "the app is switched off in the configuration");
  EXPECT_EQ(disabled(app).advice, "Use the flowsheet.");
  app.switched_off = SwitchedOff{.reason = "wrong doses"};
  app.advice.clear();
  EXPECT_EQ(*disabled(app).reason, "the app is switched off: wrong doses");
  EXPECT_FALSE(disabled(app).advice);
}

}  // namespace
}  // namespace wardend::config
