#include "protocol/http/media_type.hpp"

#include <gtest/gtest.h>

namespace wardend::http {
namespace {

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

TEST(Page, IsToldByItsFirstLetter) {
  for (const char* page : {"<html>", "<!doctype html>", " \r\n\t<html>", "\xEF\xBB\xBF<html>", "<?xml version='1.0'?>"})
    EXPECT_TRUE(is_page(page)) << page;
  for (const char* other : {"", " ", "{}", "\"<html>\"", "OK", "a<b"}) EXPECT_FALSE(is_page(other)) << other;
}

TEST(OtherCharset, IsToldUnlessItIsUtf8OrAPartOfIt) {
  const std::pair<const char*, const char*> table[] = {
      {"application/json", ""},
      {"application/json;charset=UTF-8", ""},
      {"application/json ; x=y; Charset=\"utf-8\"", ""},
      {"application/json; charset=us-ascii", ""},
      {"application/json; charset=ISO-8859-1", "iso-8859-1"},
      {"application/json; charset=\"utf-16\"", "utf-16"},
      {"application/json; charset=utf-8; charset=utf-7", "utf-7"},
      {"application/json; charset=", "charset="},
      {"application/json; charset", "charset"},
      {"application/json; charset*=utf-8''utf-7", "utf-8''utf-7"},
      {"application/json; charset = utf-16", "utf-16"},
  };
  for (const auto& [type, charset] : table) EXPECT_EQ(other_charset(type), charset) << type;
}

}  // namespace
}  // namespace wardend::http
