#include "protocol/http/status_class.hpp"

#include <gtest/gtest.h>

namespace wardend::http {
namespace {

TEST(StatusClass, SaysWhetherTheSameRequestMaySucceedLater) {
  for (const int status : {408, 425, 429, 500, 502, 503, 504, 599}) EXPECT_TRUE(is_transient(status)) << status;
  for (const int status : {100, 200, 204, 301, 400, 401, 403, 404, 410, 422, 451})
    EXPECT_FALSE(is_transient(status)) << status;
}

TEST(StatusClass, TellsAServerThatPostponesFromOneThatFails) {
  EXPECT_TRUE(is_postponed(425) && is_postponed(429));
  EXPECT_FALSE(is_postponed(408) || is_postponed(503) || is_postponed(200));
}

TEST(StatusClass, KnowsEverySuccess) {
  for (const int status : {200, 201, 203, 299}) EXPECT_TRUE(is_success(status)) << status;
  for (const int status : {199, 300, 304, 0}) EXPECT_FALSE(is_success(status)) << status;
}

}  // namespace
}  // namespace wardend::http
