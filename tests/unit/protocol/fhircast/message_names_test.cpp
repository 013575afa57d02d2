#include <gtest/gtest.h>

#include <set>

#include "protocol/fhircast/message.hpp"

namespace wardend::fhircast {
namespace {

struct Name {
  const char* name;
  EventKind kind;
};

TEST(EventName, IsKnownInEverySpellingThatItHasHad) {
  using enum EventKind;
  for (const auto& row : {Name{"Patient-open", patient_open},
                          Name{"patient-open", patient_open},
                          Name{"PATIENTOPEN", patient_open},
                          Name{"open-patient-chart", patient_open},
                          Name{"switch-patient-chart", patient_open},
                          Name{"switch-patient", patient_open},
                          Name{"close-patient-chart", patient_close},
                          Name{"Encounter-close", encounter_close},
                          Name{"imagingstudy-open", imaging_study_open},
                          Name{"open-imaging-study", imaging_study_open},
                          Name{"switch-imaging-study", imaging_study_open},
                          Name{"close-imaging-study", imaging_study_close},
                          Name{"DiagnosticReport-open", diagnostic_report_open},
                          Name{"home-open", home_open},
                          Name{"userLogout", user_logout},
                          Name{"UserLogout", user_logout},
                          Name{"user-logout", user_logout},
                          Name{"logout-user", user_logout},
                          Name{"userlogout", user_logout},
                          Name{"UserHibernate", user_hibernate},
                          Name{"hibernate-user", user_hibernate},
                          Name{" User_Logout\n", user_logout},
                          Name{"USER LOGOUT", user_logout},
                          Name{"user.logout", other},
                          Name{"urn:userlogout", other},
                          Name{"syncerror", sync_error},
                          Name{"Sync-Error", sync_error},
                          Name{"DiagnosticReport-update", other},
                          Name{"DiagnosticReport-select", other},
                          Name{"heartbeat", other},
                          Name{"org.example.userlogout", other},
                          Name{"userlogin", other},
                          Name{"", other}})
    EXPECT_EQ(kind_of(row.name), row.kind) << row.name;
}

constexpr EventKind last = EventKind::other;

TEST(EventName, OfALabelIsReadBackAsTheSameKind) {
  std::set<std::string_view> labels;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    const auto kind = static_cast<EventKind>(i);
    EXPECT_EQ(kind_of(name_of(kind)), kind) << name_of(kind);
    EXPECT_TRUE(labels.insert(name_of(kind)).second) << name_of(kind);
  }
}

TEST(EventName, IsNotReadWithoutEnd) { EXPECT_EQ(kind_of(std::string(100'000, 'x')), EventKind::other); }

TEST(EventKind, OpensClosesOrEndsAtMostOnce) {
  int opens = 0;
  int closes = 0;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    const auto kind = static_cast<EventKind>(i);
    EXPECT_LE(int{is_open(kind)} + int{is_close(kind)} + int{ends_session(kind)}, 1) << name_of(kind);
    opens += int{is_open(kind)};
    closes += int{is_close(kind)};
  }
  EXPECT_EQ(opens, 4);
  EXPECT_EQ(closes, 4);
  EXPECT_FALSE(is_open(EventKind::home_open)) << "of a resource only";
  EXPECT_TRUE(ends_session(EventKind::user_logout) && ends_session(EventKind::user_hibernate));
}

TEST(Confirmation, TellsOfAnEventInAnySpelling) {
  const Confirmation confirmation{.events = {"switch-patient", "logout"}};
  EXPECT_TRUE(confirmation.tells(EventKind::patient_open));
  EXPECT_TRUE(confirmation.tells(EventKind::user_logout));
  EXPECT_FALSE(confirmation.tells(EventKind::user_hibernate));
}

TEST(ContextFaults, HaveALabelOfTheirOwnEach) {
  std::set<std::string_view> labels;
  for (int i = 0; i <= static_cast<int>(ContextFault::other_subject); ++i)
    EXPECT_TRUE(labels.insert(name_of(static_cast<ContextFault>(i))).second) << i;
  EXPECT_EQ(name_of(ContextFault::two_resources), "two_resources");
  EXPECT_EQ(name_of(LeaveCode::system_timeout), "system-timeout");
}

}  // namespace
}  // namespace wardend::fhircast
