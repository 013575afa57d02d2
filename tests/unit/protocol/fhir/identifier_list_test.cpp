#include "protocol/fhir/identifier_list.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace wardend::fhir {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum Verification;

const std::chrono::system_clock::time_point now = std::chrono::sys_days(std::chrono::year(2026) / 6 / 15);
const std::string nhs = "https://fhir.nhs.uk/Id/nhs-number";
const std::string nhi = "https://standards.digital.health.nz/ns/nhi-id";
const std::string old_nhi = "https://standards.digital.health.nz/id/nhi";

PatientIdentity judged(const std::string& identifiers, const std::vector<IdentifierRule>& rules) {
  PatientIdentity identity{.status = verified};
  judge_identifiers({{"identifier", json::parse(identifiers)}}, {.id = "p", .identifiers = rules, .now = now},
                    identity);
  return identity;
}

std::string entry(const std::string& system, const std::string& value, const std::string& more = "") {
  return R"({"system":")" + system + R"(","value":")" + value + '"' + (more.empty() ? "" : "," + more) + "}";
}

std::string status(const std::string& code, const std::string& of = "UKCore-NHSNumberVerificationStatusEngland") {
  return R"("extension":[{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",)"
         R"("valueCodeableConcept":{"coding":[{"system":"https://fhir.hl7.org.uk/CodeSystem/)" +
         of + R"(","code":")" + code + "\"}]}}]";
}

struct Row {
  std::string identifiers;
  Verification status;
};

TEST(Identifiers, ThatAreRequiredMustBeThereAndLive) {
  const std::vector<IdentifierRule> rules = {{.system = "urn:x", .required = true}};
  const Row table[] = {
      {"[" + entry("urn:x", "1") + "]", verified},
      {"[" + entry("urn:x", "1", R"("use":"usual")") + "]", verified},
      {"[]", unverified},
      {"{}", unverified},
      {"[null]", unverified},
      {"[" + entry("urn:y", "1") + "]", unverified},
      {"[" + entry("URN:X", "1") + "]", unverified},
      {"[" + entry("urn:x", "") + "]", unverified},
      {"[" + entry("urn:x", "  ") + "]", unverified},
      {R"([{"value":"1"}])", unverified},
      {R"([{"system":"urn:x","value":1}])", unverified},
      {"[" + entry("urn:x", "1", R"("use":"old")") + "]", unverified},
      {"[" + entry("urn:x", "1", R"("use":"temp")") + "]", unverified},
      {"[" + entry("urn:x", "1", R"("period":{"end":"2025-01-01"})") + "]", unverified},
      {"[" + entry("urn:x", "1", R"("period":{"start":"2027"})") + "]", unverified},
      {"[" + entry("urn:x", "1", R"("period":{"start":"2020"})") + "]", verified},
      {"[" + entry("urn:x", "1", R"("period":"2020")") + "]", unverified},
  };
  for (const Row& row : table)
    EXPECT_EQ(name_of(judged(row.identifiers, rules).status), name_of(row.status)) << row.identifiers;
}

// A number that is there and cannot be read is no number that is not there.
TEST(Identifiers, WhoseValueCannotBeReadAreToldOf) {
  for (const IdentifierKind kind : {IdentifierKind::nhs, IdentifierKind::nhi, IdentifierKind::opaque}) {
    const std::string system = kind == IdentifierKind::nhs ? nhs : kind == IdentifierKind::nhi ? nhi : "urn:x";
    const std::vector<IdentifierRule> rules = {{.system = system, .kind = kind}};
    const auto with = [&](const std::string& value, const std::string& use = "official") {
      return judged(R"([{"system":")" + system + R"(","use":")" + use + R"(","value":)" + value + "}]", rules);
    };
    for (const char* value : {"\"\"", "\" \\t\"", "9434765919", "{}", "[]", "false"}) {
      EXPECT_EQ(name_of(with(value).status), name_of(unverified)) << system << value;
      EXPECT_THAT(with(value).findings, ElementsAre("The identifier of " + system + " has no value that can be read."));
      EXPECT_THAT(with(value).identifiers, IsEmpty());
      EXPECT_THAT(with(value, "old").findings, IsEmpty()) << "it is no current one";
    }
    EXPECT_THAT(with("null").findings, IsEmpty()) << "absent";
  }
  EXPECT_THAT(judged(R"([{"system":"urn:y","value":7}])", {{.system = "urn:x"}}).findings, IsEmpty());
}

TEST(Identifiers, TakeNullForAbsent) {
  EXPECT_EQ(name_of(judged("[" + entry("urn:x", "1", R"("period":null,"use":null,"assigner":null)") + "]",
                           {{.system = "urn:x", .required = true}})
                        .status),
            name_of(verified));
}

TEST(Identifiers, OfOneSystemDoNotContradictEachOther) {
  const std::vector<IdentifierRule> rules = {{.system = "urn:x"}};
  const auto two = [](const std::string& one, const std::string& other) { return "[" + one + "," + other + "]"; };
  const std::string a = R"("assigner":{"display":"A"})";
  const std::string b = R"("assigner":{"reference":"Organization/b"})";
  const Row table[] = {
      {two(entry("urn:x", "1"), entry("urn:x", "2")), conflict},
      {two(entry("urn:x", "1"), entry("urn:x", "1")), verified},
      {two(entry("urn:x", "1 2"), entry("urn:x", "12")), verified},
      {two(entry("urn:x", "1", R"("use":"old")"), entry("urn:x", "2")), verified},
      {two(entry("urn:x", "1", R"("use":"temp")"), entry("urn:x", "2")), verified},
      {two(entry("urn:x", "1", R"("period":{"end":"2020"})"), entry("urn:x", "2")), verified},
      {two(entry("urn:x", "1", a), entry("urn:x", "2", b)), verified},
      {two(entry("urn:x", "1", a), entry("urn:x", "2", a)), conflict},
      {two(entry("urn:x", "1", a), entry("urn:x", "2")), conflict},
      {two(entry("urn:y", "1"), entry("urn:y", "2")), verified},  // no rule names it
  };
  for (const Row& row : table)
    EXPECT_EQ(name_of(judged(row.identifiers, rules).status), name_of(row.status)) << row.identifiers;
}

TEST(NhsNumbers, AreEvidenceWhereTheyAreRightAndVerified) {
  const std::vector<IdentifierRule> rules = {{.system = nhs, .kind = IdentifierKind::nhs, .required = true}};
  const auto one = [](const std::string& value, const std::string& more) {
    return "[" + entry(nhs, value, more) + "]";
  };
  const Row table[] = {
      {one("4505577104", status("01")), verified},
      {one("450 557 7104", status("01")), verified},
      {one("4505577104", status("number-present-and-verified")), verified},
      {one("4505577104", status("01", "UKCore-NHSNumberVerificationStatus")), verified},
      {one("4505577104", status("nn", "UKCore-NHSNumberVerificationStatusWales")), verified},
      {one("4505577104", status("nn")), unverified},
      {one("4505577104", status("02")), unverified},
      {one("4505577104", status("03")), unverified},
      {one("4505577104", status("04")), unverified},
      {one("4505577104", status("05")), unverified},
      {one("4505577104", status("06")), unverified},
      {one("4505577104", status("07")), unverified},
      {one("4505577104", status("08")), unverified},
      {one("4505577104", status("09")), unverified},
      {one("4505577104", status("01", "SomethingElse")), unverified},
      {one("4505577104", ""), unverified},
      {one("4505577104", R"("extension":[{"url":"urn:other"}])"), unverified},
      {one("4505577104", R"("extension":"01")"), unverified},
      {one("4505577105", status("01")), unverified},
      {one("1111111111", status("01")), unverified},
      {one("450557710", status("01")), unverified},
      {one("1234567881", status("01")), unverified},  // of a range that nobody issues
      {one("9000000009", status("01")), verified},    // a test number, which is told
      {one("0101901007", status("01")), verified},    // Scotland's other check digit
  };
  for (const Row& row : table)
    EXPECT_EQ(name_of(judged(row.identifiers, rules).status), name_of(row.status)) << row.identifiers;
}

TEST(NhsNumbers, OfTestsAreTold) {
  const PatientIdentity identity =
      judged("[" + entry(nhs, "9000000009", status("01")) + "]", {{.system = nhs, .kind = IdentifierKind::nhs}});
  EXPECT_THAT(identity.findings, ElementsAre("The identifier of " + nhs + " is a test number."));
}

TEST(NhiNumbers, LiveWhereTheyAreOfficial) {
  const std::vector<IdentifierRule> rules = {{.system = nhi, .kind = IdentifierKind::nhi, .required = true}};
  const std::string official = R"("use":"official")";
  const Row table[] = {
      {"[" + entry(nhi, "ABC1235", official) + "]", verified},
      {"[" + entry(nhi, "alu18kp", official) + "]", verified},
      {"[" + entry(old_nhi, "ABC1235", official) + "]", verified},
      {"[" + entry(nhi, "ABC1235") + "]", unverified},
      {"[" + entry(nhi, "ABC1235", R"("use":"old")") + "]", unverified},
      {"[" + entry(nhi, "ABC1234", official) + "]", unverified},
      {"[" + entry(nhi, "ALU18KZ", official) + "]", unverified},
      {"[" + entry(nhi, "ABC1235", official) + "," + entry(nhi, "JBX3656", R"("use":"old")") + "]", verified},
      {"[" + entry(nhi, "ABC1235", official) + "," + entry(nhi, "JBX3656", official) + "]", conflict},
      {"[" + entry(nhi, "ABC1235", official) + "," + entry(old_nhi, "JBX3656", official) + "]", conflict},
  };
  for (const Row& row : table)
    EXPECT_EQ(name_of(judged(row.identifiers, rules).status), name_of(row.status)) << row.identifiers;
}

TEST(Identifiers, ThatAreCurrentAndRightAreKnown) {
  const std::vector<IdentifierRule> rules = {{.system = nhs, .kind = IdentifierKind::nhs}};
  const std::string official = R"("use":"official")";
  const PatientIdentity identity =
      judged("[" + entry(nhs, "450 557 7104", official) + "," + entry(nhs, "4505577105", official) + "," +
                 entry("urn:mrn", "1", official) + "," + entry("urn:other", "2") + "," +
                 entry("urn:gone", "3", R"("use":"old")") + "]",
             rules);
  EXPECT_THAT(identity.identifiers, ElementsAre(KnownIdentifier{nhs, "4505577104"}, KnownIdentifier{"urn:mrn", "1"},
                                                KnownIdentifier{"urn:other", "2", false}));
}

TEST(Identifiers, BeyondTwoHundredAreNotRead) {
  std::string many = "[";
  for (int i = 0; i < 300; ++i) many += entry("urn:y", std::to_string(i)) + ",";
  const PatientIdentity identity = judged(many + entry("urn:x", "1") + "]", {{.system = "urn:x", .required = true}});
  EXPECT_EQ(identity.status, unverified);
}

}  // namespace
}  // namespace wardend::fhir
