#include "base/result.hpp"

#include <gtest/gtest.h>

#include "tests/support/errors.hpp"

namespace wardend {
namespace {

// In the order of test::one_of_each().
TEST(Error, SaysInASentenceWhatIsWrongAndWhatToDo) {
  const std::vector<std::string> sentences = {
      "why",
      "why",
      "needs a group of the role operator",
      "app: why",
      "why",
      "why",
      "this is not offered: AuthorizeWrite",
      "2 sessions would do: name one",
      "cleared (os_lock): connect again and launch again",
      "the session gives no token any more (invalid_grant): launch again",
      "why",
      "why",
      "why",
      "the session is for another patient: launch for this one",
      "the session is for another encounter: launch for this one",
      "the patient's identity could not be confirmed: compare name and birth date in the EHR",
      "why",
      "why",
      "why",
      "why",
      "why",
      "why",
      "why",
      "why",
      "1 errors in the configuration: correct them, then reload again"};
  const auto errors = test::one_of_each();
  ASSERT_EQ(errors.size(), sentences.size());
  for (std::size_t i = 0; i < errors.size(); ++i)
    EXPECT_EQ(errors[i].detail(), sentences[i]) << name_of(errors[i].code());
}

// A clear takes back every unread answer that names the session.
TEST(Error, NamesTheSessionsThatItSpeaksOf) {
  using Ids = std::vector<std::string>;
  for (const Error& error : test::one_of_each()) {
    Ids named;
    if (error.as<errors::AmbiguousSession>() != nullptr) named = {"s1", "s2"};
    if (error.as<errors::ReauthenticationRequired>() != nullptr || error.as<errors::PatientMismatch>() != nullptr ||
        error.as<errors::EncounterMismatch>() != nullptr || error.as<errors::PatientContextMissing>() != nullptr)
      named = {"s1"};
    EXPECT_EQ(error.sessions(), named) << name_of(error.code());
  }
  EXPECT_EQ(Error(errors::PatientContextMissing{.reason = "why"}).sessions(), Ids());
}

TEST(Error, IsOneKindAndNoOther) {
  const Error error = errors::TooLarge{.limit = 7, .reason = "why"};
  EXPECT_EQ(error.code(), Errc::TooLarge);
  ASSERT_NE(error.as<errors::TooLarge>(), nullptr);
  EXPECT_EQ(*error.as<errors::TooLarge>()->limit, 7);
  EXPECT_EQ(error.as<errors::RateLimited>(), nullptr);
  // Two structs share this name: which interface answers decides what is told.
  EXPECT_EQ(Error(errors::RoleNeeded{"ehr"}).code(), Error(errors::NotAuthorized{"why"}).code());
}

}  // namespace
}  // namespace wardend
