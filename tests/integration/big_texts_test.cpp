// Texts that are costly to read: whoever sends them, everybody else is answered meanwhile.
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/file_descriptor.hpp"
#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"
#include "tests/support/json_shapes.hpp"

namespace wardend::test {
namespace {

using Now = std::chrono::steady_clock;

double milliseconds_since(Now::time_point begun) {
  return std::chrono::duration<double, std::milli>(Now::now() - begun).count();
}

// The loop stood still for seconds. A machine that is busy with other things may need a part of one.
constexpr double longest_wait = 1000;

class BigTexts : public ::testing::Test {
 protected:
  BigTexts() {
    site.start({.fhir_base = sandbox.fhir_base()});
    session = site.launched_session();
  }

  [[nodiscard]] FileDescriptor connected() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = (site.folder() / "broker.sock").string();
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return socket;
  }

  // The longest of some calls, one after the other.
  double longest_get_token() {
    auto honest = site.broker();
    std::vector<double> took;
    for (int i = 0; i < 200; ++i) {
      const auto begun = Now::now();
      EXPECT_FALSE(ask(honest, "Broker.GetToken", {{"session", session}}).value("access_token", "").empty());
      took.push_back(milliseconds_since(begun));
    }
    std::ranges::sort(took);
    std::printf("  GetToken: p50 %.3f ms, p99 %.3f ms, longest %.1f ms\n", took[took.size() / 2],
                took[took.size() * 99 / 100], took.back());
    return took.back();
  }

  Site site;
  Sandbox sandbox{site, 3600};
  std::string session;
};

// Each of 24 connections sends one frame, all at once.
TEST_F(BigTexts, FramesOfManyObjectsDelayNobody) {
  for (const std::size_t bytes : {63'000UL, 255'000UL}) {
    for (const auto& shape : json_shapes(bytes)) {
      const std::string frame =
          R"({"method":"org.wardend.Broker.GetToken","parameters":{"x":)" + shape.text + "}}" + '\0';
      std::vector<FileDescriptor> senders;
      for (int i = 0; i < 24; ++i) {
        senders.push_back(connected());
        (void)::send(senders.back().get(), frame.data(), frame.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      }
      std::printf("24 frames of %zu bytes, %s\n", frame.size(), shape.name.c_str());
      EXPECT_LT(longest_get_token(), longest_wait) << shape.name;
    }
  }
  const auto begun = Now::now();
  EXPECT_EQ(site.wardctl({"lock", "--user", "root", "--reason", "ehr_lock"}).exit_code, 0);
  EXPECT_LT(milliseconds_since(begun), longest_wait);
}

}  // namespace
}  // namespace wardend::test
