#include "protocol/fhir/identifiers.hpp"

#include <gtest/gtest.h>

#include <string>

namespace wardend::fhir {
namespace {

constexpr auto form = std::unexpected(NumberFault::form);
constexpr auto repeated = std::unexpected(NumberFault::repeated);
constexpr auto check_digit = std::unexpected(NumberFault::check_digit);

struct Vector {
  const char* text;
  std::expected<std::string, NumberFault> number;
};

TEST(NhsNumber, IsTakenOnlyWhereItsCheckDigitFits) {
  const Vector vectors[] = {
      {"9434765919", "9434765919"},
      {"4505577104", "4505577104"},
      {"9876543210", "9876543210"},
      {"9912003888", "9912003888"},
      {"9000000009", "9000000009"},
      {"9449304130", "9449304130"},
      {"9693632109", "9693632109"},
      {"4010232137", "4010232137"},
      {"1234567881", "1234567881"},
      {"943 476 5919", "9434765919"},
      {"943-476-5919", "9434765919"},
      {" 9434765919 ", "9434765919"},
      {"9434765918", check_digit},
      {"4505577105", check_digit},
      {"9876543211", check_digit},
      {"1234567890", check_digit},
      {"9912003814", check_digit},
      {"9912003890", check_digit},
      {"943476591", form},
      {"94347659190", form},
      {"943476591\xef\xbc\x99", form},
      {"", form},
      {"   ", form},
      {"943/476/5919", form},
      {"943476591X", form},
      {"+943476591", form},
  };
  for (const Vector& vector : vectors) EXPECT_EQ(nhs_number(vector.text), vector.number) << vector.text;
}

TEST(NhsNumber, HasNoCheckDigitForSomeSerials) {
  for (char last = '0'; last <= '9'; ++last) {
    EXPECT_EQ(nhs_number(std::string("999000000") + last), check_digit) << last;
    EXPECT_EQ(nhs_number(std::string("999000014") + last), check_digit) << last;
  }
}

TEST(NhsNumber, IsNeverOneDigitTenTimes) {
  for (char digit = '0'; digit <= '9'; ++digit) EXPECT_EQ(nhs_number(std::string(10, digit)), repeated) << digit;
}

TEST(NhsNumber, OfScotlandHasEitherCheckDigitAndABirthday) {
  for (const char* both_or_one :
       {"0101011237", "0101901003", "0101901119", "0101901232", "0101901007", "0101901114", "0101901239"}) {
    EXPECT_TRUE(nhs_number(both_or_one)) << both_or_one;
    EXPECT_EQ(nhs_range(both_or_one), NhsRange::scotland) << both_or_one;
  }
  EXPECT_EQ(nhs_number("0101901008"), check_digit);
  EXPECT_EQ(nhs_number("0113901000"), check_digit) << "no month 13, so no other check digit";
}

struct Ranged {
  const char* digits;
  NhsRange range;
};

TEST(NhsNumber, SaysByItsRangeWhoGivesIt) {
  const Ranged table[] = {
      {"4000000004", NhsRange::england_and_wales},
      {"4999999999", NhsRange::england_and_wales},
      {"6000000006", NhsRange::england_and_wales},
      {"7999999999", NhsRange::england_and_wales},
      {"3200000010", NhsRange::northern_ireland},
      {"3999999999", NhsRange::northern_ireland},
      {"0101011237", NhsRange::scotland},
      {"3112999999", NhsRange::scotland},
      {"2902000000", NhsRange::scotland},
      {"2902010000", NhsRange::not_issued},
      {"3102000000", NhsRange::not_issued},
      {"5000000000", NhsRange::not_issued},
      {"5999999999", NhsRange::not_issued},
      {"8000000000", NhsRange::not_issued},
      {"8599999999", NhsRange::not_issued},
      {"1234567881", NhsRange::not_issued},
      {"3200000000", NhsRange::not_issued},
      {"9000000009", NhsRange::test},
      {"9999999999", NhsRange::test},
  };
  for (const Ranged& row : table) EXPECT_EQ(nhs_range(row.digits), row.range) << row.digits;
}

TEST(NhiNumber, IsTakenInBothFormsWhereItsCheckFits) {
  for (const char* old :
       {"ZZZ0016", "ZZZ0024", "ZAC5361", "ZKP3424", "ZWX5200", "ZAA0105", "ZAA0130", "JBX3656", "ABC1235"})
    EXPECT_EQ(nhi_number(old), std::string(old)) << old;
  for (const char* fresh :
       {"ZBN77VL", "ZZZ00AC", "ZVU27KE", "ZXE24NV", "ZUA48EH", "ZDR69YX", "ZSC21TN", "ZYZ89XY", "AAA01AY", "AAA17AA",
        "ACA31FM", "ASE37QK", "ARE62RS", "BGJ06AS", "BGA44DT", "BWT41BY", "ALU18KP"})
    EXPECT_EQ(nhi_number(fresh), std::string(fresh)) << fresh;
  EXPECT_EQ(nhi_number("zzz00ac"), "ZZZ00AC");
  EXPECT_EQ(nhi_number(" ABC 1235 "), "ABC1235");
}

TEST(NhiNumber, IsRefusedWhereItsCheckOrItsFormDoesNotFit) {
  for (char last = '0'; last <= '9'; ++last) EXPECT_EQ(nhi_number(std::string("ZZZ004") + last), check_digit) << last;
  for (const char* mistyped : {"ZZZ0017", "DAB8233", "ABC1234", "ZAC3561", "ZZZ00AX", "ZZZ00AY", "ZZZ00AA", "ZVU27KF",
                               "ZVU27KY", "ALU18KZ", "AAA01AZ"})
    EXPECT_EQ(nhi_number(mistyped), check_digit) << mistyped;
  for (const char* other : {"ZII0016", "ZOO0016", "", "ZZZ001", "ZZZ00166", "ZZ00016", "ZZZ001A", "ZZZ0A0A", "ZZZ00A1",
                            "ZZZ00AI", "ZZZ-0016",
                            "ZZZ\xef\xbc\x90"
                            "016"})
    EXPECT_EQ(nhi_number(other), form) << other;
}

TEST(NhiNumber, OfTestsBeginsWithZ) {
  EXPECT_TRUE(is_test_nhi("ZZZ0016"));
  EXPECT_FALSE(is_test_nhi("ABC1235"));
}

}  // namespace
}  // namespace wardend::fhir
