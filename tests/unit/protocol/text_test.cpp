#include "protocol/smart/text.hpp"

#include <gtest/gtest.h>

namespace wardend::smart {
namespace {

TEST(Printable, TakesControlCharactersOut) {
  EXPECT_EQ(printable("a\r\nb\x1b[31m\x7f", 64), "ab[31m");
  EXPECT_EQ(printable(std::string_view("a\0b", 3), 64), "ab");
  EXPECT_EQ(printable("Grüße", 64), "Grüße");
}

TEST(Printable, CutsBeforeTheCharacterThatWouldNotFit) {
  EXPECT_EQ(printable("abcdef", 4), "abcd");
  EXPECT_EQ(printable("abü", 3), "ab");
  EXPECT_EQ(printable("abü", 4), "abü");
  EXPECT_EQ(printable("a€b", 3), "a");
  EXPECT_EQ(printable("", 4), "");
}

TEST(Printable, BoundsBytesThatAreNotUtf8Too) {
  EXPECT_LE(printable(std::string(4096, '\x80'), 64).size(), 64U);
  EXPECT_LE(printable(std::string(4096, '\xe2'), 64).size(), 64U);
}

struct Type {
  const char* content_type;
  bool json;
};

class JsonType : public testing::TestWithParam<Type> {};

TEST_P(JsonType, IsToldByTheHeader) {
  EXPECT_EQ(is_json_type(GetParam().content_type), GetParam().json) << GetParam().content_type;
}

INSTANTIATE_TEST_SUITE_P(Table, JsonType,
                         testing::ValuesIn<Type>({
                             {"application/json", true},
                             {"Application/JSON;charset=UTF-8", true},
                             {"application/json ; charset=utf-8", true},
                             {"application/fhir+json", true},
                             {"text/html", false},
                             {"text/plain; x=application/json", false},
                             {"application/jsonp", false},
                             {"application/xml", false},
                             {"text/html+json", false},
                             {"", false},
                         }));

}  // namespace
}  // namespace wardend::smart
