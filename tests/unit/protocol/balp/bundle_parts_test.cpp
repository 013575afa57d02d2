#include "protocol/balp/bundle_parts.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wardend::balp {
namespace {

using nlohmann::json;
using Words = std::vector<std::string>;

// "read Observation/7", with what bounds it: "(reads)", "x3".
Words parts(const std::string& kind, const std::string& detail, const std::string& interaction = "batch") {
  Words words;
  for (const trail::Part& part :
       bundle_parts({{"kind", kind}, {"interaction", interaction}, {"resource", "Bundle"}, {"detail", detail}}))
    words.push_back(part.interaction + " " + part.resource + (part.only_reads ? " (reads)" : "") +
                    (part.times == 1 ? "" : " x" + std::to_string(part.times)));
  return words;
}

TEST(BundleParts, AreTheRequestsThatAnEntryNames) {
  const std::string lines = "GET Observation?patient=p1&code=a,b, GET Condition/c1";
  const Words both = {"search Observation (reads)", "read Condition/c1 (reads)"};
  for (const char* around :
       {"through the gateway: HTTP 200, 115 bytes, for {}", "through the gateway: HTTP 200, 1 bytes, for {}; note",
        "through the gateway: HTTP 200, and its answer was kept back: for another, for {}"}) {
    std::string detail = around;
    detail.replace(detail.find("{}"), 2, lines);
    EXPECT_EQ(parts("access", detail), both) << detail;
  }
  const Words writes = {"create Observation", "update Goal/g1", "update Goal/g2", "delete Condition",
                        "read Slot/s (reads)"};
  for (const char* end : {"; HTTP 200, 231 bytes", "", " -> Bundle/1; x", ": refused"})
    EXPECT_EQ(parts("write",
                    std::string("transaction Bundle (POST Observation, PUT Goal/g1, PATCH Goal/g2, DELETE "
                                "Condition?patient=p1&code=z, GET Slot/s/_history/3)") +
                        end,
                    "transaction"),
              writes)
        << end;
  EXPECT_EQ(parts("access",
                  "through the gateway: HTTP 200, 1 bytes, for GET Patient/p1/$everything, GET metadata, GET "
                  "Patient/p1/Observation, GET Goal/1/_history"),
            (Words{"operation Patient/p1 (reads)", "capabilities  (reads)", "search Observation (reads)",
                   "history Goal/1 (reads)"}));
}

TEST(BundleParts, AreNoneWhereNoneIsNamed) {
  EXPECT_EQ(parts("access", ""), Words{});
  EXPECT_EQ(parts("access", "as the app says"), Words{});
  EXPECT_EQ(parts("write", "transaction Bundle; HTTP 200"), Words{});
  EXPECT_EQ(parts("access", "x, for GET Goal/1", "read"), Words{}) << "it is no Bundle";
  EXPECT_EQ(parts("access", "x, for DELETE Goal/1"), Words{}) << "a Bundle that changes something is told as a write";
  EXPECT_TRUE(bundle_parts({{"kind", "access"}, {"interaction", "batch"}, {"detail", 7}}).empty());
}

TEST(BundleParts, AnAddressMayHaveCommasSpacesAndParentheses) {
  EXPECT_EQ(parts("access", "x, for GET Observation?code=a, b (c) and 3 more, GET Goal/1"),
            (Words{"search Observation (reads)", "read Goal/1 (reads)"}));
  EXPECT_EQ(parts("access", "x, for GET Observation?code=a and 3 more"), Words{"search Observation (reads)"})
      << "there was room for them";
  EXPECT_EQ(parts("write", "batch Bundle (POST Goal, GET Observation?code=(a) b); HTTP 200"),
            (Words{"create Goal", "search Observation (reads)"}));
}

TEST(BundleParts, ThatAreCutOrCountedSayLess) {
  std::string lines;
  for (int i = 0; i < 98; ++i) lines += "GET MedicationAdministration/01234567890, ";
  lines.resize(lines.size() - 2);
  const Words read = parts("access", "x, for " + lines + " and 3 more; note");
  ASSERT_EQ(read.size(), 99U);
  EXPECT_EQ(read[0], "read MedicationAdministration (reads)") << "40 bytes, which may begin a longer address";
  EXPECT_EQ(read[98], "  (reads) x3");
  EXPECT_EQ(parts("write", "batch Bundle (" + lines + " and 3 more); HTTP 200").back(), "  x3");
  EXPECT_EQ(parts("access", "x, for GET MedicationAdministration/01234567890"),
            Words{"read MedicationAdministration/01234567890 (reads)"})
      << "where there is room it is whole";
  EXPECT_EQ(parts("access", "x, for GET Observation?odd=%"), Words{"  (reads)"}) << "it cannot be read";
}

}  // namespace
}  // namespace wardend::balp
