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

Deed part_of_other(Deed deed) {
  return but(std::move(deed), [](Deed& one) { one.request_id = "r-2"; });
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

TEST(Reconciliation, OneRequestIdMayBeOfManyRequests) {
  const Deed other = but(read, [](Deed& one) { one.resource = "Observation/8", one.at += seconds(60); });
  const Deed search = but(read, [](Deed& one) { one.resource = "Condition", one.interaction = "search"; });
  EXPECT_EQ(found({read, other, search}, {search, read, other}), Words{});
  EXPECT_EQ(found({read, other, search}, {other, read}), Words{"missing_at_server"});
  EXPECT_EQ(found({read}, {read, other}), Words{"missing_in_trail"}) << "another request is no duplicate";
  const Deed again = but(read, [](Deed& one) { one.at += seconds(60); });
  EXPECT_EQ(found({read}, {read, again}), Words{"missing_in_trail"}) << "nor is the same a minute later";
}

TEST(Reconciliation, OneRequestIdIsOneRequestHoweverEachSideCallsIt) {
  struct Row {
    const char* ours[2];  // interaction, resource
    const char* theirs[2];
  };
  for (const Row& row :
       {Row{{"history", "Observation/7"}, {"history-instance", "Observation/7"}},
        Row{{"transaction", "Bundle"}, {"transaction", ""}}, Row{{"batch", "Bundle"}, {"batch", ""}},
        Row{{"delete", "Observation"}, {"delete", ""}}, Row{{"operation", "Patient/p1"}, {"read", "Patient/p1"}},
        Row{{"capabilities", "metadata"}, {"capabilities", ""}}}) {
    const auto told = [](const char* const(&as)[2]) {
      return but(read, [&](Deed& one) { one.interaction = as[0], one.resource = as[1]; });
    };
    EXPECT_EQ(found({told(row.ours)}, {told(row.theirs)}), Words{}) << row.ours[0];
    Deed kept_back = told(row.ours);
    kept_back.sure = false;
    EXPECT_EQ(found({kept_back}, {told(row.theirs)}), Words{}) << row.ours[0];
  }
  const Deed changed = but(read, [](Deed& one) { one.interaction = "update"; });
  EXPECT_EQ(found({read}, {changed}), Words{"other_resource"}) << "a read is no change";
}

Deed did(const char* interaction, const char* resource) {
  return but(read, [&](Deed& one) { one.interaction = interaction, one.resource = resource; });
}
Deed by_evil(Deed deed) {
  return but(std::move(deed), [](Deed& one) { one.user = "Practitioner/evil"; });
}
Deed of_p2(Deed deed) {
  return but(std::move(deed), [](Deed& one) { one.patient = "p2"; });
}
Deed bundle_of(const char* interaction, std::vector<Part> parts) {
  return but(did(interaction, "Bundle"), [&](Deed& one) { one.parts = std::move(parts); });
}
const Part reads_7 = {.interaction = "read", .resource = "Observation/7", .only_reads = true};
const Part searches = {.interaction = "search", .resource = "Condition", .only_reads = true};

TEST(Reconciliation, WhatAServerTellsOfABundleOneByOneBelongsToTheBundle) {
  const Deed bundle = bundle_of("transaction", {{.interaction = "create", .resource = "Observation"},
                                                {.interaction = "update", .resource = "Slot/s1"}});
  const Deed written = did("create", "Observation/9");
  const Deed changed = did("update", "Slot/s1");
  const Deed told = did("transaction", "");
  EXPECT_EQ(found({bundle}, {told, written, changed}), Words{});
  EXPECT_EQ(found({bundle}, {written, changed}), Words{});
  EXPECT_EQ(found({bundle}, {written}), Words{}) << "one is not told";
  EXPECT_EQ(found({bundle}, {written, did("create", "Slot/s1")}), Words{}) << "there was none yet";
  EXPECT_EQ(reconcile({bundle}, {written, changed}, seconds(5)).matched, 1U);
  EXPECT_EQ(found({bundle}, {told, told}), Words{"duplicate_at_server"});
  EXPECT_EQ(found({bundle}, {}), Words{"missing_at_server"});
  EXPECT_EQ(found({bundle}, {told, part_of_other(written)}), Words{"missing_in_trail"});
  EXPECT_EQ(found({bundle}, {told, but(written, [](Deed& one) { one.at += seconds(60); })}), Words{"missing_in_trail"});
  EXPECT_EQ(found({anonymous(bundle)}, {anonymous(told)}), Words{}) << "without a request id";
}

TEST(Reconciliation, WhatABundleDoesNotNameIsNoPartOfIt) {
  const Deed bundle = bundle_of("batch", {reads_7, searches});
  const Deed told = did("batch", "");
  EXPECT_EQ(found({bundle}, {told, did("read", "Observation/7"), did("search", "Condition")}), Words{});
  for (const Deed& foreign :
       {of_p2(did("read", "Observation/ob")), did("read", "Observation/ob"), did("delete", "Observation/7"),
        did("create", "Observation/9"), did("search", "Observation"), of_p2(did("operation", "Patient/p2"))})
    EXPECT_EQ(found({bundle}, {told, foreign}), Words{"missing_in_trail"}) << foreign.interaction << foreign.resource;
  const std::vector<Deed> many(50, did("read", "Observation/ob"));
  EXPECT_EQ(found({bundle}, many).size(), 51U) << "the Bundle itself is missing at the server";
  EXPECT_EQ(found({bundle}, {did("delete", "Observation/ob")}), (Words{"missing_at_server", "missing_in_trail"}));
  EXPECT_EQ(found({bundle_of("batch", {})}, {told, did("read", "Observation/7")}), Words{"missing_in_trail"})
      << "it names nothing";
}

TEST(Reconciliation, EachNameOfABundleTakesOneEventOfTheSameUserAndPatient) {
  const Deed bundle = bundle_of("batch", {reads_7, searches});
  const Deed told = did("batch", "");
  EXPECT_EQ(found({bundle}, {told, did("read", "Observation/7"), did("read", "Observation/7")}),
            Words{"duplicate_at_server"});
  EXPECT_EQ(found({bundle}, {told, did("search", "Condition"), of_p2(did("search", "Condition"))}),
            Words{"missing_in_trail"});
  EXPECT_EQ(found({bundle}, {told, did("read", "Observation/7"), by_evil(did("read", "Observation/7"))}),
            Words{"missing_in_trail"});
  EXPECT_EQ(found({bundle}, {told, by_evil(did("read", "Observation/7"))}), Words{"other_user"});
  EXPECT_EQ(found({bundle}, {told, of_p2(did("search", "Condition"))}), Words{"other_patient"});
  EXPECT_EQ(found({bundle, bundle}, {told, told, did("read", "Observation/7"), did("read", "Observation/7")}), Words{})
      << "two batches under one id";
}

TEST(Reconciliation, WhereABundlesNamesAreCutTheirNumberBoundsItsParts) {
  const Deed bundle = bundle_of("batch", {reads_7, {.only_reads = true, .times = 2}});
  const auto with = [&](std::vector<Deed> more) {
    more.push_back(did("batch", ""));
    more.push_back(did("read", "Observation/7"));
    return found({bundle}, more);
  };
  EXPECT_EQ(with({did("read", "Goal/1"), did("search", "Goal")}), Words{});
  EXPECT_EQ(with({did("read", "Goal/1"), did("read", "Goal/2"), did("read", "Goal/3")}), Words{"missing_in_trail"});
  EXPECT_EQ(with({did("delete", "Goal/1")}), Words{"missing_in_trail"});
  EXPECT_EQ(with({of_p2(did("read", "Goal/1"))}), Words{"other_patient"});
}

TEST(Reconciliation, ASingleRequestIsNoBundleOfTheSameId) {
  const Deed refused = but(did("history", "Observation/7"), [](Deed& one) { one.sure = false; });
  EXPECT_EQ(found({refused}, {did("batch", "")}), Words{"missing_in_trail"});
}

TEST(Reconciliation, AnEventWithAnIdOfTheTrailIsOfNoEntryWithAnother) {
  const Deed other = but(part_of_other(did("search", "Condition")), [](Deed& one) { one.sure = false; });
  EXPECT_EQ(found({read, other}, {read, did("search", "Condition")}), Words{"missing_in_trail"});
  EXPECT_EQ(found({read, anonymous(other)}, {read, did("search", "Condition")}), Words{}) << "the entry names no id";
}

TEST(Reconciliation, WhatWasReadToJudgeAWriteBelongsToIt) {
  const Deed write = did("create", "Observation");
  const Deed judged = {.at = read.at,
                       .request_id = "r-1",
                       .user = read.user,
                       .patient = read.patient,
                       .reads = {"Condition/1", "Goal/2"},
                       .sure = false};
  const auto looked = [](const char* resource) { return did("read", resource); };
  EXPECT_EQ(found({judged, write}, {looked("Condition/1"), looked("Goal/2"), write}), Words{});
  EXPECT_EQ(found({judged}, {looked("Condition/1")}), Words{}) << "the write was refused";
  EXPECT_EQ(found({judged, write}, {write}), Words{}) << "the server does not tell of reads";
  EXPECT_EQ(found({judged, write}, {looked("Condition/3"), write}), Words{"missing_in_trail"}) << "it is not named";
  EXPECT_EQ(found({judged, write}, {part_of_other(looked("Condition/1")), write}), Words{"missing_in_trail"});
  EXPECT_EQ(found({judged, write}, {of_p2(looked("Condition/1")), write}), Words{"other_patient"});
  EXPECT_EQ(found({judged, write}, {by_evil(looked("Condition/1")), write}), Words{"other_user"});
  EXPECT_EQ(found({judged, write}, {by_evil(looked("Goal/2")), looked("Goal/2"), write}), Words{"missing_in_trail"});
  std::vector<Deed> again(20, looked("Condition/1"));
  again.push_back(write);
  EXPECT_EQ(found({judged, write}, again), Words(19, "duplicate_at_server"));
}

TEST(Reconciliation, WhatWasReadToJudgeAWriteIsFoundWithoutARequestId) {
  const Deed judged = {.at = read.at,
                       .request_id = "r-1",
                       .user = read.user,
                       .patient = read.patient,
                       .reads = {"Observation/7"},
                       .sure = false};
  EXPECT_EQ(found({judged}, {anonymous()}), Words{});
  EXPECT_EQ(found({judged, read}, {anonymous(), anonymous()}), Words{}) << "the app read it too";
  EXPECT_EQ(found({judged}, {anonymous(), anonymous()}), Words{"missing_in_trail"});
  EXPECT_EQ(found({judged}, {read, anonymous()}), Words{"missing_in_trail"}) << "one with its id is there already";
  EXPECT_EQ(found({judged}, {anonymous(by_evil(read))}), Words{"missing_in_trail"});
  EXPECT_EQ(found({judged}, {anonymous(but(read, [](Deed& one) { one.at += seconds(60); }))}),
            Words{"missing_in_trail"});
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

TEST(Reconciliation, ManyBundlesUnderOneIdTakeNoLongerThanMany) {
  std::vector<Deed> ours, theirs;
  for (std::size_t i = 0; i < 20'000; ++i) {
    ours.push_back(bundle_of("batch", {reads_7, searches}));
    theirs.push_back(did("read", "Observation/7"));
    theirs.push_back(did("search", "Condition"));
  }
  theirs.push_back(did("delete", "Condition/1"));
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(found(ours, theirs), Words{"missing_in_trail"});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(20));
}

}  // namespace
}  // namespace wardend::trail
