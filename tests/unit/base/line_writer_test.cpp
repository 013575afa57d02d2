#include "base/line_writer.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace wardend {
namespace {

struct Ends {
  FileDescriptor reading;
  FileDescriptor writing;
};
Ends make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}
Ends make_sockets() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) std::abort();
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}
// All that is there.
std::string read_all(const Ends& ends) {
  ::fcntl(ends.reading.get(), F_SETFL, O_NONBLOCK);
  std::string text;
  std::array<char, 65536> bytes;
  for (ssize_t count = 0; (count = ::read(ends.reading.get(), bytes.data(), bytes.size())) > 0;)
    text.append(bytes.data(), static_cast<std::size_t>(count));
  return text;
}

// How many lines the text says were dropped, all together.
std::uint64_t told_in(const std::string& text) {
  const std::string words = "log lines were dropped, as nobody read them: ";
  std::uint64_t told = 0;
  for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1))
    told += std::stoull(text.substr(at + words.size()));
  return told;
}

class LinesToNobody : public ::testing::TestWithParam<Ends (*)()> {};
TEST_P(LinesToNobody, AreDroppedAndCountedAndNeverWaitedFor) {
  const Ends ends = GetParam()();
  LineWriter writer(ends.writing.get());
  const std::string line(100, 'x');
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < 20'000; ++i) writer.write(line);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
  EXPECT_GT(writer.dropped(), 10'000U);
  std::uint64_t told = told_in(read_all(ends));
  writer.write("after");
  const std::string rest = read_all(ends);
  told += told_in(rest);
  EXPECT_TRUE(rest.ends_with("\nafter\n")) << rest;
  EXPECT_EQ(told, writer.dropped());
  writer.write("again");
  EXPECT_EQ(read_all(ends), "again\n") << "what was told is not told again";
}
INSTANTIATE_TEST_SUITE_P(LineWriter, LinesToNobody, ::testing::Values(make_pipe, make_sockets));

TEST(LineWriter, LeavesTheFlagsThatOthersShareAsTheyWere) {
  const Ends ends = make_pipe();
  const int before = ::fcntl(ends.writing.get(), F_GETFL);
  LineWriter writer(ends.writing.get());
  writer.write("one");
  EXPECT_EQ(::fcntl(ends.writing.get(), F_GETFL), before);
  EXPECT_EQ(read_all(ends), "one\n");
}

TEST(LineWriter, APipeTakesALineWholeOrNotAtAll) {
  const Ends ends = make_pipe();
  LineWriter writer(ends.writing.get());
  for (int i = 0; i < 200; ++i) writer.write(std::string(5000, 'y'));
  std::istringstream lines(read_all(ends));
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_EQ(line.size(), LineWriter::longest - 1);
  EXPECT_EQ(count + writer.dropped(), 200U);
}

TEST(LineWriter, AppendsToAFile) {
  const std::string file = std::filesystem::temp_directory_path() / ("wardend-lines-" + std::to_string(::getpid()));
  {
    const FileDescriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    LineWriter writer(out.get());
    writer.write("one");
    writer.write("two");
    EXPECT_EQ(writer.dropped(), 0U);
  }
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_EQ(text.str(), "one\ntwo\n");
  std::filesystem::remove(file);
}

TEST(LineWriter, AReaderThatLeftIsNoMoreThanADroppedLine) {
  Ends ends = make_sockets();
  LineWriter writer(ends.writing.get());
  ends.reading.reset();
  writer.write("one");
  EXPECT_EQ(writer.dropped(), 1U);
  LineWriter nowhere(-1);
  nowhere.write("two");
  EXPECT_EQ(nowhere.dropped(), 1U);
}

}  // namespace
}  // namespace wardend
