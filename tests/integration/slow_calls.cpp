// Makes calls of the system hang for one program, as a disk or a directory server that does not answer does. A test
// preloads this library. The folder SLOW_CALLS may hold a file for each call, named after it: "open", "fdatasync",
// "getpwnam_r". Its text is a number of milliseconds and a word: the call waits that long when its path, or the name
// that is looked up, contains the word, and goes on as soon as the file is gone. With -1 a sync fails at once.
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

namespace {

using namespace std::chrono_literals;

// Without open(), which this library replaces.
bool applies(const std::string& file, const char* to, long& milliseconds) {
  std::FILE* in = std::fopen(file.c_str(), "re");
  if (in == nullptr) return false;
  std::array<char, 256> word{};
  const bool read = std::fscanf(in, "%ld %255s", &milliseconds, word.data()) == 2;
  std::fclose(in);
  return read && std::strstr(to, word.data()) != nullptr;
}

// False: the call fails.
bool wait_for(const char* call, const char* on) {
  const char* folder = std::getenv("SLOW_CALLS");
  long milliseconds = 0;
  if (folder == nullptr) return true;
  const std::string file = std::string(folder) + "/" + call;
  if (!applies(file, on, milliseconds)) return true;
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  while (std::chrono::steady_clock::now() < until && ::access(file.c_str(), F_OK) == 0)
    std::this_thread::sleep_for(5ms);
  return milliseconds >= 0;
}

template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

int open_next(const char* name, const char* path, int flags, mode_t mode) {
  wait_for("open", path);
  static auto* open_it = next<int(const char*, int, mode_t)>(name);
  return open_it(path, flags, mode);
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & O_CREAT) != 0) {
    va_list rest;
    va_start(rest, flags);
    mode = static_cast<mode_t>(va_arg(rest, int));
    va_end(rest);
  }
  return open_next("open", path, flags, mode);
}

int fdatasync(int fd) {
  std::array<char, PATH_MAX> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  if (::readlink(link.c_str(), path.data(), path.size() - 1) > 0 && !wait_for("fdatasync", path.data())) {
    errno = EIO;
    return -1;
  }
  static auto* sync_it = next<int(int)>("fdatasync");
  return sync_it(fd);
}

int getpwnam_r(const char* name, passwd* entry, char* buffer, size_t size, passwd** found) {
  wait_for("getpwnam_r", name);
  static auto* look_up = next<int(const char*, passwd*, char*, size_t, passwd**)>("getpwnam_r");
  return look_up(name, entry, buffer, size, found);
}

}  // extern "C"
