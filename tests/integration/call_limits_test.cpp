// Calls that are larger than wardend takes, on both sockets: whoever sends one is told the limit and what to do.
#include "tests/integration/writing.hpp"

namespace wardend::test {
namespace {

class CallLimits : public Scenario {};

struct Large {
  const char* name;
  json value;
  const char* broker;  // the error there
  const char* reason;  // a part of its text, on both sockets
};

json nested(int levels) {
  json value = 1;
  for (int i = 0; i < levels; ++i) value = json::array({std::move(value)});
  return value;
}

TEST_F(CallLimits, AreToldOnBothSockets) {
  start();
  const std::string id = site.launched_session();
  const Large table[] = {
      {"bytes", std::string(300'000, 'x'), "TooLarge", "262144 bytes, the limit: send less in one call"},
      {"a megabyte", std::string(1'000'000, 'x'), "TooLarge", "send less in one call"},
      {"values", json(std::vector<int>(25'000, 0)), "InvalidRequest", "more than 20000 values: send less in one call"},
      {"levels", nested(70), "InvalidRequest", "nested deeper than 64 levels, of which the call itself takes three"},
  };
  for (const Large& large : table) {
    const json resource = {{"resourceType", "Observation"}, {"value", large.value}};
    auto broker = site.broker();
    const auto told = broker.call("org.wardend.Broker.AuthorizeWrite", creation(id, resource));
    ASSERT_FALSE(told) << large.name;
    EXPECT_EQ(told.error().error, "org.wardend.Broker." + std::string(large.broker)) << large.name;
    EXPECT_TRUE(told.error().parameters_json.contains(large.reason)) << large.name << told.error().parameters_json;
    auto control = site.control();
    const auto refused = control.call("org.wardend.Control.Status", {{"x", large.value}});
    ASSERT_FALSE(refused) << large.name;
    EXPECT_EQ(refused.error().error, "org.wardend.Control.NotSupported") << large.name;
    EXPECT_TRUE(refused.error().parameters_json.contains(large.reason))
        << large.name << refused.error().parameters_json;
  }
  EXPECT_EQ(answer({{"session", id}}), "token");
}

TEST_F(CallLimits, AfterOneThatIsTooLargeTheConnectionGoesOn) {
  start();
  const std::string id = site.launched_session();
  auto broker = site.broker();
  const json resource = {{"resourceType", "Observation"}, {"text", std::string(400'000, 'x')}};
  EXPECT_FALSE(broker.call("org.wardend.Broker.AuthorizeWrite", creation(id, resource)));
  EXPECT_TRUE(broker.call("org.wardend.Broker.GetToken", {{"session", id}})) << "on the same connection";
}

}  // namespace
}  // namespace wardend::test
