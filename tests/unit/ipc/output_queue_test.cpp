#include "ipc/output_queue.hpp"

#include <gtest/gtest.h>
#include <string.h>

#include <array>
#include <string>

#include "ipc/service_interface.hpp"

namespace wardend::ipc {
namespace {

std::string drain(OutputQueue& queue, std::size_t step) {
  std::string out;
  while (!queue.empty()) {
    std::array<iovec, 6> parts{};
    const auto used = queue.gather(parts);
    std::string ready;
    for (std::size_t i = 0; i < used; ++i) ready.append(static_cast<char*>(parts[i].iov_base), parts[i].iov_len);
    const auto count = std::min(step, ready.size());
    out += ready.substr(0, count);
    queue.consume(count);
  }
  return out;
}

const ServiceInterface& interface() {
  static const ServiceInterface any("1", {});
  return any;
}

TEST(OutputQueue, WritesTheSameBytesHoweverFewAreTaken) {
  const std::string expected("{\"parameters\":{}}\0{\"parameters\":{\"t\":1}}\0{}\0", 44);
  for (std::size_t step = 1; step < 50; ++step) {
    OutputQueue queue;
    int written = 0;
    queue.push(R"({"parameters":{}})", [&] { ++written; });
    queue.push_secret(Secret(R"({"t":1})"), {.interface = &interface()}, [&] { ++written; });
    queue.push("{}");
    EXPECT_EQ(queue.bytes(), expected.size());
    EXPECT_EQ(drain(queue, step), expected) << step;
    EXPECT_EQ(written, 2);
    EXPECT_EQ(queue.bytes(), 0U);
    EXPECT_FALSE(queue.holds_secret());
  }
}

TEST(OutputQueue, PutsAnErrorInThePlaceOfASecretThatHasNotBegun) {
  OutputQueue queue;
  int written = 0;
  queue.push("{}");
  queue.push_secret(Secret("{}"), {.interface = &interface()}, [&] { ++written; });
  queue.consume(1);  // the plain frame may be half written
  EXPECT_FALSE(queue.take_back([](std::string_view) { return true; }, [](const Dispatcher&) { return "error"; }));
  EXPECT_FALSE(queue.holds_secret());
  EXPECT_EQ(drain(queue, 100), std::string("}\0error\0", 8));
  EXPECT_EQ(written, 0);
}

TEST(OutputQueue, SaysWhenASecretIsHalfWritten) {
  OutputQueue queue;
  queue.push_secret(Secret("{}"), {.interface = &interface()});
  queue.consume(1);
  EXPECT_TRUE(queue.take_back([](std::string_view) { return true; }, [](const Dispatcher&) { return "error"; }));
}

// As a stream's events are: who watches is told anew.
TEST(OutputQueue, TakesBackWhatHasNoInterfaceWithoutAWord) {
  OutputQueue queue;
  queue.push("first", {}, {.about = {"other"}});
  queue.push("second", {}, {.about = {"s"}});
  queue.push("third");
  EXPECT_TRUE(queue.holds_something());
  EXPECT_FALSE(
      queue.take_back([](std::string_view about) { return about == "s"; }, [](const Dispatcher&) { return "error"; }));
  EXPECT_EQ(queue.bytes(), 12U);
  EXPECT_EQ(drain(queue, 100), std::string("first\0third\0", 12));
}

TEST(OutputQueue, KeepsCountOverManyFrames) {
  OutputQueue queue;
  for (int i = 0; i < 1000; ++i) {
    queue.push("{}");
    queue.push("{}");
    queue.consume(3);
  }
  EXPECT_EQ(queue.bytes(), 3000U);
  EXPECT_EQ(queue.frames_taken(), 1000U);
  EXPECT_EQ(drain(queue, 7).size(), 3000U);
}

}  // namespace
}  // namespace wardend::ipc
