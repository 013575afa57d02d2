// A call as a value: what a frame says, and who answers it.
#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>

#include "ipc/request.hpp"
#include "ipc/service_interface.hpp"

namespace wardend::ipc {
namespace {

constexpr std::size_t largest = 4096;

TEST(Request, HasItsMethodParametersAndFlags) {
  const auto request = parse_request(R"({"method":"a.b.C","parameters":{"x":1},"more":true})", largest);
  ASSERT_TRUE(request);
  EXPECT_EQ((*request)->method, "a.b.C");
  EXPECT_EQ((*request)->parameters->dump(), R"({"x":1})");
  EXPECT_TRUE((*request)->more);
  EXPECT_FALSE((*request)->oneway || (*request)->upgrade);
}

TEST(Request, HasNoParametersWhereNoneAreGiven) {
  for (const char* text : {R"({"method":"a.B"})", R"({"method":"a.B","parameters":null})"})
    EXPECT_EQ(parse_request(text, largest).value()->parameters->dump(), "{}") << text;
}

TEST(Request, IsNoneWhereTheTextIsNoCall) {
  for (const char* text : {"", "[]", "{}", R"({"method":1})", R"({"method":"a.B","parameters":[]})",
                           R"({"method":"a.B","oneway":1})", R"({"method":"a.B","more":true,"oneway":true})"})
    EXPECT_TRUE(parse_request(text, largest).error().starts_with("the call cannot be read: ")) << text;
}

struct Route {
  const char* method;
  const char* refused;  // nullptr: it is found
};

TEST(Request, IsMatchedWithWhoAnswersIt) {
  ServiceInterface service("1", {});
  const std::array<Dispatcher*, 1> interfaces = {&service};
  const Route table[] = {
      {"org.varlink.service.GetInfo", nullptr},   {"org.varlink.service.getinfo", "MethodNotFound"},
      {"org.varlink.service.", "MethodNotFound"}, {"org.varlink.service", "InterfaceNotFound"},
      {"org.varlink", "InterfaceNotFound"},       {"GetInfo", "InterfaceNotFound"},
      {".GetInfo", "InterfaceNotFound"},          {"", "InterfaceNotFound"},
  };
  for (const Route& row : table) {
    Request request;
    request.method = row.method;
    route(request, interfaces);
    EXPECT_EQ(request.dispatcher == nullptr, row.refused != nullptr) << row.method;
    EXPECT_EQ(request.refused ? request.refused->name : "", row.refused == nullptr ? "" : row.refused) << row.method;
  }
}

TEST(Request, MayNotUpgradeTheConnection) {
  ServiceInterface service("1", {});
  const std::array<Dispatcher*, 1> interfaces = {&service};
  const auto request = parse_request(R"({"method":"org.varlink.service.GetInfo","upgrade":true})", largest);
  route(**request, interfaces);
  ASSERT_TRUE((*request)->refused.has_value());
  EXPECT_EQ((*request)->refused->value, "upgrade");
}

}  // namespace
}  // namespace wardend::ipc
