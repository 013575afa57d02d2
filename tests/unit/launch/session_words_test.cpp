#include "daemon/launch/session_words.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace wardend {
namespace {

TEST(SessionWords, SayWhatIsMissingOnceEachByItsAction) {
  config::App app;
  app.scopes = {{.scope = "patient/Observation.rs", .action = "show the trend", .approved_by = "", .approved_on = ""},
                {.scope = "patient/Patient.rs", .action = "show the trend", .approved_by = "", .approved_on = ""},
                {.scope = "patient/Task.r", .action = "", .approved_by = "", .approved_on = ""}};
  const auto words =
      launch::missing_words(app, {"patient/Observation.rs", "patient/Patient.rs", "patient/X.r", "patient/Task.r"});
  EXPECT_EQ(words, (std::vector<std::string>{"show the trend", "patient/X.r", "patient/Task.r"}));
  EXPECT_EQ(joined(words, " "), "show the trend patient/X.r patient/Task.r");
}

TEST(SessionWords, NameAUserAndNoAddress) {
  const struct {
    const char* name;
    session::User user;
    const char* shown;
  } table[] = {
      {"Dr. May", {.fhir_user = "https://ehr/fhir/Practitioner/17", .subject = "s"}, "Dr. May"},
      {"", {.fhir_user = "https://ehr/fhir/Practitioner/17", .subject = "s"}, "Practitioner 17"},
      {"", {.fhir_user = "PractitionerRole/9", .subject = "s"}, "PractitionerRole 9"},
      {"", {.fhir_user = "", .subject = "may"}, "may"},
      {"", {.fhir_user = "", .subject = "https://idp.example/users/17"}, ""},
      {"", {}, ""},
  };
  for (const auto& row : table) EXPECT_EQ(launch::user_words(row.name, row.user), row.shown) << row.user.fhir_user;
}

}  // namespace
}  // namespace wardend
