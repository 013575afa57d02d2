// systemd's own Varlink client speaks to the broker: in a machine new enough to have it (Debian 13).
#include "tests/integration/machine/machine.hpp"

namespace wardend::test {
namespace {

constexpr const char* broker = "/run/wardend/broker.sock";

class Varlinkctl : public AtWork {
 protected:
  [[nodiscard]] Finished in_session(const std::string& arguments) const {
    return alice.run("timeout 10 varlinkctl " + arguments);
  }
};

TEST_F(Varlinkctl, IntrospectsEveryInterface) {
  const Finished info = in_session(std::string("info ") + broker);
  EXPECT_EQ(info.exit_code, 0) << info.err;
  EXPECT_TRUE(info.out.contains("org.wardend.Broker")) << info.out;
  for (const char* interface : {"org.wardend.Broker", "org.varlink.service"}) {
    const Finished text = in_session(std::string("introspect ") + broker + " " + interface);
    EXPECT_EQ(text.exit_code, 0) << text.err;
    EXPECT_EQ(text.err, "");
    EXPECT_TRUE(text.out.contains(std::string("interface ") + interface)) << text.out;
  }
}

TEST_F(Varlinkctl, CallsGetToken) {
  const Finished reply = in_session(std::string("-j call ") + broker + " org.wardend.Broker.GetToken '{}'");
  EXPECT_EQ(reply.exit_code, 0) << reply.err;
  const auto token = nlohmann::json::parse(reply.out, nullptr, false);
  ASSERT_TRUE(token.is_object()) << reply.out;
  EXPECT_EQ(token.value("/context/patient"_json_pointer, ""), "patient-1");
  EXPECT_GE(token.value("expires_in", 0), 30);
}

TEST_F(Varlinkctl, ShowsAnErrorByItsName) {
  const Finished reply =
      in_session(std::string("call ") + broker + " org.wardend.Broker.GetSession '{\"session\":\"nobody\"}'");
  EXPECT_NE(reply.exit_code, 0);
  EXPECT_TRUE(reply.err.contains("org.wardend.Broker.UnknownSession")) << reply.err;
}

TEST_F(Varlinkctl, WatchesALockArrive) {
  ASSERT_EQ(alice
                .run(std::string("varlinkctl -j --more call ") + broker +
                     " org.wardend.Broker.Monitor '{}' >~/watched 2>&1 &")
                .exit_code,
            0);
  const auto watched = [] { return shell("cat /home/alice/watched").out; };
  ASSERT_TRUE(eventually([&] { return watched().contains("session_present"); })) << watched();
  done("loginctl lock-session " + alice.id());
  EXPECT_TRUE(eventually([&] { return watched().contains("session_cleared"); })) << watched();
  EXPECT_TRUE(watched().contains("os_lock")) << watched();
}

}  // namespace
}  // namespace wardend::test
