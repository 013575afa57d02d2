#include "daemon/forwarding/feed_answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/forwarding/trail_on_disk.hpp"

namespace wardend::forwarding {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

SentBatch sent(std::size_t entries, Once once = Once::by_id) { return {test::entries_of_trail(entries), once}; }

// A batch-response with these statuses.
HttpResponse answered(const std::vector<std::string>& statuses) {
  json bundle{{"resourceType", "Bundle"}, {"type", "batch-response"}, {"entry", json::array()}};
  for (const std::string& status : statuses) {
    json response{{"status", status}};
    if (status.starts_with('4'))
      response["outcome"] = {{"issue", {{{"code", "invalid"}, {"diagnostics", "no\nagent"}}}}};
    bundle["entry"].push_back({{"response", response}});
  }
  return {.status = 200, .body = Secret(bundle.dump())};
}

std::vector<std::uint64_t> refused(const FeedAnswer& answer) {
  std::vector<std::uint64_t> numbers;
  for (const auto& one : answer.delivery.refused) numbers.push_back(one.sequence);
  return numbers;
}

struct Case {
  const char* name;
  std::vector<std::string> statuses;
  std::size_t done;
  std::vector<std::uint64_t> refused;
  bool trouble;
};

TEST(FeedAnswer, EachEntryIsDoneByItsOwnAnswer) {
  const Case cases[] = {
      {"all taken", {"201 Created", "200", "204"}, 3, {}, false},
      {"one refused among others", {"201", "422 Unprocessable", "201"}, 3, {2}, false},
      {"refused first", {"400", "201", "201"}, 3, {1}, false},
      {"put off in the middle", {"201", "503", "201"}, 1, {}, true},
      {"put off at once", {"429", "201", "201"}, 0, {}, true},
      {"no right is no fault of the entry", {"201", "403", "201"}, 1, {}, true},
      {"a conflict may pass", {"201", "409", "201"}, 1, {}, true},
      {"no status", {"201", "", "201"}, 1, {}, true},
      {"refused beside one that was taken, then put off", {"201", "422", "500"}, 2, {2}, true},
      {"all refused", {"422", "422", "422"}, 0, {}, true},
      {"refused, then put off", {"422", "503", "201"}, 0, {}, true},
  };
  for (const Case& of : cases) {
    const FeedAnswer answer = answer_of(answered(of.statuses), sent(3));
    EXPECT_EQ(answer.delivery.done, of.done) << of.name;
    EXPECT_EQ(refused(answer), of.refused) << of.name;
    EXPECT_EQ(!answer.delivery.trouble.empty(), of.trouble) << of.name << ": " << answer.delivery.trouble;
    EXPECT_TRUE(answer.takes_ids) << of.name;
  }
}

TEST(FeedAnswer, SaysWhyAnEntryIsRefusedOnOneLine) {
  const FeedAnswer answer = answer_of(answered({"422", "201"}), sent(2));
  ASSERT_EQ(answer.delivery.refused.size(), 1U);
  EXPECT_EQ(answer.delivery.refused[0].why, "HTTP 422: no agent");
}

TEST(FeedAnswer, A405MeansThatNoIdsAreTaken) {
  const FeedAnswer answer = answer_of(answered({"405", "405"}), sent(2));
  EXPECT_FALSE(answer.takes_ids);
  EXPECT_EQ(answer.delivery.done, 0U);
  const FeedAnswer again = answer_of(answered({"201", "405"}), sent(2, Once::by_tag));
  EXPECT_TRUE(again.takes_ids);
  EXPECT_EQ(refused(again), std::vector<std::uint64_t>{2});
}

TEST(FeedAnswer, ARefusedBatchIsNoRefusalOfItsEntries) {
  for (const int status : {301, 400, 401, 403, 404, 413, 422, 429, 500, 503}) {
    const FeedAnswer answer = answer_of(HttpResponse{.status = status}, sent(2));
    EXPECT_EQ(answer.delivery.done, 0U) << status;
    EXPECT_TRUE(answer.delivery.refused.empty()) << status;
    EXPECT_THAT(answer.delivery.trouble, HasSubstr(std::to_string(status)));
    EXPECT_EQ(answer.smaller, status == 400 || status == 413 || status == 422) << status;
  }
  EXPECT_THAT(answer_of(HttpResponse{.status = 401}, sent(1)).delivery.trouble, HasSubstr("forward_token"));
}

TEST(FeedAnswer, RetryAfterIsHeeded) {
  const HttpResponse response{.status = 503, .headers = {{"retry-after", "120"}}};
  EXPECT_EQ(answer_of(response, sent(1)).delivery.retry_after, std::chrono::seconds(120));
}

TEST(FeedAnswer, WhatIsNoAnswerToTheBatchMovesNothing) {
  const HttpResponse odd[] = {
      {.status = 200, .body = Secret("<html>")},
      {.status = 200, .body = Secret("{}")},
      {.status = 200, .body = Secret(R"({"resourceType":"OperationOutcome"})")},
      answered({"201"}),
      answered({"201", "201", "201"}),
  };
  for (const HttpResponse& response : odd) {
    const FeedAnswer answer = answer_of(response, sent(2));
    EXPECT_EQ(answer.delivery.done, 0U);
    EXPECT_NE(answer.delivery.trouble, "");
  }
}

TEST(FeedAnswer, NoAnswerMovesNothingAndAShorterBatchMayDo) {
  const FeedAnswer late = answer_of(HttpFailure{.kind = HttpFailure::Kind::timeout, .detail = "timed out"});
  EXPECT_TRUE(late.smaller);
  EXPECT_TRUE(late.timed_out);
  EXPECT_EQ(late.delivery.done, 0U);
  const FeedAnswer untrusted = answer_of(HttpFailure{.kind = HttpFailure::Kind::tls, .detail = "self-signed"});
  EXPECT_FALSE(untrusted.smaller);
  EXPECT_THAT(untrusted.delivery.trouble, HasSubstr("ca_file"));
}

}  // namespace
}  // namespace wardend::forwarding
