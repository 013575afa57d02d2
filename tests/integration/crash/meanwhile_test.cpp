// What is asked while the service is not there: its sockets are, so that calls wait in them.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tests/integration/crash/stay.hpp"

namespace wardend::test {
namespace {

using nlohmann::json;

// A call that is on its way before anybody reads it.
class Waiting {
 public:
  Waiting(const std::filesystem::path& path, const json& call)
      : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    const std::string frame = call.dump();
    EXPECT_EQ(::send(socket_.get(), frame.c_str(), frame.size() + 1, MSG_NOSIGNAL),
              static_cast<ssize_t>(frame.size() + 1));
  }
  // The reply: what came until its NUL.
  [[nodiscard]] json reply() const {
    std::string text;
    for (char next = 0; ::recv(socket_.get(), &next, 1, 0) == 1 && next != '\0';) text.push_back(next);
    return json::parse(text, nullptr, false);
  }

 private:
  FileDescriptor socket_;
};

struct Way {
  const char* name;
  const char* socket;
};

class Meanwhile : public ::testing::TestWithParam<Way> {};

TEST_P(Meanwhile, ALockComesBeforeTheCallsBehindIt) {
  Stay stay;
  stay.service.listen();
  ASSERT_TRUE(stay.start() && stay.launch());
  ASSERT_EQ(stay.service.kill(), 128 + SIGKILL);
  const Waiting lock(stay.site.folder() / GetParam().socket,
                     {{"method", "org.wardend.Control.ReportLock"},
                      {"parameters", {{"reason", "ehr_lock"}, {"target", {{"user", "root"}}}}}});
  std::vector<Waiting> calls;
  calls.reserve(20);
  for (int call = 0; call < 20; ++call)
    calls.emplace_back(stay.site.folder() / "broker.sock", json{{"method", "org.wardend.Broker.GetToken"},
                                                                {"parameters", {{"session", stay.held().front().id}}}});
  ASSERT_TRUE(stay.start());
  const json locked = lock.reply();
  EXPECT_EQ(locked.value("/parameters/cleared"_json_pointer, -1), 1) << locked;
  for (const Waiting& call : calls) {
    const json reply = call.reply();
    EXPECT_EQ(reply.value("error", ""), "org.wardend.Broker.WorkstationLocked") << reply;
  }
}

INSTANTIATE_TEST_SUITE_P(At, Meanwhile, ::testing::Values(Way{"lock", "lock.sock"}, Way{"control", "control.sock"}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace wardend::test
