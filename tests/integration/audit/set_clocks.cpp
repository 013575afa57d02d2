// Other clocks for one program: a test preloads this library. The folder SET_CLOCKS may hold the files "wall" and
// "asleep", each with a number of seconds: by how much the wall clock was set, and how long the machine was asleep. The
// program is told of a new file as the kernel tells: its timer of the wall clock is cancelled. Spec: timerfd_create(2)
#include <dlfcn.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

namespace {

using namespace std::chrono_literals;

std::atomic<int> wall_timer = -1;
std::atomic<bool> cancelled = false;
std::atomic<long> wall_seconds = 0, asleep_seconds = 0;

template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

long number_in(const std::string& file) {
  long number = 0;
  std::FILE* in = std::fopen(file.c_str(), "re");
  if (in == nullptr) return 0;
  if (std::fscanf(in, "%ld", &number) != 1) number = 0;
  std::fclose(in);
  return number;
}

void watch() {
  static auto* settime = next<int(int, int, const itimerspec*, itimerspec*)>("timerfd_settime");
  const std::string folder = std::getenv("SET_CLOCKS");
  for (;;) {
    std::this_thread::sleep_for(20ms);
    const long wall = number_in(folder + "/wall"), asleep = number_in(folder + "/asleep");
    if (wall == wall_seconds && asleep == asleep_seconds) continue;
    wall_seconds = wall;
    asleep_seconds = asleep;
    cancelled = true;
    const itimerspec soon{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_nsec = 1}};
    settime(wall_timer, 0, &soon, nullptr);
  }
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) {
  static auto* get = next<int(clockid_t, timespec*)>("clock_gettime");
  const int result = get(clock, time);
  if (clock == CLOCK_REALTIME) time->tv_sec += wall_seconds + asleep_seconds;
  if (clock == CLOCK_BOOTTIME) time->tv_sec += asleep_seconds;
  return result;
}

int timerfd_settime(int fd, int flags, const itimerspec* value, itimerspec* old) {
  static auto* settime = next<int(int, int, const itimerspec*, itimerspec*)>("timerfd_settime");
  if ((flags & TFD_TIMER_CANCEL_ON_SET) != 0) {
    if (wall_timer.exchange(fd) == -1 && std::getenv("SET_CLOCKS") != nullptr) std::thread(watch).detach();
    return settime(fd, flags, value, old);
  }
  // The kernel knows nothing of a sleep that was none.
  itimerspec earlier = *value;
  if ((flags & TFD_TIMER_ABSTIME) != 0 && earlier.it_value.tv_sec > asleep_seconds)
    earlier.it_value.tv_sec -= asleep_seconds;
  return settime(fd, flags, &earlier, old);
}

ssize_t read(int fd, void* into, size_t size) {
  static auto* read_it = next<ssize_t(int, void*, size_t)>("read");
  const ssize_t count = read_it(fd, into, size);
  if (fd != wall_timer || !cancelled.exchange(false)) return count;
  errno = ECANCELED;
  return -1;
}

}  // extern "C"
