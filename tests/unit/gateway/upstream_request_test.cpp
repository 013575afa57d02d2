#include "daemon/gateway/upstream_request.hpp"

#include <gtest/gtest.h>

namespace wardend::gateway {
namespace {

config::Server server() {
  return {.name = "ehr",
          .fhir_base_url = *fhir::BaseUrl::parse("https://ehr.example.org/fhir/"),
          .route = {.proxy = "http://proxy:3128"}};
}

TEST(UpstreamRequest, GoesToTheServersOwnAddressAlone) {
  EXPECT_EQ(upstream_url({.path = "/Patient/p1"}, server()), "https://ehr.example.org/fhir/Patient/p1");
  EXPECT_EQ(upstream_url({.path = "", .query = "_type=Patient"}, server()),
            "https://ehr.example.org/fhir?_type=Patient");
  EXPECT_EQ(upstream_url({.path = "/Observation", .query = "patient=p1&_count=2"}, server()),
            "https://ehr.example.org/fhir/Observation?patient=p1&_count=2");
}

TEST(UpstreamRequest, CarriesWhatTheHeadKeptAndWhatWardendAdds) {
  const RequestHead head{.method = "PUT", .forwarded = {{"Accept", "a"}, {"If-Match", "W/\"1\""}}};
  const HttpRequest request =
      upstream_request({.head = head, .url = "https://x", .if_match = "4", .request_id = "r1"}, server());
  EXPECT_EQ(request.method, HttpRequest::Method::put);
  EXPECT_EQ(request.route.proxy, "http://proxy:3128");
  EXPECT_EQ(request.headers, (std::vector<std::pair<std::string, std::string>>{
                                 {"Accept", "a"}, {"If-Match", "W/\"4\""}, {"X-Request-Id", "r1"}}));
}

TEST(UpstreamRequest, AsksAnewWhereTheAnswerIsJudged) {
  const RequestHead head{.method = "GET",
                         .forwarded = {{"If-None-Match", "W/\"1\""}, {"If-Modified-Since", "x"}, {"Prefer", "y"}}};
  EXPECT_EQ(upstream_request({.head = head, .url = "https://x", .request_id = "r"}, server()).headers.size(), 4U);
  EXPECT_EQ(
      upstream_request({.head = head, .url = "https://x", .request_id = "r", .reads_anew = true}, server()).headers,
      (std::vector<std::pair<std::string, std::string>>{{"Prefer", "y"}, {"X-Request-Id", "r"}}));
}

TEST(UpstreamRequest, HasAConditionCarriedOutAsItStands) {
  const auto preferred = [](std::string said) {
    RequestHead head{.method = "DELETE"};
    if (!said.empty()) head.forwarded.emplace_back("Prefer", std::move(said));
    for (const auto& [name, value] :
         upstream_request({.head = head, .url = "https://x", .request_id = "r", .strict = true}, server()).headers)
      if (name == "Prefer") return value;
    return std::string();
  };
  EXPECT_EQ(preferred(""), "handling=strict");
  EXPECT_EQ(preferred("return=minimal"), "return=minimal, handling=strict");
  EXPECT_EQ(preferred("handling=lenient; return=minimal"), "handling=strict; return=minimal");
  EXPECT_EQ(preferred("handling=strict"), "handling=strict");
}

TEST(UpstreamRequest, TellsWhatCameOfItFromWhatIsNotThere) {
  const struct {
    HttpFailure failure;
    int status;
    const char* words;
  } table[] = {
      {{.kind = HttpFailure::Kind::too_large}, 502, "headers"},
      {{.detail = "Received HTTP/0.9 when not allowed"}, 502, "no web server"},
      {{.detail = "Empty reply from server"}, 503, "was asked and gave no whole answer (Empty reply from server)"},
      {{.request_sent = false, .detail = "Connection refused"}, 503, "cannot be reached (Connection refused)"},
      {{.detail = "x", .by_proxy = true}, 503, "proxy"},
      {{.kind = HttpFailure::Kind::timeout}, 503, "within 30 s"},
      {{.kind = HttpFailure::Kind::tls, .detail = "certificate has expired"}, 503, "certificate has expired"},
      {{.kind = HttpFailure::Kind::abandoned}, 503, "asleep"},
  };
  for (const auto& row : table) {
    const Refusal refusal = unanswered(row.failure, "ehr", false);
    EXPECT_EQ(refusal.status, row.status) << row.words;
    EXPECT_TRUE(refusal.error.detail().contains(row.words)) << refusal.error.detail();
    EXPECT_EQ(refusal.error.detail().contains("try again"),
              row.status == 503 && row.failure.kind != HttpFailure::Kind::tls)
        << refusal.error.detail();
  }
}

TEST(UpstreamRequest, SaysOfAWriteThatItMayHaveBeenCarriedOut) {
  const auto told = [](HttpFailure failure, bool write) { return unanswered(failure, "ehr", write).error.detail(); };
  EXPECT_TRUE(told({.kind = HttpFailure::Kind::timeout, .request_sent = true}, true).contains("carried out"));
  EXPECT_FALSE(told({.kind = HttpFailure::Kind::timeout, .request_sent = true}, false).contains("carried out"));
  EXPECT_FALSE(told({.kind = HttpFailure::Kind::network, .request_sent = false}, true).contains("carried out"));
  EXPECT_TRUE(told({.kind = HttpFailure::Kind::tls}, false).contains("certificate"));
  EXPECT_TRUE(told({.kind = HttpFailure::Kind::network, .by_proxy = true}, false).contains("proxy"));
}

}  // namespace
}  // namespace wardend::gateway
