#include "daemon/parking/parked_work.hpp"

#include <gtest/gtest.h>

namespace wardend {
namespace {

using parking::from_record;
using parking::Owner;
using parking::ParkedWork;
using parking::to_record;

ParkedWork note() {
  return {.owner = {.app = "vitals", .server = "ehr", .issuer = "https://i", .subject = "u1", .patient = "p1"},
          .label = "note",
          .data = Secret(std::string_view("with a \0 and more", 17)),
          .parked_at = WallTime(std::chrono::seconds(1'800'000'000)),
          .expires_at = BootTime(Duration(123'456'789'012))};
}

TEST(ParkedWork, ComesBackFromItsRecordAsItWas) {
  const ParkedWork work = note();
  const auto back = from_record(to_record(work).reveal());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->owner, work.owner);
  EXPECT_EQ(back->label, work.label);
  EXPECT_EQ(back->data.reveal(), work.data.reveal());
  EXPECT_EQ(back->parked_at, work.parked_at);
  EXPECT_EQ(back->expires_at, work.expires_at);
}

TEST(ParkedWork, OfARecordCutShortAnywhereNothingIsBelieved) {
  const Secret whole = to_record(note());
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(from_record(whole.reveal().substr(0, size))) << size;
  EXPECT_FALSE(from_record(std::string(whole.reveal()) + "x"));
}

TEST(ParkedWork, ARecordWithLengthsThatAreNoneIsRefused) {
  const std::string whole(to_record(note()).reveal());
  for (std::size_t at = 2 + 16; at < whole.size(); ++at) {
    std::string torn = whole;
    torn[at] = static_cast<char>(0xff);
    const auto back = from_record(torn);
    if (back) EXPECT_EQ(to_record(*back).size(), whole.size()) << at;
  }
  std::string other_version = whole;
  other_version[1] = '9';
  EXPECT_FALSE(from_record(other_version));
}

TEST(ParkedWork, BelongsToAnAppAUserAndAPatientOrToNobody) {
  session::Session session;
  session.app = "vitals";
  session.server = "ehr";
  session.user = {.fhir_user = "https://f/Practitioner/1", .subject = "u1", .issuer = "https://i"};
  session.context.patient = "p1";
  EXPECT_EQ(parking::owner_of(session), note().owner);
  session.context.patient.reset();
  EXPECT_FALSE(parking::owner_of(session));
  session.context.patient = "p1";
  session.user = {.fhir_user = "https://f/Practitioner/1"};
  EXPECT_FALSE(parking::owner_of(session));
}

}  // namespace
}  // namespace wardend
