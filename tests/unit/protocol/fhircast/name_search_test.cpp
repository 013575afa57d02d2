#include "protocol/fhircast/name_search.hpp"

#include <gtest/gtest.h>

#include <string>

namespace wardend::fhircast {
namespace {

std::optional<EventKind> found_in(std::string_view text) {
  NameSearch search;
  search.take(text);
  search.end();
  return search.found();
}

struct Text {
  const char* text;
  std::optional<EventKind> found;
};

TEST(NameSearch, FindsASignOutsNameAsAWordOfItsOwn) {
  constexpr auto logout = EventKind::user_logout;
  constexpr auto hibernate = EventKind::user_hibernate;
  for (const Text& row : {
           Text{"UserLogout", logout},
           Text{"<event>user-logout</event>", logout},
           Text{"event=logout_user&id=1", logout},
           Text{"\"hibernate\"", hibernate},
           Text{"x UserHibernate, then UserLogout", hibernate},
           Text{R"("\u0055serLogout")", logout},
           Text{R"(\"UserLogout\")", logout},
           Text{"", std::nullopt},
           Text{"userlogouts", std::nullopt},
           Text{"myuserlogout", std::nullopt},
           Text{"org.example.userlogout", std::nullopt},
           Text{"user/logged out", std::nullopt},
           Text{"userlogin", std::nullopt},
           Text{"Patient-open", std::nullopt},
           Text{"uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuserlogout", std::nullopt},
       })
    EXPECT_EQ(found_in(row.text), row.found) << row.text;
}

TEST(NameSearch, ReadsOnAcrossPiecesUntilTheWordEnds) {
  NameSearch search;
  search.take("{\"User");
  search.take("Logout");
  EXPECT_EQ(search.found(), std::nullopt) << "the word may go on";
  search.take("\"");
  EXPECT_EQ(search.found(), EventKind::user_logout);
  search.take(" UserHibernate ");
  EXPECT_EQ(search.found(), EventKind::user_logout) << "the first counts";
}

TEST(NameSearch, IsNotFooledByAWordThatComesBackToASignOut) {
  EXPECT_EQ(found_in(std::string(100'000, 'u') + " userlogout"), EventKind::user_logout);
  EXPECT_EQ(found_in(std::string("U\0s\0e\0r\0L\0o\0g\0o\0u\0t\0", 20)), EventKind::user_logout) << "UTF-16";
}

}  // namespace
}  // namespace wardend::fhircast
