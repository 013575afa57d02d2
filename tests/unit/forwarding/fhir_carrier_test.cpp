#include "daemon/forwarding/fhir_carrier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/asio/io_context.hpp>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/task_group.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/until.hpp"
#include "tests/support/virtual_clock.hpp"
#include "tests/unit/forwarding/trail_on_disk.hpp"

namespace wardend::forwarding {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class FakeRepository final : public HttpClient {
 public:
  [[nodiscard]] asio::awaitable<std::expected<HttpResponse, HttpFailure>> send(HttpRequest request) override {
    url = request.url;
    authorization = std::string(request.authorization.reveal());
    shown = std::string(identity.certificate.reveal());
    headers = request.headers;
    batch = json::parse(request.body.reveal(), nullptr, false);
    sizes.push_back(batch["entry"].size());
    co_return answer();
  }
  HttpResponse each(const std::string& status) const {
    json bundle{{"resourceType", "Bundle"}, {"entry", json::array()}};
    for (std::size_t i = 0; i < batch["entry"].size(); ++i)
      bundle["entry"].push_back({{"response", {{"status", status}}}});
    return {.status = 200, .body = Secret(bundle.dump())};
  }
  std::function<std::expected<HttpResponse, HttpFailure>()> answer = [this] { return each("201"); };
  http::TlsIdentity identity;
  std::string url;
  std::string authorization;
  std::string shown;
  std::vector<std::pair<std::string, std::string>> headers;
  json batch;
  std::vector<std::size_t> sizes;
};

class FhirCarrierTest : public ::testing::Test {
 public:
  FhirCarrierTest() { config->audit.forward_to = "ehr"; }
  Delivery deliver(std::size_t entries) {
    std::optional<Delivery> got;
    TaskGroup tasks(loop.get_executor());
    tasks.spawn(
        "deliver",
        [](FhirCarrier& of, config::ConfigPtr by, Entries sent, std::optional<Delivery>& to) -> asio::awaitable<void> {
          to = co_await of.deliver(std::move(by), std::move(sent));
        }(carrier, config, test::entries_of_trail(std::min(entries, carrier.most().entries)), got));
    EXPECT_TRUE(test::until(loop, [&] { return got.has_value() && tasks.size() == 0; }, [this] { clock.settle(); }));
    return got.value_or(Delivery());
  }
  void credential(const std::string& name, const std::string& text) {
    const auto file = folder.file("wardend_" + name);
    std::ofstream(file) << text;
    ::chmod(file.c_str(), 0600);
  }

  test::TemporaryFolder folder;
  asio::io_context loop;
  test::VirtualClock clock{loop};
  Worker disk{clock, "disk"};
  std::shared_ptr<config::Config> config = test::basic_config();
  FakeRepository repository;
  FhirCarrier carrier{{repository, repository.identity, disk, folder.file("")}};
};

TEST_F(FhirCarrierTest, PostsABatchToTheServersBase) {
  const Delivery delivery = deliver(3);
  EXPECT_EQ(delivery.done, 3U);
  EXPECT_EQ(delivery.trouble, "");
  EXPECT_EQ(repository.url, "https://ehr.example.org/fhir");
  EXPECT_EQ(repository.batch["type"], "batch");
  EXPECT_THAT(repository.headers, ::testing::Contains(std::pair("Content-Type", "application/fhir+json")));
  EXPECT_EQ(repository.authorization, "");
  EXPECT_EQ(repository.shown, "");
}

TEST_F(FhirCarrierTest, ReadsItsCredentialsForEachBatch) {
  config->audit.forward_token = "atna";
  config->audit.forward_certificate = "ws.pem";
  config->audit.forward_key = "ws.key";
  credential("atna", "token-1\n");
  credential("ws.pem", "certificate");
  credential("ws.key", "key");
  deliver(1);
  EXPECT_EQ(repository.authorization, "Bearer token-1");
  EXPECT_EQ(repository.shown, "certificate");
  credential("atna", "token-2");
  deliver(1);
  EXPECT_EQ(repository.authorization, "Bearer token-2");
}

TEST_F(FhirCarrierTest, WithoutItsCredentialNothingIsSent) {
  config->audit.forward_token = "atna";
  const Delivery delivery = deliver(1);
  EXPECT_EQ(delivery.done, 0U);
  EXPECT_THAT(delivery.trouble, HasSubstr("wardend_atna"));
  EXPECT_TRUE(repository.sizes.empty());
}

TEST_F(FhirCarrierTest, ABatchThatIsRefusedAsAWholeIsHalvedAndGrowsAgain) {
  repository.answer = [this] {
    return repository.sizes.back() > 30 ? HttpResponse{.status = 413} : repository.each("201");
  };
  EXPECT_TRUE(deliver(200).at_once);
  EXPECT_TRUE(deliver(200).at_once);
  EXPECT_EQ(deliver(200).done, 25U);
  EXPECT_EQ(repository.sizes, (std::vector<std::size_t>{100, 50, 25}));
  EXPECT_EQ(carrier.most().entries, 50U);
}

TEST_F(FhirCarrierTest, OneEntryThatIsRefusedAsAWholeIsNotTriedAtOnce) {
  repository.answer = [] { return HttpResponse{.status = 400}; };
  for (int i = 0; i < 8; ++i) deliver(100);
  const Delivery delivery = deliver(100);
  EXPECT_EQ(repository.sizes.back(), 1U);
  EXPECT_FALSE(delivery.at_once);
  EXPECT_EQ(delivery.done, 0U);
}

TEST_F(FhirCarrierTest, ARepositoryThatTakesNoIdsIsSentPosts) {
  repository.answer = [this] {
    return repository.each(repository.batch["entry"][0]["request"]["method"] == "PUT" ? "405" : "201");
  };
  EXPECT_TRUE(deliver(2).at_once);
  EXPECT_EQ(deliver(2).done, 2U);
  EXPECT_TRUE(repository.batch["entry"][0]["request"].contains("ifNoneExist"));
  auto other = std::make_shared<config::Config>(*config);
  other->servers[0].fhir_base_url = *fhir::BaseUrl::parse("https://other.example.org/fhir");
  config = other;
  deliver(1);
  EXPECT_EQ(repository.batch["entry"][0]["request"]["method"], "PUT");
}

}  // namespace
}  // namespace wardend::forwarding
