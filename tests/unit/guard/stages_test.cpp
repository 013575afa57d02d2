#include "daemon/guard/stages.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

// A write of Observation/1, by what is known of it.
struct Stage {
  std::string judged(const fhir::FhirRequest& request, const Known& known) {
    return word_of(judge_write(request, known, {.facts = facts, .entries = none, .referred = referred}));
  }
  Facts facts = facts_of_p1();
  Entries none = {};
  Referred referred{facts};
};

TEST(Stages, AskForOneThingAfterTheOther) {
  const auto update = sent("PUT", "/Observation/1");
  const json body = observation("Patient/p1", "1");
  const json stored = observation("Patient/p1", "1");
  const Target target{.type = "Observation", .id = "1", .resource = &stored};
  const std::span<const Target> read(&target, 1);
  const std::span<const Target> nothing;
  EXPECT_EQ(Stage().judged(update, {}), "needs_body");
  EXPECT_EQ(Stage().judged(update, {.body = &body}), "needs_target");
  EXPECT_EQ(Stage().judged(update, {.body = &body, .read = &nothing}), "ResourceRejected");
  EXPECT_EQ(Stage().judged(update, {.body = &body, .read = &read}), "pass");
  EXPECT_EQ(Stage().judged(sent("POST", "/Observation"), {.body = &stored}), "pass");
}

TEST(Stages, NameTheBodysPlaceInAnEntry) {
  const json foreign = observation("Patient/p2");
  EXPECT_EQ(Stage().judged(sent("POST", "/Observation"), {.body = &foreign, .place = "resource"}),
            "ResourceRejected resource.subject");
}

}  // namespace
}  // namespace wardend::guard
