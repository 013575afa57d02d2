#include "daemon/launch/refusal.hpp"

#include <gtest/gtest.h>

#include <set>

namespace wardend::launch {
namespace {

// The table is in the order of the enumerators: a row that is missing or out of place shifts all behind it.
TEST(Refusal, HasTheWordsOfItsOwnRow) {
  EXPECT_EQ(text_of(Refusal::method).code, "method");
  EXPECT_EQ(text_of(Refusal::localhost).code, "localhost");
  EXPECT_EQ(text_of(Refusal::stray).code, "stray");
  EXPECT_EQ(text_of(Refusal::users_unknown).code, "users_unknown");
  EXPECT_EQ(text_of(Refusal::no_desktop).code, "no_desktop");
  EXPECT_EQ(text_of(Refusal::other_browser).code, "other_browser");
  EXPECT_EQ(text_of(Refusal::session_over).code, "session_over");
}

TEST(Refusal, HasACodeOfItsOwnAndAnErrorsStatus) {
  std::set<std::string_view> codes;
  for (int i = 0; i <= static_cast<int>(Refusal::session_over); ++i) {
    const RefusalText text = text_of(static_cast<Refusal>(i));
    EXPECT_TRUE(codes.insert(text.code).second) << text.code;
    EXPECT_TRUE(text.status >= 400 && text.status < 600) << text.code;
  }
  EXPECT_EQ(text_of(Refusal::method).status, 405);
  EXPECT_EQ(text_of(Refusal::loaded_ahead).status, 503) << "a browser may ask again";
}

}  // namespace
}  // namespace wardend::launch
