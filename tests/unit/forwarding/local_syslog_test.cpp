#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <boost/asio/io_context.hpp>
#include <cstring>

#include "base/file_descriptor.hpp"
#include "base/task_group.hpp"
#include "daemon/forwarding/syslog_frame.hpp"
#include "daemon/forwarding/syslog_socket.hpp"
#include "tests/support/until.hpp"
#include "tests/unit/forwarding/trail_on_disk.hpp"

namespace wardend::forwarding {
namespace {

using ::testing::HasSubstr;

class LocalSyslogTest : public ::testing::Test {
 public:
  // A service that listens at the path, and reads nothing by itself.
  FileDescriptor service(int type) {
    FileDescriptor fd(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    if (type == SOCK_STREAM) EXPECT_EQ(::listen(fd.get(), 4), 0);
    return fd;
  }
  static std::string received(int fd) {
    std::string text(64UL * 1024, '\0');
    const ssize_t count = ::recv(fd, text.data(), text.size(), MSG_DONTWAIT);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return text;
  }
  std::string open() {
    socket = local_syslog(loop, path);
    std::optional<std::string> trouble;
    tasks.spawn("open", [](SyslogSocket& of, std::optional<std::string>& to) -> asio::awaitable<void> {
      to = co_await of.open();
    }(*socket, trouble));
    EXPECT_TRUE(test::until(loop, [&] { return trouble.has_value() && tasks.size() == 0; }));
    return trouble.value_or("nothing");
  }
  void begin(Entries entries) {
    got.reset();
    tasks.spawn("send", [](SyslogSocket& of, Entries sent, std::optional<Delivery>& to) -> asio::awaitable<void> {
      to = co_await of.send(std::move(sent));
    }(*socket, std::move(entries), got));
  }
  Delivery send(Entries entries) {
    begin(std::move(entries));
    EXPECT_TRUE(test::until(loop, [&] { return got.has_value() && tasks.size() == 0; }));
    return got.value_or(Delivery());
  }

  test::TemporaryFolder folder;
  std::filesystem::path path = folder.file("log");
  asio::io_context loop;
  std::unique_ptr<SyslogSocket> socket;
  std::optional<Delivery> got;
  TaskGroup tasks{loop.get_executor()};
};

TEST_F(LocalSyslogTest, SendsADatagramForEachEntry) {
  const FileDescriptor service_socket = service(SOCK_DGRAM);
  ASSERT_EQ(open(), "");
  const Entries entries = test::entries_of_trail(3);
  EXPECT_EQ(send(entries).done, 3U);
  for (const Outgoing& entry : entries) EXPECT_EQ(received(service_socket.get()), for_local_socket(entry));
}

TEST_F(LocalSyslogTest, EndsEachEntryOnAStream) {
  const FileDescriptor service_socket = service(SOCK_STREAM);
  ASSERT_EQ(open(), "");
  const FileDescriptor peer(::accept(service_socket.get(), nullptr, nullptr));
  const Entries entries = test::entries_of_trail(2);
  EXPECT_EQ(send(entries).done, 2U);
  EXPECT_EQ(received(peer.get()), for_local_socket(entries[0]) + '\0' + for_local_socket(entries[1]) + '\0');
}

TEST_F(LocalSyslogTest, WaitsForAServiceThatReadsNothingAndLosesNothing) {
  const FileDescriptor service_socket = service(SOCK_DGRAM);
  ASSERT_EQ(open(), "");
  const Entries entries = test::entries_of_trail(1500);
  begin(entries);
  for (int turn = 0; turn < 50; ++turn) {
    loop.restart();
    loop.poll();
  }
  ASSERT_FALSE(got.has_value());
  std::size_t read = 0;
  EXPECT_TRUE(test::until(loop, [&] {
    for (std::string text; !(text = received(service_socket.get())).empty();)
      EXPECT_EQ(text, for_local_socket(entries.at(read++)));
    return got.has_value() && tasks.size() == 0 && read == entries.size();
  }));
  EXPECT_EQ(got->done, entries.size());
}

TEST_F(LocalSyslogTest, WithoutAServiceItSaysSo) {
  EXPECT_THAT(open(), HasSubstr("look whether a syslog service runs"));
}

TEST_F(LocalSyslogTest, AServiceThatWentIsTold) {
  std::optional<FileDescriptor> service_socket(service(SOCK_DGRAM));
  ASSERT_EQ(open(), "");
  service_socket.reset();
  const Delivery delivery = send(test::entries_of_trail(2));
  EXPECT_EQ(delivery.done, 0U);
  EXPECT_THAT(delivery.trouble, HasSubstr("takes nothing"));
}

TEST_F(LocalSyslogTest, AnEntryThatIsTooLargeIsPassedOver) {
  const FileDescriptor service_socket = service(SOCK_DGRAM);
  ASSERT_EQ(open(), "");
  Entries entries = test::entries_of_trail(2);
  entries[0].line.assign(3UL * 1024 * 1024, 'x');
  const Delivery delivery = send(entries);
  EXPECT_EQ(delivery.done, 2U);
  ASSERT_EQ(delivery.refused.size(), 1U);
  EXPECT_EQ(delivery.refused[0].sequence, 1U);
}

}  // namespace
}  // namespace wardend::forwarding
