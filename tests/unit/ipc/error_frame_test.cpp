// What a caller is told of an error: all that its interface declares, and of what it does not declare less.
#include "ipc/error_frame.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ipc/interface/broker.hpp"
#include "ipc/interface/control.hpp"
#include "tests/fuzz/trivial_service.hpp"

namespace wardend::ipc {
namespace {

struct Frames {
  nlohmann::json of_broker(const Error& error) const { return nlohmann::json::parse(error_frame(broker, error)); }
  nlohmann::json of_control(const Error& error) const { return nlohmann::json::parse(error_frame(control, error)); }
  fuzz::TrivialBroker broker_handler;
  fuzz::TrivialControl control_handler;
  broker::Dispatcher broker{broker_handler};
  control::Dispatcher control{control_handler};
};

TEST(ErrorFrame, HasTheInterfacesNameAndTheErrorsMembers) {
  const Frames frames;
  const auto frame = frames.of_broker(errors::PatientMismatch{.session = "s", .requested = "p\xff"});
  EXPECT_EQ(frame["error"], "org.wardend.Broker.PatientMismatch");
  EXPECT_EQ(frame["parameters"]["session"], "s");
  EXPECT_EQ(frame["parameters"]["requested"], "p\xEF\xBF\xBD") << "what is no UTF-8 breaks no reply";
  EXPECT_EQ(frames.of_control(errors::RoleNeeded{"operator"})["parameters"]["role"], "operator");
}

TEST(ErrorFrame, OfWhatTheInterfaceDoesNotDeclareSaysThatItCannotBeDone) {
  const auto frame = Frames().of_broker(errors::InvalidTarget{"no such seat"});
  EXPECT_EQ(frame["error"], "org.wardend.Broker.NotSupported");
  EXPECT_EQ(frame["parameters"]["what"], "no such seat");
}

TEST(ErrorFrame, OfARefusalThatIsNotDeclaredStaysARefusal) {
  const Frames frames;
  EXPECT_EQ(frames.of_broker(errors::RoleNeeded{"operator"})["error"], "org.varlink.service.PermissionDenied");
  EXPECT_EQ(frames.of_broker(errors::RoleNeeded{"operator"})["parameters"], nlohmann::json::object());
  EXPECT_EQ(frames.of_control(errors::WorkstationLocked{"why"})["error"], "org.varlink.service.PermissionDenied");
  EXPECT_EQ(frames.of_control(errors::AppDisabled{.reason = "why"})["error"], "org.varlink.service.PermissionDenied");
}

TEST(ErrorFrame, OfVarlinksOwnErrorsCutsANameThatIsLong) {
  const std::string name(300, 'x');
  const auto frame = nlohmann::json::parse(error_frame({"InterfaceNotFound", "interface", name}));
  EXPECT_EQ(frame["error"], "org.varlink.service.InterfaceNotFound");
  EXPECT_EQ(frame["parameters"]["interface"], std::string(256, 'x'));
}

}  // namespace
}  // namespace wardend::ipc
