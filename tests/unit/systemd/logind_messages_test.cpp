// What may be forged or malformed is read from messages that nobody has sent.
#include "systemd/logind_messages.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <systemd/sd-bus.h>

#include <array>
#include <functional>
#include <stdexcept>

namespace wardend::systemd {
namespace {

// A signal as it would be read: sealed, from its beginning.
class LogindMessage : public ::testing::Test {
 public:
  LogindMessage() {
    std::array<int, 2> ends{};
    must(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()));
    other_ = FileDescriptor(ends[1]);
    must(sd_bus_new(&bus_));
    must(sd_bus_set_fd(bus_, ends[0], ends[0]));
    must(sd_bus_start(bus_));
  }
  ~LogindMessage() override { sd_bus_unref(bus_); }

  static void must(int result) {
    if (result < 0) throw std::runtime_error("sd-bus: " + std::to_string(result));
  }
  template <typename... Arguments>
  BusMessage with(const char* types, Arguments... arguments) {
    sd_bus_message* message = nullptr;
    must(sd_bus_message_new_signal(bus_, &message, "/c1", "org.freedesktop.login1.Session", "Lock"));
    BusMessage owned(message);
    must(sd_bus_message_append(message, types, arguments...));
    must(sd_bus_message_seal(message, 1, 0));
    must(sd_bus_message_rewind(message, 1));
    return owned;
  }

 private:
  FileDescriptor other_;
  sd_bus* bus_ = nullptr;
};

TEST_F(LogindMessage, WithoutASenderHasAnEmptyOne) {
  const auto message = with("");
  EXPECT_EQ(sender_of(message.get()), "");
  EXPECT_EQ(path_of(message.get()), "/c1");
  EXPECT_EQ(member_of(message.get()), "Lock");
}

TEST_F(LogindMessage, OfASessionLeavesWhatIsMissingAtItsSafeValue) {
  const auto message = with("a{sv}", 1, "Id", "s", "c1");
  const auto session = read_session(message.get());
  ASSERT_TRUE(session);
  EXPECT_TRUE(session->locked && session->remote);
  EXPECT_FALSE(session->active);
  EXPECT_EQ(session->uid, static_cast<uid_t>(-1));
}

TEST_F(LogindMessage, OfASessionIsReadWhole) {
  const auto message =
      with("a{sv}", 8, "Id", "s", "c1", "User", "(uo)", 1000U, "/user/1000", "Seat", "(so)", "seat0", "/seat/0",
           "LockedHint", "b", 0, "Active", "b", 1, "Remote", "b", 0, "Type", "s", "wayland", "Unknown", "as", 1, "x");
  const auto session = read_session(message.get());
  ASSERT_TRUE(session);
  EXPECT_EQ(session->uid, 1000U);
  EXPECT_EQ(session->seat, "seat0");
  EXPECT_EQ(session->type, "wayland");
  EXPECT_TRUE(session->active);
  EXPECT_FALSE(session->locked || session->remote);
}

TEST_F(LogindMessage, OfASessionIsNoneWhereAnythingIsOfAnotherType) {
  EXPECT_FALSE(read_session(with("a{sv}", 1, "LockedHint", "b", 0).get())) << "without an Id";
  EXPECT_FALSE(read_session(with("a{sv}", 2, "Id", "s", "c1", "LockedHint", "s", "no").get()));
  EXPECT_FALSE(read_session(with("a{sv}", 2, "Id", "s", "c1", "User", "u", 1000U).get()));
  EXPECT_FALSE(read_session(with("a{sv}", 2, "Id", "s", "c1", "Seat", "s", "seat0").get()));
  EXPECT_FALSE(read_session(with("a{ss}", 1, "Id", "c1").get()));
  EXPECT_FALSE(read_session(with("").get()));
}

TEST_F(LogindMessage, OfAChangeIsUnreadableWhereItIsNotClear) {
  const SessionChange locked = read_change(with("sa{sv}as", "x", 1, "LockedHint", "b", 1, 0).get());
  EXPECT_EQ(locked.locked, true);
  EXPECT_EQ(locked.active, std::nullopt);
  EXPECT_FALSE(locked.unreadable);
  EXPECT_TRUE(read_change(with("sa{sv}as", "x", 0, 1, "LockedHint").get()).unreadable) << "announced without its value";
  EXPECT_TRUE(read_change(with("sa{sv}as", "x", 0, 2, "IdleHint", "Active").get()).unreadable);
  EXPECT_FALSE(read_change(with("sa{sv}as", "x", 0, 1, "IdleHint").get()).unreadable);
  EXPECT_TRUE(read_change(with("sa{sv}as", "x", 1, "LockedHint", "s", "no", 0).get()).unreadable);
  EXPECT_TRUE(read_change(with("").get()).unreadable);
}

// Malformed reads as going to sleep: one clear too many costs a launch.
TEST_F(LogindMessage, OfASleepThatCannotBeReadMeansThatItBegins) {
  EXPECT_TRUE(read_sleeping(with("b", 1).get()));
  EXPECT_FALSE(read_sleeping(with("b", 0).get()));
  EXPECT_TRUE(read_sleeping(with("").get()));
  EXPECT_TRUE(read_sleeping(with("s", "no").get()));
}

TEST_F(LogindMessage, OfANameNeedsBothItsParts) {
  const auto name = read_session_name(with("so", "c1", "/c1").get());
  ASSERT_TRUE(name);
  EXPECT_EQ(name->id, "c1");
  EXPECT_EQ(name->path, "/c1");
  EXPECT_FALSE(read_session_name(with("so", "", "/c1").get()));
  EXPECT_FALSE(read_session_name(with("s", "c1").get()));
  EXPECT_FALSE(read_session_name(with("ss", "c1", "/c1").get()));
}

TEST_F(LogindMessage, OfAllSessionsIsAListOfPaths) {
  const auto paths = read_session_paths(with("a(susso)", 1, "c1", 1000U, "anna", "seat0", "/c1").get());
  ASSERT_TRUE(paths);
  EXPECT_EQ(*paths, std::vector<std::string>{"/c1"});
  EXPECT_FALSE(read_session_paths(with("as", 1, "c1").get()));
}

TEST_F(LogindMessage, OfADelayIsAnHourAtMost) {
  EXPECT_EQ(read_delay(with("v", "t", std::uint64_t{5'000'000}).get()), 5s);
  EXPECT_EQ(read_delay(with("v", "t", ~std::uint64_t{0}).get()), 1h);
  EXPECT_EQ(read_delay(with("v", "s", "5").get()), std::nullopt);
}

TEST_F(LogindMessage, OfAnInhibitorWithoutADescriptorIsNone) {
  EXPECT_FALSE(read_inhibitor(with("").get()).valid());
  EXPECT_FALSE(read_inhibitor(with("u", 3U).get()).valid());
}

TEST_F(LogindMessage, OfAnOwnerGivesTheNewOne) {
  EXPECT_EQ(read_new_owner(with("sss", "org.freedesktop.login1", ":1.1", ":1.2").get()), ":1.2");
  EXPECT_EQ(read_new_owner(with("sss", "org.freedesktop.login1", ":1.1", "").get()), "");
  EXPECT_EQ(read_owner(with("s", ":1.7").get()), ":1.7");
  EXPECT_EQ(read_owner(with("").get()), "");
}

}  // namespace
}  // namespace wardend::systemd
