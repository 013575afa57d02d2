// A process of its own for what a process can do only once, or cannot undo.
#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <stdexcept>
#include <string>

#include "base/file_descriptor.hpp"

namespace wardend::test {

// What `work` answered in a child of this process; "it died" when it did not come to an answer.
inline std::string in_own_process(const std::function<std::string()>& work) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  // High up, so that the work may have the low descriptors.
  FileDescriptor answers(::fcntl(ends[1], F_DUPFD_CLOEXEC, 100));
  ::close(ends[1]);
  const FileDescriptor answered(ends[0]);
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string answer = work();
    const auto written = ::write(answers.get(), answer.data(), answer.size());
    ::_exit(written == static_cast<ssize_t>(answer.size()) ? 0 : 1);
  }
  answers.reset();
  std::string answer;
  std::array<char, 4096> bytes{};
  for (ssize_t count = 1; count > 0;) {
    count = ::read(answered.get(), bytes.data(), bytes.size());
    if (count > 0) answer.append(bytes.data(), static_cast<std::size_t>(count));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? answer : "it died: " + answer;
}

}  // namespace wardend::test
