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

}  // namespace
}  // namespace wardend::http
