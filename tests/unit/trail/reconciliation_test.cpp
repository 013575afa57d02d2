#include "trail/reconciliation.hpp"

#include <gtest/gtest.h>

namespace wardend::trail {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Deed read = {.index = 1,
                   .at = Instant(seconds(1000)),
                   .request_id = "r-1",
                   .user = "Practitioner/a",
                   .patient = "p1",
                   .interaction = "read",
                   .resource = "Observation/7"};

template <typename Change>
Deed but(Deed deed, Change change) {
  change(deed);
  return deed;
}
Deed anonymous(Deed deed = read) {
  return but(std::move(deed), [](Deed& one) { one.request_id.clear(); });
}

std::vector<std::string> found(const std::vector<Deed>& ours, const std::vector<Deed>& theirs) {
  std::vector<std::string> words;
  for (const auto& one : reconcile(ours, theirs, seconds(5)).discrepancies) words.emplace_back(name_of(one.what));
  return words;
}
using Words = std::vector<std::string>;

TEST(Reconciliation, TheSameDeedOnBothSidesIsNoDifference) {
  EXPECT_EQ(found({read}, {read}), Words{});
  EXPECT_EQ(found({anonymous()}, {anonymous()}), Words{}) << "by time, user and resource";
  EXPECT_EQ(found({anonymous()}, {read}), Words{}) << "one side has no request id";
  EXPECT_EQ(found({read}, {but(read, [](Deed& one) { one.request_id = "of the server"; })}), Words{});
  EXPECT_EQ(found({}, {}), Words{});
  EXPECT_EQ(reconcile({read}, {read}, seconds(5)).matched, 1U);
}

TEST(Reconciliation, NamesWhatOneSideLacks) {
  EXPECT_EQ(found({read}, {}), Words{"missing_at_server"});
  EXPECT_EQ(found({}, {read}), Words{"missing_in_trail"});
  EXPECT_EQ(found({but(read, [](Deed& one) { one.sure = false; })}, {}), Words{}) << "nobody knows that it was sent";
  EXPECT_EQ(found({anonymous(), anonymous()}, {anonymous()}), Words{"missing_at_server"}) << "twice is not once";
}

TEST(Reconciliation, NamesWhatBothTellDifferently) {
  struct Row {
    const char* what;
    void (*change)(Deed&);
  };
  for (const Row& row : {Row{"other_patient", [](Deed& one) { one.patient = "p2"; }},
                         Row{"other_user", [](Deed& one) { one.user = "Practitioner/b"; }},
                         Row{"other_time", [](Deed& one) { one.at += seconds(6); }},
                         Row{"other_time", [](Deed& one) { one.at -= seconds(6); }}}) {
    EXPECT_EQ(found({read}, {but(read, row.change)}), Words{row.what});
    EXPECT_EQ(found({anonymous()}, {anonymous(but(read, row.change))}), Words{row.what}) << "without a request id";
  }
  const Deed other = but(read, [](Deed& one) { one.resource = "Observation/8"; });
  EXPECT_EQ(found({read}, {other}), Words{"other_resource"});
  EXPECT_EQ(found({read}, {but(read, [](Deed& one) { one.at += seconds(5); })}), Words{}) << "within the window";
}

TEST(Reconciliation, WhatASideDoesNotSayIsNoDifference) {
  const Deed search = anonymous(but(read, [](Deed& one) { one.interaction = "search", one.resource = "Observation"; }));
  struct Row {
    const char* what;
    void (*change)(Deed&);
  };
  for (const Row& row :
       {Row{"patient", [](Deed& one) { one.patient.clear(); }}, Row{"user", [](Deed& one) { one.user.clear(); }},
        Row{"both", [](Deed& one) { one.user.clear(), one.patient.clear(); }}}) {
    EXPECT_EQ(found({search}, {but(search, row.change)}), Words{}) << row.what;
    EXPECT_EQ(found({but(search, row.change)}, {search}), Words{}) << row.what;
  }
  const Deed created = anonymous(but(read, [](Deed& one) { one.interaction = "create"; }));
  EXPECT_EQ(found({but(created, [](Deed& one) { one.resource = "Observation"; })}, {created}), Words{});
}

TEST(Reconciliation, ARequestIdThatComesTwiceIsADuplicate) {
  EXPECT_EQ(found({read}, {read, read}), Words{"duplicate_at_server"});
  EXPECT_EQ(found({read, read}, {read}), Words{"duplicate_in_trail"});
}

TEST(Reconciliation, ManyAlikeTakeNoLongerThanMany) {
  std::vector<Deed> ours, theirs;
  for (std::size_t i = 0; i < 50'000; ++i) {
    ours.push_back(anonymous(but(read, [&](Deed& one) { one.index = i; })));
    theirs.push_back(ours.back());
  }
  theirs.pop_back();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(found(ours, theirs), Words{"missing_at_server"});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(20)) << "50,000 times 50,000 comparisons take minutes";
}

}  // namespace
}  // namespace wardend::trail
