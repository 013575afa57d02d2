// org.varlink.service: what a server says of itself, and the errors of its own.
#include <fstream>
#include <sstream>

#include "tests/unit/ipc/served.hpp"

namespace wardend::ipc::test {
namespace {

using Json = nlohmann::json;

std::string service_error(std::string_view name) { return "org.varlink.service." + std::string(name); }

struct Refusal {
  const char* name;
  Json frame;
  const char* error;
  Json parameters;
};

class ServiceInterfaceOfAServer : public Served {};

TEST_F(ServiceInterfaceOfAServer, GivesTheStandardErrors) {
  const std::string broker = "org.wardend.Broker.";
  const std::vector<Refusal> table = {
      {"interface", {{"method", "org.example.Other.Do"}}, "InterfaceNotFound", {{"interface", "org.example.Other"}}},
      {"no dot", {{"method", "Do"}}, "InterfaceNotFound", {{"interface", "Do"}}},
      {"method", {{"method", broker + "Do"}}, "MethodNotFound", {{"method", broker + "Do"}}},
      {"unknown parameter",
       {{"method", broker + "GetToken"}, {"parameters", {{"sesion", "x"}}}},
       "InvalidParameter",
       {{"parameter", "sesion"}}},
      {"missing parameter", {{"method", broker + "GetSession"}}, "InvalidParameter", {{"parameter", "session"}}},
      {"wrong type",
       {{"method", broker + "GetToken"}, {"parameters", {{"min_validity", "30"}}}},
       "InvalidParameter",
       {{"parameter", "min_validity"}}},
      {"upgrade",
       {{"method", broker + "GetHealth"}, {"upgrade", true}},
       "InvalidParameter",
       {{"parameter", "upgrade"}}},
      {"no more", {{"method", broker + "Monitor"}}, "ExpectedMore", Json::object()},
      {"description",
       {{"method", "org.varlink.service.GetInterfaceDescription"}, {"parameters", {{"interface", "x.y"}}}},
       "InterfaceNotFound",
       {{"interface", "x.y"}}},
  };
  auto peer = connect();
  for (const auto& row : table) {
    peer.put_frame(row.frame);
    clock.settle();
    const auto reply = peer.reply();
    EXPECT_EQ(reply["error"], service_error(row.error)) << row.name;
    EXPECT_EQ(reply["parameters"], row.parameters) << row.name;
  }
}

TEST_F(ServiceInterfaceOfAServer, DescribesItselfWithTheFilesExactText) {
  auto peer = connect();
  peer.put_frame({{"method", "org.varlink.service.GetInfo"}});
  clock.settle();
  const auto info = peer.reply()["parameters"];
  EXPECT_EQ(info["version"], "1.2");
  EXPECT_EQ(info["interfaces"], Json({"org.varlink.service", "org.wardend.Broker"}));
  peer.put_frame({{"method", "org.varlink.service.GetInterfaceDescription"},
                  {"parameters", {{"interface", "org.wardend.Broker"}}}});
  clock.settle();
  std::ostringstream text;
  text << std::ifstream(WARDEND_SOURCE_DIR "/ipc/interfaces/org.wardend.Broker.varlink").rdbuf();
  EXPECT_EQ(peer.reply()["parameters"]["description"], text.str());
}

}  // namespace
}  // namespace wardend::ipc::test
