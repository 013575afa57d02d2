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

TEST(UpstreamRequest, SaysOfAWriteThatItMayHaveBeenCarriedOut) {
  const auto told = [](HttpFailure failure, bool write) { return unanswered(failure, "ehr", write).detail(); };
  EXPECT_TRUE(told({.kind = HttpFailure::Kind::timeout, .request_sent = true}, true).contains("carried out"));
  EXPECT_FALSE(told({.kind = HttpFailure::Kind::timeout, .request_sent = true}, false).contains("carried out"));
  EXPECT_FALSE(told({.kind = HttpFailure::Kind::network, .request_sent = false}, true).contains("carried out"));
  EXPECT_TRUE(told({.kind = HttpFailure::Kind::tls}, false).contains("certificate"));
  EXPECT_TRUE(told({.kind = HttpFailure::Kind::network, .by_proxy = true}, false).contains("proxy"));
}

}  // namespace
}  // namespace wardend::gateway
