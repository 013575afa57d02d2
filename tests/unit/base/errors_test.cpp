#include "base/errors.hpp"

#include <gtest/gtest.h>

#include <set>

namespace wardend {
namespace {

// A name that is missing from the table shifts all behind it: the static_assert beside it counts them only.
TEST(ErrorNames, AreSpeltAsTheEnumerators) {
  EXPECT_EQ(name_of(Errc::UnknownApp), "UnknownApp");
  EXPECT_EQ(name_of(Errc::SessionCleared), "SessionCleared");
  EXPECT_EQ(name_of(Errc::ReauthenticationRequired), "ReauthenticationRequired");
  EXPECT_EQ(name_of(Errc::PatientUnverified), "PatientUnverified");
  EXPECT_EQ(name_of(Errc::ServerUnavailable), "ServerUnavailable");
  EXPECT_EQ(name_of(Errc::RateLimited), "RateLimited");
  EXPECT_EQ(name_of(Errc::ConfigInvalid), "ConfigInvalid");
}

TEST(ErrorNames, AreListedOnceEachInTheOrderOfTheEnumerators) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < all_errcs().size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(all_errcs()[i]), i);
    EXPECT_TRUE(names.insert(name_of(all_errcs()[i])).second) << name_of(all_errcs()[i]);
  }
  EXPECT_EQ(all_errcs().back(), Errc::ConfigInvalid);
}

TEST(LaunchStages, AreNamedAsOnTheWire) {
  EXPECT_EQ(name_of(LaunchStage::discovery), "discovery");
  EXPECT_EQ(name_of(LaunchStage::client), "client");
  EXPECT_EQ(name_of(LaunchStage::authorization), "authorization");
  EXPECT_EQ(name_of(LaunchStage::token), "token");
  EXPECT_EQ(name_of(LaunchStage::identity), "identity");
}

}  // namespace
}  // namespace wardend
